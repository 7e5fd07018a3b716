/** One source: which of its numbers the log has, what the log says of its newest records, its keys, and what it sends now. */
import { Facts, type Fact } from "../components/facts.tsx";
import { Figures } from "../components/figures.tsx";
import { Code } from "../components/code.tsx";
import { Layout, Section } from "../components/layout.tsx";
import { Meter } from "../components/meter.tsx";
import { Notice } from "../components/notice.tsx";
import { Table, type TableColumn } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { numberInWords, percentInWords } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import type { Reputation, Source, Traffic } from "./api-sources.ts";
import { useLive } from "./live.ts";
import { FailureNotice, Navigation } from "./navigation.tsx";
import { addressOf } from "../app/router.ts";
import { rangeInWords, Rate } from "./rate.tsx";
import { SourceState } from "./source-state.tsx";
import { SOURCES } from "./texts/sources.ts";
import { refusalsInWords } from "./texts/refusals.ts";

const LIVE_SECONDS = 10;
const MOST_RANGES = 50;

export function SourcePage({ name }: { readonly name: string }) {
  const texts = textsIn(SOURCES);
  const { value: source, failure } = useLive<Source>(`/v1/sources/${encodeURIComponent(name)}`, LIVE_SECONDS);
  const isMissing = failure?.status === 404 || failure?.status === 400;
  return (
    <Layout title={name} lead={texts.oneLead} nav={<Navigation />}>
      {isMissing ? <Notice kind="error">{texts.unknown}</Notice> : <FailureNotice failure={failure} />}
      {!source && failure === undefined && <p class="quiet">{texts.loading}</p>}
      {source && <Shown source={source} />}
    </Layout>
  );
}

function Shown({ source }: { readonly source: Source }) {
  const texts = textsIn(SOURCES);
  const { name, records, missing, conflicts, conflictEvents } = source;
  return (
    <>
      <Section title={texts.completeness}>
        <Figures
          figures={[
            { name: texts.records, value: numberInWords(records) },
            { name: texts.missing, value: numberInWords(missing), detail: texts.missingDetail },
            { name: texts.conflicts, value: numberInWords(conflicts), detail: texts.conflictsDetail },
          ]}
        />
        {records > 0 && <Numbers source={source} />}
        <EventLinks label={texts.conflictEvents} leaves={conflictEvents} />
        <p class="onward">
          <a href={addressOf("/records", { source: name })}>{texts.itsRecords}</a>
        </p>
      </Section>
      <Now name={name} />
      {source.reputation && <Reputed reputation={source.reputation} />}
      <Section title={texts.state}>
        <Registered source={source} />
      </Section>
    </>
  );
}

const [WIDTH, HEIGHT, LEAST] = [600, 18, 2];

/** All numbers from 0 on, and where some are missing. */
function Numbers({ source: { lastSeq, ranges, missing, nextCursor } }: { readonly source: Source }) {
  const texts = textsIn(SOURCES);
  const scale = WIDTH / (lastSeq + 1);
  const shown = ranges.slice(0, MOST_RANGES).map(([from, to]) => rangeInWords(from, to));
  const isCut = nextCursor !== null || ranges.length > MOST_RANGES;
  return (
    <figure class="numbers">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect class="numbers-there" width={WIDTH} height={HEIGHT} />
        {ranges.map(([from, to]) => (
          <rect
            key={from}
            class="numbers-missing"
            x={Math.min(from * scale, WIDTH - LEAST)}
            width={Math.max(LEAST, (to - from + 1) * scale)}
            height={HEIGHT}
          />
        ))}
      </svg>
      <figcaption>
        <span class="quiet">{texts.numbers(numberInWords(lastSeq))}</span>
        <p>{missing === 0 ? texts.noneMissing : texts.missingNumbers(`${shown.join(", ")}${isCut ? " …" : ""}`)}</p>
      </figcaption>
    </figure>
  );
}

function EventLinks({ label, leaves }: { readonly label: string; readonly leaves: readonly number[] }) {
  if (leaves.length === 0) return null;
  return (
    <p class="after-facts">
      {label}{" "}
      {leaves.map((leaf) => (
        <a key={leaf} class="beside" href={addressOf("/records", { leaf: String(leaf) })}>
          {numberInWords(leaf)}
        </a>
      ))}
    </p>
  );
}

/** What it sends at present. */
function Now({ name }: { readonly name: string }) {
  const texts = textsIn(SOURCES);
  const { value } = useLive<Traffic>(`/v1/traffic?source=${encodeURIComponent(name)}`, LIVE_SECONDS);
  const traffic = value?.sources[0];
  return (
    <Section title={texts.now}>
      {value && !traffic && <p>{texts.nothingSince}</p>}
      {value && traffic && (
        <>
          <Facts
            facts={[
              [texts.lastHeard, <Time at={traffic.lastAt} />],
              [texts.lastHour, <Rate recent={traffic.recent} />],
              [texts.repeats, numberInWords(traffic.counts.repeated)],
              [texts.refused, refusalsInWords(traffic.counts.refused, traffic.refusals)],
            ]}
          />
          <p class="quiet after-facts">
            {texts.since} <Time at={value.since} />
          </p>
        </>
      )}
    </Section>
  );
}

const PARTS = ["complete", "punctual", "signed", "consistent", "trusted"] as const;

function Reputed({ reputation }: { readonly reputation: Reputation }) {
  const texts = textsIn(SOURCES);
  const [from, to] = reputation.window;
  const facts = PARTS.map((part): Fact => {
    const share = reputation[part];
    const value = share === null ? texts.notSaid : <Meter share={share}>{percentInWords(share)}</Meter>;
    return [texts.parts[part], value];
  });
  return (
    <Section title={texts.reputation}>
      <p class="before-facts">
        <strong class="score">{texts.score(reputation.score)}</strong>{" "}
        <span class="quiet">{texts.window(rangeInWords(from, to))}</span>
      </p>
      <Facts facts={facts} />
      <p class="quiet after-facts">{texts.reputationLead}</p>
    </Section>
  );
}

type Key = Source["keys"][number];

function Registered({ source }: { readonly source: Source }) {
  const texts = textsIn(SOURCES);
  const columns: TableColumn<Key>[] = [
    {
      title: texts.key,
      cell: ({ thumbprint }) => (thumbprint === null ? texts.concealedKey : <Code value={thumbprint} />),
    },
    { title: texts.keyFrom, isNumber: true, cell: ({ from }) => <LeafLink leaf={from} /> },
    {
      title: texts.keyEnded,
      cell: ({ endedAt, why }) =>
        endedAt === null ? (
          texts.keyCounts
        ) : (
          <>
            <LeafLink leaf={endedAt} /> <span class="quiet">{texts.why[why ?? ""] ?? why}</span>
          </>
        ),
    },
  ];
  return (
    <>
      <p>
        <SourceState source={source} /> {source.registeredAt === null && texts.unregisteredLead}
      </p>
      {source.keys.length > 0 && (
        <Table caption={texts.keys} columns={columns} rows={source.keys} keyOf={({ from }) => String(from)} />
      )}
    </>
  );
}

function LeafLink({ leaf }: { readonly leaf: number }) {
  return <a href={addressOf("/records", { leaf: String(leaf) })}>{numberInWords(leaf)}</a>;
}
