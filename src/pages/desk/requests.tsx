/** What people ask for, and how a request is taken. */
import { useSignal } from "@preact/signals";
import { REQUEST_OPERATIONS } from "../../core/request-event.ts";
import { addressOf, goTo } from "../app/router.ts";
import { Deadline } from "../components/deadline.tsx";
import { Form } from "../components/form.tsx";
import { Table } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { textsIn } from "../texts/language.ts";
import type { RequestView } from "./answers.ts";
import { send } from "./api.ts";
import { ClockedView } from "./clocked-view.tsx";
import { given, idsIn, subjectIn, timeIn } from "./entered.ts";
import { Choice, Submit, Text } from "./fields.tsx";
import { picked } from "./picked.ts";
import { IdsField } from "./record-fields.tsx";
import { REQUESTS } from "./texts/requests.ts";
import { WORDS } from "./texts/words.ts";
import { useSending } from "./use-answer.ts";

export function RequestsView() {
  const texts = textsIn(REQUESTS);
  return (
    <ClockedView<RequestView>
      name="requests"
      texts={texts}
      table={(items) => <RequestTable requests={items} />}
      entry={{ title: texts.open, lead: texts.openLead, form: <NewRequestForm /> }}
    />
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
