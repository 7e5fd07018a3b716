/** Reads the entries of a SQLite ledger. A row that was changed is still read; the code that checks it reports it. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ENTRY_BYTES, ENTRY_KINDS, writeEntry, type EntryKind } from "../../core/entry.ts";
import { HASH_BYTES } from "../../core/merkle.ts";
import { TILE_WIDTH } from "../../core/tile.ts";
import type { EntryQuery, EntryText, FoundRecords, RecordSearch, StoredEntry } from "../log-store.ts";
import { foundIn, sourceList, typeList } from "../rows/record-search.ts";
import { recordTypeIn } from "../rows/record-type.ts";
import type { Row } from "../rows/row.ts";
import { all, first, prepareAll, statement } from "./database.ts";
import { RecordLists } from "./record-lists.ts";
import type { SqliteSources } from "./sources.ts";

const KIND_NAMES = new Map(Object.entries(ENTRY_KINDS).map(([name, number]) => [number as number, name as EntryKind]));
const EVENT_KINDS = Object.values(ENTRY_KINDS).filter((number) => number !== ENTRY_KINDS.record);
// A number out of range would fail the whole page, so it is replaced by one that no entry has.
const COLUMNS = `leaf_index, iif(kind BETWEEN 1 AND 255, kind, 0) AS kind,
  iif(source_ref BETWEEN 1 AND ${Number.MAX_SAFE_INTEGER}, source_ref, -1) AS source_ref,
  iif(seq BETWEEN 0 AND ${Number.MAX_SAFE_INTEGER}, seq, -1) AS seq, id, body_digest, body`;

/** The replacement character: it stands for bytes that are not UTF-8, but a text may also contain it itself. */
const REPLACEMENT = "\ufffd";

/** How many leaves one search for records goes through. */
const LEAVES_AT_ONCE = 10_000;

/** The entries of one ledger. */
export class SqliteEntries {
  readonly #db: DatabaseSync;
  readonly #sources: SqliteSources;
  readonly #lists: RecordLists;
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;

  constructor(db: DatabaseSync, sources: SqliteSources) {
    this.#db = db;
    this.#lists = new RecordLists(db);
    this.#sources = sources;
    this.#statements = prepareAll(db, STATEMENTS);
    for (const name of ["packed", "texts", "range"] as const) this.#statements[name].setReturnArrays(true);
  }

