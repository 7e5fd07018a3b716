/**
 * What the PostgreSQL ledger can check by itself: that its tables and indexes are those of this program, the seals of rows that
 * nothing in the log vouches for, names of sources, and the head. Reads in order, in bounded memory, and as of one moment.
 * Damaged pages are for the server to report: it does when it reads them, with data checksums.
 */
import { equalBytes } from "../../core/bytes.ts";
import { messageOf } from "../../core/errors.ts";
import { sourceIdOf } from "../../core/record.ts";
import { TILE_WIDTH } from "../../core/tile.ts";
import type { StoreFault } from "../ledger-store.ts";
import { SEGMENT_BUCKETS, SEGMENT_ENTRIES } from "../rows/hash-buckets.ts";
import type { Row } from "../rows/row.ts";
import { checkpointSeal, SEALED_TABLES, sealOf } from "../rows/seals.ts";
import { SEALED_ENTRIES } from "./forgetting.ts";
import { wrongBuckets } from "./leaf-index.ts";
import { wrongLists } from "./record-lists.ts";
import { LEDGER_SCHEMA } from "./schema.ts";
import type { Queries, Sessions } from "./sessions.ts";
import { STRAY_ROWS } from "./stray-rows.ts";

const PAGE = 1_000;

export type Faults = AsyncGenerator<StoreFault, void, undefined>;

/** Yields what is wrong with the tables of a ledger. */
export async function* checkTables(sessions: Sessions, origin: string): Faults {
  const { schema } = sessions.address;
  const queries = await sessions.snapshot();
  try {
    yield* attempt("database", checkIndexes(queries, schema, LEDGER_SCHEMA));
    for (const table of SEALED_TABLES) yield* attempt(table, checkSeals(queries, table));
    yield* attempt("anchor", checkAnchorRows(queries));
    yield* attempt("source", checkSources(queries, origin));
    yield* attempt("submission", checkSubmissions(queries));
    yield* attempt("tile", checkTileCount(queries));
    yield* attempt("record list", checkLists(queries));
    yield* attempt("leaf index", checkLeafIndex(queries));
    yield* attempt("head", checkHead(queries));
    for (const { sql, where, message } of STRAY_ROWS)
      yield* attempt(where, checkStray(queries, sql, { where, message }));
  } finally {
    await queries.close();
  }
}

/** The findings of a check; rows that cannot be read at all add one more. */
export async function* attempt(where: string, check: Faults): Faults {
  try {
    yield* check;
  } catch (error) {
    yield corrupt(where, `it cannot be read: ${messageOf(error)}`);
  }
}

/**
 * Every table and index must be there and valid: without an index, duplicates could get in.
 * @param tables the statements that made them
 */
export async function* checkIndexes(queries: Queries, schema: string, tables: string): Faults {
  const sql = `SELECT c.relname AS name, i.indisunique AS is_unique FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND i.indisvalid AND i.indislive`;
  const found = new Map((await queries.all(sql, schema)).map((row) => [row["name"] as string, row["is_unique"]]));
  for (const [name, isUnique] of indexesIn(tables))
    if ((found.get(name) as unknown) !== isUnique) yield corrupt(name, "the index is missing, not valid or not unique");
}

/** Names of the indexes that a schema makes, and whether each is unique. A primary key has the name of its table. */
function* indexesIn(schema: string): Generator<[string, boolean]> {
  for (const [, unique, name] of schema.matchAll(/CREATE (UNIQUE )?INDEX (\w+)/g))
    yield [name as string, unique !== undefined];
  for (const [, name, columns] of schema.matchAll(/CREATE TABLE (\w+) \(([^;]*)\);/g))
    if (columns?.includes("PRIMARY KEY")) yield [`${name}_pkey`, true];
}

async function* checkSeals(queries: Queries, table: string): Faults {
  for await (const row of rowsOf(queries, `SELECT * FROM ${table}`))
    if (!equalBytes(sealOf(row), row["seal"] as Uint8Array))
      yield corrupt(`${table} ${String(Object.values(row)[0])}`, "the row was changed: it does not have its seal");
}

/** Anchors are never deleted, and an anchored log has one contract. */
async function* checkAnchorRows(queries: Queries): Faults {
  let next = 1;
  for await (const { anchor_id: id } of rowsOf(queries, "SELECT anchor_id FROM anchor ORDER BY anchor_id")) {
    if (id !== next) yield corrupt(`anchor ${next}`, "the row is missing");
    next = Number(id) + 1;
  }
  const contracts = Number((await queries.first("SELECT count(*) AS n FROM contract"))?.["n"]);
  if (contracts > 1 || (contracts === 0 && next > 1)) yield corrupt("contract", `there are ${contracts} rows, not one`);
}

async function* checkSources(queries: Queries, origin: string): Faults {
  const sql = `SELECT source_ref, name, source_id,
    EXISTS (SELECT 1 FROM entry e WHERE e.source_ref = s.source_ref) AS is_used FROM source s ORDER BY source_ref`;
  for await (const row of rowsOf(queries, sql)) {
    const [where, name] = [`source ${String(row["source_ref"])}`, row["name"] as string];
    if (!equalBytes(sourceIdOf(origin, name), row["source_id"] as Uint8Array))
      yield corrupt(where, `the id does not belong to the name "${name}"`);
    if ((row["is_used"] as unknown) !== true) yield corrupt(where, `no entry is of the source "${name}"`);
  }
}

