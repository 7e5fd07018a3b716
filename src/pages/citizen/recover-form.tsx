/** The way back for somebody whose device is gone: the recovery code makes a new passkey, and counts no more. */
import { useSignal } from "@preact/signals";
import { Button } from "../components/button.tsx";
import { TextField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { textsIn } from "../texts/language.ts";
import type { Citizen } from "./answers.ts";
import { OutcomeNotice, type HandedOut } from "./join.tsx";
import { makePasskey, type Outcome } from "./passkey.ts";
import { ABOUT } from "./texts/about.ts";

export function RecoverForm({ onIn }: { readonly onIn: (handed: HandedOut) => void }) {
  const texts = textsIn(ABOUT);
  const code = useSignal("");
  const outcome = useSignal<Outcome<unknown> | "waiting" | undefined>(undefined);
  const recover = async (): Promise<void> => {
    if (code.peek().trim() === "") return;
    outcome.value = "waiting";
    const came = await makePasskey<{ readonly citizen: Citizen; readonly recoveryCode: string }>(
      "/v1/citizens/session/recovery",
      { code: code.peek().trim() },
    );
    outcome.value = came;
    if (came.state === "done") onIn({ ...came.value, receipts: [] });
  };
  return (
    <Form onSend={() => void recover()}>
      <p>{texts.recoverText}</p>
      <TextField label={texts.recoverCode} isCode value={code.value} onInput={(typed) => (code.value = typed)} />
      <OutcomeNotice outcome={outcome.value} refused={texts.recoverRefused} />
      <Button isDisabled={outcome.value === "waiting"}>{texts.recover}</Button>
    </Form>
  );
}
