/**
 * The log's tree in memory: its frontier, and at each tile level the hashes that do not fill a tile yet. Full tiles are in
 * the store. At the start, the edge is derived from the store again and must lead to the last published root.
 *
 * Leaves are appended first and published once their batch is durable; reads never go past the published size.
 */
import { concatBytes, equalBytes, toHex } from "../core/bytes.ts";
import { ENTRY_BYTES, entryLeafHash, splitEntries } from "../core/entry.ts";
import { WarifuError, type ErrorDetails } from "../core/errors.ts";
import {
  consistencyRanges,
  foldSubtrees,
  Frontier,
  HASH_BYTES,
  inclusionRanges,
  leafHash,
  subtreesOf,
  type LeafRange,
  type SubtreeNode,
} from "../core/merkle.ts";
import { nodesOver, splitTile, TILE_HEIGHT, TILE_WIDTH, tileSpan, tileWidth, type TileNodes } from "../core/tile.ts";
import { Turns } from "../serve/turns.ts";
import type { FullTile, LogStore, StoredCheckpoint } from "../store/log-store.ts";
import { EdgeTiles } from "./edge-tiles.ts";
import { FullTiles, type FullTilesParts } from "./full-tiles.ts";
import { ProvenDigests } from "./proven-digests.ts";

/** Whom to tell of damaged tiles. */
export type LogTreeOptions = Pick<FullTilesParts, "onDamaged">;

/** A growing tree over a store. */
export class LogTree {
  readonly #frontier = new Frontier();
  readonly #edge = new EdgeTiles((level, hashes) => this.#addFilled(level, hashes));
  readonly #onNode = (level: number, hash: Uint8Array): void => this.#edge.add(level, hash);
  // Tiles that filled up in batches that are not durable yet.
  #filled: FullTile[] = [];
  #publishedSize = 0;
  readonly #tiles: FullTiles;
  readonly #provenEntries = new ProvenDigests();

  private constructor(store: LogStore, { onDamaged }: LogTreeOptions) {
    this.#tiles = new FullTiles({ store, onDamaged, rootOf: (level, index) => this.#rootOfTile(level, index) });
  }

  /**
   * Derives the tree of a store.
   * @throws STORE_CORRUPT when its entries and tiles do not lead to the root of its newest checkpoint
   */
  static async load(store: LogStore, options: LogTreeOptions = {}): Promise<LogTree> {
    const entries = store.treeSize();
    const newest = await store.newestCheckpoint();
    const size = newest?.treeSize ?? 0;
    // A reader of a log that is in use may find a newer checkpoint a moment later.
    if (entries > size) throw doesNotLead(entries, size);
    return newest ? LogTree.#loadAt(store, newest, options) : new LogTree(store, options);
  }

