/**
 * The unfilled tiles at the right edge of a growing tree, one per level, with all complete nodes above their hashes.
 * Proofs need these nodes again and again, and appending computes each of them once anyway.
 */
import { concatBytes } from "../core/bytes.ts";
import { nodesOver, TILE_HEIGHT, type TileNodes } from "../core/tile.ts";

/**
 * The nodes within a tile, in rows from its hashes upward. The node above all of them is not one: it is a hash of the
 * tile above.
 */
type Rows = Uint8Array[][];

/** The unfilled tiles of one tree. */
export class EdgeTiles {
  readonly #tiles: Rows[] = [];
  readonly #onFull: (level: number, hashes: Uint8Array) => void;

  /** @param onFull called with the bytes of each tile that has filled up, from the lowest level upward */
  constructor(onFull: (level: number, hashes: Uint8Array) => void) {
    this.#onFull = onFull;
  }

  /** Hashes of the tile of a level: fewer than 256. */
  hashes(level: number): readonly Uint8Array[] {
    return this.#tiles[level]?.[0] ?? [];
  }

  /** The complete nodes of a row of that tile. */
  row(level: number, row: number): readonly Uint8Array[] {
    return this.#tiles[level]?.[row] ?? [];
  }

  /** Adds a node that became complete. Precondition: nodes come in the order in which `Frontier.append` completes them. */
  add(treeLevel: number, hash: Uint8Array): void {
    const row = treeLevel % TILE_HEIGHT;
    const level = (treeLevel - row) / TILE_HEIGHT;
    // The node over a whole tile is the last one of that tile.
    if (row === 0 && level > 0) this.#fill(level - 1);
    const rows = (this.#tiles[level] ??= []);
    (rows[row] ??= []).push(hash);
  }

  /** Sets the hashes of a tile, and computes the nodes above them. Precondition: fewer than 256 hashes. */
  set(level: number, hashes: readonly Uint8Array[]): void {
    const nodes: TileNodes = hashes.length === 0 ? [] : nodesOver(hashes);
    this.#tiles[level] = nodes.map((row) => [...row]);
  }

  #fill(level: number): void {
    const hashes = this.hashes(level);
    this.#tiles[level] = [];
    this.#onFull(level, concatBytes(...hashes));
  }
}
