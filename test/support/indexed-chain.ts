// A ledger whose anchors stand on a real chain, and the index that reads them: through a node that a test can make lie.
// Invariant: what is sent comes from the ledger's own tree, and the contract judges it.

import { rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";

import type { FactOf } from "../../src/alarms/alarm-fact.ts";
import { inEnglish } from "../../src/alarms/english.ts";
import { Alarms, type AlarmCode } from "../../src/alarms/alarms.ts";
import { trackBlocks, type TrackerOptions } from "../../src/chain/block-tracker.ts";
import type { Chain, ReadOnlyChain } from "../../src/chain/chain.ts";
import type { ChainChange } from "../../src/chain/chain-change.ts";
import { readOnlyChain } from "../../src/chain/rpc/read-only-chain.ts";
import { Indexing, type IndexingOptions } from "../../src/watch/indexing.ts";
import type { JudgedLog } from "../../src/watch/judge-anchors.ts";
import type { AnchorIndex, IndexedAnchor, IndexedContract } from "../../src/store/anchor-index.ts";
import { ANCHOR_INDEX_FILE, openSqliteAnchorIndex } from "../../src/store/sqlite/anchor-index.ts";
import { anchorMined, connectDeployed } from "./anchored-log.ts";
import type { TestChain } from "./chains.ts";
import { startFaultyNode, type FaultyNode } from "./faulty-node.ts";
import { indexedAnchors } from "./indexed-anchors.ts";
import { openLedger, reading, temporaryFolder, type TestLedger } from "./ledger.ts";

/** What an index of a test may have otherwise. */
export type IndexOptions = Partial<Omit<IndexingOptions, "tracker">> & {
  readonly folder?: string;
  /** Bounds of the tracker. */
  readonly tracker?: Omit<TrackerOptions, "now">;
};

/** An index over a folder, and what it said. */
export type TestIndex = {
  readonly folder: string;
  readonly index: AnchorIndex;
  readonly indexing: Indexing;
  /** What alarms came to state, one fact after the other, and `clear CODE` for the end of one. */
  readonly told: (ToldFact | `clear ${AlarmCode}`)[];
  /** Names of the cases that the looks found. */
  readonly cases: ChainChange["case"][];
  /** Rows as `SIZE STATE VERDICT`, smallest tree first. */
  rows: () => Promise<string[]>;
  all: () => Promise<IndexedAnchor[]>;
  close: () => Promise<void>;
};

/** A fact that an alarm did not state before. */
export type ToldFact = { readonly code: AlarmCode; readonly fact: FactOf<AlarmCode>; readonly message: string };

/** A register of alarms that remembers what it was told. */
class ToldAlarms extends Alarms {
  readonly told: TestIndex["told"] = [];

  override setAll<Code extends AlarmCode>(code: Code, facts: readonly FactOf<Code>[], by?: string): void {
    const stated = (): readonly FactOf<AlarmCode>[] => this.active().find((one) => one.code === code)?.facts ?? [];
    const before = stated();
    super.setAll(code, facts, by);
    const known = new Set(before.map((fact) => JSON.stringify(fact)));
    for (const fact of stated())
      if (!known.has(JSON.stringify(fact))) this.told.push({ code, fact, message: inEnglish(fact) });
    if (before.length > 0 && stated().length === 0) this.told.push(`clear ${code}`);
  }
}

/** A ledger, a contract, and a node in front of the chain that may lie. */
export class AnchoredChain {
  readonly node: TestChain;
  readonly ledger: TestLedger;
  /** Straight to the chain, with the anchoring key. */
  readonly writer: Chain;
  readonly faulty: FaultyNode;
  /** Through the faulty node. */
  readonly reader: ReadOnlyChain;
  readonly ours = new Set<string>();
  clock = 1_000;

  private constructor(node: TestChain, ledger: TestLedger, writer: Chain, faulty: FaultyNode, reader: ReadOnlyChain) {
    this.node = node;
    this.ledger = ledger;
    this.writer = writer;
    this.faulty = faulty;
    this.reader = reader;
  }

  /** A contract on the chain for a ledger of `size` entries. */
  static async over(node: TestChain, size: number): Promise<AnchoredChain> {
    const ledger = await openLedger();
    const writer = await connectDeployed(node);
    const faulty = await startFaultyNode(node.rpcUrl);
    const reader = await readOnlyChain({ rpcUrl: faulty.rpcUrl, contract: writer.contract });
    const chain = new AnchoredChain(node, ledger, writer, faulty, reader);
    while (chain.size < size)
      await ledger.submit(Array.from({ length: Math.max(1, size - chain.size - 2) }, (_, i) => reading(i)));
    return chain;
  }

  get of(): IndexedContract {
    return { chainId: this.writer.chainId, contract: this.writer.contract };
  }

  get size(): number {
    return this.ledger.log.tree.publishedSize;
  }

  get log(): JudgedLog {
    const { tree, publisher } = this.ledger.log;
    return {
      publishedSize: () => tree.publishedSize,
      rootAt: (size) => tree.rootAt(size),
      checkpointAt: async (size) => (await publisher.publishAt(tree, size)).note,
      isOurs: async ({ transactionHash }) => this.ours.has(transactionHash),
    };
  }

  /** Anchors the ledger's tree as it was at `size`; as somebody else who holds the key if `by` says so. */
  async anchor(size: number, by: "us" | "thief" = "us"): Promise<string> {
    const { tree } = this.ledger.log;
    const { treeSize } = await this.writer.head();
    const consistencyProof = await tree.consistencyProof(treeSize, size);
    const call = { treeSize: size, rootHash: await tree.rootAt(size), consistencyProof };
    const { transactionHash } = await anchorMined(this.writer, call);
    if (by === "us") this.ours.add(transactionHash);
    return transactionHash;
  }

  /** Blocks with nothing of ours in them. */
  async mine(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await this.node.ask("evm_mine");
  }

  /** An index over an empty folder, or one that is named. */
  open({ folder = temporaryFolder(), tracker, ...options }: IndexOptions = {}): TestIndex {
    const path = join(folder, ANCHOR_INDEX_FILE);
    const { index } = openSqliteAnchorIndex(path);
    const { chain = this.reader } = options;
    const blocks = trackBlocks(chain, { ...tracker, now: () => this.clock });
    const cases: TestIndex["cases"] = [];
    const alarms = new ToldAlarms(() => this.clock);
    const { told } = alarms;
    const indexing = new Indexing({
      chain,
      tracker: {
        startAt: (height) => blocks.startAt(height),
        advance: async (known) => {
          const change = await blocks.advance(known);
          cases.push(change.case);
          return change;
        },
      },
      index,
      log: this.log,
      evidenceFolder: join(folder, "evidence"),
      now: () => this.clock,
      alarms,
      ...options,
    });
    const all = async (): Promise<IndexedAnchor[]> => indexedAnchors(path, this.of).reverse();
    return {
      ...{ folder, index, indexing, told, cases, all },
      rows: async () => (await all()).map(({ treeSize, state, verdict }) => `${treeSize} ${state} ${verdict ?? "?"}`),
      close: async () => {
        await indexing.close();
        await index.close();
      },
    };
  }

  /** Has an index begin above that block, instead of the one below the first anchor. */
  async beginAbove(height: number, { index }: TestIndex): Promise<void> {
    const { blocks } = await trackBlocks(this.writer, { now: () => this.clock }).startAt(height);
    await index.apply(this.of, { position: { startBlock: blocks[0].number, blocks }, seenAt: this.clock });
  }

  async stop(): Promise<void> {
    await this.reader.close();
    await this.writer.close();
    await this.faulty.stop();
    await this.ledger.close();
  }
}

/** Every byte of the table of anchors, in the order of its key. */
export function dumpAnchors(folder: string): string {
  const db = new DatabaseSync(join(folder, ANCHOR_INDEX_FILE), { readOnly: true, timeout: 60_000 });
  try {
    const rows = db.prepare("SELECT * FROM anchor ORDER BY 1, 2, 3, 4, 5").all();
    return rows
      .map((row) => JSON.stringify(row, (_, value: unknown) => (value instanceof Uint8Array ? [...value] : value)))
      .join("\n");
  } finally {
    db.close();
  }
}

/** Throws the index away, as an operator may. */
export function deleteIndex(folder: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(join(folder, `${ANCHOR_INDEX_FILE}${suffix}`), { force: true });
}

/** The evidence file that a fact names. */
export function evidenceFileOf(told: TestIndex["told"][number] | undefined): string | undefined {
  if (told === undefined || typeof told === "string" || !("evidenceFile" in told.fact)) return undefined;
  return told.fact.evidenceFile;
}

/** The alarms among what was told. */
export function alarmsIn({ told }: TestIndex): string[] {
  return told.map((one) => (typeof one === "string" ? one : one.code));
}
