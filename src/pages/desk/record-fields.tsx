/** Fields that many forms of the desk have: ids of records, the provision that something rests on, the request it answers. */
import type { Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ChoiceField, TextField } from "../components/field.tsx";
import { shortTimeOf } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import type { RequestView } from "./answers.ts";
import { provisionChoices, useLaw } from "./law.ts";
import { picked } from "./picked.ts";
import { WORDS } from "./texts/words.ts";
import { useAnswer } from "./use-answer.ts";

interface IdsFieldProps {
  readonly text: Signal<string>;
  readonly isWrong: boolean;
  readonly label?: string;
}

export function IdsField({ text, isWrong, label }: IdsFieldProps) {
  const words = textsIn(WORDS);
  const isPicked = picked.value.records.length > 0 && text.value === picked.value.records.join("\n");
  return (
    <TextField
      label={label ?? words.recordIds}
      hint={isPicked ? words.picked : words.recordIdsHint}
      error={isWrong ? words.recordIdsWrong : undefined}
      rows={Math.min(8, Math.max(3, text.value.split("\n").length))}
      value={text.value}
      onInput={(value) => (text.value = value)}
      isCode
    />
  );
}

/** What it rests on by the law in force; the provisions of the operation come first. */
export function BasisField({ basis, operation }: { readonly basis: Signal<string>; readonly operation: string }) {
  const choices = provisionChoices(useLaw(), operation);
  const first = choices[0]?.value ?? "";
  useEffect(() => {
    // Until somebody chooses, it is the first.
    if (basis.peek() === "") basis.value = first;
  }, [first]);
  return (
    <ChoiceField
      label={textsIn(WORDS).basis}
      value={basis.value}
      choices={choices}
      onChoose={(chosen) => (basis.value = chosen)}
    />
  );
}

/** An open request, or none. */
export function RequestField({ request }: { readonly request: Signal<string> }) {
  const words = textsIn(WORDS);
  const { value } = useAnswer<{ readonly items: readonly RequestView[] }>("/v1/privacy/requests?state=open");
  const choices = (value?.items ?? []).map(({ id, operation, receivedAt }) => ({
    value: id,
    name: `${words.operations[operation]}, ${shortTimeOf(receivedAt)} (…${id.slice(-6)})`,
  }));
  return (
    <ChoiceField
      label={words.request}
      value={request.value}
      choices={[{ value: "", name: words.requestNone }, ...choices]}
      onChoose={(chosen) => (request.value = chosen)}
    />
  );
}
