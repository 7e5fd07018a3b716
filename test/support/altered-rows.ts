// Changes one value of a stopped store, in every way that a value of its type can be off by a little.

import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";

/** Runs `action` over the database file, which is closed again whatever happens. */
export function withDatabase<T>(folder: string, file: string, action: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(join(folder, file), { timeout: 60_000 });
  try {
    return action(db);
  } finally {
    db.close();
  }
}

/** Tables of a database, each with its columns. */
export function tablesOf(db: DatabaseSync): Map<string, string[]> {
  const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
  return new Map(
    names.map(({ name }) => {
      const columns = db.prepare(`SELECT name FROM pragma_table_info('${String(name)}')`).all();
      return [String(name), columns.map((column) => String(column["name"]))];
    }),
  );
}

/** Everything that the tables hold, as one text; an error where they cannot be read to the end. */
export function dumpOf(folder: string, file: string): string {
  return withDatabase(folder, file, (db) => {
    const version = db.prepare("PRAGMA user_version").get();
    const schema = db.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name").all();
    const rows = [...tablesOf(db)].flatMap(([table, columns]) => {
      const values = columns.map((column) => `quote(${column})`).join(" || ',' || ");
      return db.prepare(`SELECT '${table}: ' || ${values} AS line FROM ${table}`).all();
    });
    return JSON.stringify([version, schema, rows]);
  });
}

/** The value, off by one byte at its start and at its end, or cut short; numbers by one, and out of all bounds. */
export function alterationsOf(value: SQLInputValue): SQLInputValue[] {
  if (value === null) return [0, 1];
  if (typeof value === "number" || typeof value === "bigint") return [Number(value) + 1, 2n ** 60n];
  if (typeof value === "string") return [replaceAt(value, 0), replaceAt(value, value.length - 1)];
  const bytes = value as Uint8Array;
  return [flipAt(bytes, 0), flipAt(bytes, bytes.length - 1), bytes.subarray(0, bytes.length - 1)];
}

function flipAt(bytes: Uint8Array, at: number): Uint8Array {
  return Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ 0x04 : byte));
}

function replaceAt(text: string, at: number): string {
  const next = text[at] === "b" ? "c" : "b";
  return text.slice(0, at) + next + text.slice(at + 1);
}
