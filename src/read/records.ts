/**
 * Records as everybody may see them, without anything concealed; read from the store and checked.
 */
import { isSigned, type Body } from "../core/body.ts";
import { toHex } from "../core/bytes.ts";
import { entryLeafHash, type EntryKind } from "../core/entry.ts";
import { erasureOf, withholdingOf, type WithholdingReason } from "../core/erasure-event.ts";
import { codeOf, WarifuError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { formatRecordId, parseRecordId, RECORD_ID_BYTES } from "../core/record-id.ts";
import type { AnchorState } from "../store/anchor-journal.ts";
import type { StoredEntry } from "../store/log-store.ts";
import type { Original } from "../write/received-value.ts";
import type { Asker, WayOut } from "../privacy/way-out.ts";
import type { OpenLog } from "../write/open-log.ts";
import { Turns } from "../serve/turns.ts";
import { RecordFinder, type FoundEntries, type RecordQuery } from "./find-records.ts";
import { anchorStateOf } from "./prove.ts";

/** A record as the API shows it, without anything concealed. */
export interface RecordView {
  readonly id: string;
  readonly leafIndex: number;
  /** Hexadecimal. */
  readonly leafHash: string;
  readonly kind: EntryKind;
  readonly source: string;
  readonly seq: number;
  readonly state: AnchorState;
  /** Absent once the body is withheld. */
  readonly vct?: string;
  /** POSIX seconds. */
  readonly receivedAt?: number;
  /** Public claims of a record, or the content of an event. */
  readonly claims?: JsonObject;
  /** Number of digests, decoys included: 0 when the profile conceals nothing. */
  readonly concealed?: number;
  /** Whether the record states that its source signed it; absent if its body does not say. */
  readonly signed?: boolean;
  /** Present once its concealed claims, and what it came with, are erased. */
  readonly erased?: ErasedView;
  /** Present once its body is withheld. */
  readonly withheld?: WithheldView;
}

/** When and by which event of the log a record was erased. */
export interface ErasedView {
  /** POSIX seconds. */
  readonly at: number;
  /** Id of a provision of law, or `retention`. */
  readonly basis: string;
  /** Leaf index of the event. */
  readonly event: number;
}

/** When and by which event of the log a record's body was withheld. */
export interface WithheldView {
  /** POSIX seconds. */
  readonly at: number;
  readonly reason: WithholdingReason;
  readonly basis?: string;
  /** Leaf index of the event. */
  readonly event: number;
}

/** A record in a list whose stored form is damaged: only its place is known. */
export interface DamagedRecord {
  /** Absent where it is lost too. */
  readonly id?: string;
  readonly leafIndex: number;
  readonly source: string;
  readonly error: WarifuError;
}

/** A page of records. */
export interface RecordPage {
  readonly items: readonly (RecordView | DamagedRecord)[];
  /** Leaf index at which the next page begins; absent if the search is complete. */
  readonly next?: number;
}

/** An idempotency key, and the sender who asks for it. */
export interface KeyQuery {
  readonly source: string;
  readonly key: string;
  readonly sender: string;
}

/** An entry that passed its check; without a body if that is withheld. */
export interface CheckedEntry {
  readonly entry: StoredEntry;
  readonly body: Body | undefined;
}

/** The record whose original is asked for. */
export interface OriginalPlace {
  readonly leafIndex: number;
  readonly source: string;
  /** Whether the record conceals nothing. */
  readonly isOpen: boolean;
}

/** The parts that records are read from. */
export type StoredParts = Pick<OpenLog, "store" | "tree" | "check">;

/** Further parts, for finding records by their keys and for what happened to them. */
export type RecordParts = StoredParts &
  Pick<OpenLog, "keyNames" | "events"> & { readonly wayOut: Pick<WayOut, "original"> };

/** A page of more records takes turns with others: it is read, and written, for long enough to hold everybody up. */
const SHORT_PAGE = 100;

/** Reads records. */
export class Records {
  readonly #parts: RecordParts;
  readonly #finder: RecordFinder;

  constructor(parts: RecordParts) {
    this.#parts = parts;
    this.#finder = new RecordFinder(parts);
  }

  /**
   * The place of a record in the log, and its source.
   * @param refusal thrown if there is no such record, where that must look like another refusal
   * @throws ENCODING_INVALID, NOT_FOUND, STORE_DAMAGED
   */
  async placeOf(
    id: string,
    refusal?: () => WarifuError,
  ): Promise<{ readonly leafIndex: number; readonly source: string }> {
    const { leafIndex, sourceName } = (await this.entry(id, refusal)).entry;
    return { leafIndex, source: sourceName };
  }

  /** The id of the entry at a leaf. @throws STORE_FAILED, STORE_DAMAGED */
  async idAt(leafIndex: number): Promise<string> {
    const { store, check } = this.#parts;
    const [entry] = await store.entries(leafIndex, leafIndex + 1);
    if (!entry) throw check.missing(leafIndex);
    return formatRecordId(entry.id);
  }

  /**
   * One record (or event of the log) by its id.
   * @throws ENCODING_INVALID, NOT_FOUND, STORE_DAMAGED
   */
  async get(id: string): Promise<RecordView> {
    return this.#view(await this.entry(id));
  }

  /** How many entries the log had before a time, POSIX seconds; at least `atLeast`. @throws STORE_FAILED */
  sizeAt(time: number, atLeast = 0): Promise<number> {
    return this.#finder.sizeAt(time, atLeast);
  }

  /**
   * Records by leaf index, in the order asked for. A damaged one is named in its place, and the others are shown. A page may
   * be short, or empty, with more to come: see {@link RecordFinder}.
   */
  async list(query: RecordQuery): Promise<RecordPage> {
    const turns = new Turns();
    if (query.limit > SHORT_PAGE) await turns.end();
    const found = await this.#finder.find(query);
    const views = await this.#viewsOf(found.entries, turns);
    const isOfAll = query.source === undefined && query.type === undefined && query.hash === undefined;
    const lost = isOfAll ? await this.#lostAmong(found, query.limit) : [];
    const items = [...views, ...lost].sort((a, b) => (a.leafIndex - b.leafIndex) * (query.isNewestFirst ? -1 : 1));
    const beyond = query.isNewestFirst ? 0 : 1;
    const next = items.length > query.limit ? (items[query.limit - 1]?.leafIndex as number) + beyond : found.next;
    return { items: items.slice(0, query.limit), ...(next !== undefined && { next }) };
  }

  async #viewsOf(entries: readonly StoredEntry[], turns: Turns): Promise<(RecordView | DamagedRecord)[]> {
    const views: (RecordView | DamagedRecord)[] = [];
    for (const entry of entries) {
      if (turns.isOver) await turns.end();
      views.push(await this.#viewOrDamage(entry));
    }
    return views;
  }

  /** The entry of a leaf, of any kind, if there is one. */
  async atLeaf(leafIndex: number): Promise<RecordPage> {
    const entry = await this.#finder.atLeaf(leafIndex);
    return { items: entry ? [await this.#viewOrDamage(entry)] : [] };
  }

  /** The record that a sender named by this key, if there is one. */
  async byKey({ source, key, sender }: KeyQuery): Promise<RecordPage> {
    const entry = await this.#finder.byKey(source, key, sender);
    return { items: entry ? [await this.#viewOrDamage(entry)] : [] };
  }

  /** The leaves that are missing from the store, in the part of the log that a page covers. */
  async #lostAmong({ from, lookedTo }: FoundEntries, limit: number): Promise<DamagedRecord[]> {
    const { check } = this.#parts;
    const missing = await this.#parts.store.missing(from, lookedTo, limit);
    return missing.map((leafIndex) => ({ leafIndex, source: "", error: check.missing(leafIndex) }));
  }

  /**
   * The bytes that a record was made from, with its place. `askerFor` takes the place, with `isOpen` set if the record
   * conceals nothing, and says who asks, or throws.
   * @throws ENCODING_INVALID, NOT_FOUND, STORE_DAMAGED, VAULT_FAILED; what `askerFor` throws, before the vault is opened
   */
  async original(
    id: string,
    askerFor: (place: OriginalPlace) => Asker,
  ): Promise<Original & { readonly place: OriginalPlace }> {
    const read = await this.entry(id);
    const { leafIndex, sourceName: source } = read.entry;
    const place = { leafIndex, source, isOpen: read.body?.digests.length === 0 };
    const asker = askerFor(place);
    // If the record conceals nothing, this is no secret either.
    const original = place.isOpen
      ? await this.#parts.check.originalOf(leafIndex, read.body)
      : await this.#parts.wayOut.original(read, asker);
    if (!original)
      throw new WarifuError(
        "NOT_FOUND",
        "this record came as itself and not as other bytes, or they were erased with it",
      );
    return { ...original, place };
  }

  /**
   * The entry of a record, with its body.
   * @throws ENCODING_INVALID, NOT_FOUND, STORE_DAMAGED
   */
  async entry(id: string, refusal = noRecord): Promise<CheckedEntry> {
    const entry = await this.#parts.store.entryById(parseRecordId(id));
    if (!entry) throw refusal();
    return { entry, body: await this.#parts.check.bodyOf(entry) };
  }

  async #viewOrDamage(entry: StoredEntry): Promise<RecordView | DamagedRecord> {
    try {
      return await this.#view({ entry, body: await this.#parts.check.bodyOf(entry) });
    } catch (error) {
      if (codeOf(error) !== "STORE_DAMAGED") throw error;
      const { id, leafIndex, sourceName: source } = entry;
      const text = id.length === RECORD_ID_BYTES ? formatRecordId(id) : undefined;
      return { ...(text !== undefined && { id: text }), leafIndex, source, error: error as WarifuError };
    }
  }

  async #view({ entry, body }: CheckedEntry): Promise<RecordView> {
    const signed = body?.contentName === "record" ? isSigned(body) : undefined;
    return {
      id: formatRecordId(entry.id),
      leafIndex: entry.leafIndex,
      leafHash: toHex(entryLeafHash(entry)),
      kind: entry.kind,
      source: entry.sourceName,
      seq: entry.seq,
      state: await anchorStateOf(entry.leafIndex, this.#parts.store),
      ...(body && { vct: body.vct, receivedAt: body.iat, claims: body.content, concealed: body.digests.length }),
      ...(signed !== undefined && { signed }),
      ...(await this.erasureOf(entry.leafIndex)),
    };
  }

  /** What the log states of a record's erasure and withholding. @throws STORE_DAMAGED */
  async erasureOf(leafIndex: number): Promise<Pick<RecordView, "erased" | "withheld">> {
    const { erasures } = this.#parts.events;
    const [erasedBy, withheldBy] = [erasures.erasedBy(leafIndex), erasures.withheldBy(leafIndex)];
    const erasure = erasedBy === withheldBy ? undefined : await this.#eventAt(erasedBy);
    const withholding = await this.#eventAt(withheldBy);
    return {
      ...(erasure && { erased: { at: erasure.iat, basis: erasureOf(erasure).basis, event: erasedBy as number } }),
      ...(withholding && { withheld: withheldView(withholding, withheldBy as number) }),
    };
  }

  async #eventAt(leafIndex: number | undefined): Promise<Body | undefined> {
    if (leafIndex === undefined) return undefined;
    const [entry] = await this.#parts.store.entries(leafIndex, leafIndex + 1);
    return entry && this.#parts.check.bodyOf(entry);
  }
}

function noRecord(): WarifuError {
  return new WarifuError("NOT_FOUND", "there is no record of that id");
}

function withheldView(body: Body, event: number): WithheldView {
  const { reason, basis } = withholdingOf(body);
  return { at: body.iat, reason, ...(basis !== undefined && { basis }), event };
}
