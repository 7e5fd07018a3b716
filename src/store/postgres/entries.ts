/** Reads the entries of a PostgreSQL ledger. A row that was changed is still read; the code that checks it reports it. */
import { ENTRY_KINDS, type EntryKind } from "../../core/entry.ts";
import { TILE_WIDTH } from "../../core/tile.ts";
import type { EntryQuery, FoundRecords, RecordSearch, StoredEntry } from "../log-store.ts";
import { foundIn, sourceList, typeList } from "../rows/record-search.ts";
import { recordTypeIn } from "../rows/record-type.ts";
import type { Row } from "../rows/row.ts";
import { findInLists } from "./record-lists.ts";
import type { Queries, Value } from "./sessions.ts";

const KIND_NAMES = new Map(Object.entries(ENTRY_KINDS).map(([name, number]) => [number as number, name as EntryKind]));
const EVENT_KINDS = Object.values(ENTRY_KINDS).filter((number) => number !== ENTRY_KINDS.record);

/** Entries with the names and ids of their sources. */
const ENTRIES = `SELECT e.leaf_index, e.kind, e.seq, e.id, e.body_digest, e.body, s.name AS source_name, s.source_id
  FROM entry e LEFT JOIN source s USING (source_ref)`;
const REF_OF = "(SELECT source_ref FROM source WHERE name = $1)";
/** Records, and rows whose kind alone says otherwise: the log is the source of its events, and of nothing else. */
const IS_RECORD = `(e.kind = 1 OR e.source_ref IS DISTINCT FROM ${REF_OF})`;

/** How many leaves one search for records goes through. */
const LEAVES_AT_ONCE = 10_000;

/** The entries of one ledger. */
export class PostgresEntries {
  readonly #queries: Queries;

  constructor(queries: Queries) {
    this.#queries = queries;
  }

  range(begin: number, end: number): Promise<StoredEntry[]> {
    return this.#all(`${ENTRIES} WHERE e.leaf_index >= $1 AND e.leaf_index < $2 ORDER BY e.leaf_index`, begin, end);
  }

  byId(id: Uint8Array): Promise<StoredEntry | undefined> {
    return this.#first(`${ENTRIES} WHERE e.id = $1`, id);
  }

  byBodyDigest(digest: Uint8Array): Promise<StoredEntry | undefined> {
    return this.#first(`${ENTRIES} WHERE e.body_digest = $1 ORDER BY e.leaf_index DESC LIMIT 1`, digest);
  }

  newestOfKind(kind: EntryKind, belowIndex: number): Promise<StoredEntry | undefined> {
    // The second condition on the kind is that of the partial index, which is not used without it.
    const isRare = kind === "record" ? "" : "AND e.kind <> 1";
    const sql = `${ENTRIES} WHERE e.kind = $1 ${isRare} AND e.leaf_index < $2 ORDER BY e.leaf_index DESC LIMIT 1`;
    return this.#first(sql, ENTRY_KINDS[kind], belowIndex);
  }