/** Checks each checkpoint's seal, over ids and keys of its entries, and that keys are stored with their entry's source. */
async function* checkSubmissions(queries: Queries): Faults {
  const entries = rowsOf(queries, `${SEALED_ENTRIES} ORDER BY e.leaf_index`);
  const checkpoints = rowsOf(queries, "SELECT tree_size, note, seal FROM checkpoint ORDER BY tree_size");
  let first = 0;
  for await (const { tree_size: treeSize, note, seal } of checkpoints) {
    const sealed: { leafIndex: number; id: Uint8Array; key: string | undefined }[] = [];
    const firstOfSender = new Map<number, number>();
    while (first + sealed.length < (treeSize as number)) {
      const { value: row, done } = await entries.next();
      if (done) break;
      const key = (row["key"] ?? undefined) as string | undefined;
      if (key !== undefined && row["key_source"] !== row["source_ref"])
        yield corrupt(`leaf ${String(row["leaf_index"])}`, "its idempotency key lies with another source");
      const leafIndex = row["leaf_index"] as number;
      if (row["sender_ref"] !== null) firstOfSender.set(leafIndex, row["sender_ref"] as number);
      sealed.push({ leafIndex, id: row["id"] as Uint8Array, key });
    }
    if (!equalBytes(checkpointSeal(note as string, sealed, firstOfSender), seal as Uint8Array))
      yield corrupt(
        `leaves ${first} to ${(treeSize as number) - 1}`,
        `an id, idempotency key or sender among them, or the note or seal of checkpoint ${String(treeSize)}, was changed, added or removed`,
      );
    first = treeSize as number;
  }
}

async function* checkStray(queries: Queries, sql: string, { where, message }: Omit<StoreFault, "code">): Faults {
  for await (const { at } of rowsOf(queries, sql)) yield corrupt(`${where} ${String(at)}`, message);
}

/** Finds tiles that the log does not have; those that it must have are compared hash by hash elsewhere. */
async function* checkTileCount(queries: Queries): Faults {
  const size = await entryCount(queries);
  const sql = "SELECT level, min(tile_index) AS first, max(tile_index) AS last FROM tile GROUP BY level";
  for (const row of await queries.all(sql)) {
    const [level, first, last] = [Number(row["level"]), Number(row["first"]), Number(row["last"])];
    if (level < 0 || first < 0 || (last + 1) * TILE_WIDTH ** (level + 1) > size)
      yield corrupt(`tile ${level}/${level < 0 || first < 0 ? first : last}`, "the log has no such tile");
  }
}

/** A record that is missing from its list would not be found; one too many would say what was withheld. */
async function* checkLists(queries: Queries): Faults {
  const end = Math.floor((await entryCount(queries)) / TILE_WIDTH) * TILE_WIDTH;
  for (let begin = 0; begin < end; begin += SEGMENT_ENTRIES)
    for (const row of await wrongLists(queries, begin, Math.min(begin + SEGMENT_ENTRIES, end)))
      yield corrupt(
        `list "${String(row["list"])}"`,
        `it does not name its records in tile ${String(row["tile_index"])}`,
      );
  const sql = "SELECT count(*) AS n FROM record_list WHERE tile_index < 0 OR tile_index >= $1";
  const extra = Number((await queries.first(sql, end / TILE_WIDTH))?.["n"]);
  if (extra > 0) yield corrupt("record list", `${extra} rows are of no list that the log has`);
}

/** Against the tiles, which are compared with the entries elsewhere. */
async function* checkLeafIndex(queries: Queries): Faults {
  const segments = Math.floor((await entryCount(queries)) / SEGMENT_ENTRIES);
  for (let segment = 0; segment < segments; segment++)
    for (const bucket of await wrongBuckets(queries, segment))
      yield corrupt(
        `leaf bucket ${bucket}`,
        `it does not list the hashes of leaves ${segment * SEGMENT_ENTRIES} to ${(segment + 1) * SEGMENT_ENTRIES - 1}`,
      );
  const count = Number((await queries.first("SELECT count(*) AS n FROM leaf_bucket"))?.["n"]);
  if (count !== segments * SEGMENT_BUCKETS) yield corrupt("leaf index", `it has ${count} buckets`);
}

async function entryCount(queries: Queries): Promise<number> {
  return Number((await queries.first("SELECT count(*) AS size FROM entry"))?.["size"]);
}

/** The head is the newest checkpoint: whoever writes next builds on it. */
async function* checkHead(queries: Queries): Faults {
  const sql = `SELECT h.tree_size, h.note IS NOT DISTINCT FROM c.note AND h.root_hash IS NOT DISTINCT FROM c.root_hash
      AND h.tree_size = coalesce(c.tree_size, 0) AS fits
    FROM head h LEFT JOIN (SELECT * FROM checkpoint ORDER BY tree_size DESC LIMIT 1) c ON true`;
  const rows = await queries.all(sql);
  if (rows.length !== 1 || (rows[0]?.["fits"] as unknown) !== true)
    yield corrupt("head", "it is not the newest checkpoint");
}

let cursors = 0;

/** The rows of a query, a page at a time. */
export async function* rowsOf(queries: Queries, sql: string): AsyncGenerator<Row, undefined, undefined> {
  const cursor = `warifu_cursor_${cursors++}`;
  await queries.run(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${sql}`);
  for (;;) {
    const rows = await queries.all(`FETCH ${PAGE} FROM ${cursor}`);
    yield* rows;
    if (rows.length < PAGE) break;
  }
  await queries.run(`CLOSE ${cursor}`);
  return undefined;
}

export function corrupt(where: string, message: string): StoreFault {
  return { code: "STORE_CORRUPT", where, message };
}
