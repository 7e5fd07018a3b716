/**
 * Hashes of ranges of leaves out of a log's tiles, as inclusion and consistency proofs need them (RFC 9162 sections
 * 2.1.3.1 and 2.1.4.1). A proof built here is a claim of the server's like any other: it counts once it is verified.
 */
import { WarifuError } from "../core/errors.ts";
import {
  consistencyRanges,
  foldSubtrees,
  inclusionRanges,
  nodeHash,
  subtreesOf,
  type LeafRange,
  type SubtreeNode,
} from "../core/merkle.ts";
import { tilePath, tileSpan, tileWidth } from "../core/tile.ts";
import type { LogReader } from "./log-reader.ts";

/** The tree of a log at one size. Its methods throw SERVICE_UNREACHABLE, TILE_INVALID, and NOT_FOUND for a missing tile. */
export class TileTree {
  readonly #reader: LogReader;
  readonly #treeSize: number;
  readonly #maxCachedTiles: number;
  readonly #cache = new Map<string, readonly Uint8Array[]>();
  #tilesRead = 0;

  constructor(reader: LogReader, treeSize: number, maxCachedTiles = 1_024) {
    this.#reader = reader;
    this.#treeSize = treeSize;
    this.#maxCachedTiles = maxCachedTiles;
  }

  /** How many tiles were read so far. */
  get tilesRead(): number {
    return this.#tilesRead;
  }

  /** Inclusion proof of a leaf in this tree. */
  inclusionProof(leafIndex: number): Promise<Uint8Array[]> {
    return this.#rangeHashes(inclusionRanges(leafIndex, this.#treeSize));
  }

  /** Consistency proof from `oldSize` to this tree. */
  consistencyProof(oldSize: number): Promise<Uint8Array[]> {
    return this.#rangeHashes(consistencyRanges(oldSize, this.#treeSize));
  }

  async #rangeHashes(ranges: readonly LeafRange[]): Promise<Uint8Array[]> {
    const hashes: Uint8Array[] = [];
    for (const range of ranges) {
      const nodes: Uint8Array[] = [];
      for (const node of subtreesOf(range)) nodes.push(await this.#nodeHash(node));
      hashes.push(foldSubtrees(nodes));
    }
    return hashes;
  }

  async #nodeHash(node: SubtreeNode): Promise<Uint8Array> {
    const { level, index, first, count } = tileSpan(node);
    const hashes = await this.#tile(level, index);
    let row = hashes.slice(first, first + count);
    while (row.length > 1)
      row = Array.from({ length: row.length / 2 }, (_, i) =>
        nodeHash(row[2 * i] as Uint8Array, row[2 * i + 1] as Uint8Array),
      );
    return row[0] as Uint8Array;
  }

  async #tile(level: number, index: number): Promise<readonly Uint8Array[]> {
    const width = tileWidth(level, index, this.#treeSize);
    const name = tilePath({ level, index, width });
    const cached = this.#cache.get(name);
    if (cached) return cached;
    const hashes = await this.#reader.tile(level, index, width);
    if (!hashes) throw new WarifuError("NOT_FOUND", `the log does not serve ${name}`);
    if (this.#cache.size >= this.#maxCachedTiles) this.#cache.delete(this.#cache.keys().next().value as string);
    this.#cache.set(name, hashes);
    this.#tilesRead++;
    return hashes;
  }
}
