/** Brings a PostgreSQL ledger of an earlier version up to this one, while no service has it open. */
import { WarifuError } from "../../core/errors.ts";
import { SEGMENT_ENTRIES } from "../rows/hash-buckets.ts";
import { lockKey } from "./address.ts";
import { insertLeafBuckets } from "./leaf-index.ts";
import { insertLists } from "./record-lists.ts";
import { INDEX_TABLES, SCHEMA_VERSION } from "./schema.ts";
import type { Queries, Sessions } from "./sessions.ts";

/** The version without {@link INDEX_TABLES}. */
const WITHOUT_INDEXES = 1;

/** @throws STORE_LOCKED a service has it open, or upgrades it; STORE_FAILED */
export async function upgradeLedger(sessions: Sessions): Promise<void> {
  if ((await versionOf(sessions)) !== WITHOUT_INDEXES) return;
  await sessions.transaction(async (queries) => {
    const sql = `SELECT pg_try_advisory_xact_lock(${lockKey("open", sessions.address)}) AS is_free`;
    if (((await queries.first(sql))?.["is_free"] as unknown) !== true)
      throw new WarifuError(
        "STORE_LOCKED",
        "the ledger is of an earlier version of this program, and a service has it open or brings it up to date: " +
          "stop all services of the log, then start them again",
      );
    if ((await versionOf(queries)) !== WITHOUT_INDEXES) return;
    await makeIndexes(queries);
    await queries.run("UPDATE schema_version SET version = $1", SCHEMA_VERSION);
  });
}

/** Makes what entries are found by, for all entries that there are, with its tables where an earlier version left them out. */
export async function makeIndexes(queries: Queries): Promise<void> {
  const { found } = (await queries.first("SELECT to_regclass('record_list') IS NOT NULL AS found")) ?? {};
  if ((found as unknown) !== true) await queries.run(`DO $make$ BEGIN ${INDEX_TABLES} END $make$`);
  const size = Number((await queries.first("SELECT tree_size FROM head"))?.["tree_size"] ?? 0);
  for (let begin = 0; begin < size; begin += SEGMENT_ENTRIES) {
    const end = Math.min(begin + SEGMENT_ENTRIES, size);
    await insertLists(queries, begin, end);
    await insertLeafBuckets(queries, begin, end);
  }
}

async function versionOf(queries: Queries): Promise<unknown> {
  return (await queries.first("SELECT version FROM schema_version"))?.["version"];
}
