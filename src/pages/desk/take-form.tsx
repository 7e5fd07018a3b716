/** Taking records that another controller gave: their file, and the policy for their log. */
import { useSignal } from "@preact/signals";
import { FileField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import { send } from "./api.ts";
import { Choice, Submit, Text } from "./fields.tsx";
import type { RecipientView } from "./recipients.tsx";
import { CONSENTS } from "./texts/consents.ts";
import { TRANSFERS } from "./texts/transfers.ts";
import { WORDS } from "./texts/words.ts";
import { useSending } from "./use-answer.ts";

interface Receptions {
  readonly items: readonly ({ readonly id: string } | { readonly error: { readonly detail?: string } })[];
}

interface Chosen {
  readonly name: string;
  readonly text: string;
}

export function TakeForm({ recipients }: { readonly recipients: readonly RecipientView[] }) {
  const texts = textsIn(TRANSFERS);
  const { needed } = textsIn(WORDS);
  const [file, policy] = [useSignal<Chosen | undefined>(undefined), useSignal<Chosen | undefined>(undefined)];
  const [from, how] = [useSignal(recipients[0]?.name ?? ""), useSignal("")];
  const isTried = useSignal(false);
  const sending = useSending<Receptions>();
  const { done } = sending.state.value;
  const take = (): void => {
    isTried.value = true;
    if (!file.value || !policy.value || how.value.trim() === "") return;
    const came = { file: file.value.text, policy: policy.value.text, from: from.value, how: how.value.trim() };
    void sending.run(() => send<Receptions>("/v1/privacy/receptions", came));
  };
  if (done) {
    const failed = done.items.filter((one) => "error" in one).length;
    return <Notice kind="info">{texts.taken(done.items.length - failed, failed)}</Notice>;
  }
  return (
    <Form onSend={take}>
      <FileChoice word={texts.file} chosen={file} />
      <FileChoice word={texts.policy} chosen={policy} />
      {isTried.value && (!file.value || !policy.value) && <Notice kind="error">{needed}</Notice>}
      <Choice label={texts.from} choices={recipients.map(({ name }) => ({ value: name, name }))} of={from} />
      <Text label={texts.how} error={isTried.value && how.value.trim() === "" ? needed : undefined} of={how} />
      <Submit says={texts.takeSays} conceals={texts.takeConceals} sending={sending} word={texts.takeSend} />
    </Form>
  );
}

interface FileChoiceProps {
  readonly word: string;
  readonly chosen: { value: Chosen | undefined };
}

function FileChoice({ word, chosen }: FileChoiceProps) {
  const read = async ([file]: readonly File[]): Promise<void> => {
    if (file) chosen.value = { name: file.name, text: await file.text() };
  };
  return (
    <p>
      <FileField label={word} accept=".json,application/json" onFiles={(files) => void read(files)} />{" "}
      {chosen.value && <span class="quiet">{textsIn(CONSENTS).chosen(chosen.value.name)}</span>}
    </p>
  );
}
