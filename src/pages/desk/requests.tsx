/** What people ask for, and how a request is taken. */
import { useSignal } from "@preact/signals";
import { REQUEST_OPERATIONS } from "../../core/request-event.ts";
import { addressOf, goTo, place } from "../app/router.ts";
import { Deadline } from "../components/deadline.tsx";
import { ChoiceField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { Section } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { Table } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { textsIn } from "../texts/language.ts";
import type { RequestView } from "./answers.ts";
import { send } from "./api.ts";
import { DeskLayout } from "./desk-layout.tsx";
import { given, idsIn, subjectIn, timeIn } from "./entered.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { Choice, Submit, Text } from "./fields.tsx";
import { picked } from "./picked.ts";
import { IdsField } from "./record-fields.tsx";
import { mayAct } from "./session.ts";
import { FRAME } from "./texts/frame.ts";
import { REQUESTS } from "./texts/requests.ts";
import { WORDS } from "./texts/words.ts";
import { useAnswer, useSending } from "./use-answer.ts";

const FILTERS = ["open", "soon", "overdue", "closed", "all"] as const;

export function RequestsView() {
  const texts = textsIn(REQUESTS);
  const { loading, auditorOnly } = textsIn(FRAME);
  const filter = FILTERS.find((one) => one === place.value.query.get("state")) ?? "open";
  const { value, failure } = useAnswer<{ readonly items: readonly RequestView[] }>(
    `/v1/privacy/requests?state=${filter}`,
  );
  return (
    <DeskLayout title={texts.title} lead={texts.lead}>
      <Section title={texts.list}>
        <ChoiceField
          label={texts.filter}
          value={filter}
          choices={FILTERS.map((one) => ({ value: one, name: texts.filters[one] }))}
          onChoose={(state) => {
            goTo(addressOf("/desk/requests", { state }));
          }}
        />
        <FailureNotice failure={failure} />
        {value ? <RequestTable requests={value.items} /> : !failure && <p class="quiet">{loading}</p>}
      </Section>
      {mayAct() ? (
        <Section title={texts.open}>
          <p class="quiet before-facts">{texts.openLead}</p>
          <NewRequestForm />
        </Section>
      ) : (
        <Notice kind="info">{auditorOnly}</Notice>
      )}
    </DeskLayout>
  );
}

/** Requests with their clocks. */
export function RequestTable({ requests }: { readonly requests: readonly RequestView[] }) {
  const texts = textsIn(REQUESTS);
  const words = textsIn(WORDS);
  if (requests.length === 0) return <p>{texts.none}</p>;
  return (
    <Table
      caption=""
      columns={[
        {
          title: texts.operation,
          cell: ({ id, operation }: RequestView) => (
            <a href={addressOf(`/desk/requests/${id}`)}>{words.operations[operation]}</a>
          ),
        },
        { title: words.state, cell: ({ state }) => <span class="state">{words.steps[state]}</span> },
        { title: texts.came, cell: ({ receivedAt }) => <Time at={receivedAt} /> },
        { title: words.clock, cell: (request) => <RequestClock request={request} /> },
      ]}
      rows={requests}
      keyOf={({ id }) => id}
    />
  );
}

/** The clock of a request. */
export function RequestClock({ request }: { readonly request: RequestView }) {
  const { receivedAt, due, needs, steps } = request;
  const end = steps.at(-1)?.at ?? due;
  return <Deadline from={receivedAt} due={due} ended={needs ? undefined : { isLate: end > due }} />;
}

function NewRequestForm() {
  const texts = textsIn(REQUESTS);
  const words = textsIn(WORDS);
  const [operation, receivedAt, said] = [useSignal<string>("access"), useSignal(""), useSignal("")];
  const [subject, records] = [useSignal(picked.peek().subject ?? ""), useSignal(picked.peek().records.join("\n"))];
  const isTried = useSignal(false);
  const sending = useSending<RequestView>();
  const [ids, whose] = [idsIn(records.value), subjectIn(subject.value)];
  const take = async (): Promise<void> => {
    isTried.value = true;
    if (ids === undefined || whose === undefined) return;
    const request = {
      operation: operation.value,
      ...{ ...given("subject", whose), ...(ids.length > 0 && { records: ids }) },
      ...{ ...given("receivedAt", timeIn(receivedAt.value)), ...given("text", said.value.trim()) },
    };
    const taken = await sending.run(() => send<RequestView>("/v1/privacy/requests", request));
    if (taken) goTo(addressOf(`/desk/requests/${taken.id}`));
  };
  const operations = REQUEST_OPERATIONS.map((one) => ({ value: one, name: words.operations[one] }));
  const wrongSubject = isTried.value && whose === undefined ? texts.subjectWrong : undefined;
  return (
    <Form onSend={() => void take()}>
      <div class="fields">
        <Choice label={texts.operation} choices={operations} of={operation} />
        <Text type="datetime-local" label={texts.receivedAt} hint={texts.receivedAtHint} of={receivedAt} />
      </div>
      <Text label={texts.subject} hint={texts.subjectHint} error={wrongSubject} of={subject} isCode />
      <IdsField text={records} isWrong={isTried.value && ids === undefined} />
      <Text label={texts.text} rows={4} of={said} />
      <Submit says={texts.says} conceals={texts.conceals} sending={sending} word={texts.send} />
    </Form>
  );
}
