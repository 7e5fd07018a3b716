/**
 * Follows the part of the chain that is not final yet as linked headers, and reports what happened to it as one of several
 * named cases (chain-change.ts).
 *
 * Invariants: a block counts as a successor only by its parent's hash; a final block is given up only after a node that is
 * ahead of it has contradicted it for a while; each look makes a bounded number of requests and keeps a bounded number of
 * blocks.
 */
import { WarifuError } from "../core/errors.ts";
import { DOUBT_LOOKS, DOUBT_MS, doubtAfter, hasLasted } from "../core/finality-doubt.ts";
import type { BlockRef, ChainChange, ChainTracker, KnownChain } from "./chain-change.ts";
import type { BlockHeader, ReadOnlyChain } from "./chain.ts";

/** Where blocks come from. */
export type BlockSource = Pick<ReadOnlyChain, "block" | "blockByHash" | "finalizedHeight">;

/** Bounds, and how long a contradiction must last before it counts. */
export interface TrackerOptions {
  /** POSIX milliseconds. */
  readonly now: () => number;
  /** Farthest distance, in blocks, over which headers are linked one by one; a longer gap is skipped over. */
  readonly maxLinked?: number | undefined;
  /** Most blocks in one gap: the range of one search for events. */
  readonly maxGap?: number | undefined;
  /** Most blocks that are kept while finality stalls; at least 2. */
  readonly maxKept?: number | undefined;
  /** A final block is given up after this many looks that contradict it … */
  readonly doubtLooks?: number | undefined;
  /** … over at least this much time. */
  readonly doubtMs?: number | undefined;
}

type Bounds = Required<{ [K in keyof TrackerOptions]: NonNullable<TrackerOptions[K]> }>;

const DEFAULTS = { maxLinked: 128, maxGap: 10_000, maxKept: 1_024, doubtLooks: DOUBT_LOOKS, doubtMs: DOUBT_MS };

/** A tracker over a source of blocks. */
export function trackBlocks(source: BlockSource, options: TrackerOptions): ChainTracker {
  const set = Object.entries(options).filter(([, value]) => value !== undefined);
  const bounds: Bounds = { ...DEFAULTS, now: options.now, ...Object.fromEntries(set) };
  return {
    startAt: async (number) => {
      const start = Math.min(number, await source.finalizedHeight());
      return { blocks: [refOf(await blockAt(source, start))] };
    },
    advance: (known) => new Look(source, bounds, known).take(),
  };
}

/** One look at the chain from what was known before it. */
class Look {
  readonly #source: BlockSource;
  readonly #bounds: Bounds;
  readonly #known: KnownChain;

  constructor(source: BlockSource, bounds: Bounds, known: KnownChain) {
    this.#source = source;
    this.#bounds = bounds;
    this.#known = known;
  }

