/** Finding a person: what identifies them is sent in the body of a request, and kept nowhere; what is found can be picked. */
import { useSignal } from "@preact/signals";
import { addressOf } from "../app/router.ts";
import { Button } from "../components/button.tsx";
import { TextField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { Section } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { Table } from "../components/table.tsx";
import { textsIn } from "../texts/language.ts";
import type { Page, PersonRecord } from "./answers.ts";
import { send } from "./api.ts";
import { DeskLayout } from "./desk-layout.tsx";
import { FailureNotice } from "./failure-notice.tsx";
import { useLabels, useProfiles } from "./labels.ts";
import { picked } from "./picked.ts";
import { PERSONS } from "./texts/persons.ts";
import { WORDS } from "./texts/words.ts";
import { useSending } from "./use-answer.ts";

interface PersonPage extends Page<PersonRecord> {
  readonly subjects: readonly string[];
}

/** What was found, and by what. */
interface FoundPersons {
  readonly by: Readonly<Record<string, string>>;
  readonly records: readonly PersonRecord[];
  /** How many searches there were: each begins with nothing picked. */
  readonly turn: number;
}

export function PersonsView() {
  const texts = textsIn(PERSONS);
  const values = useSignal<Readonly<Record<string, string>>>({});
  const found = useSignal<FoundPersons | undefined>(undefined);
  const isTried = useSignal(false);
  const sending = useSending<PersonPage>();
  const { isBusy, done, failure } = sending.state.value;
  const given = Object.fromEntries(Object.entries(values.value).filter(([, value]) => value.trim() !== ""));
  const ask = (by: FoundPersons["by"], more = "") =>
    sending.run(() => send<PersonPage>(`/v1/privacy/persons?limit=100${more}`, by));
  const find = async (): Promise<void> => {
    isTried.value = true;
    if (Object.keys(given).length === 0) return;
    const page = await ask(given);
    if (page) found.value = { by: given, records: page.items, turn: (found.peek()?.turn ?? 0) + 1 };
  };
  // By what was searched for, which may be another thing than what stands in the fields by now.
  const goOn = async (before: FoundPersons, cursor: string): Promise<void> => {
    const page = await ask(before.by, `&cursor=${encodeURIComponent(cursor)}`);
    if (page) found.value = { ...before, records: [...before.records, ...page.items] };
  };
  const shown = found.value;
  const next = done?.nextCursor;
  return (
    <DeskLayout title={texts.title} lead={texts.lead}>
      <Section title={texts.by}>
        <Form onSend={() => void find()}>
          <ValueFields values={values} />
          {isTried.value && Object.keys(given).length === 0 && <Notice kind="error">{texts.empty}</Notice>}
          <FailureNotice failure={failure} />
          <p class="quiet before-facts">{texts.counts}</p>
          <Button kind="main" isDisabled={isBusy}>
            {texts.find}
          </Button>
        </Form>
      </Section>
      {shown && <Found key={shown.turn} records={shown.records} />}
      {shown && next && <Button onPress={() => void goOn(shown, next)}>{texts.more}</Button>}
    </DeskLayout>
  );
}

interface ValueFieldsProps {
  readonly values: { value: Readonly<Record<string, string>> };
}

/** A field for each claim by which a profile identifies people. */
function ValueFields({ values }: ValueFieldsProps) {
  const texts = textsIn(PERSONS);
  const labelOf = useLabels();
  const claims = [...new Set(useProfiles().flatMap(({ person = [] }) => person))];
  if (claims.length === 0) return <p>{texts.none}</p>;
  return (
    <div class="fields">
      {claims.map((claim) => (
        <TextField
          key={claim}
          label={labelOf(claim)}
          hint={texts.byHint}
          value={values.value[claim] ?? ""}
          onInput={(text) => (values.value = { ...values.value, [claim]: text })}
        />
      ))}
    </div>
  );
}

function Found({ records }: { readonly records: readonly PersonRecord[] }) {
  const texts = textsIn(PERSONS);
  const chosen = useSignal<readonly string[]>([]);
  const subjects = new Set(records.flatMap((one) => one.subjects));
  if (records.length === 0) return <Notice kind="info">{texts.nobody}</Notice>;
  const whose = new Set(records.filter(({ id }) => chosen.value.includes(id)).flatMap((one) => one.subjects));
  const [subject] = whose.size === 1 ? whose : [];
  return (
    <Section title={texts.found}>
      <p>{texts.foundCount(subjects.size, records.length)}</p>
      {subjects.size > 1 && <Notice kind="warning">{texts.several}</Notice>}
      <RecordTable records={records} chosen={chosen} />
      <p class="onward">
        <Button onPress={() => (chosen.value = records.map(({ id }) => id))}>{texts.all}</Button>
      </p>
      {chosen.value.length > 0 && <Onward records={chosen.value} subject={subject} />}
    </Section>
  );
}

interface RecordTableProps {
  readonly records: readonly PersonRecord[];
  readonly chosen: { value: readonly string[] };
}

function RecordTable({ records, chosen }: RecordTableProps) {
  const texts = textsIn(PERSONS);
  const words = textsIn(WORDS);
  const toggle = (id: string, isChosen: boolean): void => {
    const others = chosen.value.filter((one) => one !== id);
    chosen.value = isChosen ? [...others, id] : others;
  };
  return (
    <Table
      caption=""
      columns={[
        {
          title: words.record,
          cell: ({ id, leafIndex }: PersonRecord) => (
            <label class="check">
              <input
                type="checkbox"
                checked={chosen.value.includes(id)}
                onChange={({ currentTarget }) => {
                  toggle(id, currentTarget.checked);
                }}
              />
              <span>
                <code>{id}</code> <span class="quiet">{words.leaf(leafIndex)}</span>
              </span>
            </label>
          ),
        },
        { title: words.source, cell: ({ source }) => source },
        { title: words.subject, cell: ({ subjects }) => <code>{subjects.join(" ")}</code> },
      ]}
      rows={records}
      keyOf={({ id }) => `${id} ${texts.pick}`}
    />
  );
}

interface OnwardProps {
  readonly records: readonly string[];
  readonly subject: string | undefined;
}

/** Where the picked records are taken along to. */
function Onward({ records, subject }: OnwardProps) {
  const texts = textsIn(PERSONS);
  const targets = [
    ["/desk/requests", texts.toRequest],
    ["/desk/grants", texts.toGrant],
    ["/desk/correct", texts.toCorrect],
    ["/desk/erase", texts.toErase],
  ] as const;
  return (
    <>
      <h3>{texts.next}</h3>
      <p class="onward buttons">
        {targets.map(([path, word]) => (
          <a key={path} class="button" href={addressOf(path)} onClick={() => (picked.value = { records, subject })}>
            {word}
          </a>
        ))}
      </p>
    </>
  );
}
