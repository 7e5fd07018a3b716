/**
 * The index of anchors seen on the chain, as the stages see it. It is derived: the chain has everything that is in it,
 * so a lost or damaged index is discarded and rebuilt. Rows are never deleted; a row whose block the chain dropped is
 * marked.
 *
 * Asynchronous, so that an engine on another machine can replace the embedded one.
 */

/** The contract and chain whose anchors are indexed. */
export interface IndexedContract {
  readonly chainId: number;
  /** Address, lower case after `0x`. */
  readonly contract: string;
}

/** One event of one block: the same transaction in another block is another row. */
export interface AnchorKey {
  readonly transactionHash: string;
  readonly blockHash: string;
  /** Position of the event among all events of its block. */
  readonly logIndex: number;
}

/** An anchor, as one event on the chain states it. */
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

/** An indexed anchor. */
export interface IndexedAnchor extends SeenAnchor {
  readonly state: IndexedState;
  /** POSIX milliseconds. */
  readonly firstSeenAt: number;
  /** `null` until it was judged. */
  readonly verdict: AnchorVerdict | null;
}

/** A block, identified by its height, hash and parent. */
export interface IndexedBlock {
  readonly number: number;
  readonly hash: string;
  readonly parentHash: string;
}

/** How far the chain has been read. The cursor is the last of `blocks`. */
export interface IndexPosition {
  /** The block after which reading started. */
  readonly startBlock: number;
  /** The newest final block and the remembered blocks above it, ascending. */
  readonly blocks: readonly IndexedBlock[];
}

/**
 * One step of the index. It is applied in this order: rows are orphaned, added, and made final; then the position is set.
 */
export interface IndexUpdate {
  /** Every row above this height is orphaned, unless it is among `seen`. */
  readonly orphanAbove?: number | undefined;
  readonly orphaned?: readonly AnchorKey[];
  /** Rows that are added, or are back on the chain. A row that is final stays final. */
  readonly seen?: readonly (SeenAnchor & { readonly state: "provisional" | "final" })[];
  readonly final?: readonly AnchorKey[];
  /** `null` forgets the position; if absent, the position stays. */
  readonly position?: IndexPosition | null;
  /** POSIX milliseconds. */
  readonly seenAt: number;
}

/** The index. All methods throw STORE_FAILED when the engine fails. "Live" rows are those that are not orphaned. */
export interface AnchorIndex {
  /** How far the chain has been read; `undefined` if reading has not started. */
  position(of: IndexedContract): Promise<IndexPosition | undefined>;
  /** Makes the whole step durable, rows and position, or nothing of it. Safe to repeat. */
  apply(of: IndexedContract, update: IndexUpdate): Promise<void>;
  /** Records, in one step, how rows were judged. */
  judge(of: IndexedContract, judged: readonly (AnchorKey & { readonly verdict: AnchorVerdict })[]): Promise<void>;

  /** The live row of the largest tree. */
  newest(of: IndexedContract): Promise<IndexedAnchor | undefined>;
  /** The live row of the largest tree below `treeSize`. */
  below(of: IndexedContract, treeSize: number): Promise<IndexedAnchor | undefined>;
  /** The first live row in the blocks `from` to `to`, both included, whose previous size belongs to no live row. */
  hole(of: IndexedContract, from: number, to: number): Promise<IndexedAnchor | undefined>;
  /** Provisional rows up to block `height`, in chain order. */
  provisional(of: IndexedContract, height: number): Promise<IndexedAnchor[]>;
  /** Live rows below block `height`, newest block first. */
  live(of: IndexedContract, height: number, limit: number): Promise<IndexedAnchor[]>;
  /** Live rows that have not been judged, in any order. */
  unjudged(of: IndexedContract, limit: number): Promise<IndexedAnchor[]>;
  /** Live rows that are not ours, in chain order. */
  suspicious(of: IndexedContract, limit: number): Promise<IndexedAnchor[]>;

  close(): Promise<void>;
}
