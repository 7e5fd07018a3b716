/**
 * Tables of the vault. All but `opening` are created when first needed, so an earlier program's vault simply lacks them.
 */
import type { DatabaseSync } from "node:sqlite";
import { all, first, statement } from "./database.ts";

/** Whether a table exists, having been needed before. */
export function hasTable(db: DatabaseSync, table: string): boolean {
  return first(statement(db, "SELECT 1 FROM sqlite_schema WHERE name = ?"), table) !== undefined;
}

/** Deletes a table's rows of a leaf index, or from one on. Does nothing if the table was never needed. */
export function deleteFrom(db: DatabaseSync, table: string, compare: "=" | ">=", leafIndex: number): void {
  if (hasTable(db, table)) statement(db, `DELETE FROM ${table} WHERE leaf_index ${compare} ?`).run(leafIndex);
}

/** Whether there is a note that a record was erased, genuine or not: then nothing of it is returned. */
export function isNoted(db: DatabaseSync, leafIndex: number): boolean {
  if (!hasTable(db, "erased")) return false;
  return first(statement(db, "SELECT 1 FROM erased WHERE leaf_index = ?"), leafIndex) !== undefined;
}

/** Whether any of these tables has a row of a leaf index. */
export function hasRow(db: DatabaseSync, tables: readonly string[], leafIndex: number): boolean {
  return tables.some(
    (table) =>
      hasTable(db, table) &&
      first(statement(db, `SELECT 1 FROM ${table} WHERE leaf_index = ? LIMIT 1`), leafIndex) !== undefined,
  );
}

/** Leaf indexes that are noted as erased, and have a row in any of these tables. */
export function notedWithRows(db: DatabaseSync, tables: readonly string[]): number[] {
  if (!hasTable(db, "erased")) return [];
  const isIn = tables
    .filter((table) => hasTable(db, table))
    .map((table) => `EXISTS (SELECT 1 FROM ${table} t WHERE t.leaf_index = e.leaf_index)`);
  if (isIn.length === 0) return [];
  const rows = all(statement(db, `SELECT leaf_index FROM erased e WHERE ${isIn.join(" OR ")}`));
  return rows.map((row) => row["leaf_index"] as number);
}
