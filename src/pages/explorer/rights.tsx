/** Rights and moderation as counts: what people asked for, and what was erased, withheld, disclosed and provided. */
import { Figures } from "../components/figures.tsx";
import { Layout, Section } from "../components/layout.tsx";
import { Spark } from "../components/spark.tsx";
import { Table, type TableColumn } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { numberInWords, spanInWords } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import type { EventCount, Rights } from "./api-sources.ts";
import { useLive } from "./live.ts";
import { lastMonths } from "./months.ts";
import { FailureNotice, Navigation } from "./navigation.tsx";
import { RIGHTS } from "./texts/rights.ts";

const LIVE_SECONDS = 30;
const SHOWN_MONTHS = 12;

/** What each part of the page counts, by the names of events. */
const PARTS = [
  ["asked", ["request"]],
  ["moderation", ["moderation", "withholding", "erasure"]],
  ["consents", ["consent", "restriction", "rectification", "notice"]],
  ["shown", ["disclosure", "access", "provision", "reception", "deidentification", "recipient"]],
  ["derived", ["derivation"]],
  ["breaches", ["breach"]],
] as const;

export function RightsView() {
  const texts = textsIn(RIGHTS);
  const { value, failure } = useLive<Rights>("/v1/rights", LIVE_SECONDS);
  return (
    <Layout title={texts.title} lead={texts.lead} nav={<Navigation />}>
      <FailureNotice failure={failure} />
      {!value && failure === undefined && <p class="quiet">{texts.loading}</p>}
      {value && (
        <>
          <Section title={texts.requests}>
            <Requests requests={value.requests} />
          </Section>
          {PARTS.map(([part, names]) => (
            <Counted key={part} part={part} events={value.events.filter(({ what }) => isOneOf(names, what))} />
          ))}
        </>
      )}
    </Layout>
  );
}

function isOneOf(names: readonly string[], name: string): boolean {
  return names.includes(name);
}

function Requests({ requests }: Pick<Rights, "requests">) {
  const texts = textsIn(RIGHTS);
  const { open, overdue, done, refused, late, medianSeconds } = requests;
  return (
    <Figures
      figures={[
        { name: texts.open, value: numberInWords(open), detail: texts.overdue(overdue) },
        { name: texts.done, value: numberInWords(done), detail: texts.late(late) },
        { name: texts.refused, value: numberInWords(refused), detail: texts.refusedDetail },
        {
          name: texts.median,
          value: medianSeconds === null ? "–" : spanInWords(medianSeconds),
          detail: texts.medianDetail,
        },
      ]}
    />
  );
}

interface CountedProps {
  readonly part: (typeof PARTS)[number][0];
  readonly events: readonly EventCount[];
}

function Counted({ part, events }: CountedProps) {
  const texts = textsIn(RIGHTS);
  const columns: TableColumn<EventCount>[] = [
    { title: texts.event, cell: (event) => nameOf(event) },
    { title: texts.count, isNumber: true, cell: ({ count }) => numberInWords(count) },
    { title: texts.months, cell: ({ months }) => <Spark values={lastMonths(months, SHOWN_MONTHS, Date.now())} /> },
    { title: texts.last, cell: ({ lastAt }) => <Time at={lastAt} /> },
  ];
  return (
    <Section title={texts.parts[part]}>
      <p class="quiet before-facts">{texts.partLeads[part]}</p>
      {events.length === 0 ? (
        <p>{texts.noneYet}</p>
      ) : (
        <Table
          caption={texts.partLists[part]}
          columns={columns}
          rows={events}
          keyOf={({ what, words }) => [what, ...words].join(" ")}
        />
      )}
    </Section>
  );
}

/** The words of the log, in the reader's language where there are some. */
function nameOf({ what, words }: EventCount): string {
  const texts = textsIn(RIGHTS);
  const said = words.map((word) => texts.words[word] ?? word);
  return [texts.names[what] ?? what, ...said].join(" · ");
}
