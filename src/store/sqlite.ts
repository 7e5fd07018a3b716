/**
 * Opens SQLite databases (node:sqlite) the one way this program uses them: write-ahead log, fsync at every commit,
 * strict about foreign keys. https://sqlite.org/pragma.html#pragma_synchronous
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { WarifuError, messageOf, type ErrorCode } from "../core/errors.ts";

/** A row as SQLite hands it out; the reading code knows its columns. */
export type Row = { [column: string]: SQLInputValue };

/** How a database is opened. */
export interface OpenOptions {
  readonly readOnly?: boolean;
  /** Page cache in KiB. */
  readonly cacheKib?: number;
  /** Overwrites deleted content with zeros: for personal data. */
  readonly secureDelete?: boolean;
}

/**
 * Opens (or makes) the database at `path`.
 * @throws `code` when it cannot be opened or a pragma does not take effect
 */
export function openDatabase(path: string, code: ErrorCode, options: OpenOptions = {}): DatabaseSync {
  const { readOnly = false, cacheKib = 65_536, secureDelete = false } = options;
  try {
    const db = new DatabaseSync(path, { readOnly, timeout: 5_000 });
    db.exec(`PRAGMA cache_size = -${cacheKib}; PRAGMA temp_store = MEMORY`);
    if (readOnly) return db;
    if (secureDelete) db.exec("PRAGMA secure_delete = ON");
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000");
    // Builds of SQLite differ in their defaults, so what matters is read back.
    assertPragma(db, "journal_mode", "wal");
    assertPragma(db, "synchronous", 2);
    if (secureDelete) assertPragma(db, "secure_delete", 1);
    return db;
  } catch (cause) {
    throw new WarifuError(code, `the database ${path} cannot be opened: ${messageOf(cause)}`, { cause });
  }
}

/** Runs `change` as one transaction, durable when this returns. The error of a failed one passes through. */
export function transaction(db: DatabaseSync, change: () => void): void {
  db.exec("BEGIN IMMEDIATE");
  try {
    change();
    db.exec("COMMIT");
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

/** Moves the write-ahead log into the database file and empties it, as a clean stop leaves things. */
export function closeDatabase(db: DatabaseSync): void {
  if (!db.isOpen) return;
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
}

/** The rows of a query. */
export function all(statement: StatementSync, ...parameters: SQLInputValue[]): Row[] {
  return statement.all(...parameters) as Row[];
}

/** The first row of a query. */
export function first(statement: StatementSync, ...parameters: SQLInputValue[]): Row | undefined {
  return statement.get(...parameters) as Row | undefined;
}

function assertPragma(db: DatabaseSync, name: string, expected: string | number): void {
  const value = first(db.prepare(`PRAGMA ${name}`))?.[name];
  if (value !== expected)
    throw new WarifuError("STORE_FAILED", `PRAGMA ${name} reads ${String(value)}, not ${expected}`);
}
