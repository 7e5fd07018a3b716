/**
 * A quick check for bundles that hold nothing but plain records, as most do: no events, nothing in the vault, nothing wrong.
 * About any other bundle it says nothing, and the audit goes through it entry by entry. So a thread that does this can save
 * the audit work, but cannot hide anything from it.
 */
import { hash } from "node:crypto";
import { equalBytes, fromUtf8, toHex, utf8 } from "../core/bytes.ts";
import type { Body } from "../core/body.ts";
import { ENTRY_BYTES, writeEntry } from "../core/entry.ts";
import { WarifuError } from "../core/errors.ts";
import { HASH_BYTES } from "../core/merkle.ts";
import { PICTURES_CLAIM } from "../core/picture.ts";
import { RECEIVED_CLAIM } from "../core/received.ts";
import { recordIdOf } from "../core/record-id.ts";
import { rootOfHashes, splitTile, TILE_WIDTH } from "../core/tile.ts";
import type { EntryText, LogStore, StoredEntry } from "../store/log-store.ts";
import type { PlainLeaves } from "../verify/audited-log.ts";
import { checkBodyOf } from "../verify/check-body.ts";
import { usualBody } from "./usual-body.ts";

/** A bundle of plain records, with what only a store knows of them. */
export interface PlainBundle extends PlainLeaves {
  /** In the order of the source ids. */
  readonly sourceNames: readonly string[];
  /** Each `vct` once. */
  readonly vcts: readonly string[];
}

/** What counts as plain. */
export interface PlainTerms {
  /** Whether there is a vault to check: then a record that the vault keeps something of is not plain. */
  readonly hasVault: boolean;
}

/** The bundle of that number if all of it is plain, and its tile is the one of its entries. @throws STORE_FAILED */
export async function plainBundle(
  store: Pick<LogStore, "entries" | "entryTexts" | "tile" | "origin">,
  index: number,
  terms: PlainTerms,
): Promise<PlainBundle | undefined> {
  const begin = index * TILE_WIDTH;
  const entries = await (store.entryTexts
    ? store.entryTexts(begin, begin + TILE_WIDTH)
    : store.entries(begin, begin + TILE_WIDTH).then(asTexts));
  if (entries?.length !== TILE_WIDTH) return undefined;
  const gathered = plainRecords(entries, store.origin, terms);
  const tile = gathered && (await store.tile(0, index));
  return tile && equalBytes(tile, gathered.hashes) ? gathered : undefined;
}

/** An entry as text, whose body was UTF-8; a store knows more of it than a log shows. */
export type PlainEntry = Pick<EntryText, "kind" | "sourceId" | "seq" | "bodyDigest" | "body"> &
  Partial<Pick<EntryText, "id" | "sourceName">>;

/** The bundle of these entries, if all of them are plain. Precondition: there are as many as a bundle has. */
export function plainRecords(
  entries: readonly PlainEntry[],
  origin: string,
  terms: PlainTerms,
): PlainBundle | undefined {
  return new PlainRecords(origin, terms).gather(entries);
}

/** A source that occurs in a bundle, and its index among those. */
interface PlainSource {
  readonly place: number;
  /** Hexadecimal. */
  readonly id: string;
  readonly name: string;
}

/** The records of one bundle. */
class PlainRecords {
  readonly #origin: string;
  readonly #terms: PlainTerms;
  readonly #sources = new Map<string, PlainSource>();
  /** The same sources by the very object of their id, since a store returns the same ones again and again. */
  readonly #met = new Map<Uint8Array, PlainSource>();
  /** Every `vct` that was checked once in a body. */
  readonly #vcts = new Set<string>();
  readonly #hashes = Buffer.alloc(TILE_WIDTH * HASH_BYTES);
  /** The input of a leaf hash: a zero byte and the entry. */
  readonly #leaf = Buffer.alloc(1 + ENTRY_BYTES);

  constructor(origin: string, terms: PlainTerms) {
    this.#origin = origin;
    this.#terms = terms;
  }

