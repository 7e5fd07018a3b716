/**
 * The files of the log as C2SP tlog-tiles lays them out: the checkpoint, tiles, entry bundles, and bodies by their digest.
 */
import { hash } from "node:crypto";
import { encodeBodyBundle, encodeIntactBundle, LENGTH_BYTES, MAX_BUNDLED_BYTES } from "../core/body-bundle.ts";
import { encodeEntry, splitEntries } from "../core/entry.ts";
import { codeOf } from "../core/errors.ts";
import { encodeEntryBundle, TILE_WIDTH, type TileName } from "../core/tile.ts";
import type { Witnessing } from "../cosign/witnessing.ts";
import type { EntryText } from "../store/log-store.ts";
import { publishedCheckpoint } from "../write/publish.ts";
import type { StoredParts } from "./records.ts";

/** Reads the log's files. */
export class LogFiles {
  readonly #parts: StoredParts & { readonly witnessing?: Witnessing | undefined };

  constructor(parts: StoredParts & { readonly witnessing?: Witnessing | undefined }) {
    this.#parts = parts;
  }

  /** The signed note of the checkpoint to hand out, see {@link Witnessing.note}; `undefined` in an empty log. */
  async checkpoint(): Promise<string | undefined> {
    const { witnessing, store, tree } = this.#parts;
    return witnessing ? witnessing.note() : (await publishedCheckpoint(store, tree))?.note;
  }

  /** Bytes of a tile or an entry bundle; `undefined` if the published log does not reach there. @throws STORE_DAMAGED */
  async tile(name: TileName): Promise<Uint8Array | undefined> {
    const { tree } = this.#parts;
    if (name.level !== "entries") return tree.tile(name.level, name.index, name.width);
    const begin = name.index * TILE_WIDTH;
    const end = begin + name.width;
    if (end > tree.publishedSize) return undefined;
    const packed = await this.#parts.store.packedEntries?.(begin, end);
    if (packed && (await this.#ifReadable(() => tree.hasEntries(begin, packed))))
      return encodeEntryBundle(splitEntries(packed));
    const entries = await this.#parts.store.entries(begin, end);
    await this.#parts.check.assertEntries(entries, begin, end);
    return encodeEntryBundle(entries.map(encodeEntry));
  }

  /** What the store or the tree cannot be read for must be looked at entry by entry. */
  async #ifReadable(look: () => Promise<boolean>): Promise<boolean> {
    try {
      return await look();
    } catch (error) {
      if (codeOf(error) !== "STORE_DAMAGED") throw error;
      return false;
    }
  }

  /**
   * The intact part of an entry bundle; `undefined` if the published log does not reach there. The bundle itself is served
   * only as a whole, since its form has no place for missing entries: one damaged row would hide the others from whoever
   * checks them.
   */
  async intact(index: number, width: number): Promise<Uint8Array | undefined> {
    const { tree, store, check } = this.#parts;
    const begin = index * TILE_WIDTH;
    const end = begin + width;
    if (end > tree.publishedSize) return undefined;
    const entries = await check.intactEntries(await store.entries(begin, end), begin, end);
    return encodeIntactBundle(entries.map((entry) => entry && encodeEntry(entry)));
  }

  /**
   * The bodies that belong to one entry bundle; `undefined` if the published log does not reach there. A damaged body is
   * left out, so that the others are served, and a request for it alone reports the damage.
   */
  async bodies(index: number, width: number): Promise<Uint8Array | undefined> {
    const { tree, store, check } = this.#parts;
    const begin = index * TILE_WIDTH;
    if (begin + width > tree.publishedSize) return undefined;
    const quick = bundleOfTexts((await store.entryTexts?.(begin, begin + width)) ?? []);
    if (quick) return quick;
    const found = new Map((await store.entries(begin, begin + width)).map((entry) => [entry.leafIndex, entry]));
    const bodies = Array.from({ length: width }, (_, at) => {
      const entry = found.get(begin + at);
      return entry ? check.bodyToShow(entry) : "apart";
    });
    return encodeBodyBundle(bodies);
  }

  /** The body with that SHA-256; `undefined` if there is none, or it was withheld. @throws STORE_DAMAGED */
  async addendum(digest: Uint8Array): Promise<Uint8Array | undefined> {
    const entry = await this.#parts.store.entryByBodyDigest(digest);
    if (!entry) return undefined;
    await this.#parts.check.bodyOf(entry);
    return entry.body ?? undefined;
  }
}

/**
 * The bundle of these bodies if each matches its digest and none is withheld, as in most bundles: text costs a third of
 * bytes.
 */
function bundleOfTexts(entries: readonly EntryText[]): Uint8Array | undefined {
  const isSound = ({ body, bodyDigest }: EntryText): boolean =>
    body !== "" && hash("sha256", body, "hex") === bodyDigest;
  if (entries.length === 0 || !entries.every(isSound)) return undefined;
  const lengths = entries.map(({ body }) => Buffer.byteLength(body));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total > MAX_BUNDLED_BYTES) return undefined;
  const bytes = Buffer.allocUnsafeSlow(total + entries.length * LENGTH_BYTES);
  let at = 0;
  for (const [place, { body }] of entries.entries()) {
    at = bytes.writeUInt32BE(lengths[place] as number, at);
    at += bytes.write(body, at);
  }
  return bytes;
}