  /**
   * The tree at a checkpoint.
   * @throws STORE_CORRUPT when entries and tiles do not lead to the checkpoint's root
   */
  static async #loadAt(
    store: LogStore,
    { treeSize, rootHash }: StoredCheckpoint,
    options: LogTreeOptions = {},
  ): Promise<LogTree> {
    const tree = new LogTree(store, options);
    await tree.#loadTiles(treeSize);
    for (const entry of await store.entries(treeSize - (treeSize % TILE_WIDTH), treeSize))
      tree.append(entryLeafHash(entry));
    if (tree.size !== treeSize || !equalBytes(rootHash, tree.rootHash()))
      throw doesNotLead(tree.size, treeSize, { expected: toHex(rootHash), computed: toHex(tree.rootHash()) });
    tree.markPublished();
    return tree;
  }

  /** Number of leaves. */
  get size(): number {
    return this.#frontier.size;
  }

  /** Root of the tree as it stands. */
  rootHash(): Uint8Array {
    return this.#frontier.rootHash();
  }

  /** Number of leaves that are durable and under a checkpoint. */
  get publishedSize(): number {
    return this.#publishedSize;
  }

  /** Appends one leaf; it is published by {@link markPublished}. */
  append(leaf: Uint8Array): void {
    this.#frontier.append(leaf, this.#onNode);
  }

  /** The tiles that filled up between the published leaves and leaf `size`: they become durable together with their entries. */
  filledTiles(size = this.size): readonly FullTile[] {
    return this.#filled.filter((tile) => endOf(tile) <= size);
  }

  /** Publishes the leaves up to `size`. Precondition: their entries and the tiles that they filled are durable. */
  markPublished(size = this.size): void {
    this.#filled = this.#filled.filter((tile) => endOf(tile) > size);
    this.#publishedSize = size;
  }

  /**
   * Bytes of the first `width` hashes of a tile; `undefined` when the published log does not reach there.
   * @throws STORE_DAMAGED
   */
  async tile(level: number, index: number, width: number): Promise<Uint8Array | undefined> {
    if (width > tileWidth(level, index, this.#publishedSize)) return undefined;
    // No await between this look and the read: meanwhile the tile could fill up, and the edge would be that of the next
    // tile.
    if (tileWidth(level, index, this.size) < TILE_WIDTH)
      return concatBytes(...this.#edge.hashes(level).slice(0, width));
    const bytes = this.#filledTile(level, index) ?? (await this.#tiles.bytes(level, index));
    return bytes.subarray(0, width * HASH_BYTES);
  }

  /**
   * Hash of a range of leaves, as proofs need it. Precondition: as for `subtreesOf`.
   * @throws STORE_DAMAGED; BUSY another service has written the end of it, and this one has not read that yet
   */
  async rangeHash(range: LeafRange): Promise<Uint8Array> {
    if (range.end > this.size) throw notRead(range.end);
    const hashes: Uint8Array[] = [];
    // Waits only for what is not in memory.
    for (const node of subtreesOf(range)) hashes.push(this.#knownNode(node) ?? (await this.#node(node)));
    return foldSubtrees(hashes);
  }

  /**
   * RFC 9162 proof that a leaf is in the tree of `treeSize` leaves. Precondition: 0 <= leafIndex < treeSize.
   * @throws as {@link rangeHash}
   */
  inclusionProof(leafIndex: number, treeSize: number): Promise<Uint8Array[]> {
    return this.#rangeHashes(inclusionRanges(leafIndex, treeSize));
  }

  /**
   * RFC 9162 proof that the tree of `treeSize` leaves continues that of `oldSize`. Precondition: oldSize <= treeSize.
   * @throws as {@link rangeHash}
   */
  consistencyProof(oldSize: number, treeSize: number): Promise<Uint8Array[]> {
    return this.#rangeHashes(consistencyRanges(oldSize, treeSize));
  }

  /** Root of the tree when it had `size` leaves. */
  async rootAt(size: number): Promise<Uint8Array> {
    return this.rangeHash({ begin: 0, end: size });
  }

  async #rangeHashes(ranges: readonly LeafRange[]): Promise<Uint8Array[]> {
    const hashes: Uint8Array[] = [];
    for (const range of ranges) hashes.push(await this.rangeHash(range));
    return hashes;
  }

  /** A node at the edge, or of a full tile that is in memory. */
  #knownNode(node: SubtreeNode): Uint8Array | undefined {
    const { level, index, first, count } = tileSpan(node);
    const row = Math.log2(count);
    const isFull = tileWidth(level, index, this.size) === TILE_WIDTH;
    const nodes = isFull ? this.#tiles.known(level, index)?.[row] : this.#edge.row(level, row);
    return nodes?.[first / count];
  }

  async #node(node: SubtreeNode): Promise<Uint8Array> {
    const { level, index, first, count } = tileSpan(node);
    const rows = await this.#tileNodes(level, index);
    return (rows[Math.log2(count)] as readonly Uint8Array[])[first / count] as Uint8Array;
  }

  async #tileNodes(level: number, index: number): Promise<TileNodes> {
    const filled = this.#filledTile(level, index);
    return filled ? nodesOver(splitTile(filled, TILE_WIDTH)) : this.#tiles.nodes(level, index);
  }

  #filledTile(level: number, index: number): Uint8Array | undefined {
    return this.#filled.find((tile) => tile.level === level && tile.index === index)?.hashes;
  }

  /**
   * Whether these are the hashes of the published leaves from `begin` on. Precondition: they lie in one tile, and begin it.
   * @throws STORE_DAMAGED
   */
  async hasLeaves(begin: number, leaves: readonly Uint8Array[]): Promise<boolean> {
    const index = begin / TILE_WIDTH;
    const isFull = tileWidth(0, index, this.size) === TILE_WIDTH;
    const known = isFull ? this.#tiles.known(0, index)?.[0] : this.#edge.hashes(0);
    // Hashing up to the root costs as much as checking the tile that the store has, and saves reading it.
    if (!known && leaves.length === TILE_WIDTH) return this.#tiles.isTile(0, index, concatBytes(...leaves));
    const hashes = known ?? ((await this.#tileNodes(0, index))[0] as readonly Uint8Array[]);
    return leaves.every((leaf, at) => equalBytes(leaf, hashes[at] ?? new Uint8Array()));
  }

  /**
   * The same of whole entries, one behind the other.
   * @throws STORE_DAMAGED
   */
  hasEntries(begin: number, packed: Uint8Array): Promise<boolean> {
    const hasLeaves = (): Promise<boolean> => this.hasLeaves(begin, splitEntries(packed).map(leafHash));
    const isFull = packed.length === TILE_WIDTH * ENTRY_BYTES;
    return isFull ? this.#provenEntries.isProven(String(begin), packed, hasLeaves) : hasLeaves();
  }

  /** Root of a full tile: a hash of the tile above it, or of that level's edge. */
  async #rootOfTile(level: number, index: number): Promise<Uint8Array> {
    const [above, at] = [Math.floor(index / TILE_WIDTH), index % TILE_WIDTH];
    const hashes =
      tileWidth(level + 1, above, this.size) < TILE_WIDTH
        ? this.#edge.hashes(level + 1)
        : (await this.#tileNodes(level + 1, above))[0];
    return (hashes as readonly Uint8Array[])[at] as Uint8Array;
  }

  /** Called while a leaf is being appended, before the size counts it. */
  #addFilled(level: number, hashes: Uint8Array): void {
    const index = Math.floor(this.#frontier.size / TILE_WIDTH ** (level + 1));
    this.#filled.push({ level, index, hashes });
  }

  /** Feeds the roots of full level-0 tiles, from the highest level down, so that each is read once. */
  async #loadTiles(size: number): Promise<void> {
    const turns = new Turns();
    let fed = 0;
    for (let level = topTileLevel(size); level >= 0; level--) {
      const span = TILE_WIDTH ** (level + 1);
      const roots: Uint8Array[] = [];
      for (let index = fed / span; (index + 1) * span <= size; index++, fed += span) {
        const nodes = await this.#tiles.unproven(level, index);
        if (!nodes)
          throw new WarifuError("STORE_CORRUPT", `tile ${level}/${index} is missing from the store, or cut off`);
        // Whether all of them lead to the published root is checked at the end.
        this.#tiles.keep(level, index, nodes);
        const root = (nodes[TILE_HEIGHT] as readonly Uint8Array[])[0] as Uint8Array;
        this.#frontier.appendSubtree((level + 1) * TILE_HEIGHT, root);
        roots.push(root);
        if (turns.isOver) await turns.end();
      }
      this.#edge.set(level + 1, roots);
    }
  }
}

function doesNotLead(entries: number, signed: number, details: ErrorDetails = {}): WarifuError {
  return new WarifuError(
    "STORE_CORRUPT",
    `the stored entries (${entries}) do not lead to the newest checkpoint (${signed}): ` +
      "run `warifu audit` to see which record or tile was changed. Nothing was written",
    { details },
  );
}

/** For what lies above the tree: it is not damaged, so it must not be reported as lost. */
function notRead(size: number): WarifuError {
  return new WarifuError(
    "BUSY",
    `another service of this log has just written up to entry ${size}, which this one has not read yet: ask again in a moment`,
    { details: { size } },
  );
}

/** How many leaves there are at the end of a full tile. */
function endOf({ level, index }: FullTile): number {
  return (index + 1) * TILE_WIDTH ** (level + 1);
}

function topTileLevel(size: number): number {
  let level = -1;
  for (let span = TILE_WIDTH; span <= size; span *= TILE_WIDTH) level++;
  return level;
}
