/** Makes the tables of a log in PostgreSQL, or checks that existing ones are of the same log. */
import { WarifuError } from "../../core/errors.ts";
import { sealOf } from "../rows/seals.ts";
import { BEING_FILLED, LEDGER_SCHEMA, SCHEMA_VERSION, VAULT_SCHEMA } from "./schema.ts";
import type { Queries, Sessions } from "./sessions.ts";
import { upgradeLedger } from "./upgrade.ts";

/** Whether there is a schema of that name, with a table that all of its kind have. */
export async function hasTable(queries: Queries, schema: string, table: string): Promise<boolean> {
  const sql = "SELECT 1 AS found FROM pg_tables WHERE schemaname = $1 AND tablename = $2";
  return (await queries.first(sql, schema, table)) !== undefined;
}

/**
 * Makes the tables of a ledger, or checks that existing ones are of the same log.
 * @throws CONFIG_INVALID the ledger of another origin; STORE_FAILED
 */
export async function prepareLedger(sessions: Sessions, origin: string, version = SCHEMA_VERSION): Promise<void> {
  await makeTables(sessions, sessions.address.schema, "log", LEDGER_SCHEMA, async (queries) => {
    await queries.run("INSERT INTO log (origin, seal) VALUES ($1, $2)", origin, sealOf({ origin }));
    await queries.run("INSERT INTO schema_version VALUES ($1)", version);
  });
  if (version === SCHEMA_VERSION) await upgradeLedger(sessions);
  await assertVersion(sessions, version);
  const stored = (await sessions.first("SELECT origin FROM log"))?.["origin"];
  if (stored !== origin)
    throw new WarifuError(
      "CONFIG_INVALID",
      `the database holds the log "${String(stored)}", the configuration names "${origin}": set WARIFU_ORIGIN or WARIFU_DATABASE`,
    );
}

/** @throws STORE_FAILED it has another version; CONFIG_INVALID there is a ledger where one is to be filled */
export async function assertVersion(queries: Queries, wanted = SCHEMA_VERSION): Promise<void> {
  const version = (await queries.first("SELECT version FROM schema_version"))?.["version"];
  if (version === wanted) return;
  if (wanted === BEING_FILLED) throw new WarifuError("CONFIG_INVALID", "the database has a ledger already");
  if (version === BEING_FILLED)
    throw new WarifuError(
      "STORE_FAILED",
      "the ledger in the database is being filled: run `warifu migrate` to its end",
    );
  if (version !== SCHEMA_VERSION)
    throw new WarifuError(
      "STORE_FAILED",
      typeof version === "number" && version < SCHEMA_VERSION
        ? "the ledger is of an earlier version of this program: start the service once, which brings it up to date"
        : `the ledger has schema version ${String(version)}, this program knows ${SCHEMA_VERSION}`,
    );
}

/** Makes the tables of a vault where there are none. */
export async function prepareVault(sessions: Sessions): Promise<void> {
  await makeTables(sessions, sessions.address.vaultSchema, "opening", VAULT_SCHEMA, async () => undefined);
}

/** One transaction, alone: two services that start at once make the tables once. */
export async function makeTables(
  sessions: Sessions,
  schema: string,
  table: string,
  tables: string,
  fill: (queries: Queries) => Promise<void>,
): Promise<void> {
  if (await hasTable(sessions, schema, table)) return;
  await sessions.transaction(async (queries) => {
    await queries.run("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", `warifu make ${schema}`);
    if (await hasTable(queries, schema, table)) return;
    await queries.run(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    await queries.run(`SET LOCAL search_path = ${schema}`);
    // As one statement.
    await queries.run(`DO $make$ BEGIN ${tables} END $make$`);
    await fill(queries);
  });
}
