/**
 * Finds what the index missed. The contract keeps count: every anchor names the size before it, so a row without a
 * predecessor reveals a hole, and a head beyond the newest row reveals that the end is missing. Both are read again.
 * Anything left unexplained is reported: a node withholds an anchor, or has shown one that never existed.
 *
 * In addition, rows are checked again from time to time, the newest ones often and the old ones in turn.
 */
import { setImmediate } from "node:timers/promises";
import { equalBytes } from "../core/bytes.ts";
import { mayHoldAnchor } from "../core/logs-bloom.ts";
import type { AnchorEvent, ReadOnlyChain } from "../chain/chain.ts";
import type { AnchorIndex, IndexedAnchor, SeenAnchor } from "../store/anchor-index.ts";
import type { AnchorIndexer } from "./index-anchors.ts";

/** What looking for missed anchors works with. */
export interface WatchParts {
  readonly chain: ReadOnlyChain;
  readonly index: AnchorIndex;
  readonly indexer: AnchorIndexer;
}

/** A mismatch between chain and index that reading again did not explain. */
export interface Misfit {
  readonly kind: "withheld" | "vanished";
  /** Size of the anchor. */
  readonly treeSize: number;
  /** Blocks searched, both ends included. */
  readonly from: number;
  readonly to: number;
  readonly transactionHash?: string;
}

const BLOCKS_AT_ONCE = 50_000;
// Pieces of the second, finer search: a node may fail on a range but answer for its parts.
const PIECES = 32;
const NEWEST_ROWS = 4;
const OLD_ROWS = 4;
// A row is given up once the chain has disproved it this often.
const DISPROOFS = 3;

/** Looks for what is missing among one contract's rows. */
export class MissedAnchors {
  readonly #parts: WatchParts;
  // Below this block the sequence has no hole.
  #soundTo = 0;
  // The old rows checked last are at or above this block.
  #lookedTo = Number.POSITIVE_INFINITY;
  readonly #vanished = new Map<string, { readonly row: IndexedAnchor; readonly disproofs: number }>();

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  /** Rows above this height may have changed: their sequence is checked again. */
  changedAbove(height: number): void {
    this.#soundTo = Math.min(this.#soundTo, height);
  }

