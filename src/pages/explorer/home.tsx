/** The overview: how the service fares, how the log grows, what a record costs, and the newest records. */
import { Chart } from "../components/chart.tsx";
import { Code } from "../components/code.tsx";
import { Facts } from "../components/facts.tsx";
import { Figures } from "../components/figures.tsx";
import { Layout, Section } from "../components/layout.tsx";
import { numberInWords, percentInWords, spanInWords } from "../texts/formats.ts";
import { language, textsIn } from "../texts/language.ts";
import { AlarmList } from "./alarms.tsx";
import type { Anchor, GrowthPoint, ListedRecord, Page, Status } from "./api.ts";
import { useLive } from "./live.ts";
import { FailureNotice, Navigation } from "./navigation.tsx";
import { RecordTable } from "./record-table.tsx";
import { addressOf } from "../app/router.ts";
import { EXPLORER } from "./texts/explorer.ts";

const [STATUS_SECONDS, RECORDS_SECONDS, CURVE_SECONDS] = [5, 10, 60];

export function HomeView() {
  const { home } = textsIn(EXPLORER);
  const status = useLive<Status>("/v1/status", STATUS_SECONDS);
  return (
    <Layout title={home.title} lead={home.lead} nav={<Navigation />}>
      <FailureNotice failure={status.failure} />
      <Section title={home.state}>
        <State status={status.value} />
      </Section>
      <Newest />
      <Growth />
      <Cost />
      {status.value && <Identity status={status.value} />}
    </Layout>
  );
}

function State({ status }: { readonly status: Status | undefined }) {
  const { home, loading } = textsIn(EXPLORER);
  if (!status) return <p class="quiet">{loading}</p>;
  const { treeSize, finalizedSize, pendingEntries, chainId, anchoring } = status;
  const share = treeSize === 0 ? 0 : finalizedSize / treeSize;
  const { lagSeconds, height } = anchoring;
  return (
    <>
      <AlarmList health={status.health} />
      <Figures
        figures={[
          { name: home.entries, value: numberInWords(treeSize), detail: home.entriesDetail },
          {
            name: home.final,
            value: numberInWords(finalizedSize),
            detail: home.finalDetail(percentInWords(share)),
          },
          {
            name: home.lag,
            value: lagSeconds === 0 ? home.lagNone : spanInWords(lagSeconds),
            detail: home.lagDetail(pendingEntries),
          },
          {
            name: home.block,
            value: height === null ? home.noBlock : numberInWords(height),
            detail: home.blockDetail(chainId),
          },
        ]}
      />
    </>
  );
}

function Newest() {
  const { home } = textsIn(EXPLORER);
  const { value } = useLive<Page<ListedRecord>>("/v1/records?order=newest&limit=6", RECORDS_SECONDS);
  return (
    <Section title={home.newest}>
      {value?.items.length === 0 ? <p>{home.none}</p> : <RecordTable caption="" records={value?.items ?? []} />}
      <p class="onward">
        <a href={addressOf("/records")}>{home.all}</a>
      </p>
    </Section>
  );
}

function Growth() {
  const { home, loading } = textsIn(EXPLORER);
  const { value } = useLive<{ readonly items: readonly GrowthPoint[] }>("/v1/growth", CURVE_SECONDS);
  const points = (value?.items ?? []).map(({ at, treeSize }) => ({ at, value: treeSize }));
  return (
    <Section title={home.growth}>
      {points.length === 0 ? (
        <p class="quiet">{value ? home.none : loading}</p>
      ) : (
        <Chart title={home.growthChart} points={points} format={numberInWords} />
      )}
    </Section>
  );
}

function Cost() {
  const { home, loading } = textsIn(EXPLORER);
  const { value } = useLive<Page<Anchor>>("/v1/anchors?limit=50", CURVE_SECONDS);
  const points = (value?.items ?? []).toReversed().flatMap((anchor) => {
    const { gasPerRecord, blockTime: at } = anchor;
    return gasPerRecord === null || at === null ? [] : [{ at, value: gasPerRecord }];
  });
  return (
    <Section title={home.cost}>
      <p class="quiet before-chart">{home.costLead}</p>
      {points.length === 0 ? (
        <p class="quiet">{value ? home.costNone : loading}</p>
      ) : (
        <Chart
          title={home.costChart}
          points={points}
          format={(gas) => home.costUnit(numberInWords(Math.round(gas)))}
          isDots
        />
      )}
    </Section>
  );
}

function Identity({ status }: { readonly status: Status }) {
  const { home } = textsIn(EXPLORER);
  const { lastFinal } = status.anchoring;
  return (
    <Section title={home.identity}>
      <p class="quiet before-facts">{home.identityLead}</p>
      <Facts
        facts={[
          [home.origin, status.origin],
          [home.key, <Code value={status.vkey} canCopy />],
          [home.contract, <Code value={status.contract} canCopy />],
          [home.size, numberInWords(status.treeSize)],
          [home.root, status.rootHash === "" ? home.none : <Code value={status.rootHash} canCopy />],
          [
            home.lastFinal,
            lastFinal === null || lastFinal.blockNumber === null
              ? home.noBlock
              : home.lastFinalText(lastFinal.treeSize, lastFinal.blockNumber),
          ],
        ]}
      />
      <ul class="links">
        <li>
          <a href="/log/checkpoint">{home.checkpoint}</a>
        </li>
        <li>
          <a href="/v1/status">{home.status}</a>
        </li>
        <li>
          <a href={`/docs?lang=${language.value}`}>{home.api}</a>
        </li>
      </ul>
    </Section>
  );
}
