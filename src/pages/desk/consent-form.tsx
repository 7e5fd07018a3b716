/** How a consent, or its withdrawal, is noted; and the receipt that the person gets. */
import { useSignal } from "@preact/signals";
import { Code } from "../components/code.tsx";
import { Form } from "../components/form.tsx";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import type { Entered } from "./answers.ts";
import { send } from "./api.ts";
import { DownloadButton } from "./download-button.tsx";
import { given, subjectIn } from "./entered.ts";
import { Choice, Submit, Text } from "./fields.tsx";
import type { ShownNotice } from "./notice.ts";
import { picked } from "./picked.ts";
import { CONSENTS } from "./texts/consents.ts";
import { useSending } from "./use-answer.ts";

interface Noted extends Entered {
  readonly subject: string;
}

const COUNTRY = /^[A-Z]{2}$/;

export function ConsentForm({ shown: { notice, languages } }: { readonly shown: ShownNotice }) {
  const texts = textsIn(CONSENTS);
  const [state, country] = [useSignal<string>("given"), useSignal("")];
  const purpose = useSignal(notice.purposes.find((one) => one.needsConsent)?.code ?? notice.purposes[0]?.code ?? "");
  const [shownIn, subject] = [useSignal(notice.language), useSignal(picked.peek().subject ?? "")];
  const isTried = useSignal(false);
  const sending = useSending<Noted>();
  const { done } = sending.state.value;
  const [whose, where] = [subjectIn(subject.value), country.value.trim().toUpperCase()];
  const isWrong = { subject: whose === undefined, country: where !== "" && !COUNTRY.test(where) };
  const note = (): void => {
    isTried.value = true;
    if (isWrong.subject || isWrong.country) return;
    const said = { state: state.value, purpose: purpose.value, language: shownIn.value };
    const consent = { ...said, ...given("country", where), ...given("subject", whose) };
    void sending.run(() => send<Noted>("/v1/privacy/consents", consent));
  };
  const wrong = (name: keyof typeof isWrong, text: string) => (isTried.value && isWrong[name] ? text : undefined);
  const states = (["given", "withdrawn"] as const).map((one) => ({ value: one, name: texts.states[one] }));
  const purposes = notice.purposes.map(({ code, text }) => ({ value: code, name: text }));
  const tongues = languages.map((one) => ({ value: one, name: one }));
  if (done) return <NotedNotice noted={done} />;
  return (
    <Form onSend={note}>
      <div class="fields">
        <Choice label={texts.state} choices={states} of={state} />
        <Choice label={texts.purpose} choices={purposes} of={purpose} />
        <Choice label={texts.language} choices={tongues} of={shownIn} />
      </div>
      <Text label={texts.country} hint={texts.countryHint} error={wrong("country", texts.countryWrong)} of={country} />
      <Text
        label={texts.subject}
        hint={texts.subjectHint}
        error={wrong("subject", texts.subjectWrong)}
        of={subject}
        isCode
      />
      <Submit says={texts.says} conceals={texts.conceals} sending={sending} word={texts.send} />
    </Form>
  );
}

function NotedNotice({ noted: { id, subject } }: { readonly noted: Noted }) {
  const texts = textsIn(CONSENTS);
  return (
    <>
      <Notice kind="info" title={texts.noted}>
        <p>
          <Code value={subject} canCopy />
        </p>
        <p>{texts.noteSubject}</p>
      </Notice>
      <DownloadButton path={`/v1/privacy/consents/${id}/receipt`} file="receipt.json" word={texts.receipt} />
    </>
  );
}
