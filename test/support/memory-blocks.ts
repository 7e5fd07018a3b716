// A chain of blocks in memory, as a node would tell of it: it grows, changes branches, loses its newest blocks.
// Invariant: a hash names the number and the branch, so that no two blocks share one.

import type { BlockSource } from "../../src/chain/block-tracker.ts";
import type { BlockHeader } from "../../src/chain/chain.ts";

/** A node with one canonical chain, whose blocks on other branches stay known by their hash. */
export class MemoryBlocks implements BlockSource {
  #chain: BlockHeader[] = [];
  readonly #known = new Map<string, BlockHeader>();
  /** Height that the node calls final. */
  final = 0;
  /** Questions so far. */
  calls = 0;

  constructor(height: number) {
    this.grow(height + 1);
  }

  get height(): number {
    return this.#chain.length - 1;
  }

  /** The canonical block of that height. */
  at(number: number): BlockHeader {
    return this.#chain[number]!;
  }

  /** Appends `count` blocks of a branch. */
  grow(count: number, branch = 0): void {
    for (let i = 0; i < count; i++) {
      const number = this.#chain.length;
      const hash = `0x${branch.toString(16).padStart(8, "0")}${number.toString(16).padStart(56, "0")}`;
      const parentHash = this.#chain.at(-1)?.hash ?? `0x${"0".repeat(64)}`;
      const block = { number, hash, parentHash, time: number, header: "0xc0" };
      this.#chain.push(block);
      this.#known.set(hash, block);
    }
  }

  /** Takes the newest `depth` blocks away. */
  rollBack(depth: number): void {
    this.#chain = this.#chain.slice(0, this.#chain.length - depth);
  }

  /** Replaces the newest `depth` blocks by `count` of another branch. */
  reorg(depth: number, branch: number, count = depth): void {
    this.rollBack(depth);
    this.grow(count, branch);
  }

  async block(which: "latest" | "finalized" | number): Promise<BlockHeader | undefined> {
    this.calls++;
    if (which === "latest") return this.#chain.at(-1);
    return this.#chain[which === "finalized" ? this.final : which];
  }

  async blockByHash(hash: string): Promise<BlockHeader | undefined> {
    this.calls++;
    return this.#known.get(hash);
  }

  async finalizedHeight(): Promise<number> {
    this.calls++;
    return this.final;
  }
}
