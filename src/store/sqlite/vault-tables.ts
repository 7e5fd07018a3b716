/**
 * Tables of the vault. All but `opening` are created when first needed, so an earlier program's vault simply lacks them.
 */
import type { DatabaseSync } from "node:sqlite";
import { first, statement } from "./database.ts";

/** Whether a table has been needed so far. */
export function hasTable(db: DatabaseSync, table: string): boolean {
  return first(statement(db, "SELECT 1 FROM sqlite_schema WHERE name = ?"), table) !== undefined;
}

/** Deletes what a table has of a leaf index, or from one on. Does nothing where the table was never needed. */
export function deleteFrom(db: DatabaseSync, table: string, compare: "=" | ">=", leafIndex: number): void {
  if (hasTable(db, table)) statement(db, `DELETE FROM ${table} WHERE leaf_index ${compare} ?`).run(leafIndex);
}
