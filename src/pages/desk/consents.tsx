/** What people are told, and what they agree to. */
import { useSignal } from "@preact/signals";
import { Button } from "../components/button.tsx";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { Facts } from "../components/facts.tsx";
import { FileField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { Section } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { Table } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { textsIn } from "../texts/language.ts";
import type { Entered } from "./answers.ts";
import { send } from "./api.ts";
import { ConsentForm } from "./consent-form.tsx";
import { DeskLayout } from "./desk-layout.tsx";
import { subjectIn } from "./entered.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { Submit, Text } from "./fields.tsx";
import { useNotice, type ShownNotice } from "./notice.ts";
import { picked } from "./picked.ts";
import { CONSENTS } from "./texts/consents.ts";
import { WORDS } from "./texts/words.ts";
import { useAnswer, useSending } from "./use-answer.ts";

const NOT_FOUND = 404;

export function ConsentsView() {
  const texts = textsIn(CONSENTS);
  const { value, failure } = useNotice();
  const isNone = failure?.status === NOT_FOUND;
  return (
    <DeskLayout title={texts.title} lead={texts.lead}>
      <Section title={texts.notice}>
        {isNone ? <Notice kind="warning">{texts.noNotice}</Notice> : <FailureNotice failure={failure} />}
        {value && <NoticeFacts shown={value} />}
      </Section>
      {value && (
        <Section title={texts.note}>
          <ConsentForm shown={value} />
        </Section>
      )}
      <Section title={texts.find}>
        <FindConsents />
      </Section>
      <Section title={texts.add}>
        <p class="quiet before-facts">{texts.addLead}</p>
        <NoticeForm />
      </Section>
    </DeskLayout>
  );
}

function NoticeFacts({ shown: { since, languages, notice } }: { readonly shown: ShownNotice }) {
  const texts = textsIn(CONSENTS);
  return (
    <Facts
      facts={[
        [texts.version, `${notice.version} (${notice.language})`],
        [texts.since, <Time at={since} />],
        [texts.languages, languages.join(", ")],
        [
          texts.text,
          <p class="said" lang={notice.language}>
            {notice.text}
          </p>,
        ],
        [
          texts.purposes,
          <ul class="plain-list" lang={notice.language}>
            {notice.purposes.map(({ code, text, needsConsent }) => (
              <li key={code}>
                {text} <code>{code}</code>
                {needsConsent && <span class="quiet"> ({texts.withConsent})</span>}
              </li>
            ))}
          </ul>,
        ],
      ]}
    />
  );
}

interface Consent {
  readonly leafIndex: number;
  readonly at: number;
  readonly state: "given" | "withdrawn";
  readonly purpose: string;
  readonly country?: string;
}

function FindConsents() {
  const texts = textsIn(CONSENTS);
  const subject = useSignal(picked.peek().subject ?? "");
  const asked = useSignal<string | undefined>(undefined);
  const isTried = useSignal(false);
  const whose = subjectIn(subject.value);
  const path = asked.value === undefined ? undefined : `/v1/privacy/consents?subject=${asked.value}`;
  const { value, failure } = useAnswer<{ readonly items: readonly Consent[] }>(path);
  const show = (): void => {
    isTried.value = true;
    if (typeof whose === "string") asked.value = whose;
  };
  const wrong = isTried.value && typeof whose !== "string" ? texts.subjectWrong : undefined;
  return (
    <>
      <Form onSend={show}>
        <Text label={textsIn(WORDS).subject} error={wrong} of={subject} isCode />
        <FailureNotice failure={failure} />
        <Button>{texts.show}</Button>
      </Form>
      {value && <ConsentTable consents={value.items} />}
    </>
  );
}

function ConsentTable({ consents }: { readonly consents: readonly Consent[] }) {
  const texts = textsIn(CONSENTS);
  if (consents.length === 0) return <Notice kind="info">{texts.none}</Notice>;
  return (
    <Table
      caption=""
      columns={[
        { title: texts.purpose, cell: ({ purpose }: Consent) => <code>{purpose}</code> },
        { title: texts.state, cell: ({ state }) => texts.states[state] },
        { title: texts.country, cell: ({ country }) => country ?? texts.whole },
        { title: texts.at, cell: ({ at }) => <Time at={at} /> },
      ]}
      rows={consents}
      keyOf={({ leafIndex }) => String(leafIndex)}
    />
  );
}

function NoticeForm() {
  const texts = textsIn(CONSENTS);
  const file = useSignal<{ readonly name: string; readonly notice: object } | "wrong" | undefined>(undefined);
  const isAsking = useSignal(false);
  const sending = useSending<Entered>();
  const { done } = sending.state.value;
  const chosen = typeof file.value === "object" ? file.value : undefined;
  const take = async ([given]: readonly File[]): Promise<void> => {
    if (!given) return;
    try {
      file.value = { name: given.name, notice: JSON.parse(await given.text()) as object };
    } catch {
      file.value = "wrong";
    }
  };
  if (done) return <Notice kind="info">{textsIn(WORDS).enteredAt(done.leafIndex)}</Notice>;
  return (
    <>
      <FileField label={texts.choose} accept=".json,application/json" onFiles={(files) => void take(files)} />
      {file.value === "wrong" && <Notice kind="error">{texts.notJson}</Notice>}
      {chosen && (
        <Form onSend={() => (isAsking.value = true)}>
          <p>{texts.chosen(chosen.name)}</p>
          <Submit says={texts.addSays} sending={sending} word={texts.add} />
        </Form>
      )}
      <ConfirmDialog
        title={texts.add}
        ids={[chosen?.name ?? ""]}
        word={texts.add}
        isOpen={isAsking.value}
        onConfirm={() => void sending.run(() => send("/v1/privacy/notices", chosen?.notice ?? {}))}
        onClose={() => (isAsking.value = false)}
      >
        <p>{texts.addConfirm}</p>
      </ConfirmDialog>
    </>
  );
}
