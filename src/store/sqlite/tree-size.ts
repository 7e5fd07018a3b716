/** How large the log of a SQLite ledger is. */
import type { DatabaseSync } from "node:sqlite";
import { first, statement } from "./database.ts";

// Bounded, so that a changed row can be read and reported instead of causing a failure here.
const SIZE = `SELECT min(coalesce(max(leaf_index) + 1, 0), ${Number.MAX_SAFE_INTEGER}) AS size FROM entry`;

/** Number of entries in the database. */
export function sizeOf(db: DatabaseSync): number {
  return Number(first(statement(db, SIZE))?.["size"]);
}
