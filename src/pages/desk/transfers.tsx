/** Records that go to other controllers, and come from them: the register with the ways that are open, and what passed the gate. */
import { useSignal } from "@preact/signals";
import { Button } from "../components/button.tsx";
import { Form } from "../components/form.tsx";
import { Section } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { Table } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { textsIn } from "../texts/language.ts";
import { DeskLayout } from "./desk-layout.tsx";
import { idsIn } from "./entered.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { Text } from "./fields.tsx";
import { GiveForm } from "./give-form.tsx";
import { useLabels } from "./labels.ts";
import { picked } from "./picked.ts";
import { RecipientForm, RecipientList, useRecipients } from "./recipients.tsx";
import { TakeForm } from "./take-form.tsx";
import { TRANSFERS } from "./texts/transfers.ts";
import { WORDS } from "./texts/words.ts";
import { useAnswer } from "./use-answer.ts";

export function TransfersView() {
  const texts = textsIn(TRANSFERS);
  const { value, failure } = useRecipients();
  const recipients = value?.items ?? [];
  return (
    <DeskLayout title={texts.title} lead={texts.lead}>
      <Notice kind="info">{texts.noAdvice}</Notice>
      <Section title={texts.register}>
        <FailureNotice failure={failure} />
        <RecipientList recipients={recipients} />
      </Section>
      {recipients.length > 0 && (
        <Section title={texts.give}>
          <GiveForm recipients={recipients} />
        </Section>
      )}
      <Section title={texts.given}>
        <Given />
      </Section>
      <Section title={texts.add}>
        <RecipientForm />
      </Section>
      {recipients.length > 0 && (
        <Section title={texts.take}>
          <p class="quiet before-facts">{texts.takeLead}</p>
          <TakeForm recipients={recipients} />
        </Section>
      )}
    </DeskLayout>
  );
}

interface Provision {
  readonly leafIndex: number;
  readonly at: number;
  readonly to: string;
  readonly country: string;
  readonly claims: readonly string[];
  readonly purpose: string;
  readonly basis: string;
}

/** To whom a record was given. */
function Given() {
  const texts = textsIn(TRANSFERS);
  const [record, asked] = [useSignal(picked.peek().records[0] ?? ""), useSignal<string | undefined>(undefined)];
  const isTried = useSignal(false);
  const id = idsIn(record.value)?.[0];
  const path = asked.value === undefined ? undefined : `/v1/privacy/provisions?record=${asked.value}`;
  const { value, failure } = useAnswer<{ readonly items: readonly Provision[] }>(path);
  const show = (): void => {
    isTried.value = true;
    if (id !== undefined) asked.value = id;
  };
  const error = isTried.value && id === undefined ? textsIn(WORDS).recordIdsWrong : undefined;
  return (
    <>
      <Form onSend={show}>
        <Text label={texts.record} error={error} of={record} isCode />
        <FailureNotice failure={failure} />
        <Button>{texts.show}</Button>
      </Form>
      {value && <ProvisionTable provisions={value.items} />}
    </>
  );
}

function ProvisionTable({ provisions }: { readonly provisions: readonly Provision[] }) {
  const texts = textsIn(TRANSFERS);
  const labelOf = useLabels();
  if (provisions.length === 0) return <Notice kind="info">{texts.givenNone}</Notice>;
  return (
    <Table
      caption=""
      columns={[
        { title: texts.to, cell: ({ to, country }: Provision) => `${to} (${country})` },
        { title: texts.what, cell: ({ claims }) => claims.map((one) => labelOf(one)).join(", ") },
        { title: texts.purpose, cell: ({ purpose }) => <code>{purpose}</code> },
        { title: texts.basis, cell: ({ basis }) => <code>{basis}</code> },
        { title: texts.when, cell: ({ at }) => <Time at={at} /> },
      ]}
      rows={provisions}
      keyOf={({ leafIndex }) => String(leafIndex)}
    />
  );
}