  /**
   * Fills the holes in the sequence of rows.
   * @returns the first one that could not be explained
   * @throws CHAIN_UNREACHABLE, STORE_FAILED
   */
  async fillHoles(): Promise<Misfit | undefined> {
    const { index, indexer } = this.#parts;
    const head = indexer.head?.number ?? 0;
    let from = Math.max(this.#soundTo, indexer.startBlock);
    while (from <= head) {
      const hole = await index.hole(indexer.of, from, from + BLOCKS_AT_ONCE);
      if (hole === undefined) {
        from += BLOCKS_AT_ONCE + 1;
        // The first look goes through all rows; let other work run in between.
        if (from <= head) await setImmediate();
        continue;
      }
      const wanted = hole.previousSize;
      const lowest = (await index.below(indexer.of, hole.treeSize))?.blockNumber ?? indexer.startBlock;
      if (!(await this.#search(wanted, lowest, hole.blockNumber)))
        return { kind: "withheld", treeSize: wanted, from: lowest, to: hole.blockNumber };
      // What was found may itself follow a hole.
      from = Math.min(from, lowest);
    }
    this.#soundTo = Math.max(this.#soundTo, indexer.finalBlock?.number ?? 0);
    return undefined;
  }

  /**
   * Compares the newest row with the contract's head at the last block read.
   * @returns the anchor that the contract holds but no block shows
   * @throws CHAIN_UNREACHABLE, CHAIN_WRONG, STORE_FAILED
   */
  async compareHead(): Promise<Misfit | undefined> {
    const { chain, index, indexer } = this.#parts;
    const block = indexer.head;
    if (block === undefined) return undefined;
    const head = await chain.head(block.number);
    const newest = await index.newest(indexer.of);
    if (head.treeSize <= (newest?.treeSize ?? 0)) return undefined;
    const from = newest?.blockNumber ?? indexer.startBlock;
    if (await this.#search(head.treeSize, from, block.number)) return this.fillHoles();
    // The block was replaced meanwhile, so its head no longer counts.
    if ((await chain.blockHashAt(block.number)) !== block.hash) return undefined;
    return { kind: "withheld", treeSize: head.treeSize, from, to: block.number };
  }

  /**
   * Checks some rows again. A row that the chain no longer shows is reported until it is back, and given up once the
   * chain itself has disproved it several times.
   * @throws CHAIN_UNREACHABLE, STORE_FAILED
   */
  async lookAgain(): Promise<Misfit | undefined> {
    const { index, indexer } = this.#parts;
    const newest = await index.live(indexer.of, Number.POSITIVE_INFINITY, NEWEST_ROWS);
    const above = Math.min(this.#lookedTo, newest.at(-1)?.blockNumber ?? 0);
    const old = await index.live(indexer.of, above, OLD_ROWS);
    this.#lookedTo = old.at(-1)?.blockNumber ?? Number.POSITIVE_INFINITY;
    const suspects = [...this.#vanished.values()].map(({ row }) => row);
    const rows = new Map([...newest, ...old, ...suspects].map((row) => [nameOf(row), row]));
    for (const row of rows.values()) await this.#lookAt(row);
    const [vanished] = this.#vanished.values();
    if (vanished === undefined) return undefined;
    const { treeSize, blockNumber, transactionHash } = vanished.row;
    return { kind: "vanished", treeSize, from: blockNumber, to: blockNumber, transactionHash };
  }

  async #lookAt(row: IndexedAnchor): Promise<void> {
    const { chain, indexer } = this.#parts;
    // Blocks that can still change are left to the tracker.
    if (row.blockNumber > (indexer.finalBlock?.number ?? 0)) return;
    const shown = await chain.anchorEventsIn(row.blockNumber, row.blockNumber);
    const before = this.#vanished.get(nameOf(row));
    this.#vanished.delete(nameOf(row));
    if (shown.some((event) => isSame(event, row))) return;
    const disproofs = (before?.disproofs ?? 0) + ((await this.#isDisproved(row)) ? 1 : 0);
    if (disproofs < DISPROOFS) {
      this.#vanished.set(nameOf(row), { row, disproofs });
      return;
    }
    await indexer.add(shown, [row]);
    this.changedAbove(row.blockNumber - 1);
  }

  /**
   * Whether the canonical block at that height is a different one, or its header rules the anchor out. No answer means
   * neither.
   */
  async #isDisproved({ blockNumber, blockHash }: IndexedAnchor): Promise<boolean> {
    const block = await this.#parts.chain.block(blockNumber);
    if (block === undefined) return false;
    return block.hash !== blockHash || !mayHoldAnchor(block.header, this.#parts.indexer.of.contract);
  }

  /** Reads the blocks once more, as a whole and then in pieces. */
  async #search(wanted: number, from: number, to: number): Promise<boolean> {
    const { indexer } = this.#parts;
    const length = Math.max(1, Math.ceil((to - from + 1) / PIECES));
    const isThere = (events: readonly AnchorEvent[]): boolean => events.some(({ treeSize }) => treeSize === wanted);
    let events = await indexer.read(from, to);
    for (let start = from; start <= to && !isThere(events); start += length)
      events = await indexer.read(start, Math.min(to, start + length - 1));
    if (!isThere(events)) return false;
    await indexer.add(events);
    return true;
  }
}

function nameOf({ blockHash, logIndex }: SeenAnchor): string {
  return `${blockHash} ${logIndex}`;
}

function isSame(event: AnchorEvent, row: SeenAnchor): boolean {
  return (
    event.transactionHash === row.transactionHash &&
    event.blockHash === row.blockHash &&
    event.logIndex === row.logIndex &&
    event.treeSize === row.treeSize &&
    event.previousSize === row.previousSize &&
    equalBytes(event.rootHash, row.rootHash)
  );
}