  /** `undefined` unless all are plain. */
  gather(entries: readonly PlainEntry[]): PlainBundle | undefined {
    const sources = new Uint16Array(TILE_WIDTH);
    const [seqs, times] = [new Float64Array(TILE_WIDTH), new Float64Array(TILE_WIDTH)];
    for (const [at, entry] of entries.entries()) {
      const source = this.#sourceOf(entry);
      const time = this.#timeOf(entry, source.id);
      if (time === undefined || !this.#isItself(at, entry, time)) return undefined;
      sources[at] = source.place;
      seqs[at] = entry.seq;
      times[at] = time;
    }
    const known = [...this.#sources.values()];
    return {
      root: rootOfHashes(splitTile(this.#hashes, TILE_WIDTH)),
      ...{ hashes: this.#hashes, sources, seqs, times, vcts: [...this.#vcts] },
      sourceIds: known.map(({ id }) => id),
      sourceNames: known.map(({ name }) => name),
    };
  }

  #sourceOf({ sourceId, sourceName = "" }: PlainEntry): PlainSource {
    const met = this.#met.get(sourceId);
    if (met) return met;
    const id = toHex(sourceId);
    const source = this.#sources.get(id) ?? { place: this.#sources.size, id, name: sourceName };
    this.#sources.set(id, source);
    this.#met.set(sourceId, source);
    return source;
  }

  /** When a record was received, if its body is sound and the vault keeps nothing of it. */
  #timeOf(entry: PlainEntry, sourceId: string): number | undefined {
    const { kind, bodyDigest, body: text } = entry;
    // The store gives -1 for a number that is out of range.
    if (kind !== "record" || sourceId.length !== 2 * HASH_BYTES || entry.seq < 0) return undefined;
    if (hash("sha256", text, "hex") !== bodyDigest) return undefined;
    const usual = usualBody(text, { origin: this.#origin, seq: entry.seq, sourceId });
    if (usual && this.#vcts.has(usual.vct)) return usual.iat;
    const body = soundBody(entry, this.#origin);
    if (!body || (this.#terms.hasVault && isInVault(body))) return undefined;
    this.#vcts.add(body.vct);
    return body.iat;
  }

  /** Writes a leaf hash to its place. @returns whether the record's id, if known, follows from it */
  #isItself(at: number, { kind, sourceId, seq, bodyDigest, id }: PlainEntry, time: number): boolean {
    writeEntry(this.#leaf, 1, { kind, sourceId, seq, bodyDigest: Buffer.from(bodyDigest, "hex") });
    this.#hashes.write(hash("sha256", this.#leaf, "hex"), at * HASH_BYTES, "hex");
    if (id === undefined) return true;
    return toHex(recordIdOf(this.#hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES), time)) === id;
  }
}

/**
 * Entries as text, for engines without {@link LogStore.entryTexts}; `undefined` if one is unreadable or has no UTF-8 body.
 */
function asTexts(entries: readonly StoredEntry[]): EntryText[] | undefined {
  const texts = entries.map((entry) => ifSound(() => asText(entry)));
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

function asText({ id, bodyDigest, body, unreadable, ...entry }: StoredEntry): EntryText | undefined {
  if (unreadable !== undefined || body === null) return undefined;
  return { ...entry, id: toHex(id), bodyDigest: toHex(bodyDigest), body: fromUtf8(body, "body") };
}

function soundBody({ bodyDigest, body, ...entry }: PlainEntry, origin: string): Body | undefined {
  const bytes = { ...entry, bodyDigest: Buffer.from(bodyDigest, "hex") };
  return ifSound(() => checkBodyOf(bytes, utf8(body), origin));
}

/** The result of a check; `undefined` if it throws one of our errors. */
export function ifSound<T>(check: () => T): T | undefined {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof WarifuError)) throw error;
    return undefined;
  }
}

function isInVault({ digests, content }: Body): boolean {
  return digests.length > 0 || Object.hasOwn(content, RECEIVED_CLAIM) || Object.hasOwn(content, PICTURES_CLAIM);
}
