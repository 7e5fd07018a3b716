/** What somebody on watch looks at: alarms, gateways with gaps, refusals and silence, connections to foreign systems. */
import { OutcomeSign, type Outcome } from "../components/badge.tsx";
import { Figures } from "../components/figures.tsx";
import { Layout, Section } from "../components/layout.tsx";
import { Table, type TableColumn } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { numberInWords } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import { AlarmList } from "./alarms.tsx";
import type { Connector, Status } from "./api.ts";
import type { SourceTraffic, Traffic } from "./api-sources.ts";
import { judgeTraffic } from "./judge-traffic.ts";
import { useLive } from "./live.ts";
import { FailureNotice, Navigation } from "./navigation.tsx";
import { addressOf } from "../app/router.ts";
import { rangeInWords, Rate } from "./rate.tsx";
import { ALARM_NAMES } from "../../texts/alarms.ts";
import { MONITORING } from "./texts/monitoring.ts";
import { refusalsInWords } from "./texts/refusals.ts";

/** Well within a minute: a gap must be seen while something can be done about it. */
const WATCH_SECONDS = 5;

export function MonitoringView() {
  const texts = textsIn(MONITORING);
  const status = useLive<Status>("/v1/status", WATCH_SECONDS);
  const traffic = useLive<Traffic>("/v1/traffic", WATCH_SECONDS);
  return (
    <Layout title={texts.title} lead={texts.lead} nav={<Navigation />}>
      <FailureNotice failure={status.failure ?? traffic.failure} />
      <Section title={texts.alarms}>
        {status.value ? <AlarmList health={status.value.health} /> : <p class="quiet">{texts.loading}</p>}
        <WatchedFor />
      </Section>
      <Section title={texts.gateways}>
        {traffic.value ? <Gateways traffic={traffic.value} /> : <p class="quiet">{texts.loading}</p>}
      </Section>
      {status.value && status.value.connectors.length > 0 && (
        <Section title={texts.connectors}>
          <Connectors connectors={status.value.connectors} />
        </Section>
      )}
    </Layout>
  );
}

/** Every alarm that there is. */
function WatchedFor() {
  const texts = textsIn(MONITORING);
  return (
    <details class="more">
      <summary>{texts.watchedFor}</summary>
      <ul class="statements watched">
        {Object.values(textsIn(ALARM_NAMES)).map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </details>
  );
}

function Gateways({ traffic: { total, keysRefused, sources, since } }: { readonly traffic: Traffic }) {
  const texts = textsIn(MONITORING);
  const now = Date.now() / 1_000;
  const keys = keysRefused.unauthenticated + keysRefused.forbidden + keysRefused.foreign;
  return (
    <>
      <Figures
        figures={[
          { name: texts.lastHour, value: <Rate recent={total.recent} />, detail: texts.lastHourDetail },
          { name: texts.heard, value: numberInWords(total.sources), detail: texts.heardDetail },
          { name: texts.refused, value: numberInWords(total.counts.refused), detail: texts.refusedDetail },
          { name: texts.keysRefused, value: numberInWords(keys), detail: texts.keysRefusedDetail },
        ]}
      />
      {sources.length === 0 ? (
        <p class="after-facts">{texts.nothingYet}</p>
      ) : (
        <div class="after-facts">
          <Table caption={texts.list} columns={columns(now)} rows={sources} keyOf={({ name }) => name} />
        </div>
      )}
      <p class="quiet after-facts">
        {texts.since} <Time at={since} />
      </p>
    </>
  );
}

const SIGNS: Readonly<Record<ReturnType<typeof judgeTraffic>, Outcome>> = {
  gap: "refuted",
  refused: "undecided",
  silent: "undecided",
  well: "holds",
};

function columns(now: number): TableColumn<SourceTraffic>[] {
  const texts = textsIn(MONITORING);
  return [
    { title: texts.source, cell: ({ name }) => <a href={addressOf("/sources", { name })}>{name}</a> },
    {
      title: texts.state,
      cell: (one) => {
        const found = judgeTraffic(one, now);
        return (
          <span class={`judged judged-${found}`}>
            <OutcomeSign outcome={SIGNS[found]} /> {texts.states[found]}
          </span>
        );
      },
    },
    { title: texts.rate, cell: ({ recent }) => <Rate recent={recent} /> },
    { title: texts.jumps, cell: ({ jumps }) => <Jumps jumps={jumps} /> },
    { title: texts.refusals, cell: ({ counts, refusals }) => refusalsInWords(counts.refused, refusals) },
    { title: texts.lastHeard, cell: ({ lastAt }) => <Time at={lastAt} /> },
  ];
}

const SHOWN_JUMPS = 3;

/** The newest first. */
function Jumps({ jumps }: Pick<SourceTraffic, "jumps">) {
  if (jumps.length === 0) return <>–</>;
  const shown = jumps.slice(-SHOWN_JUMPS).toReversed();
  return (
    <>
      {shown.map(({ from, to }) => rangeInWords(from, to)).join(", ")}
      {jumps.length > SHOWN_JUMPS && " …"}
    </>
  );
}

function Connectors({ connectors }: { readonly connectors: readonly Connector[] }) {
  const texts = textsIn(MONITORING);
  const columns: TableColumn<Connector>[] = [
    { title: texts.connector, cell: ({ name, type }) => `${type} ${name}` },
    {
      title: texts.state,
      cell: ({ connected }) => (
        <span class="judged">
          <OutcomeSign outcome={connected ? "holds" : "refuted"} /> {connected ? texts.connected : texts.disconnected}
        </span>
      ),
    },
    { title: texts.records, isNumber: true, cell: ({ records }) => numberInWords(records.new) },
    { title: texts.refused, isNumber: true, cell: ({ records }) => numberInWords(records.refused) },
    { title: texts.missed, isNumber: true, cell: ({ gaps }) => numberInWords(gaps) },
    {
      title: texts.lastHeard,
      cell: ({ lastMessageAt }) => (lastMessageAt === null ? "–" : <Time at={Date.parse(lastMessageAt) / 1_000} />),
    },
  ];
  return <Table caption={texts.connectorList} columns={columns} rows={connectors} keyOf={({ name }) => name} />;
}
