/**
 * Stage index: records which anchors the chain shows, provisionally up to the newest block and permanently once a block
 * is final. One step is one look at the chain (chain/chain-change.ts) and one transaction of the index, so a crash
 * leaves either the whole step or nothing of it, and the next start takes the same step again.
 *
 * Invariants: an event counts only in a block of the linked chain; a row is final only in a canonical block at or below
 * the chain's final height; nothing is deleted.
 */
import { mayHoldAnchor } from "../core/logs-bloom.ts";
import { codeOf, isWithoutAnswer, WarifuError } from "../core/errors.ts";
import type { BlockRef, ChainChange, ChainTracker, KnownChain } from "../chain/chain-change.ts";
import type { AnchorEvent, BlockHeader, ReadOnlyChain } from "../chain/chain.ts";
import type { AnchorIndex, IndexedAnchor, IndexedContract, IndexUpdate, SeenAnchor } from "../store/anchor-index.ts";

/** What indexing works with. */
export interface IndexingParts {
  readonly chain: ReadOnlyChain;
  readonly tracker: ChainTracker;
  readonly index: AnchorIndex;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

/** What one step did. */
export interface IndexStep {
  readonly change: ChainChange;
  /** More is already waiting: take the next step immediately. */
  readonly hasMore: boolean;
  /** The node showed no anchor although a block's header does not rule one out, or headers were not checked. */
  readonly needsCheck: boolean;
}

type Seen = NonNullable<IndexUpdate["seen"]>;

/** Most blocks per step of the search for the first anchor: this much is asked again if an answer fails to come. */
const SEARCHED_AT_ONCE = 10_000;

/** How far that search has got: the anchor of size `wanted` is in a block up to `to`. */
interface Search {
  readonly to: number;
  readonly wanted: number;
}

/** Indexes one contract. Steps must not overlap. */
export class AnchorIndexer {
  readonly #parts: IndexingParts;
  readonly of: IndexedContract;
  #startBlock = 0;
  #known: KnownChain | undefined;
  #search: Search | undefined;
  // Most blocks per request: fewer after a refusal, slowly more again.
  #span = Number.POSITIVE_INFINITY;

  constructor(parts: IndexingParts) {
    this.#parts = parts;
    this.of = { chainId: parts.chain.chainId, contract: parts.chain.contract };
  }

  /** The newest block read; `undefined` before the first step. */
  get head(): BlockRef | undefined {
    return this.#known?.blocks.at(-1);
  }

  /** The newest final block read. */
  get finalBlock(): BlockRef | undefined {
    return this.#known?.blocks[0];
  }

  /** The block after which reading began. */
  get startBlock(): number {
    return this.#startBlock;
  }

  /**
   * One step.
   * @throws CHAIN_UNREACHABLE, CHAIN_EVIDENCE_INVALID (a header without its hash), CHAIN_WRONG, STORE_FAILED: the index
   * is as it was
   */
  async step(): Promise<IndexStep> {
    const known = (this.#known ??= (await this.#stored()) ?? (await this.#begin()));
    const change = await this.#parts.tracker.advance(known);
    switch (change.case) {
      case "unchanged":
        return this.#adopt(change, known, { seen: [] });
      case "extended":
        return this.#adopt(change, known, await this.#readLinked(change.blocks));
      case "reorged": {
        const read = await this.#readLinked(change.blocks);
        return this.#adopt(change, known, { ...read, orphanAbove: change.ancestor.number });
      }
      case "gapFilled":
        return this.#adopt(change, known, { seen: await this.#readGap(change), isUnlinked: true });
      case "behind":
        this.#known = change.known;
        return { change, hasMore: false, needsCheck: false };
      case "beyondFinality":
        this.#known = change.known;
        if (change.isConfirmed) await this.#undoFinal();
        return { change, hasMore: change.isConfirmed, needsCheck: false };
    }
  }

  /**
   * Orphans every row and starts over: for a local chain that was restarted empty.
   * @throws STORE_FAILED
   */
  async forget(): Promise<void> {
    await this.#save({ orphanAbove: -1, position: null });
    this.#known = undefined;
    this.#search = undefined;
  }

  /**
   * Adds events that were missed. Like all others, they become final only once they are found to be canonical.
   * @throws STORE_FAILED
   */
  async add(events: readonly AnchorEvent[], orphaned: readonly IndexedAnchor[] = []): Promise<void> {
    await this.#save({ orphaned, seen: events.map((event) => ({ ...event, state: "provisional" })) });
  }

  /**
   * The anchors in the blocks `from` to `to`, both included, fetched in ranges that the node accepts.
   * @throws CHAIN_UNREACHABLE
   */
  async read(from: number, to: number): Promise<AnchorEvent[]> {
    const events: AnchorEvent[] = [];
    for (let start = from; start <= to;) {
      const end = Math.min(to, start + this.#span - 1);
      const piece = await this.#readPiece(start, end).catch((error: unknown) => {
        if (start === end || !isWithoutAnswer(error)) throw error;
        this.#span = Math.ceil((end - start + 1) / 2);
        // If a node refuses, try a smaller range right away; if it does not answer, the next round asks for less.
        if (codeOf(error) !== "NODE_REFUSED") throw error;
        return undefined;
      });
      if (piece === undefined) continue;
      events.push(...piece);
      start = end + 1;
    }
    this.#span += Math.ceil(this.#span / 8);
    return events;
  }

