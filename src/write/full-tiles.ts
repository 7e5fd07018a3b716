/**
 * The full tiles of the store, each held against the hash that the tile above it, or the tree in memory, has of it. One
 * that is damaged is made again from what lies below, since tiles are derived; the store is not touched.
 *
 * Invariant: what is handed out hashes to the root that the tree has.
 */
import { concatBytes, equalBytes } from "../core/bytes.ts";
import { encodeEntry } from "../core/entry.ts";
import { WarifuError } from "../core/errors.ts";
import { HASH_BYTES, leafHash } from "../core/merkle.ts";
import { nodesOver, pairUp, splitTile, TILE_HEIGHT, TILE_WIDTH, type TileNodes } from "../core/tile.ts";
import type { LogStore } from "../store/log-store.ts";

const MAX_CACHED_TILES = 1_024;
const TILE_BYTES = TILE_WIDTH * HASH_BYTES;

/** A tile of the store that is not the one of the tree. */
export interface DamagedTile {
  readonly level: number;
  readonly index: number;
  /** Whether it could be made again. */
  readonly isMended: boolean;
}

export interface FullTilesParts {
  readonly store: Pick<LogStore, "tile" | "entries">;
  /** Root of a full tile, as the tree has it. */
  readonly rootOf: (level: number, index: number) => Promise<Uint8Array>;
  /** Told once of each tile that is damaged. */
  readonly onDamaged?: ((tile: DamagedTile) => void) | undefined;
}

/** The full tiles of one tree. */
export class FullTiles {
  readonly #parts: FullTilesParts;
  readonly #cache = new Map<string, TileNodes>();
  readonly #lost = new Map<string, WarifuError>();

  constructor(parts: FullTilesParts) {
    this.#parts = parts;
  }

  /**
   * Bytes of a tile. Whoever reads the whole log should not push out what proofs need, so nothing is kept.
   * @throws STORE_DAMAGED
   */
  async bytes(level: number, index: number): Promise<Uint8Array> {
    if (!this.#cache.has(nameOf(level, index))) {
      const root = await this.#parts.rootOf(level, index);
      const bytes = await this.#parts.store.tile(level, index);
      if (bytes?.length === TILE_BYTES && equalBytes(rootOfHashes(splitTile(bytes, TILE_WIDTH)), root)) return bytes;
    }
    return concatBytes(...((await this.nodes(level, index))[0] as readonly Uint8Array[]));
  }

  /** @throws STORE_DAMAGED */
  async nodes(level: number, index: number): Promise<TileNodes> {
    const known = this.#cache.get(nameOf(level, index));
    if (known) return known;
    const lost = this.#lost.get(nameOf(level, index));
    if (lost) throw lost;
    const root = await this.#parts.rootOf(level, index);
    const stored = await this.unproven(level, index);
    if (stored && equalBytes(rootOf(stored), root)) return this.keep(level, index, stored);
    const derived = await this.#derived(level, index);
    const isMended = derived !== undefined && equalBytes(rootOf(derived), root);
    this.#parts.onDamaged?.({ level, index, isMended });
    if (isMended) return this.keep(level, index, derived);
    const error = damaged(level, index);
    this.#lost.set(nameOf(level, index), error);
    throw error;
  }

  /** The nodes that the stored bytes lead to, whatever they are; `undefined` where they are no tile. */
  async unproven(level: number, index: number): Promise<TileNodes | undefined> {
    const bytes = await this.#parts.store.tile(level, index);
    return bytes?.length === TILE_BYTES ? nodesOver(splitTile(bytes, TILE_WIDTH)) : undefined;
  }

  /** Keeps nodes that hash to the tree's root, for the next who asks. */
  keep(level: number, index: number, nodes: TileNodes): TileNodes {
    if (this.#cache.size >= MAX_CACHED_TILES) this.#cache.delete(this.#cache.keys().next().value as string);
    this.#cache.set(nameOf(level, index), nodes);
    return nodes;
  }

  /** From the entries, or the tiles of the level below; `undefined` where something of them is missing. */
  async #derived(level: number, index: number): Promise<TileNodes | undefined> {
    const hashes: Uint8Array[] = [];
    const begin = index * TILE_WIDTH;
    if (level === 0)
      for (const entry of await this.#parts.store.entries(begin, begin + TILE_WIDTH)) {
        if (entry.leafIndex !== begin + hashes.length || entry.unreadable !== undefined) return undefined;
        hashes.push(leafHash(encodeEntry(entry)));
      }
    else
      for (let below = begin; below < begin + TILE_WIDTH; below++) {
        const nodes = await this.unproven(level - 1, below);
        if (!nodes) return undefined;
        hashes.push(rootOf(nodes));
      }
    return hashes.length === TILE_WIDTH ? nodesOver(hashes) : undefined;
  }
}

function damaged(level: number, index: number): WarifuError {
  const leafIndex = index * TILE_WIDTH ** (level + 1);
  return new WarifuError(
    "STORE_DAMAGED",
    `what is stored from leaf ${leafIndex} on is damaged: tile ${level}/${index} is not the one of the tree, and what lies below it ` +
      "does not lead to it either. It is the operator's to restore",
    { details: { leafIndex } },
  );
}

/** Root over a power of two of hashes. */
export function rootOfHashes(hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes;
  while (row.length > 1) row = pairUp(row);
  return row[0] as Uint8Array;
}

function rootOf(nodes: TileNodes): Uint8Array {
  return (nodes[TILE_HEIGHT] as readonly Uint8Array[])[0] as Uint8Array;
}

function nameOf(level: number, index: number): string {
  return `${level}/${index}`;
}
