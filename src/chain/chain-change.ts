/**
 * What is known of the chain between two looks at it, and the named cases of what a look finds (block-tracker.ts).
 * Hashes are lower-case hexadecimal behind `0x`.
 */
import type { Doubt } from "../core/finality-doubt.ts";
import type { BlockHeader } from "./chain.ts";

/** A block by its place and its parent. */
export interface BlockRef {
  readonly number: number;
  readonly hash: string;
  readonly parentHash: string;
}

/** The part of the chain that may still change, with what it stands on. */
export interface KnownChain {
  /**
   * Ascending, at least one. The first is the newest block known to be final; of the others, each that follows its
   * predecessor in number is linked to it by the parent's hash. Numbers may be left out.
   */
  readonly blocks: readonly [BlockRef, ...BlockRef[]];
  readonly doubt?: Doubt | undefined;
}

/** What a look at the chain found. `known` is what is known after it. */
export type ChainChange = { readonly known: KnownChain } & (
  | { readonly case: "unchanged" }
  /** Blocks on top of the newest known one, linked to it, oldest first. */
  | { readonly case: "extended"; readonly blocks: readonly BlockHeader[] }
  /** The chain left ours above the common ancestor. `blocks` are linked to the ancestor; none when it lies too deep to
   * link them one by one: the next look finds them as a gap. */
  | {
      readonly case: "reorged";
      readonly ancestor: BlockRef;
      readonly dropped: readonly BlockRef[];
      readonly blocks: readonly BlockHeader[];
    }
  /** The node's newest block is older than ours and contradicts nothing: the node is sick or late. */
  | { readonly case: "behind"; readonly nodeHeight: number }
  /** Blocks were passed over, too many to link one by one: `from` to `to.number`, both included. The newest known block
   * was canonical still. `isFinal`: all of them are final. */
  | { readonly case: "gapFilled"; readonly from: number; readonly to: BlockRef; readonly isFinal: boolean }
  /** The newest final block is not canonical any more, says the node. Until that is confirmed, nothing is undone. */
  | {
      readonly case: "beyondFinality";
      readonly ours: BlockRef;
      /** Hash of the block in its place. */
      readonly theirs: string;
      readonly isConfirmed: boolean;
    }
);

/** Follows one chain. It keeps nothing itself: what is known is handed in, and handed back with the change. */
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