  async #readPiece(from: number, to: number): Promise<AnchorEvent[]> {
    const events = await this.#parts.chain.anchorEventsIn(from, to);
    if (this.#parts.chain.contract !== this.of.contract) refuse("another contract was deployed in between");
    if (events.some(({ blockNumber }) => blockNumber < from || blockNumber > to))
      refuse(`the node answered with anchors that are not in the blocks ${from} to ${to}`);
    return events;
  }

  async #stored(): Promise<KnownChain | undefined> {
    const position = await this.#parts.index.position(this.of);
    const [base, ...others] = position?.blocks ?? [];
    if (position === undefined || base === undefined) return undefined;
    this.#startBlock = position.startBlock;
    return { blocks: [base, ...others] };
  }

  async #begin(): Promise<KnownChain> {
    const known = await this.#parts.tracker.startAt(await this.#blockBelowFirst());
    this.#startBlock = known.blocks[0].number;
    await this.#save({ position: this.#positionAt(known) });
    this.#search = undefined;
    return known;
  }

  /**
   * Every event names the size before it, so the first anchor is recognised when it is found. If an answer fails to
   * come, the search continues from there; if an event is not the expected one, as after a reorg, the search starts
   * over.
   */
  async #blockBelowFirst(): Promise<number> {
    const { chain } = this.#parts;
    let { to, wanted } = (this.#search ??= await newestAnchored(chain));
    while (wanted > 0) {
      const from = Math.max(0, to + 1 - Math.min(SEARCHED_AT_ONCE, this.#span));
      for (const event of (await this.read(from, to)).reverse()) {
        if (event.treeSize !== wanted) this.#endSearch(wanted);
        wanted = event.previousSize;
        if (wanted === 0) return Math.max(0, event.blockNumber - 1);
      }
      to = from - 1;
      if (to < 0) this.#endSearch(wanted);
      this.#search = { to, wanted };
    }
    // No anchor yet; asked again after a failure, since one may have arrived by then.
    this.#search = undefined;
    return chain.finalizedHeight();
  }

  #endSearch(treeSize: number): never {
    this.#search = undefined;
    refuse(`the node does not show the anchor of tree size ${treeSize}`);
  }

  /** The anchors of linked blocks. Headers rule out most blocks, which are then not asked for. */
  async #readLinked(blocks: readonly BlockHeader[]): Promise<{ seen: SeenAnchor[]; needsCheck: boolean }> {
    const possible = blocks.filter(({ header }) => mayHoldAnchor(header, this.of.contract));
    const [first, last] = [possible.at(0), possible.at(-1)];
    if (first === undefined || last === undefined) return { seen: [], needsCheck: false };
    const events = await this.read(first.number, last.number);
    for (const { blockNumber, blockHash } of events)
      if (!blocks.some(({ number, hash }) => number === blockNumber && hash === blockHash))
        refuse(`the node has changed branches: block ${blockNumber} is not the one that was linked`);
    const withEvents = new Set(events.map(({ blockNumber }) => blockNumber));
    return { seen: events, needsCheck: possible.some(({ number }) => !withEvents.has(number)) };
  }

  /** The anchors of a gap; the gap's end must still be canonical after they have been read. */
  async #readGap({ from, to }: ChainChange & { case: "gapFilled" }): Promise<SeenAnchor[]> {
    const events = await this.read(from, to.number);
    const isSame = events.every(({ blockNumber, blockHash }) => blockNumber < to.number || blockHash === to.hash);
    if (!isSame || (await this.#parts.chain.blockHashAt(to.number)) !== to.hash)
      refuse(`the node has changed branches: block ${to.number} is another one now`);
    return events;
  }

  /** Writes rows and position in one transaction, then adopts the change. */
  async #adopt(
    change: ChainChange,
    before: KnownChain,
    read: { seen: readonly SeenAnchor[]; orphanAbove?: number; needsCheck?: boolean; isUnlinked?: boolean },
  ): Promise<IndexStep> {
    const { seen, orphanAbove, isUnlinked = false } = read;
    const { known } = change;
    const rows = await this.#settledRows(known, orphanAbove);
    const isSame = seen.length + rows.final.length + rows.orphaned.length === 0 && sameBlocks(known, before);
    const states: Seen = seen.map((anchor) => ({ ...anchor, state: stateAt(anchor.blockNumber, known) }));
    if (!isSame) await this.#save({ orphanAbove, ...rows, seen: states, position: this.#positionAt(known) });
    this.#known = known;
    const hasMore = isUnlinked || (change.case === "reorged" && change.blocks.length === 0);
    const needsCheck = isUnlinked || rows.orphaned.length > 0 || (read.needsCheck ?? false);
    return { change, hasMore, needsCheck };
  }

  /** Which provisional rows are now final, and which turn out not to be canonical: each block is asked for once more. */
  async #settledRows(
    known: KnownChain,
    orphanAbove = Number.POSITIVE_INFINITY,
  ): Promise<{ final: IndexedAnchor[]; orphaned: IndexedAnchor[] }> {
    const [final, orphaned]: [IndexedAnchor[], IndexedAnchor[]] = [[], []];
    const rows = await this.#parts.index.provisional(this.of, Math.min(known.blocks[0].number, orphanAbove));
    for (const row of rows) {
      const hash = await this.#parts.chain.blockHashAt(row.blockNumber);
      if (hash === undefined) refuse(`the node does not have block ${row.blockNumber}`);
      (hash === row.blockHash ? final : orphaned).push(row);
    }
    return { final, orphaned };
  }

  /** After a confirmed reorg beyond finality, goes back to the newest canonical row, or to the start. */
  async #undoFinal(): Promise<void> {
    const { chain, tracker, index } = this.#parts;
    let [row] = await index.live(this.of, Number.POSITIVE_INFINITY, 1);
    while (row !== undefined && (await chain.blockHashAt(row.blockNumber)) !== row.blockHash)
      [row] = await index.live(this.of, row.blockNumber, 1);
    const height = (await chain.block("latest"))?.number ?? 0;
    const back = row?.blockNumber ?? this.#startBlock;
    const known = back <= height ? await tracker.startAt(back) : undefined;
    await this.#save({ orphanAbove: row?.blockNumber ?? -1, position: known ? this.#positionAt(known) : null });
    this.#known = known;
  }

  #positionAt({ blocks }: KnownChain): NonNullable<IndexUpdate["position"]> {
    return { startBlock: this.#startBlock, blocks };
  }

  async #save(update: Omit<IndexUpdate, "seenAt">): Promise<void> {
    await this.#parts.index.apply(this.of, { ...update, seenAt: this.#parts.now() });
  }
}

async function newestAnchored(chain: ReadOnlyChain): Promise<Search> {
  const to = (await chain.block("latest"))?.number;
  if (to === undefined) refuse("the node has no newest block");
  return { to, wanted: (await chain.head(to)).treeSize };
}

function stateAt(blockNumber: number, { blocks }: KnownChain): "provisional" | "final" {
  return blockNumber <= blocks[0].number ? "final" : "provisional";
}

function sameBlocks(a: KnownChain, b: KnownChain): boolean {
  return a.blocks[0].hash === b.blocks[0].hash && a.blocks.at(-1)?.hash === b.blocks.at(-1)?.hash;
}

function refuse(reason: string): never {
  throw new WarifuError("CHAIN_UNREACHABLE", reason, { details: { method: "eth_getLogs" } });
}
