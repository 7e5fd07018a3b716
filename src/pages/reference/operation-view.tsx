/** An operation: shut, what it is; open, how it is called, what it takes, and what it answers. */
import { CodeBlock } from "../components/code-block.tsx";
import { Table } from "../components/table.tsx";
import { textsIn } from "../texts/language.ts";
import { clientCallOf } from "./client-call.ts";
import { curlOf } from "./curl.ts";
import { isOpen, type Operation, type Parameter } from "./document.ts";
import { exampleOf } from "./example.ts";
import { AnswerView, BodyView } from "./answer-view.tsx";
import { Prose } from "./prose.tsx";
import { shortType } from "./schema-view.tsx";
import { opened, replacements, setOpen } from "./state.ts";
import { REFERENCE } from "./texts.ts";
import { TryIt } from "./try-it.tsx";

export function OperationView({ operation }: { readonly operation: Operation }) {
  const { operationId, method, path, summary } = operation;
  const isShown = opened.value.has(operationId);
  return (
    <details
      id={operationId}
      class="operation"
      open={isShown}
      onToggle={({ currentTarget }) => {
        setOpen(operation, currentTarget.open);
      }}
    >
      <summary>
        <h3 lang="en">
          <span class={`method method-${method.toLowerCase()}`}>{method}</span> <code class="path">{path}</code>
          <span class="operation-summary">{summary}</span>
        </h3>
      </summary>
      {isShown && <Opened operation={operation} />}
    </details>
  );
}

function Opened({ operation }: { readonly operation: Operation }) {
  const texts = textsIn(REFERENCE);
  const { operationId, description, security, parameters = [], requestBody, responses, method } = operation;
  const example = exampleOf(operation, replacements.value);
  const call = clientCallOf(operationId, example);
  const access = isOpen(operation) ? texts.open : "disclosureToken" in (security[0] ?? {}) ? texts.token : texts.key;
  return (
    <div class="operation-body">
      <p class="quiet">
        <a href={`#${operationId}`} aria-label={`${texts.link}: ${operationId}`}>
          #{operationId}
        </a>{" "}
        · {access}
      </p>
      {description !== undefined && <Prose text={description} />}
      <CodeBlock title={texts.curl} text={curlOf(example, location.origin)} />
      {call === undefined ? <p class="quiet">{texts.noClient}</p> : <CodeBlock title={texts.client} text={call} />}
      {method === "GET" && isOpen(operation) && <TryIt operation={operation} example={example} />}
      {parameters.length > 0 && <Parameters parameters={parameters} />}
      {requestBody && (
        <>
          <h4>{texts.body}</h4>
          {Object.entries(requestBody.content).map(([type, content]) => (
            <BodyView key={type} type={type} content={content} />
          ))}
        </>
      )}
      <h4>{texts.answers}</h4>
      {Object.entries(responses).map(([status, answer]) => (
        <AnswerView key={status} status={status} answer={answer} />
      ))}
    </div>
  );
}

function Parameters({ parameters }: { readonly parameters: readonly Parameter[] }) {
  const texts = textsIn(REFERENCE);
  return (
    <Table
      caption={texts.parameters}
      rows={parameters}
      keyOf={({ in: place, name }) => `${place} ${name}`}
      columns={[
        { title: texts.name, cell: ({ name }) => <code>{name}</code> },
        { title: texts.where, cell: ({ in: place, required }) => `${place}${required ? `, ${texts.required}` : ""}` },
        { title: texts.type, cell: ({ schema = {} }) => shortType(schema) },
        { title: texts.what, cell: ({ description = "" }) => <Prose text={description} /> },
      ]}
    />
  );
}
