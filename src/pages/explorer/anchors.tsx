/** Checkpoints and anchors: what was signed, what the chain recorded, what it took, and who else signed. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Button } from "../components/button.tsx";
import { Chart } from "../components/chart.tsx";
import { Code } from "../components/code.tsx";
import { Layout, Section } from "../components/layout.tsx";
import { Table, type TableColumn } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { numberInWords, roundedInWords, spanInWords } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import { ask, type Anchor, type Failure, type Page, type Status } from "./api.ts";
import { ether, gasForEach, latencyOf } from "./anchor-figures.ts";
import { useLive } from "./live.ts";
import { FailureNotice, Navigation } from "./navigation.tsx";
import { AnchorStateWord } from "./record-table.tsx";
import { EXPLORER } from "./texts/explorer.ts";

const PAGE = 25;

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
  const { items, next, failure, more } = usePages<Anchor>("/v1/anchors");
  const dropped = items.filter(({ state }) => state === "orphaned").length;
  const points = items.toReversed().flatMap((anchor) => {
    const value = latencyOf(anchor);
    return value === undefined || anchor.blockTime === null ? [] : [{ at: anchor.blockTime, value }];
  });
  return (
    <Section title={texts.anchors}>
      <FailureNotice failure={failure} />
      {points.length > 1 && (
        <Chart
          title={texts.latencyChart}
          points={points}
          format={(seconds) => numberInWords(Math.round(seconds))}
          isDots
        />
      )}
      {dropped > 0 && <p>{texts.orphaned(dropped)}</p>}
      {next === null && items.length === 0 && <p>{texts.none}</p>}
      {items.length > 0 && (
        <Table caption={texts.list} columns={anchorColumns()} rows={items} keyOf={({ anchorId }) => String(anchorId)} />
      )}
      {next !== null && items.length > 0 && (
        <p class="onward">
          <Button onPress={more}>{texts.more}</Button>
        </p>
      )}
    </Section>
  );
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
      cell: ({ blockNumber }) => (blockNumber === null ? "–" : numberInWords(blockNumber)),
    },
    { title: texts.latency, isNumber: true, cell: (anchor) => spanOrNone(latencyOf(anchor)) },
    { title: texts.gas, isNumber: true, cell: ({ gasUsed }) => numberOrNone(gasUsed ?? undefined) },
    { title: texts.perEntry, isNumber: true, cell: (anchor) => numberOrNone(gasForEach(anchor)) },
    { title: texts.cost, isNumber: true, cell: ({ costWei }) => (costWei === null ? "–" : costInWords(costWei)) },
  ];
}

function spanOrNone(seconds: number | undefined): string {
  return seconds === undefined ? "–" : spanInWords(seconds);
}

function numberOrNone(value: number | undefined): string {
  return value === undefined ? "–" : numberInWords(Math.round(value));
}

function costInWords(wei: string): string {
  return `${roundedInWords(ether(wei))} ETH`;
}

function Checkpoints() {
  const { anchors: texts } = textsIn(EXPLORER);
  const { items, next, failure, more } = usePages<Checkpoint>("/v1/checkpoints");
  const columns: TableColumn<Checkpoint>[] = [
    { title: texts.size, cell: ({ treeSize }) => numberInWords(treeSize) },
    { title: texts.root, cell: ({ rootHash }) => <Code value={rootHash} /> },
  ];
  return (
    <Section title={texts.checkpoints}>
      <FailureNotice failure={failure} />
      <Table caption={texts.checkpointList} columns={columns} rows={items} keyOf={({ treeSize }) => String(treeSize)} />
      {next !== null && items.length > 0 && (
        <p class="onward">
          <Button onPress={more}>{texts.moreCheckpoints}</Button>
        </p>
      )}
    </Section>
  );
}

type Witness = Status["anchoring"]["witnesses"][number];

function Witnesses() {
  const { anchors: texts } = textsIn(EXPLORER);
  const { value } = useLive<Status>("/v1/status", 15);
  const witnesses = value?.anchoring.witnesses ?? [];
  const columns: TableColumn<Witness>[] = [
    { title: texts.witness, cell: ({ name }) => name },
    { title: texts.lastSize, isNumber: true, cell: ({ lastSize }) => numberOrNone(lastSize ?? undefined) },
    {
      title: texts.lastTime,
      cell: ({ lastSuccessAt }) =>
        lastSuccessAt === null ? texts.never : <Time at={Date.parse(lastSuccessAt) / 1_000} />,
    },
  ];
  return (
    <Section title={texts.witnesses}>
      <p class="quiet before-facts">{texts.witnessesLead}</p>
      {witnesses.length === 0 ? (
        <p>{texts.noWitnesses}</p>
      ) : (
        <Table caption={texts.witnessList} columns={columns} rows={witnesses} keyOf={({ name }) => name} />
      )}
    </Section>
  );
}

/** Pages of a list, one after the other; `next` is `null` when nothing is left. */
function usePages<T>(path: string) {
  const state = useSignal<{ items: readonly T[]; next: string | null; failure?: Failure }>({ items: [], next: "" });
  const more = async (): Promise<void> => {
    const { items, next } = state.value;
    const answer = await ask<Page<T>>(`${path}?limit=${PAGE}${next === "" ? "" : `&cursor=${next ?? ""}`}`);
    if ("failure" in answer) state.value = { ...state.value, failure: answer.failure };
    else state.value = { items: [...items, ...answer.value.items], next: answer.value.nextCursor };
  };
  useEffect(() => void more(), [path]);
  return { ...state.value, more: () => void more() };
}
