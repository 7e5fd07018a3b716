/**
 * The log's tree in memory: its frontier, and at each tile level the hashes that do not fill a tile yet. Full tiles are
 * the store's. At start the edge is derived from the store again and must lead to the last published root.
 *
 * Leaves are appended first and published when their batch is durable; what is read never goes past the published size.
 */
import { concatBytes, equalBytes, toHex } from "../core/bytes.ts";
import { encodeEntry } from "../core/entry.ts";
import { WarifuError, type ErrorDetails } from "../core/errors.ts";
import {
  foldSubtrees,
  Frontier,
  HASH_BYTES,
  leafHash,
  nodeHash,
  subtreesOf,
  type LeafRange,
  type SubtreeNode,
} from "../core/merkle.ts";
import { splitTile, TILE_HEIGHT, TILE_WIDTH, tileSpan, tileWidth } from "../core/tile.ts";
import type { FullTile, LedgerStore, StoredCheckpoint } from "../store/ledger-store.ts";

const MAX_CACHED_TILES = 1_024;

/** A growing tree over a store. */
export class LogTree {
  readonly #store: LedgerStore;
  readonly #frontier = new Frontier();
  // Hashes of the tile at the right edge of each level: fewer than 256.
  readonly #edge: Uint8Array[][] = [];
  // Tiles that filled up in the batch that is not durable yet.
  #filled: FullTile[] = [];
  #publishedSize = 0;
  // Nodes of full tiles, by tile level and index: row r of a tile holds the nodes r levels above its hashes.
  readonly #cache = new Map<string, readonly Uint8Array[][]>();

  private constructor(store: LedgerStore) {
    this.#store = store;
  }

  /**
   * Derives the tree of a store.
   * @throws STORE_CORRUPT when its entries and tiles do not lead to the root of its newest checkpoint
   */
  static async load(store: LedgerStore): Promise<LogTree> {
    const newest = await store.newestCheckpoint();
    const size = newest?.treeSize ?? 0;
    if (store.treeSize() !== size) throw doesNotLead(store.treeSize(), size);
    return newest ? LogTree.loadAt(store, newest) : new LogTree(store);
  }

  /**
   * Derives the tree as it was at a checkpoint: what lies below never changes, also while a service is writing.
   * @throws STORE_CORRUPT when entries and tiles do not lead to the checkpoint's root
   */
  static async loadAt(store: LedgerStore, { treeSize, rootHash }: StoredCheckpoint): Promise<LogTree> {
    const tree = new LogTree(store);
    await tree.#loadTiles(treeSize);
    for (const entry of await store.entries(treeSize - (treeSize % TILE_WIDTH), treeSize))
      tree.append(leafHash(encodeEntry(entry)));
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
    this.#frontier.append(leaf, (level, hash) => {
      if (level % TILE_HEIGHT === 0) this.#addToEdge(level / TILE_HEIGHT, hash);
    });
  }

  /** The tiles that filled up since the last publication: they become durable together with their entries. */
  filledTiles(): readonly FullTile[] {
    return this.#filled;
  }

  /** Publishes all leaves. Precondition: entries and filled tiles are durable. */
  markPublished(): void {
    this.#filled = [];
    this.#publishedSize = this.size;
  }

  /** Bytes of the first `width` hashes of a tile; `undefined` when the published log does not reach there. */
  async tile(level: number, index: number, width: number): Promise<Uint8Array | undefined> {
    if (width > tileWidth(level, index, this.#publishedSize)) return undefined;
    // Decided and read in one go: while the store is asked, the tile may fill up and the edge belong to the next one.
    if (tileWidth(level, index, this.size) < TILE_WIDTH)
      return concatBytes(...(this.#edge[level] as Uint8Array[]).slice(0, width));
    return (await this.#fullTile(level, index))?.subarray(0, width * HASH_BYTES);
  }

  /** Hash of a range of leaves, as proofs need it. Precondition: as for `subtreesOf`, and `end` <= published size. */
  async rangeHash(range: LeafRange): Promise<Uint8Array> {
    const hashes: Uint8Array[] = [];
    for (const node of subtreesOf(range)) hashes.push(await this.#node(node));
    return foldSubtrees(hashes);
  }

  /** Root of the tree when it had `size` leaves. */
  async rootAt(size: number): Promise<Uint8Array> {
    return this.rangeHash({ begin: 0, end: size });
  }

  async #node(node: SubtreeNode): Promise<Uint8Array> {
    const { level, index, first, count } = tileSpan(node);
    const row = Math.log2(count);
    const isFull = tileWidth(level, index, this.size) === TILE_WIDTH;
    if (isFull) return ((await this.#tileNodes(level, index))[row] as Uint8Array[])[first / count] as Uint8Array;
    return foldPairs((this.#edge[level] as Uint8Array[]).slice(first, first + count));
  }

  async #tileNodes(level: number, index: number): Promise<readonly Uint8Array[][]> {
    const name = `${level}/${index}`;
    const cached = this.#cache.get(name);
    if (cached) return cached;
    const bytes = await this.#fullTile(level, index);
    if (!bytes) throw new WarifuError("STORE_CORRUPT", `tile ${name} is missing from the store`);
    const rows: Uint8Array[][] = [splitTile(bytes, TILE_WIDTH)];
    for (let row = rows[0] as Uint8Array[]; row.length > 1; rows.push(row)) row = pairUp(row);
    if (this.#cache.size >= MAX_CACHED_TILES) this.#cache.delete(this.#cache.keys().next().value as string);
    this.#cache.set(name, rows);
    return rows;
  }

  async #fullTile(level: number, index: number): Promise<Uint8Array | undefined> {
    const filled = this.#filled.find((tile) => tile.level === level && tile.index === index);
    return filled ? filled.hashes : this.#store.tile(level, index);
  }

  #addToEdge(level: number, hash: Uint8Array): void {
    const edge = (this.#edge[level] ??= []);
    edge.push(hash);
    if (edge.length < TILE_WIDTH) return;
    const index = Math.floor(this.#frontier.size / TILE_WIDTH ** (level + 1));
    this.#filled.push({ level, index, hashes: concatBytes(...edge) });
    this.#edge[level] = [];
  }

  /** Feeds the roots of full level-0 tiles, from the highest level down, so that each is read once. */
  async #loadTiles(size: number): Promise<void> {
    let fed = 0;
    for (let level = topTileLevel(size); level >= 0; level--) {
      const span = TILE_WIDTH ** (level + 1);
      for (let index = fed / span; (index + 1) * span <= size; index++, fed += span) {
        const root = ((await this.#tileNodes(level, index))[TILE_HEIGHT] as Uint8Array[])[0] as Uint8Array;
        this.#frontier.appendSubtree((level + 1) * TILE_HEIGHT, root);
        (this.#edge[level + 1] ??= []).push(root);
      }
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

function topTileLevel(size: number): number {
  let level = -1;
  for (let span = TILE_WIDTH; span <= size; span *= TILE_WIDTH) level++;
  return level;
}

function pairUp(row: readonly Uint8Array[]): Uint8Array[] {
  return Array.from({ length: row.length / 2 }, (_, i) =>
    nodeHash(row[2 * i] as Uint8Array, row[2 * i + 1] as Uint8Array),
  );
}

/** Root over a power of two of hashes. */
function foldPairs(hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes;
  while (row.length > 1) row = pairUp(row);
  return row[0] as Uint8Array;
}
