/**
 * The full tiles of the store, each checked against its hash in the tile above it, or in the tree in memory. A damaged tile
 * is rebuilt from what lies below, since tiles are derived; the store is not touched.
 *
 * Invariant: what is handed out hashes to the root that the tree has.
 */
import { concatBytes, equalBytes } from "../core/bytes.ts";
import { entryLeafHash } from "../core/entry.ts";
import { WarifuError } from "../core/errors.ts";
import { HASH_BYTES } from "../core/merkle.ts";
import { nodesOver, rootOfHashes, splitTile, TILE_HEIGHT, TILE_WIDTH, type TileNodes } from "../core/tile.ts";
import type { LogStore } from "../store/log-store.ts";
import { ProvenDigests } from "./proven-digests.ts";

const MAX_CACHED_TILES = 1_024;
const TILE_BYTES = TILE_WIDTH * HASH_BYTES;

/** A tile of the store that does not match the tree. */
export interface DamagedTile {
  readonly level: number;
  readonly index: number;
  /** Whether it could be rebuilt. */
  readonly isMended: boolean;
}

export interface FullTilesParts {
  readonly store: Pick<LogStore, "tile" | "entries">;
  /** Root of a full tile, as the tree has it. */
  readonly rootOf: (level: number, index: number) => Promise<Uint8Array>;
  /** Called once for each damaged tile. */
  readonly onDamaged?: ((tile: DamagedTile) => void) | undefined;
}

/** The full tiles of one tree. */
export class FullTiles {
  readonly #parts: FullTilesParts;
  readonly #cache = new Map<string, TileNodes>();
  readonly #lost = new Map<string, WarifuError>();
  readonly #reading = new Map<string, Promise<TileNodes>>();
  readonly #proven = new ProvenDigests();

  constructor(parts: FullTilesParts) {
    this.#parts = parts;
  }

  /**
   * Bytes of a tile. They are not kept: reading the whole log should not push out what proofs need.
   * @throws STORE_DAMAGED
   */
  async bytes(level: number, index: number): Promise<Uint8Array> {
    if (!this.known(level, index)) {
      const bytes = await this.#parts.store.tile(level, index);
      if (bytes && (await this.isTile(level, index, bytes))) return bytes;
    }
    return concatBytes(...((await this.nodes(level, index))[0] as readonly Uint8Array[]));
  }

  /** Whether these are the bytes of a tile. @throws STORE_DAMAGED by the tile above it */
  async isTile(level: number, index: number, bytes: Uint8Array): Promise<boolean> {
    if (bytes.length !== TILE_BYTES) return false;
    return this.#proven.isProven(nameOf(level, index), bytes, async () =>
      equalBytes(rootOfHashes(splitTile(bytes, TILE_WIDTH)), await this.#parts.rootOf(level, index)),
    );
  }

  /** The nodes of a tile that is in memory. */
  known(level: number, index: number): TileNodes | undefined {
    return this.#cache.get(nameOf(level, index));
  }

  /** @throws STORE_DAMAGED */
  nodes(level: number, index: number): Promise<TileNodes> {
    const known = this.known(level, index);
    if (known) return Promise.resolve(known);
    const name = nameOf(level, index);
    // A page of records asks for one tile hundreds of times at once.
    const reading = this.#reading.get(name) ?? this.#read(level, index).finally(() => this.#reading.delete(name));
    this.#reading.set(name, reading);
    return reading;
  }

  async #read(level: number, index: number): Promise<TileNodes> {
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

  /** The nodes above the stored bytes, not checked against the tree; `undefined` if the bytes are not a tile. */
  async unproven(level: number, index: number): Promise<TileNodes | undefined> {
    const bytes = await this.#parts.store.tile(level, index);
    return bytes?.length === TILE_BYTES ? nodesOver(splitTile(bytes, TILE_WIDTH)) : undefined;
  }

  /** Keeps nodes for the next reader. Precondition: they hash to the tree's root. */
  keep(level: number, index: number, nodes: TileNodes): TileNodes {
    if (this.#cache.size >= MAX_CACHED_TILES) this.#cache.delete(this.#cache.keys().next().value as string);
    this.#cache.set(nameOf(level, index), nodes);
    return nodes;
  }

  /** A tile derived from the entries, or from the tiles of the level below; `undefined` if any of those is missing. */
  async #derived(level: number, index: number): Promise<TileNodes | undefined> {
    const hashes: Uint8Array[] = [];
    const begin = index * TILE_WIDTH;
    if (level === 0)
      for (const entry of await this.#parts.store.entries(begin, begin + TILE_WIDTH)) {
        if (entry.leafIndex !== begin + hashes.length || entry.unreadable !== undefined) return undefined;
        hashes.push(entryLeafHash(entry));
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
      "does not lead to it either. The operator must restore it",
    { details: { leafIndex } },
  );
}

function rootOf(nodes: TileNodes): Uint8Array {
  return (nodes[TILE_HEIGHT] as readonly Uint8Array[])[0] as Uint8Array;
}

function nameOf(level: number, index: number): string {
  return `${level}/${index}`;
}
