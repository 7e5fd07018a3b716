/**
 * The files of the log as C2SP tlog-tiles lays them out: the checkpoint, tiles, entry bundles, and bodies by their digest.
 */
import { encodeEntry } from "../core/entry.ts";
import { encodeEntryBundle, TILE_WIDTH, type TileName } from "../core/tile.ts";
import type { Witnessing } from "../cosign/rounds.ts";
import type { StoredParts } from "./records.ts";

/** Reads the log's files. */
export class LogFiles {
  readonly #parts: StoredParts & { readonly witnessing?: Witnessing | undefined };

  constructor(parts: StoredParts & { readonly witnessing?: Witnessing | undefined }) {
    this.#parts = parts;
  }

  /** The signed note of the checkpoint to hand out, see {@link Witnessing.note}; `undefined` in an empty log. */
  async checkpoint(): Promise<string | undefined> {
    const { witnessing } = this.#parts;
    return witnessing ? witnessing.note() : (await this.#parts.store.newestCheckpoint())?.note;
  }

  /**
   * Bytes of a tile or an entry bundle; `undefined` when the published log does not reach there.
   * @throws STORE_DAMAGED
   */
  async tile(name: TileName): Promise<Uint8Array | undefined> {
    const { tree } = this.#parts;
    if (name.level !== "entries") return tree.tile(name.level, name.index, name.width);
    const begin = name.index * TILE_WIDTH;
    const end = begin + name.width;
    if (end > tree.publishedSize) return undefined;
    const entries = await this.#parts.store.entries(begin, end);
    await this.#parts.check.assertEntries(entries, begin, end);
    return encodeEntryBundle(entries.map(encodeEntry));
  }

  /**
   * The body with that SHA-256; `undefined` when there is none, or it was erased.
   * @throws STORE_DAMAGED
   */
  async addendum(digest: Uint8Array): Promise<Uint8Array | undefined> {
    const entry = await this.#parts.store.entryByBodyDigest(digest);
    if (!entry) return undefined;
    await this.#parts.check.bodyOf(entry);
    return entry.body ?? undefined;
  }
}
