/** Writes rows that carry a seal: see ../rows/seals.ts. */
import type { DatabaseSync } from "node:sqlite";
import type { Row } from "../rows/row.ts";
import { sealOf } from "../rows/seals.ts";
import { statement } from "./database.ts";

/** Writes a row of a table with sealed rows, replacing the row with the same key. */
export function replaceSealed(db: DatabaseSync, table: string, row: Row): void {
  const sealed: Row = { ...row, seal: sealOf(row) };
  const names = Object.keys(sealed);
  const sql = `INSERT OR REPLACE INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`;
  statement(db, sql).run(...Object.values(sealed));
}
