/**
 * What is known about the chain between two looks at it, and the named cases of what a look can find (block-tracker.ts).
 * Hashes are lower-case hexadecimal after `0x`.
 */
import type { Doubt } from "../core/finality-doubt.ts";
import type { BlockHeader } from "./chain.ts";

/** A block: its position, its hash and its parent. */
export interface BlockRef {
  readonly number: number;
  readonly hash: string;
  readonly parentHash: string;
}

/** The part of the chain that may still change, with the final block below it. */
export interface KnownChain {
  /**
   * Ascending, at least one. The first is the newest block known to be final. There may be gaps between the others; a block
   * whose number directly follows its predecessor's is linked to it by its parent hash.
   */
  readonly blocks: readonly [BlockRef, ...BlockRef[]];
  readonly doubt?: Doubt | undefined;
}

/** What a look at the chain found. `known` is what is known after it. */
export type ChainChange = { readonly known: KnownChain } & (
  | { readonly case: "unchanged" }
  /** Blocks on top of the newest known one, linked to it, oldest first. */
  | { readonly case: "extended"; readonly blocks: readonly BlockHeader[] }
  /** The chain left ours above the common ancestor. `blocks` are linked to the ancestor; empty when it lies too deep to
   * link them one by one: the next look then finds them as a gap. */
  | {
      readonly case: "reorged";
      readonly ancestor: BlockRef;
      readonly dropped: readonly BlockRef[];
      readonly blocks: readonly BlockHeader[];
    }
  /** The node's newest block is older than ours and contradicts nothing: the node is sick or late. */
  | { readonly case: "behind"; readonly nodeHeight: number }
  /** Too many blocks to link one by one were skipped: `from` to `to.number`, both included. The newest known block
   * was still canonical. `isFinal`: all of them are final. */
  | { readonly case: "gapFilled"; readonly from: number; readonly to: BlockRef; readonly isFinal: boolean }
  /** The node says that the newest final block is no longer canonical. Nothing is undone until that is confirmed. */
  | {
      readonly case: "beyondFinality";
      readonly ours: BlockRef;
      /** Hash of the block in its place. */
      readonly theirs: string;
      readonly isConfirmed: boolean;
    }
);

/** Follows one chain. It keeps no state: what is known is passed in and returned with the change. */
export interface ChainTracker {
  /**
   * Where to begin: that block, or the newest final one if that is lower.
   * @throws CHAIN_UNREACHABLE
   */
  startAt(number: number): Promise<KnownChain>;
  /**
   * One look at the chain.
   * @throws CHAIN_UNREACHABLE also when the node's answers do not fit together, as while it changes branches
   */
  advance(known: KnownChain): Promise<ChainChange>;
}
