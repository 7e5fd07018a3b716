/** Checkpoints and anchors: what was signed, what the chain recorded, what it took, and who else signed. */
import { Chart } from "../components/chart.tsx";
import { Code } from "../components/code.tsx";
import { Layout, Section } from "../components/layout.tsx";
import { Table, type TableColumn } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { numberInWords, roundedInWords, shortSpan } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import type { Anchor, Status } from "./api.ts";
import { ether, latencyOf } from "./anchor-figures.ts";
import { BlockCourse } from "./block-course.tsx";
import { useLive } from "./live.ts";
import { FailureNotice, Navigation } from "./navigation.tsx";
import { Onward } from "./onward.tsx";
import { AnchorStateWord } from "./record-table.tsx";
import { EXPLORER } from "./texts/explorer.ts";
import { usePages } from "./use-pages.ts";
import { Witnesses } from "./witnesses.tsx";

const [PAGE, LIVE_SECONDS] = [25, 15];

interface Checkpoint {
  readonly treeSize: number;
  readonly rootHash: string;
}

export function AnchorsView() {
  const { anchors } = textsIn(EXPLORER);
  return (
    <Layout title={anchors.title} lead={anchors.lead} nav={<Navigation />}>
      <Anchors />
      <Checkpoints />
      <Witnesses />
    </Layout>
  );
}

function Anchors() {
  const { anchors: texts } = textsIn(EXPLORER);
  const pages = usePages<Anchor>("/v1/anchors", PAGE);
  const { items, next, failure } = pages;
  const dropped = items.filter(({ state }) => state === "orphaned").length;
  const moved = items.filter(({ leftBlocks }) => leftBlocks.length > 0).length;
  const points = items.toReversed().flatMap((anchor) => {
    const value = latencyOf(anchor);
    return value === undefined || anchor.blockTime === null ? [] : [{ at: anchor.blockTime, value }];
  });
  return (
    <Section title={texts.anchors}>
      <FailureNotice failure={failure} />
      <FinalityRule />
      {points.length > 1 && <Chart title={texts.latencyChart} points={points} format={roundedInWords} isDots />}
      {dropped > 0 && <p>{texts.orphaned(dropped)}</p>}
      {moved > 0 && <p>{texts.moved(moved)}</p>}
      {next === null && items.length === 0 && <p>{texts.none}</p>}
      {items.length > 0 && (
        <Table caption={texts.list} columns={anchorColumns()} rows={items} keyOf={({ anchorId }) => String(anchorId)} />
      )}
      <Onward pages={pages} label={texts.more} />
    </Section>
  );
}

/** When the service takes a block for final: that depends on the chain. */
function FinalityRule() {
  const { finality: texts } = textsIn(EXPLORER).anchors;
  const finality = useLive<Status>("/v1/status", LIVE_SECONDS).value?.anchoring.finality;
  if (finality === undefined) return null;
  const isNamed = finality === "tag" || finality === "bft";
  const blocks = Number(finality.slice("depth:".length));
  return <p class="quiet before-facts">{isNamed ? texts[finality] : texts.depth(blocks)}</p>;
}

function anchorColumns(): TableColumn<Anchor>[] {
  const { anchors: texts } = textsIn(EXPLORER);
  return [
    { title: texts.size, cell: ({ treeSize }) => numberInWords(treeSize) },
    { title: texts.state, cell: ({ state }) => <AnchorStateWord state={state} /> },
    { title: texts.made, cell: ({ createdAt }) => <Time at={Date.parse(createdAt) / 1_000} /> },
    {
      title: texts.block,
      isNumber: true,
      cell: (anchor) => <BlockCourse anchor={anchor} />,
    },
    { title: texts.latency, isNumber: true, cell: (anchor) => spanOrNone(latencyOf(anchor)) },
    { title: texts.untilFinal, isNumber: true, cell: ({ latencyMs: { total } }) => spanOrNone(secondsOf(total)) },
    { title: texts.gas, isNumber: true, cell: ({ gasUsed }) => numberOrNone(gasUsed ?? undefined) },
    { title: texts.perEntry, isNumber: true, cell: ({ gasPerRecord }) => numberOrNone(gasPerRecord ?? undefined) },
    { title: texts.cost, isNumber: true, cell: ({ costWei }) => (costWei === null ? "–" : costInWords(costWei)) },
  ];
}

/** Clocks that were set back say nothing. */
function secondsOf(milliseconds: number | null): number | undefined {
  return milliseconds === null ? undefined : Math.max(0, milliseconds / 1_000);
}

function spanOrNone(seconds: number | undefined): string {
  return seconds === undefined ? "–" : shortSpan(seconds);
}

function numberOrNone(value: number | undefined): string {
  return value === undefined ? "–" : numberInWords(Math.round(value));
}

function costInWords(wei: string): string {
  return `${roundedInWords(ether(wei))} ETH`;
}

function Checkpoints() {
  const { anchors: texts } = textsIn(EXPLORER);
  const pages = usePages<Checkpoint>("/v1/checkpoints", PAGE);
  const { items, failure } = pages;
  const columns: TableColumn<Checkpoint>[] = [
    { title: texts.size, cell: ({ treeSize }) => numberInWords(treeSize) },
    { title: texts.root, cell: ({ rootHash }) => <Code value={rootHash} /> },
  ];
  return (
    <Section title={texts.checkpoints}>
      <FailureNotice failure={failure} />
      <Table caption={texts.checkpointList} columns={columns} rows={items} keyOf={({ treeSize }) => String(treeSize)} />
      <Onward pages={pages} label={texts.moreCheckpoints} />
    </Section>
  );
}
