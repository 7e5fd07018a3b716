/**
 * Hashes of ranges of leaves from a log's tiles, as inclusion and consistency proofs need them (RFC 9162 sections 2.1.3.1
 * and 2.1.4.1). A proof built here is only a claim of the server: it counts once it is verified.
 */
import { WarifuError } from "../core/errors.ts";
import {
  consistencyRanges,
  foldSubtrees,
  inclusionRanges,
  subtreesOf,
  type LeafRange,
  type SubtreeNode,
} from "../core/merkle.ts";
import { nodesOver, tilePath, tileSpan, tileWidth, type TileNodes } from "../core/tile.ts";
import type { LeafReader } from "./audited-log.ts";

/** The tree of a log at one size. Its methods throw SERVICE_UNREACHABLE, TILE_INVALID, and NOT_FOUND for a missing tile. */
export class TileTree {
  readonly #reader: Pick<LeafReader, "tile">;
  readonly #treeSize: number;
  readonly #maxCachedTiles: number;
  readonly #cache = new Map<string, Promise<TileNodes>>();
  #tilesRead = 0;

  constructor(reader: Pick<LeafReader, "tile">, treeSize: number, maxCachedTiles = 1_024) {
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

  /** Root that this tree had at a size. */
  async rootAt(size: number): Promise<Uint8Array> {
    const [root] = await this.#rangeHashes([{ begin: 0, end: size }]);
    return root as Uint8Array;
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
    const rows = await this.#tileNodes(level, index);
    return rows[Math.log2(count)]?.[first / count] as Uint8Array;
  }

  #tileNodes(level: number, index: number): Promise<TileNodes> {
    const width = tileWidth(level, index, this.#treeSize);
    const name = tilePath({ level, index, width });
    const cached = this.#cache.get(name);
    if (cached) return cached;
    if (this.#cache.size >= this.#maxCachedTiles) this.#cache.delete(this.#cache.keys().next().value as string);
    // Remembered before it arrives, so that concurrent callers share one request.
    const nodes = this.#read(level, index, width, name);
    this.#cache.set(name, nodes);
    nodes.catch(() => this.#cache.delete(name));
    return nodes;
  }

  async #read(level: number, index: number, width: number, name: string): Promise<TileNodes> {
    const hashes = await this.#reader.tile(level, index, width);
    if (!hashes) throw new WarifuError("NOT_FOUND", `the log does not serve ${name}`);
    this.#tilesRead++;
    return nodesOver(hashes);
  }
}
