/** Records as rows: what each is, when it came and from whom, what it says in public, and how far its anchor is. */
import { Table, type TableColumn } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { textsIn } from "../texts/language.ts";
import { typeOf, type AnchorState, type ListedRecord, type RecordView } from "./api.ts";
import { addressOf } from "../app/router.ts";
import { EXPLORER } from "./texts/explorer.ts";

export function RecordTable({
  caption,
  records,
}: {
  readonly caption: string;
  readonly records: readonly ListedRecord[];
}) {
  const { records: texts } = textsIn(EXPLORER);
  const columns: TableColumn<ListedRecord>[] = [
    { title: texts.record, cell: (one) => <RecordLink record={one} /> },
    {
      title: texts.received,
      cell: (one) => ("error" in one || one.receivedAt === undefined ? "" : <Time at={one.receivedAt} />),
    },
    { title: texts.source, cell: (one) => ("error" in one ? "" : one.source) },
    { title: texts.claims, cell: (one) => ("error" in one ? "" : <ShortClaims record={one} />) },
    { title: texts.state, cell: (one) => ("error" in one ? "" : <AnchorStateWord state={one.state} />) },
  ];
  return <Table caption={caption} columns={columns} rows={records} keyOf={({ leafIndex }) => String(leafIndex)} />;
}

function RecordLink({ record }: { readonly record: ListedRecord }) {
  const { records } = textsIn(EXPLORER);
  if ("error" in record) return <>{`${record.leafIndex}: ${records.damaged}`}</>;
  const { id, vct, leafIndex } = record;
  return (
    <>
      <a href={addressOf(`/records/${id}`)}>{typeOf(vct) ?? records.record}</a>{" "}
      <span class="quiet">{`#${leafIndex}`}</span>
    </>
  );
}

/** How far an anchor is, in a word. */
export function AnchorStateWord({ state }: { readonly state: AnchorState }) {
  return <span class={`state state-${state}`}>{textsIn(EXPLORER).states[state]}</span>;
}

const SHOWN_CLAIMS = 3;
const LONGEST = 60;

function ShortClaims({ record: { claims = {}, withheld } }: { readonly record: RecordView }) {
  const { records, record: texts } = textsIn(EXPLORER);
  if (withheld) return <span class="quiet">{texts.withheld}</span>;
  // The times that a record states are on its own page.
  const shown = Object.entries(claims)
    .filter(([name]) => !name.endsWith("At"))
    .slice(0, SHOWN_CLAIMS);
  if (shown.length === 0) return <span class="quiet">{records.noClaims}</span>;
  const text = shown.map(([name, value]) => `${name}: ${valueInWords(value)}`).join(" · ");
  return <>{text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}</>;
}

/** A claim's value as text. */
export function valueInWords(value: unknown): string {
  if (value === "") return textsIn(EXPLORER).records.emptyValue;
  return typeof value === "string" ? value : JSON.stringify(value);
}
