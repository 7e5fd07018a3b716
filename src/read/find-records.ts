/**
 * Finds records by source, type and time, by their hashes, and by the idempotency key that their sender gave them. The store
 * has lists of the records of a source or type, and hints at leaves by hash. Time needs no index: the log is ordered by it,
 * so the ends of a time span are found by binary search. Leaves that the store has not indexed are searched for in the
 * tiles.
 *
 * Invariant: one call reads a bounded part of the log, and lets others use the store every few milliseconds. It says where
 * to continue, and may have found nothing.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { equalBytes } from "../core/bytes.ts";
import { codeOf } from "../core/errors.ts";
import { HASH_BYTES } from "../core/merkle.ts";
import { receivedAtOf } from "../core/record-id.ts";
import { TILE_WIDTH, tileWidth } from "../core/tile.ts";
import type { StoredEntry } from "../store/log-store.ts";
import type { OpenLog } from "../write/open-log.ts";

/** Which records are wanted; all given conditions must hold. */
export interface RecordQuery {
  /**
   * First leaf index of the search or, if the newest come first, the one above it; by default, the respective end of the
   * log.
   */
  readonly from?: number | undefined;
  /** Searches from the end of the log downwards. */
  readonly isNewestFirst?: boolean | undefined;
  readonly limit: number;
  readonly source?: string | undefined;
  /** Type of record, whatever the version of its profile. */
  readonly type?: string | undefined;
  /** Received at or after this time, POSIX seconds. */
  readonly since?: number | undefined;
  /** Received before this time, POSIX seconds. */
  readonly until?: number | undefined;
  /** Hash of the leaf, or digest of the body. */
  readonly hash?: Uint8Array | undefined;
}

/**
 * The records that were found, by leaf index, in the order asked for, and where to continue; without `next`, the search is
 * complete.
 */
export interface FoundEntries {
  readonly entries: readonly StoredEntry[];
  /** The part of the log that this call has searched, by ascending leaf indexes. */
  readonly from: number;
  readonly lookedTo: number;
  readonly next?: number;
}

/** A query with the part of the log that it covers. */
type Within = Omit<RecordQuery, "since" | "until" | "hash"> & { readonly from: number; readonly before: number };

/** How often one call continues the store's search. */
const MOST_SLICES = 6;
/** How many tiles are read at a time: 2 MB. */
const TILES_AT_ONCE = 256;
const MOST_TILES = 4_096;

/** Times of entries are remembered for one entry in so many, and for so many at most. */
const [KEPT_EVERY, MOST_KEPT] = [64, 65_536];

/** Finds the records of one log. */
export class RecordFinder {
  readonly #log: Pick<OpenLog, "store" | "tree" | "check" | "keyNames">;
  // Time by the leaf index that it was asked for. The time of an entry never changes.
  readonly #times = new Map<number, { readonly leafIndex: number; readonly time: number }>();

  constructor(log: Pick<OpenLog, "store" | "tree" | "check" | "keyNames">) {
    this.#log = log;
  }

  /** @throws STORE_FAILED */
  async find({ since, until, hash, ...query }: RecordQuery): Promise<FoundEntries> {
    const first = since === undefined ? 0 : await this.sizeAt(since);
    const end = until === undefined ? this.#log.tree.publishedSize : await this.sizeAt(until);
    const within = query.isNewestFirst
      ? { ...query, from: first, before: Math.min(query.from ?? end, end) }
      : { ...query, from: Math.max(query.from ?? 0, first), before: end };
    return hash === undefined ? this.#findRecords(within) : this.#findHash(within, hash);
  }

