/**
 * Fills a database with the rows of another engine, as they are. It can be cut off anywhere and is then started again: tables are
 * filled in the order of their keys, so the newest row says where to go on.
 *
 * Invariant: until the last row is there, the ledger has version 0, and no service opens it. A service that took a part of a
 * log for an empty one would begin another history under the same key.
 */
import { WarifuError } from "../../core/errors.ts";
import {
  CITY_TABLES,
  LEDGER_TABLES,
  VAULT_TABLES,
  type CopiedTable,
  type KeyValue,
  type RowSource,
} from "../rows/row-source.ts";
import type { Row } from "../rows/row.ts";
import { prepareCity } from "./city-store.ts";
import { prepareLedger, prepareVault } from "./prepare.ts";
import { BEING_FILLED, SCHEMA_VERSION } from "./schema.ts";
import { openSessions, type Queries, type Sessions, type Value } from "./sessions.ts";
import { makeIndexes } from "./upgrade.ts";

export interface FillOptions {
  readonly origin: string;
  readonly ledger: RowSource;
  readonly vault: RowSource;
  /** `undefined` where there is no city. */
  readonly city: RowSource | undefined;
  /** Called after each step with the number of rows that it has copied so far. */
  readonly onRows?: ((rows: number) => void) | undefined;
}

/**
 * Fills, or goes on filling.
 * @throws CONFIG_INVALID there is a ledger already; STORE_FAILED
 */
export async function fillPostgres(database: string, options: FillOptions): Promise<void> {
  const sessions = await openSessions(database, { code: "STORE_FAILED" });
  try {
    await prepareLedger(sessions, options.origin, BEING_FILLED);
    await prepareVault(sessions);
    const copied = { rows: 0 };
    const onRows = (count: number): void => options.onRows?.((copied.rows += count));
    for (const table of LEDGER_TABLES) await fillTable(sessions, options.ledger, table, onRows);
    for (const table of VAULT_TABLES) await fillTable(sessions, options.vault, table, onRows);
    if (options.city) await fillCity(database, options.city, onRows);
    await sessions.transaction((queries) => finish(queries, options.vault));
  } finally {
    await sessions.close();
  }
}

async function fillCity(database: string, from: RowSource, onRows: (count: number) => void): Promise<void> {
  const sessions = await openSessions(database, { code: "STORE_FAILED", tables: "city", most: 2 });
  try {
    await prepareCity(sessions);
    for (const table of CITY_TABLES) await fillTable(sessions, from, table, onRows);
    // The next place in a list is behind those that came along.
    const sql = "SELECT setval(pg_get_serial_sequence('listed', 'place'), max(place)) FROM listed HAVING count(*) > 0";
    await sessions.run(sql);
  } finally {
    await sessions.close();
  }
}

async function fillTable(
  sessions: Sessions,
  from: RowSource,
  { table, key, atOnce }: CopiedTable,
  onRows: (count: number) => void,
): Promise<void> {
  let after = await newestKey(sessions, table, key);
  for (;;) {
    const rows = from.page(table, key, after, atOnce);
    const last = rows.at(-1);
    if (!last) return;
    await insert(sessions, table, rows);
    onRows(rows.length);
    after = key.map((column) => last[column] as KeyValue);
  }
}

async function newestKey(
  queries: Queries,
  table: string,
  key: readonly string[],
): Promise<readonly KeyValue[] | undefined> {
  const order = key.map((column) => `${column} DESC`).join(", ");
  const row = await queries.first(`SELECT ${key.join(", ")} FROM ${table} ORDER BY ${order} LIMIT 1`);
  return row && key.map((column) => row[column] as KeyValue);
}

/** One commit. */
async function insert(queries: Queries, table: string, rows: readonly Row[]): Promise<void> {
  const columns = Object.keys(rows[0] as Row);
  const marks = rows.map((_, at) => `(${columns.map((__, i) => `$${at * columns.length + i + 1}`).join(", ")})`);
  const values = rows.flatMap((row) => columns.map((column) => row[column] as Value));
  await queries.run(`INSERT INTO ${table} (${columns.join(", ")}) VALUES ${marks.join(", ")}`, ...values);
}

/** From here on, services open it. */
async function finish(queries: Queries, vault: RowSource): Promise<void> {
  const subjects = vault.page("subject_count", ["id"], undefined, 1)[0]?.["subjects"];
  if (subjects !== undefined) await queries.run("UPDATE subject_count SET subjects = $1", subjects as number);
  await queries.run(`UPDATE head SET (tree_size, root_hash, note) =
    (SELECT tree_size, root_hash, note FROM checkpoint ORDER BY tree_size DESC LIMIT 1)
    WHERE EXISTS (SELECT 1 FROM checkpoint)`);
  await makeIndexes(queries);
  const changed = await queries.run(
    "UPDATE schema_version SET version = $1 WHERE version = $2",
    SCHEMA_VERSION,
    BEING_FILLED,
  );
  if (changed !== 1) throw new WarifuError("STORE_FAILED", "the ledger was changed while it was filled");
}