  range(begin: number, end: number): StoredEntry[] {
    // As arrays too, for readers who go through the whole log.
    const rows = this.#statements.range.all(begin, end) as unknown as EntryRow[];
    return rows.map((row) => this.#entryIn(row));
  }

  /** Entries in their encoded form: without bodies, and as arrays, which cost a third of what objects do. */
  packed(begin: number, end: number): Uint8Array | undefined {
    const rows = this.#statements.packed.all(begin, end) as unknown as PackedRow[];
    if (rows.length !== end - begin) return undefined;
    const bytes = new Uint8Array(rows.length * ENTRY_BYTES);
    // A digest as text costs a third of one in bytes of its own.
    for (const [at, [kindNumber, ref, seq, digest]] of rows.entries()) {
      const [sourceId, bodyDigest] = [this.#sources.at(ref)?.sourceId, Buffer.from(digest, "hex")];
      const kind = KIND_NAMES.get(kindNumber);
      if (kind === undefined || seq < 0 || sourceId?.length !== HASH_BYTES || bodyDigest.length !== HASH_BYTES)
        return undefined;
      writeEntry(bytes, at * ENTRY_BYTES, { kind, sourceId, seq, bodyDigest });
    }
    return bytes;
  }

  /** Entries as text, if it is certain that the text of each body stands for exactly its bytes. */
  texts(begin: number, end: number): EntryText[] | undefined {
    const rows = this.#statements.texts.all(begin, end) as unknown as TextRow[];
    if (rows.length !== end - begin) return undefined;
    const entries: EntryText[] = [];
    for (const [kindNumber, ref, seq, id, bodyDigest, body] of rows) {
      const kind = KIND_NAMES.get(kindNumber);
      const source = this.#sources.at(ref);
      if (!kind || !source || body?.includes(REPLACEMENT)) return undefined;
      entries.push({ kind, sourceId: source.sourceId, sourceName: source.name, seq, id, bodyDigest, body: body ?? "" });
    }
    return entries;
  }

  at(leafIndex: number): StoredEntry | undefined {
    return this.#entryOf(first(this.#statements.at, leafIndex));
  }

  newestOfKind(kind: EntryKind, belowIndex: number): StoredEntry | undefined {
    const { newestRecord, newestEvent } = this.#statements;
    return this.#entryOf(first(kind === "record" ? newestRecord : newestEvent, ENTRY_KINDS[kind], belowIndex));
  }

  /** Counts the events, which are few and indexed: an anchor may cover millions of records. */
  countRecords(begin: number, end: number): number {
    return end - begin - Number(first(this.#statements.countEvents, begin, end)?.["n"]);
  }

  /** A page; for kind `record`, includes rows whose kind alone says otherwise. */
  query({ from, limit, source: name, kind }: EntryQuery, origin: string, treeSize: number): StoredEntry[] {
    const source = name === undefined ? undefined : this.#sources.named(name);
    if (name !== undefined && source === undefined) return [];
    const conditions = ["leaf_index >= ?"];
    const values: number[] = [from];
    if (source) {
      conditions.push("source_ref = ?");
      values.push(source.ref);
    }
    if (kind === "record") {
      // A row whose kind was changed keeps its place.
      conditions.push("(kind = 1 OR source_ref <> ?)", "leaf_index < ?");
      values.push(this.#sources.named(origin)?.ref ?? -1, treeSize);
    } else if (kind) {
      // SQLite uses the index of the rare kinds only if the query repeats the index's own condition.
      conditions.push("kind = ? AND kind <> 1");
      values.push(ENTRY_KINDS[kind]);
    }
    const sql = `SELECT ${COLUMNS} FROM entry WHERE ${conditions.join(" AND ")} ORDER BY leaf_index LIMIT ?`;
    return this.#entriesOf(all(statement(this.#db, sql), ...values, limit));
  }

  /**
   * One search for records. Those of a source or a type are found by their lists, and one by one after the last full tile.
   */
  findRecords(search: RecordSearch, origin: string, treeSize: number): FoundRecords {
    const { source: name, type } = search;
    const source = name === undefined ? undefined : this.#sources.named(name);
    if (name !== undefined && (source === undefined || name === origin)) return { entries: [] };
    const within = { ...search, before: Math.min(search.before, treeSize) };
    if (name === undefined && type === undefined) return this.#inWindow(within, this.#sources.named(origin)?.ref ?? -1);
    return this.#inLists(within, source?.ref, treeSize, origin);
  }

  #inWindow({ from, before, limit, isNewestFirst = false }: RecordSearch, own: number): FoundRecords {
    const begin = isNewestFirst ? Math.max(from, before - LEAVES_AT_ONCE) : from;
    const end = isNewestFirst ? before : Math.min(before, from + LEAVES_AT_ONCE);
    const { inWindow, newestInWindow } = this.#statements;
    const rows = all(isNewestFirst ? newestInWindow : inWindow, begin, end, own, limit);
    const rest = isNewestFirst ? (begin > from ? begin : undefined) : end < before ? end : undefined;
    return foundIn(this.#entriesOf(rows), limit, isNewestFirst, rest);
  }

  #inLists(search: RecordSearch, sourceRef: number | undefined, treeSize: number, origin: string): FoundRecords {
    const { from, before, limit, source, type, isNewestFirst = false } = search;
    // Entries below this one are on lists.
    const listed = treeSize - (treeSize % TILE_WIDTH);
    const lists = [...(sourceRef === undefined ? [] : [sourceList(sourceRef)]), ...(type ? [typeList(type)] : [])];
    const isWanted = ({ sourceName, body }: StoredEntry): boolean =>
      (source === undefined ? sourceName !== origin : sourceName === source) &&
      (type === undefined || (body !== null && recordTypeIn(body) === type));
    const unlisted = (): StoredEntry[] => this.range(Math.max(from, listed), before).filter(isWanted);
    const entries = isNewestFirst ? unlisted().reverse() : [];
    if (entries.length >= limit) return foundIn(entries.slice(0, limit), limit, isNewestFirst, undefined);
    const most = limit - entries.length;
    const within = { lists, from, before: Math.min(before, listed), isNewestFirst, limit: most };
    const found = this.#lists.find(within, treeSize);
    const places = found.leafIndexes.slice(0, most);
    entries.push(...places.flatMap((at) => this.at(at) ?? []).filter(isWanted));
    const last = places.length < most ? undefined : places.at(-1);
    const rest = last === undefined ? found.next : last + (isNewestFirst ? 0 : 1);
    if (isNewestFirst || rest !== undefined) return foundIn(entries, limit, isNewestFirst, rest);
    entries.push(...unlisted());
    return foundIn(entries.slice(0, limit), limit, isNewestFirst, undefined);
  }

  events(kinds: readonly EntryKind[], from: number, limit: number): StoredEntry[] {
    // Each kind is read through the index of the rare kinds, which has this condition; the merge needs no sorting.
    const one = `SELECT ${COLUMNS} FROM entry WHERE kind = ? AND kind <> 1 AND leaf_index >= ?`;
    const sql = `${kinds.map(() => one).join(" UNION ALL ")} ORDER BY leaf_index LIMIT ?`;
    const values = kinds.flatMap((kind) => [ENTRY_KINDS[kind], from]);
    return this.#entriesOf(all(statement(this.#db, sql), ...values, limit));
  }

  missing(begin: number, end: number, limit: number): number[] {
    const lost: number[] = [];
    const count = Number(first(this.#statements.count, begin, end)?.["n"]);
    if (count >= end - begin) return lost;
    const present = new Set(all(this.#statements.indexes, begin, end).map((row) => row["leaf_index"]));
    for (let at = begin; at < end && lost.length < limit; at++) if (!present.has(at)) lost.push(at);
    return lost;
  }

  #entriesOf(rows: readonly Row[]): StoredEntry[] {
    return rows.map((row) => this.#entryOf(row) as StoredEntry);
  }

  #entryOf(row: Row | undefined): StoredEntry | undefined {
    return row && this.#entryIn(NAMES.map((name) => row[name]) as unknown as EntryRow);
  }

  #entryIn([leafIndex, kindNumber, sourceRef, seq, id, bodyDigest, body]: EntryRow): StoredEntry {
    const source = this.#sources.at(sourceRef);
    const kind = KIND_NAMES.get(kindNumber);
    const entry = {
      leafIndex,
      kind: kind ?? "record",
      sourceId: source?.sourceId ?? new Uint8Array(),
      sourceName: source?.name ?? "",
      seq,
      id,
      bodyDigest,
      body,
    };
    if (!kind) return { ...entry, unreadable: "it names a kind that does not exist" };
    return source ? entry : { ...entry, unreadable: "it names a source that does not exist" };
  }
}

/** {@link COLUMNS} by their names. */
const NAMES = ["leaf_index", "kind", "source_ref", "seq", "id", "body_digest", "body"] as const;
type EntryRow = [
  leafIndex: number,
  kind: number,
  sourceRef: number,
  seq: number,
  id: Uint8Array,
  bodyDigest: Uint8Array,
  body: Uint8Array | null,
];

/** Columns of the statement `packed`. */
type PackedRow = [kind: number, sourceRef: number, seq: number, bodyDigest: string];

/** Columns of the statement `texts`. */
type TextRow = [kind: number, sourceRef: number, seq: number, id: string, bodyDigest: string, body: string | null];

const STATEMENTS = {
  texts: `SELECT iif(kind BETWEEN 1 AND 255, kind, 0), iif(source_ref BETWEEN 1 AND ${Number.MAX_SAFE_INTEGER}, source_ref, -1),
    iif(seq BETWEEN 0 AND ${Number.MAX_SAFE_INTEGER}, seq, -1), lower(hex(id)), lower(hex(body_digest)), CAST(body AS TEXT)
    FROM entry WHERE leaf_index >= ? AND leaf_index < ? ORDER BY leaf_index`,
  packed: `SELECT iif(kind BETWEEN 1 AND 255, kind, 0), iif(source_ref BETWEEN 1 AND ${Number.MAX_SAFE_INTEGER}, source_ref, -1),
    iif(seq BETWEEN 0 AND ${Number.MAX_SAFE_INTEGER}, seq, -1), hex(body_digest) FROM entry
    WHERE leaf_index >= ? AND leaf_index < ? ORDER BY leaf_index`,
  range: `SELECT ${COLUMNS} FROM entry WHERE leaf_index >= ? AND leaf_index < ? ORDER BY leaf_index`,
  at: `SELECT ${COLUMNS} FROM entry WHERE leaf_index = ?`,
  newestRecord: `SELECT ${COLUMNS} FROM entry WHERE kind = ? AND leaf_index < ? ORDER BY leaf_index DESC LIMIT 1`,
  // The second condition on the kind is that of the partial index, which is not used without it.
  newestEvent: `SELECT ${COLUMNS} FROM entry WHERE kind = ? AND leaf_index < ? AND kind <> 1
    ORDER BY leaf_index DESC LIMIT 1`,
  countEvents: `SELECT count(*) AS n FROM entry WHERE kind <> 1 AND kind IN (${EVENT_KINDS.join(", ")})
    AND leaf_index >= ? AND leaf_index < ?`,
  count: "SELECT count(*) AS n FROM entry WHERE leaf_index >= ? AND leaf_index < ?",
  inWindow: `SELECT ${COLUMNS} FROM entry WHERE leaf_index >= ? AND leaf_index < ? AND (kind = 1 OR source_ref <> ?)
    ORDER BY leaf_index LIMIT ?`,
  newestInWindow: `SELECT ${COLUMNS} FROM entry WHERE leaf_index >= ? AND leaf_index < ?
    AND (kind = 1 OR source_ref <> ?) ORDER BY leaf_index DESC LIMIT ?`,
  indexes: "SELECT leaf_index FROM entry WHERE leaf_index >= ? AND leaf_index < ?",
} as const;
