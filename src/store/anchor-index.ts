/**
 * The index of anchors seen on the chain, as the stages see it. It is derived: the chain has everything in it, so a lost
 * or damaged index is thrown away and made again. Rows are never deleted, a row whose block the chain dropped is marked.
 *
 * Asynchronous, so that an engine on another machine can take the place of the embedded one.
 */

/** Whose anchors: one contract on one chain. */
export interface IndexedContract {
  readonly chainId: number;
  /** Address, lower case behind `0x`. */
  readonly contract: string;
}

/** One event of one block: the same transaction in another block is another row. */
export interface AnchorKey {
  readonly transactionHash: string;
  readonly blockHash: string;
  /** Place of the event among all of its block. */
  readonly logIndex: number;
}

/** What the chain says in one event. */
export interface SeenAnchor extends AnchorKey {
  readonly blockNumber: number;
  readonly treeSize: number;
  /** 32 bytes. */
  readonly rootHash: Uint8Array;
  readonly previousSize: number;
}

/** `provisional`: in a block that may still be dropped. `orphaned`: its block is not canonical. */
export type IndexedState = "provisional" | "final" | "orphaned";

/**
 * What an anchor is to this log. `ours`: this service sent it. `foreign`: the log has that root at that size, but
 * somebody else sent it. `fork`: the log has no such root at that size.
 */
export type AnchorVerdict = "ours" | "foreign" | "fork";

/** A row. */
export interface IndexedAnchor extends SeenAnchor {
  readonly state: IndexedState;
  /** POSIX milliseconds. */
  readonly firstSeenAt: number;
  /** `null` until it was judged. */
  readonly verdict: AnchorVerdict | null;
}

/** A block by its place and its parent. */
export interface IndexedBlock {
  readonly number: number;
  readonly hash: string;
  readonly parentHash: string;
}

/** How far the chain was read. The cursor is the last of the blocks. */
export interface IndexPosition {
  /** The block after which reading began. */
  readonly startBlock: number;
  /** The newest final block and those above it that are remembered, ascending. */
  readonly blocks: readonly IndexedBlock[];
}

/** One step of the index. In this order: rows are orphaned, seen, and made final; then the position is set. */
export interface IndexUpdate {
  /** Every row above this height is orphaned, unless it is among `seen`. */
  readonly orphanAbove?: number | undefined;
  readonly orphaned?: readonly AnchorKey[];
  /** Added, or back on the chain. A row that is final stays final. */
  readonly seen?: readonly (SeenAnchor & { readonly state: "provisional" | "final" })[];
  readonly final?: readonly AnchorKey[];
  /** `null` forgets the position; left out, it stays. */
  readonly position?: IndexPosition | null;
  /** POSIX milliseconds. */
  readonly seenAt: number;
}

/** The index. All methods throw STORE_FAILED when the engine fails. "Live" rows are those that are not orphaned. */
export interface AnchorIndex {
  /** Where reading stands; `undefined` before it began. */
  position(of: IndexedContract): Promise<IndexPosition | undefined>;
  /** Makes the step durable as a whole, rows and position, or nothing of it. Safe to repeat. */
  apply(of: IndexedContract, update: IndexUpdate): Promise<void>;
  /** Notes what rows are to this log, in one step. */
  judge(of: IndexedContract, judged: readonly (AnchorKey & { readonly verdict: AnchorVerdict })[]): Promise<void>;

  /** The live row of the largest tree. */
  newest(of: IndexedContract): Promise<IndexedAnchor | undefined>;
  /** The live row of the largest tree below `treeSize`. */
  below(of: IndexedContract, treeSize: number): Promise<IndexedAnchor | undefined>;
  /** The first live row in the blocks `from` to `to`, both included, whose previous size no live row has. */
  hole(of: IndexedContract, from: number, to: number): Promise<IndexedAnchor | undefined>;
  /** Provisional rows up to block `height`, in the order of the chain. */
  provisional(of: IndexedContract, height: number): Promise<IndexedAnchor[]>;
  /** Live rows below block `height`, newest block first. */
  live(of: IndexedContract, height: number, limit: number): Promise<IndexedAnchor[]>;
  /** Live rows that were not judged, in any order. */
  unjudged(of: IndexedContract, limit: number): Promise<IndexedAnchor[]>;
  /** Live rows that are not ours, in the order of the chain. */
  suspicious(of: IndexedContract, limit: number): Promise<IndexedAnchor[]>;

  close(): Promise<void>;
}
