/** What was left without an entry in PostgreSQL: moved out of the way, still encrypted, and erased after some time. */
import type { Row } from "../rows/row.ts";
import type { Queries } from "./sessions.ts";

// What is noted of entries that no longer exist, so that it is not taken for others in their place.
const NOTES = ["erased", "to_publish", "person", "attachment"];

/**
 * Sets aside what is kept from a leaf index on, unless its entry is there: a process that slept since it asked for the size
 * of the log would otherwise mistake what others have committed meanwhile for what a crash left. Within a transaction.
 * @returns the number of records
 */
export async function setAsideIn(queries: Queries, from: number): Promise<number> {
  // Openings come with their entries and with the head: as of one moment, none is above it but what a crash left.
  await queries.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
  const leafIndex = Math.max(from, await committedSize(queries));
  const moved = `WITH moved AS (
      INSERT INTO set_aside (leaf_index, wrapped_key, sealed)
      SELECT leaf_index, wrapped_key, sealed FROM opening WHERE leaf_index >= $1 RETURNING "row", leaf_index)
    INSERT INTO set_aside_attachment SELECT m."row", a.place, a.sealed FROM moved m JOIN attachment a USING (leaf_index)`;
  await queries.run(moved, leafIndex);
  for (const table of NOTES) await queries.run(`DELETE FROM ${table} WHERE leaf_index >= $1`, leafIndex);
  return queries.run("DELETE FROM opening WHERE leaf_index >= $1", leafIndex);
}

/** Deletes what was seen here `keptMs` ago or earlier. Within a transaction. @returns the number of records */
export async function deleteSetAside(queries: Queries, now: number, keptMs: number): Promise<number> {
  await queries.run("UPDATE set_aside SET noted_at = $1 WHERE noted_at IS NULL", now);
  const old = 'SELECT "row" FROM set_aside WHERE noted_at <= $1';
  await queries.run(`DELETE FROM set_aside_attachment WHERE "row" IN (${old})`, now - keptMs);
  return queries.run("DELETE FROM set_aside WHERE noted_at <= $1", now - keptMs);
}

/** Size of the log; 0 where the ledger is elsewhere. */
async function committedSize(queries: Queries): Promise<number> {
  const { is_here: isHere } = (await queries.first("SELECT to_regclass('head') IS NOT NULL AS is_here")) as Row;
  if ((isHere as unknown) !== true) return 0;
  return Number((await queries.first("SELECT tree_size FROM head"))?.["tree_size"] ?? 0);
}