  async take(): Promise<ChainChange> {
    const latest = await this.#source.block("latest");
    if (latest === undefined) return unusable("the node has no newest block");
    const { base, head } = this.#ends();
    // A node that is syncing or was restarted knows less than we do, so it cannot contradict what is final.
    if (latest.number < base.number) return this.#behind(latest);
    if (latest.number - head.number > this.#bounds.maxLinked) return this.#crossGap(latest);
    return this.#walkDown(latest);
  }

  /** From the newest block down, by parent hash, to the first known one. */
  async #walkDown(latest: BlockHeader): Promise<ChainChange> {
    const { base } = this.#ends();
    const fresh: BlockHeader[] = [];
    for (let block = latest; ; block = await this.#parentOf(block)) {
      if (this.#at(block.number)?.hash === block.hash) return this.#joinAt(block, fresh);
      if (block.number === base.number) return this.#contradicted(block.hash);
      fresh.unshift(block);
      if (this.#at(block.number - 1)?.hash === block.parentHash)
        return this.#joinAt(this.#at(block.number - 1) as BlockRef, fresh);
      if (block.number - 1 === base.number) return this.#contradicted(block.parentHash);
      if (fresh.length >= 2 * this.#bounds.maxLinked) return this.#searchAncestor(latest);
    }
  }

  async #joinAt(ancestor: BlockRef, fresh: readonly BlockHeader[]): Promise<ChainChange> {
    const { head } = this.#ends();
    if (fresh.length === 0 && ancestor.number < head.number) return this.#behind(ancestor);
    const kept = this.#known.blocks.filter(({ number }) => number <= ancestor.number);
    const known = await this.#settle([...kept, ...fresh.map(refOf)]);
    if (fresh.length === 0) return { case: "unchanged", known };
    if (ancestor.number === head.number) return { case: "extended", known, blocks: fresh };
    return { case: "reorged", known, ancestor: refOf(ancestor), dropped: this.#above(ancestor), blocks: fresh };
  }

  /** Too far to link: skips to the newest final block if that is ahead of us, otherwise to the newest block. */
  async #crossGap(latest: BlockHeader): Promise<ChainChange> {
    const { head } = this.#ends();
    if (!(await this.#isCanonical(head))) return this.#searchAncestor(latest);
    const finalHeight = Math.min(await this.#source.finalizedHeight(), latest.number);
    const isFinal = finalHeight > head.number;
    const end = Math.min(head.number + this.#bounds.maxGap, isFinal ? finalHeight : latest.number);
    const to = refOf(end === latest.number ? latest : await blockAt(this.#source, end));
    const known: KnownChain = { blocks: isFinal ? [to] : this.#bounded([...this.#known.blocks, to]) };
    return { case: "gapFilled", known, from: head.number + 1, to, isFinal };
  }

  /** Binary search over the kept blocks, for reorgs too deep to link block by block. */
  async #searchAncestor(latest: BlockHeader): Promise<ChainChange> {
    const kept = this.#known.blocks.filter(({ number }) => number <= latest.number);
    const { base } = this.#ends();
    const inItsPlace = await blockAt(this.#source, base.number);
    if (inItsPlace.hash !== base.hash) return this.#contradicted(inItsPlace.hash);
    let [canonical, above] = [0, kept.length];
    while (above - canonical > 1) {
      const middle = Math.floor((canonical + above) / 2);
      if (await this.#isCanonical(kept[middle] as BlockRef)) canonical = middle;
      else above = middle;
    }
    const ancestor = kept[canonical] as BlockRef;
    const blocks = this.#bounded(kept.slice(0, canonical + 1));
    return { case: "reorged", known: { blocks }, ancestor, dropped: this.#above(ancestor), blocks: [] };
  }

  /** Moves the base up to the newest final block, if it is one of ours. */
  async #settle(blocks: readonly BlockRef[]): Promise<KnownChain> {
    const height = await this.#source.finalizedHeight();
    const at = blocks.findLastIndex(({ number }) => number <= height);
    // The hash is checked as well: the height alone may come from a node on another branch.
    const isFinal = at > 0 && (await this.#isCanonical(blocks[at] as BlockRef));
    return { blocks: this.#bounded(isFinal ? blocks.slice(at) : blocks) };
  }

  #behind({ number }: { readonly number: number }): ChainChange {
    return { case: "behind", known: { blocks: this.#known.blocks }, nodeHeight: number };
  }

  async #contradicted(theirs: string): Promise<ChainChange> {
    const { now, doubtLooks, doubtMs } = this.#bounds;
    const { base } = this.#ends();
    const doubt = doubtAfter(this.#known.doubt, theirs, now());
    const isConfirmed =
      hasLasted(doubt, now(), doubtLooks, doubtMs) && (await this.#source.finalizedHeight()) >= base.number;
    const known = { blocks: this.#known.blocks, doubt };
    return { case: "beyondFinality", known, ours: base, theirs, isConfirmed };
  }

  /** The base always stays: a reorg deeper than the kept blocks falls back to it. */
  #bounded(blocks: readonly BlockRef[]): [BlockRef, ...BlockRef[]] {
    const [base, ...others] = blocks as readonly [BlockRef, ...BlockRef[]];
    return [base, ...others.slice(-(this.#bounds.maxKept - 1))];
  }

  async #parentOf(block: BlockHeader): Promise<BlockHeader> {
    const parent = await this.#source.blockByHash(block.parentHash);
    if (parent?.number !== block.number - 1)
      return unusable(`the node does not have the parent of block ${block.number}`);
    return parent;
  }

  async #isCanonical({ number, hash }: BlockRef): Promise<boolean> {
    return (await blockAt(this.#source, number)).hash === hash;
  }

  #ends(): { base: BlockRef; head: BlockRef } {
    const { blocks } = this.#known;
    return { base: blocks[0], head: blocks.at(-1) as BlockRef };
  }

  #at(number: number): BlockRef | undefined {
    return this.#known.blocks.find((block) => block.number === number);
  }

  #above({ number }: BlockRef): BlockRef[] {
    return this.#known.blocks.filter((block) => block.number > number);
  }
}

async function blockAt(source: BlockSource, number: number): Promise<BlockHeader> {
  const block = await source.block(number);
  return block?.number === number ? block : unusable(`the node does not have block ${number}`);
}

function refOf({ number, hash, parentHash }: BlockRef): BlockRef {
  return { number, hash, parentHash };
}

function unusable(what: string): never {
  throw new WarifuError("CHAIN_UNREACHABLE", `${what}: it may be changing branches`, {
    details: { method: "eth_getBlockByNumber" },
  });
}
