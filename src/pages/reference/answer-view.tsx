/** What an operation takes and answers: a body of a media type, with an example and its schema. */
import { CodeBlock } from "../components/code-block.tsx";
import { textsIn } from "../texts/language.ts";
import { examplesIn, type Answer, type Content } from "./document.ts";
import { Prose } from "./prose.tsx";
import { SchemaView } from "./schema-view.tsx";
import { apiDocument } from "./state.ts";
import { REFERENCE } from "./texts.ts";

/** An answer under its status. Problems have one form: their codes are in the description. */
export function AnswerView({
  status,
  answer: { description, content = {} },
}: {
  readonly status: string;
  readonly answer: Answer;
}) {
  const isGood = status < "400";
  return (
    <div class="answer">
      <p>
        <strong class={isGood ? "status-good" : "status-bad"}>{status}</strong> <Prose text={description} />
      </p>
      {isGood && Object.entries(content).map(([type, one]) => <BodyView key={type} type={type} content={one} />)}
    </div>
  );
}

export function BodyView({ type, content }: { readonly type: string; readonly content: Content }) {
  const { example, schema } = textsIn(REFERENCE);
  const document = apiDocument.value;
  if (!document) return null;
  return (
    <details class="more">
      <summary>
        <code>{type}</code>
      </summary>
      {examplesIn(content, document).map(([name, value]) => (
        <CodeBlock key={name} title={name === "" ? example : `${example}: ${name}`} text={textOf(value)} />
      ))}
      {content.schema && (
        <>
          <h5>{schema}</h5>
          <SchemaView schema={content.schema} document={document} />
        </>
      )}
    </details>
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