  /** Counts the events, which are few and have an index: an anchor may cover millions of records. */
  async countRecords(begin: number, end: number): Promise<number> {
    const sql = `SELECT count(*) AS n FROM entry WHERE kind <> 1 AND kind = ANY($1::bigint[])
      AND leaf_index >= $2 AND leaf_index < $3`;
    return end - begin - Number((await this.#queries.first(sql, EVENT_KINDS, begin, end))?.["n"]);
  }

  /** A page; for kind `record`, includes rows whose kind alone says otherwise. */
  query({ from, limit, source, kind }: EntryQuery, origin: string): Promise<StoredEntry[]> {
    const values: Value[] = [origin, from, limit];
    const conditions = ["$1::text IS NOT NULL", "e.leaf_index >= $2"];
    if (source !== undefined) {
      values.push(source);
      conditions.push("e.source_ref = (SELECT source_ref FROM source WHERE name = $4)");
    }
    if (kind === "record") conditions.push(IS_RECORD);
    else if (kind) conditions.push(`e.kind = ${ENTRY_KINDS[kind]} AND e.kind <> 1`);
    return this.#all(`${ENTRIES} WHERE ${conditions.join(" AND ")} ORDER BY e.leaf_index LIMIT $3`, ...values);
  }

  /** One search for records. Those of a source or a type are found by their lists, behind the last full tile one by one. */
  async findRecords(search: RecordSearch, origin: string, treeSize: number): Promise<FoundRecords> {
    const { source, type } = search;
    if (source === origin) return { entries: [] };
    const within = { ...search, before: Math.min(search.before, treeSize) };
    if (source === undefined && type === undefined) return this.#inWindow(within, origin);
    const lists = type === undefined ? [] : [typeList(type)];
    if (source !== undefined) {
      const row = await this.#queries.first("SELECT source_ref AS ref FROM source WHERE name = $1", source);
      if (!row) return { entries: [] };
      lists.push(sourceList(row["ref"] as number));
    }
    const isWanted = ({ sourceName, body }: StoredEntry): boolean =>
      (source === undefined ? sourceName !== origin : sourceName === source) &&
      (type === undefined || (body !== null && recordTypeIn(body) === type));
    return this.#inLists(within, lists, Math.floor(treeSize / TILE_WIDTH) * TILE_WIDTH, isWanted);
  }

  /** @param listed entries below this one are on lists */
  async #inLists(
    { from, before, limit, isNewestFirst = false }: RecordSearch,
    lists: readonly string[],
    listed: number,
    isWanted: (entry: StoredEntry) => boolean,
  ): Promise<FoundRecords> {
    const unlisted = async (): Promise<StoredEntry[]> =>
      (await this.range(Math.max(from, listed), before)).filter(isWanted);
    const entries = isNewestFirst ? (await unlisted()).reverse() : [];
    if (entries.length >= limit) return foundIn(entries.slice(0, limit), limit, isNewestFirst, undefined);
    const most = limit - entries.length;
    const search = { lists, from, before: Math.min(before, listed), isNewestFirst, limit: most };
    const { leafIndexes, next } = await findInLists(this.#queries, search);
    const places = leafIndexes.slice(0, most);
    entries.push(...(await this.#atEach(places, isNewestFirst)).filter(isWanted));
    const last = places.length < most ? undefined : places.at(-1);
    const rest = last === undefined ? next : last + (isNewestFirst ? 0 : 1);
    if (isNewestFirst || rest !== undefined) return foundIn(entries, limit, isNewestFirst, rest);
    entries.push(...(await unlisted()));
    return foundIn(entries.slice(0, limit), limit, isNewestFirst, undefined);
  }

  async #atEach(leafIndexes: readonly number[], isNewestFirst: boolean): Promise<StoredEntry[]> {
    if (leafIndexes.length === 0) return [];
    const order = isNewestFirst ? "DESC" : "";
    return this.#all(`${ENTRIES} WHERE e.leaf_index = ANY($1::bigint[]) ORDER BY e.leaf_index ${order}`, leafIndexes);
  }

  async #inWindow(search: RecordSearch, origin: string): Promise<FoundRecords> {
    const { from, before, limit, isNewestFirst = false } = search;
    const begin = isNewestFirst ? Math.max(from, before - LEAVES_AT_ONCE) : from;
    const end = isNewestFirst ? before : Math.min(before, from + LEAVES_AT_ONCE);
    const sql = `${ENTRIES} WHERE ${IS_RECORD} AND e.leaf_index >= $2 AND e.leaf_index < $3
      ORDER BY e.leaf_index ${isNewestFirst ? "DESC" : ""} LIMIT $4`;
    const entries = await this.#all(sql, origin, begin, end, limit);
    const rest = isNewestFirst ? (begin > from ? begin : undefined) : end < before ? end : undefined;
    return foundIn(entries, limit, isNewestFirst, rest);
  }

  events(kinds: readonly EntryKind[], from: number, limit: number): Promise<StoredEntry[]> {
    const sql = `${ENTRIES} WHERE e.kind <> 1 AND e.kind = ANY($1::bigint[]) AND e.leaf_index >= $2
      ORDER BY e.leaf_index LIMIT $3`;
    const numbers = kinds.map((kind) => ENTRY_KINDS[kind]);
    return this.#all(sql, numbers, from, limit);
  }

  async missing(begin: number, end: number, limit: number): Promise<number[]> {
    const sql = `SELECT at AS leaf_index FROM generate_series($1::bigint, $2::bigint - 1) at
      WHERE NOT EXISTS (SELECT 1 FROM entry e WHERE e.leaf_index = at) ORDER BY at LIMIT $3`;
    const counted = "SELECT count(*) AS n FROM entry WHERE leaf_index >= $1 AND leaf_index < $2";
    if (Number((await this.#queries.first(counted, begin, end))?.["n"]) >= end - begin) return [];
    return (await this.#queries.all(sql, begin, end, limit)).map((row) => row["leaf_index"] as number);
  }

  async #all(sql: string, ...values: readonly Value[]): Promise<StoredEntry[]> {
    return (await this.#queries.all(sql, ...values)).map(entryOf);
  }

  async #first(sql: string, ...values: readonly Value[]): Promise<StoredEntry | undefined> {
    const row = await this.#queries.first(sql, ...values);
    return row && entryOf(row);
  }
}

/** The entry of a row of {@link ENTRIES}. */
export function entryOf(row: Row): StoredEntry {
  const kind = KIND_NAMES.get(row["kind"] as number);
  const seq = row["seq"] as number;
  return {
    leafIndex: row["leaf_index"] as number,
    kind: kind ?? "record",
    sourceId: (row["source_id"] ?? new Uint8Array()) as Uint8Array,
    sourceName: (row["source_name"] ?? "") as string,
    // A number out of range is replaced by one that no entry has.
    seq: seq >= 0 && Number.isSafeInteger(seq) ? seq : -1,
    id: row["id"] as Uint8Array,
    bodyDigest: row["body_digest"] as Uint8Array,
    body: row["body"] as Uint8Array | null,
    ...(row["source_id"] === null && { unreadable: "it names a source that does not exist" }),
    ...(!kind && { unreadable: "it names a kind that does not exist" }),
  };
}
