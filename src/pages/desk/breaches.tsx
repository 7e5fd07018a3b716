/** Breaches of personal data with their clocks, and how one is noted. */
import { useSignal } from "@preact/signals";
import { addressOf, goTo } from "../app/router.ts";
import { Deadline } from "../components/deadline.tsx";
import { Form } from "../components/form.tsx";
import { Table } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { textsIn } from "../texts/language.ts";
import type { BreachView } from "./answers.ts";
import { send } from "./api.ts";
import { FactFields, factsIn, type Facts } from "./breach-facts.tsx";
import { ClockedView } from "./clocked-view.tsx";
import { given, idsIn, timeIn } from "./entered.ts";
import { Checks, Submit, Text } from "./fields.tsx";
import { picked } from "./picked.ts";
import { IdsField } from "./record-fields.tsx";
import { BREACHES } from "./texts/breaches.ts";
import { WORDS } from "./texts/words.ts";
import { useSending } from "./use-answer.ts";

export function BreachesView() {
  const texts = textsIn(BREACHES);
  return (
    <ClockedView<BreachView>
      name="breaches"
      texts={texts}
      table={(items) => <BreachTable breaches={items} />}
      entry={{ title: texts.note, lead: texts.noteLead, form: <NoteForm /> }}
    />
  );
}

/** Breaches with their clocks. */
export function BreachTable({ breaches }: { readonly breaches: readonly BreachView[] }) {
  const texts = textsIn(BREACHES);
  const words = textsIn(WORDS);
  if (breaches.length === 0) return <p>{texts.none}</p>;
  return (
    <Table
      caption=""
      columns={[
        {
          title: texts.breach,
          cell: ({ id }: BreachView) => (
            <a href={addressOf(`/desk/breaches/${id}`)}>
              <code>…{id.slice(-12)}</code>
            </a>
          ),
        },
        { title: words.state, cell: ({ state }) => <span class="state">{texts.states[state]}</span> },
        { title: texts.known, cell: ({ knownAt }) => <Time at={knownAt} /> },
        { title: words.clock, cell: (breach) => <BreachClocks breach={breach} /> },
      ]}
      rows={breaches}
      keyOf={({ id }) => id}
    />
  );
}

/** The clocks of a breach. */
export function BreachClocks({ breach: { clocks, knownAt } }: { readonly breach: BreachView }) {
  const texts = textsIn(BREACHES);
  return (
    <ul class="clocks">
      {clocks.map(({ clock, due, stopped }) => (
        <li key={clock}>
          <span>{texts.clocks[clock]}</span>
          <Deadline from={knownAt} due={due} ended={stopped && { isLate: stopped.late }} />
        </li>
      ))}
    </ul>
  );
}

function NoteForm() {
  const texts = textsIn(BREACHES);
  const facts = useSignal<Facts>({});
  const records = useSignal(picked.peek().records.join("\n"));
  const [knownAt, happenedAt] = [useSignal(""), useSignal("")];
  const onPurpose = useSignal<readonly string[]>([]);
  const isTried = useSignal(false);
  const sending = useSending<BreachView>();
  const ids = idsIn(records.value);
  const isMissing = (facts.value["nature"] ?? "").trim() === "";
  const note = async (): Promise<void> => {
    isTried.value = true;
    if (ids === undefined || isMissing) return;
    const times = { ...given("knownAt", timeIn(knownAt.value)), ...given("happenedAt", timeIn(happenedAt.value)) };
    const said = { facts: factsIn(facts.value), records: ids, onPurpose: onPurpose.value.length > 0, ...times };
    const noted = await sending.run(() => send<BreachView>("/v1/privacy/breaches", said));
    if (noted) goTo(addressOf(`/desk/breaches/${noted.id}`));
  };
  return (
    <Form onSend={() => void note()}>
      <FactFields facts={facts} names={["nature", "cause", "measures"]} isWrong={isTried.value && isMissing} />
      <div class="fields">
        <Text type="datetime-local" label={texts.knownAt} hint={texts.knownAtHint} of={knownAt} />
        <Text type="datetime-local" label={texts.happenedAt} of={happenedAt} />
      </div>
      <Checks label="" choices={[{ value: "yes", name: texts.onPurpose }]} of={onPurpose} />
      <IdsField text={records} isWrong={isTried.value && ids === undefined} />
      <Submit says={texts.noteSays} conceals={texts.noteConceals} sending={sending} word={texts.send} />
    </Form>
  );
}
