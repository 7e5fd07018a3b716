/** The rows of a SQLite database, unchanged and in the order of their keys, to be copied into another engine. */
import type { SQLInputValue } from "node:sqlite";
import type { Row } from "../rows/row.ts";
import type { RowSource } from "../rows/row-source.ts";
import { all, engineError, first, openDatabase } from "./database.ts";

/** Opens a database that nobody writes to. @throws STORE_FAILED */
export function openRows(path: string): RowSource {
  const db = openDatabase(path, "STORE_FAILED", { readOnly: true });
  return {
    page: (table, key, after, limit) => {
      try {
        if (!first(db.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?"), table)) return [];
        const columns = key.join(", ");
        const above = after ? `WHERE (${columns}) > (${key.map(() => "?").join(", ")})` : "";
        const sql = `SELECT * FROM ${table} ${above} ORDER BY ${columns} LIMIT ?`;
        return all(db.prepare(sql), ...((after ?? []) as SQLInputValue[]), limit) as Row[];
      } catch (cause) {
        throw engineError("STORE_FAILED", `the table ${table} of ${path} cannot be read`, cause);
      }
    },
    close: () => db.close(),
  };
}