  /**
   * How many entries had been received before a time: times never fall from one entry to the next.
   * @param atLeast a number of entries that is known to be reached
   * @throws STORE_FAILED
   */
  async sizeAt(time: number, atLeast = 0): Promise<number> {
    let [low, high] = [atLeast, this.#log.tree.publishedSize];
    while (low < high) {
      const middle = roundestIn(low, high);
      const met = await this.#timeFrom(middle, high);
      if (met !== undefined && met.time < time) low = met.leafIndex + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * The record that a sender named by this key; also `undefined` if another sender did, so that nobody can guess keys.
   * @throws STORE_FAILED
   */
  async byKey(source: string, key: string, sender: string): Promise<StoredEntry | undefined> {
    const [found] = await this.#log.store.findSubmitted([{ source, key: this.#log.keyNames(key) }]);
    return found?.by === "key" && found.sender === sender ? found.entry : undefined;
  }

  /** The entry of a leaf, of any kind. */
  async atLeaf(leafIndex: number): Promise<StoredEntry | undefined> {
    return (await this.#log.store.entries(leafIndex, leafIndex + 1))[0];
  }

  async #findRecords(query: Within): Promise<FoundEntries> {
    const { from, before, limit, isNewestFirst = false } = query;
    const entries: StoredEntry[] = [];
    let next: number | undefined = isNewestFirst ? before : from;
    for (let slices = 0; next !== undefined && slices < MOST_SLICES; slices++) {
      if (slices > 0) await nextTurn();
      const rest = isNewestFirst ? { before: next } : { from: next };
      const found = await this.#log.store.findRecords({ ...query, ...rest, limit: limit - entries.length });
      entries.push(...found.entries);
      next = found.next;
      if (entries.length >= limit) break;
    }
    const looked = isNewestFirst
      ? { from: next ?? from, lookedTo: Math.max(from, before) }
      : { from, lookedTo: next ?? Math.max(from, before) };
    return { entries, ...looked, ...(next !== undefined && { next }) };
  }

  async #findHash(query: Within, hash: Uint8Array): Promise<FoundEntries> {
    const { from, before } = query;
    const byBody = await this.#log.store.entryByBodyDigest(hash);
    const place = byBody ? { leafIndex: byBody.leafIndex } : await this.#placeOfLeaf(hash, from, before);
    if (place.leafIndex === undefined) return { entries: [], from, lookedTo: place.next ?? before, ...place };
    const at = { from: place.leafIndex, before: place.leafIndex + 1 };
    const { source, type } = query;
    const [entry] =
      type === undefined
        ? await this.#log.store.entries(at.from, at.before)
        : (await this.#log.store.findRecords({ ...at, limit: 1, type })).entries;
    const isWithin = at.from >= from && at.from < before;
    const fits = entry && isWithin && (source === undefined || source === entry.sourceName);
    return { entries: fits ? [entry] : [], from, lookedTo: before };
  }

  /** Read from the tiles as they are stored: an entry found there is checked like any other. */
  async #placeOfLeaf(hash: Uint8Array, from: number, before: number): Promise<{ leafIndex?: number; next?: number }> {
    const { places, indexed } = await this.#log.store.leafPlaces(hash);
    for (const leafIndex of places) if (await this.#hasHash(leafIndex, hash)) return { leafIndex };
    return this.#searchTiles(hash, Math.max(from, indexed), before);
  }

  async #hasHash(leafIndex: number, hash: Uint8Array): Promise<boolean> {
    const tile = await this.#log.store.tile(0, Math.floor(leafIndex / TILE_WIDTH));
    const at = (leafIndex % TILE_WIDTH) * HASH_BYTES;
    return tile !== undefined && equalBytes(tile.subarray(at, at + HASH_BYTES), hash);
  }

  async #searchTiles(hash: Uint8Array, from: number, before: number): Promise<{ leafIndex?: number; next?: number }> {
    const { store, tree } = this.#log;
    const first = Math.floor(from / TILE_WIDTH);
    for (let index = first; index * TILE_WIDTH < before; index++) {
      if (index - first === MOST_TILES) return { next: index * TILE_WIDTH };
      if (index > first && (index - first) % TILES_AT_ONCE === 0) await nextTurn();
      // The tile may have filled up meanwhile.
      const tile = (await store.tile(0, index)) ?? (await tree.tile(0, index, tileWidth(0, index, tree.publishedSize)));
      const place = tile && placeIn(tile, hash);
      if (place !== undefined) return { leafIndex: index * TILE_WIDTH + place };
    }
    return {};
  }

  async #timeFrom(begin: number, end: number): Promise<{ leafIndex: number; time: number } | undefined> {
    const known = this.#times.get(begin);
    if (known) return known;
    const found = await this.#readTimeFrom(begin, end);
    if (found?.leafIndex === begin && begin % KEPT_EVERY === 0) {
      if (this.#times.size >= MOST_KEPT) this.#times.clear();
      this.#times.set(begin, found);
    }
    return found;
  }

  /** The time of the first intact entry from a leaf on; damage is skipped, and reported. */
  async #readTimeFrom(begin: number, end: number): Promise<{ leafIndex: number; time: number } | undefined> {
    const { store, check } = this.#log;
    for (let at = begin; at < Math.min(end, begin + TILE_WIDTH); at++) {
      const [entry] = await store.entries(at, at + 1);
      try {
        if (!entry) continue;
        await check.bodyOf(entry);
        return { leafIndex: at, time: receivedAtOf(entry) };
      } catch (error) {
        if (codeOf(error) !== "STORE_DAMAGED") throw error;
      }
    }
    return undefined;
  }
}

/**
 * A number near the middle between `low` and `high` that is divisible by a large power of two: so searches in spans that
 * differ a little, such as those of a growing log, read the same entries.
 */
function roundestIn(low: number, high: number): number {
  let step = 1;
  while (Math.ceil(low / (2 * step)) * 2 * step < high && 4 * step <= high - low) step *= 2;
  const middle = Math.round((low + high) / 2 / step) * step;
  return middle >= low && middle < high ? middle : Math.floor((low + high) / 2);
}

/** Position of a hash in a tile. */
function placeIn(tile: Uint8Array, hash: Uint8Array): number | undefined {
  const bytes = Buffer.from(tile.buffer, tile.byteOffset, tile.byteLength);
  for (let at = bytes.indexOf(hash); at >= 0; at = bytes.indexOf(hash, at + 1))
    if (at % HASH_BYTES === 0) return at / HASH_BYTES;
  return undefined;
}
