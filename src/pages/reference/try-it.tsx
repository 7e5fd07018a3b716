/** An operation that is open to all, tried on the service that serves this page. */
import { useSignal } from "@preact/signals";
import { Button } from "../components/button.tsx";
import { CodeBlock } from "../components/code-block.tsx";
import { TextField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { Notice } from "../components/notice.tsx";
import { numberInWords } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import type { Operation } from "./document.ts";
import type { RequestExample } from "./example.ts";
import { addressWith } from "./state.ts";
import { REFERENCE } from "./texts.ts";

/** What came back. */
interface Answered {
  readonly status: number;
  readonly bytes: number;
  /** Absent where it is no text. */
  readonly text?: string;
  readonly isCut: boolean;
}

interface TryItProps {
  readonly operation: Operation;
  readonly example: RequestExample;
}

export function TryIt({ operation: { path, parameters = [] }, example }: TryItProps) {
  const texts = textsIn(REFERENCE);
  const typed = useSignal<Readonly<Record<string, string>>>({ ...asTexts(example.query), ...example.values });
  const answer = useSignal<Answered | "waiting" | "failed" | undefined>(undefined);
  const send = async (): Promise<void> => {
    answer.value = "waiting";
    const valuesIn = (place: string): Record<string, string> =>
      Object.fromEntries(
        parameters.filter((one) => one.in === place).map(({ name }) => [name, typed.value[name] ?? ""]),
      );
    answer.value = await ask(addressWith(path, valuesIn("path"), valuesIn("query")));
  };
  return (
    <details class="more try-it">
      <summary>{texts.tryIt}</summary>
      <p class="quiet">{texts.tryLead}</p>
      <Form onSend={() => void send()}>
        <div class="fields">
          {parameters.map(({ in: place, name, required }) => (
            <TextField
              key={`${place} ${name}`}
              label={required ? `${name} (${texts.required})` : name}
              value={typed.value[name] ?? ""}
              onInput={(text) => {
                typed.value = { ...typed.value, [name]: text };
              }}
              isCode
            />
          ))}
        </div>
        <Button kind="main" isDisabled={answer.value === "waiting"}>
          {texts.send}
        </Button>
      </Form>
      <div aria-live="polite">
        {answer.value === "waiting" && <p class="quiet">{texts.sending}</p>}
        {answer.value === "failed" && <Notice kind="error">{texts.noAnswer}</Notice>}
        {typeof answer.value === "object" && <AnsweredView answered={answer.value} />}
      </div>
    </details>
  );
}

function AnsweredView({ answered: { status, bytes, text, isCut } }: { readonly answered: Answered }) {
  const texts = textsIn(REFERENCE);
  const title = texts.answered(status, numberInWords(bytes));
  if (text === undefined)
    return (
      <p class="after-facts">
        {title}. {texts.binary}
      </p>
    );
  return (
    <>
      <CodeBlock title={title} text={text} />
      {isCut && <p class="quiet">{texts.cut}</p>}
    </>
  );
}

const MOST_CHARACTERS = 20_000;

async function ask(address: string): Promise<Answered | "failed"> {
  try {
    const response = await fetch(address);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = textIn(response.headers.get("content-type") ?? "", bytes);
    const isCut = text !== undefined && text.length > MOST_CHARACTERS;
    const shown = text === undefined ? {} : { text: isCut ? text.slice(0, MOST_CHARACTERS) : text };
    return { status: response.status, bytes: bytes.length, isCut, ...shown };
  } catch {
    return "failed";
  }
}

function textIn(type: string, bytes: Uint8Array): string | undefined {
  if (!/json|text|xml/.test(type)) return undefined;
  const text = new TextDecoder().decode(bytes);
  if (!/json/.test(type)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function asTexts(values: RequestExample["query"]): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}
