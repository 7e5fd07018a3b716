/** The account: its name and language, its passkeys, a new recovery code, and the way out. */
import { useSignal } from "@preact/signals";
import { Button } from "../components/button.tsx";
import { TextField } from "../components/field.tsx";
import { Facts } from "../components/facts.tsx";
import { Form } from "../components/form.tsx";
import { Notice } from "../components/notice.tsx";
import { dayInWords } from "../texts/formats.ts";
import { language, textsIn } from "../texts/language.ts";
import { secondsOf, type Citizen } from "./answers.ts";
import { send } from "./api.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { ageInWords } from "./join-form.tsx";
import { OutcomeNotice } from "./join.tsx";
import { makePasskey, type Outcome } from "./passkey.ts";
import { ProofDialog, useProving } from "./proof.tsx";
import { noteSent, phone } from "./queue/phone.ts";
import { RecoveryCode } from "./recovery-code.tsx";
import { signedIn, signOut } from "./session.ts";
import { ABOUT } from "./texts/about.ts";
import { useAnswer, useSending } from "./use-answer.ts";

export function AccountPart({ citizen }: { readonly citizen: Citizen }) {
  const texts = textsIn(ABOUT);
  const waiting = phone.value.posts.filter(({ state }) => state === "waiting").length;
  return (
    <>
      <NameForm citizen={citizen} />
      <Facts
        facts={[
          [texts.ageBand, ageInWords(citizen.ageBand)],
          [texts.id, citizen.id],
        ]}
      />
      {waiting > 0 && <Notice kind="warning">{texts.waitingPosts(waiting)}</Notice>}
      <p class="buttons">
        <Button onPress={() => void signOut()}>{texts.signOut}</Button>
      </p>
      <h3>{texts.passkeys}</h3>
      <Passkeys />
      <h3>{texts.code}</h3>
      <NewCode />
    </>
  );
}

function NameForm({ citizen }: { readonly citizen: Citizen }) {
  const texts = textsIn(ABOUT);
  const name = useSignal(citizen.pseudonym);
  const sending = useSending<Citizen>();
  const { isBusy, failure } = sending.state.value;
  const save = async (): Promise<void> => {
    const changed = { pseudonym: name.peek().trim(), language: language.peek() };
    if ((await sending.run(() => send("PATCH", "/v1/citizens/me", changed))) !== undefined)
      signedIn({ ...citizen, ...changed });
  };
  return (
    <Form onSend={() => void save()}>
      <TextField
        {...{ label: texts.pseudonym, hint: texts.pseudonymHint, value: name.value }}
        onInput={(typed) => (name.value = typed)}
      />
      {"done" in sending.state.value && <Notice kind="info">{texts.saved}</Notice>}
      <FailureNotice failure={failure} />
      <Button isDisabled={isBusy || name.value.trim() === ""}>{texts.save}</Button>
    </Form>
  );
}

interface Passkey {
  readonly id: string;
  readonly at: number | string;
  readonly lastUsed?: number | string;
}

function Passkeys() {
  const texts = textsIn(ABOUT);
  const known = useAnswer<{ readonly passkeys: readonly Passkey[] }>("/v1/citizens/me/passkeys").value?.passkeys ?? [];
  const outcome = useSignal<Outcome<unknown> | "waiting" | undefined>(undefined);
  const removing = useSending<unknown>();
  const proving = useProving();
  const add = async (): Promise<void> => {
    const proof = await proving.ask();
    if (proof === undefined) return;
    outcome.value = "waiting";
    outcome.value = await makePasskey("/v1/citizens/me/passkeys", {}, proof);
    noteSent();
  };
  const remove = async (id: string): Promise<void> => {
    const proof = await proving.ask();
    if (proof === undefined) return;
    await removing.run(() => send("DELETE", `/v1/citizens/me/passkeys/${id}`, undefined, proof));
  };
  return (
    <>
      <ul class="plain-list">
        {known.map((one) => (
          <li key={one.id}>
            {passkeyInWords(one)}{" "}
            {known.length > 1 && (
              <button type="button" class="as-link" onClick={() => void remove(one.id)}>
                {texts.removePasskey} <span class="visually-hidden">{passkeyInWords(one)}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      <OutcomeNotice outcome={outcome.value} refused={texts.refused} />
      <FailureNotice failure={removing.state.value.failure} />
      <p>
        <Button isDisabled={outcome.value === "waiting"} onPress={() => void add()}>
          {texts.addPasskey}
        </Button>
      </p>
      <ProofDialog proving={proving} />
    </>
  );
}

function passkeyInWords({ at, lastUsed }: Passkey): string {
  const texts = textsIn(ABOUT);
  const made = texts.passkeyOf(dayInWords(secondsOf(at)));
  return lastUsed === undefined ? made : `${made}, ${texts.lastUsed(dayInWords(secondsOf(lastUsed)))}`;
}

function NewCode() {
  const texts = textsIn(ABOUT);
  const sending = useSending<{ readonly recoveryCode: string }>({ isQuiet: true });
  const proving = useProving();
  const { isBusy, done, failure } = sending.state.value;
  const renew = async (): Promise<void> => {
    const proof = await proving.ask();
    if (proof !== undefined) await sending.run(() => send("POST", "/v1/citizens/me/recovery-code", undefined, proof));
  };
  if (done) return <RecoveryCode code={done.recoveryCode} receipts={[]} />;
  return (
    <>
      <p class="quiet">{texts.newCodeText}</p>
      <FailureNotice failure={failure} />
      <p>
        <Button isDisabled={isBusy} onPress={() => void renew()}>
          {texts.newCode}
        </Button>
      </p>
      <ProofDialog proving={proving} />
    </>
  );
}
