/**
 * Opens SQLite databases (node:sqlite) in the one way that this program uses them: write-ahead log, fsync at every
 * commit, foreign keys enforced. https://sqlite.org/pragma.html#pragma_synchronous
 */
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { WarifuError, messageOf, type ErrorCode } from "../../core/errors.ts";
import type { Row } from "../rows/row.ts";

/** How long to wait for another connection that is reading or writing. */
export const BUSY_TIMEOUT_MS = 5_000;
// Result codes, https://sqlite.org/rescode.html. SQLITE_ERROR is an error in a statement: ours never change, so the tables
// are not the ones that they were written for.
const SQLITE_ERROR = 1;
const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_CORRUPT = 11;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;

/** How a database is opened. */
export interface OpenOptions {
  readonly readOnly?: boolean;
  /** Page cache in KiB. */
  readonly cacheKib?: number;
  /** Overwrites deleted content with zeros; for personal data. */
  readonly secureDelete?: boolean;
}

/**
 * Opens the database at `path`, creating it if there is none.
 * @throws `code` when it cannot be opened or a pragma does not take effect
 */
export function openDatabase(path: string, code: ErrorCode, options: OpenOptions = {}): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = options.readOnly ? openForReading(path) : new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    prepareConnection(db, options);
    return db;
  } catch (cause) {
    db?.close();
    throw engineError(code, `the database ${path} cannot be opened`, cause);
  }
}

/**
 * Alongside a writer, a reader creates or joins files of its own. In a folder that is read-only, such as a mounted backup,
 * there is no writer either: the file is then read as it is or, if its write-ahead log is not empty, from a copy of both.
 */
function openForReading(path: string): DatabaseSync {
  const open = (at: string | URL): DatabaseSync => {
    const db = new DatabaseSync(at, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    try {
      first(db.prepare("SELECT count(*) FROM sqlite_schema"));
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  };
  try {
    return open(path);
  } catch (cause) {
    if (!existsSync(path) || ![SQLITE_READONLY, SQLITE_CANTOPEN].includes(resultCode(cause))) throw cause;
  }
  const wal = `${path}-wal`;
  if (existsSync(wal) && statSync(wal).size > 0) return open(copyOf(path, wal));
  const asItLies = pathToFileURL(path);
  asItLies.searchParams.set("immutable", "1");
  return open(asItLies);
}

/** A copy of a database and its write-ahead log that is removed when this process ends. */
function copyOf(path: string, wal: string): string {
  const folder = mkdtempSync(join(tmpdir(), "warifu-read-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const copy = join(folder, "database.sqlite");
  copyFileSync(path, copy);
  copyFileSync(wal, `${copy}-wal`);
  return copy;
}

function prepareConnection(db: DatabaseSync, options: OpenOptions): void {
  const { readOnly = false, cacheKib = 65_536, secureDelete = false } = options;
  db.exec(`PRAGMA cache_size = -${cacheKib}`);
  // A reader sorts whole tables, as the audit does: on disk, so that memory stays bounded.
  if (readOnly) return;
  db.exec("PRAGMA temp_store = MEMORY");
  if (secureDelete) db.exec("PRAGMA secure_delete = ON");
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000");
  // Builds of SQLite differ in their defaults, so important settings are read back.
  assertPragma(db, "journal_mode", "wal");
  assertPragma(db, "synchronous", 2);
  if (secureDelete) assertPragma(db, "secure_delete", 1);
  // After a failed fsync, the newest commits may exist only in the page cache, and a second fsync would not write them
  // again: so whatever the write-ahead log still holds is copied into the database file before anything builds on it.
  checkpointWal(db);
}

/**
 * Copies the write-ahead log into the database file and empties it.
 * @returns whether all of it was copied: a reader can keep the log from being emptied
 */
export function checkpointWal(db: DatabaseSync): boolean {
  return first(db.prepare("PRAGMA wal_checkpoint(TRUNCATE)"))?.["busy"] === 0;
}

/** As {@link checkpointWal}, without waiting for readers: the service would wait too. */
export function checkpointWalNow(db: DatabaseSync): boolean {
  db.exec("PRAGMA busy_timeout = 0");
  try {
    return checkpointWal(db);
  } finally {
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  }
}

/** Converts an error of the engine: damage to a ledger's file is distinguished from a failure to read or write it. */
export function engineError(code: ErrorCode, what: string, cause: unknown): WarifuError {
  if (cause instanceof WarifuError) return cause;
  const isDamaged = [SQLITE_ERROR, SQLITE_CORRUPT, SQLITE_NOTADB].includes(resultCode(cause));
  const told = code === "STORE_FAILED" && isDamaged ? "STORE_CORRUPT" : code;
  return new WarifuError(told, `${what}: ${messageOf(cause)}`, { cause });
}

/**
 * Runs an action on the ledger's database: engine failures become STORE_FAILED, damage STORE_CORRUPT; our own errors
 * pass through.
 */
export function onLedger<T>(action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw engineError("STORE_FAILED", "the ledger's database failed", cause);
  }
}

/** Whether another connection holds the database. */
export function isBusy(cause: unknown): boolean {
  return resultCode(cause) === SQLITE_BUSY;
}

/** The primary result code of an engine's error; 0 for any other error. */
function resultCode(cause: unknown): number {
  return cause instanceof Error && "errcode" in cause ? Number(cause.errcode) & 0xff : 0;
}

/** Runs `change` as one transaction, durable when this returns. If it fails, its error is passed on. */
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

/** Moves the write-ahead log into the database file and empties it, as at a clean stop. */
export function closeDatabase(db: DatabaseSync): void {
  if (!db.isOpen) return;
  try {
    checkpointWal(db);
  } finally {
    db.close();
  }
}

const prepared = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

/** The statement with that text, prepared once per connection, since SQLite plans a query each time it is prepared. */
export function statement(db: DatabaseSync, sql: string): StatementSync {
  const known = prepared.get(db) ?? new Map<string, StatementSync>();
  prepared.set(db, known);
  const found = known.get(sql) ?? db.prepare(sql);
  known.set(sql, found);
  return found;
}

/**
 * Statements by name, all prepared at once.
 * @throws STORE_CORRUPT when the tables are not those that they were written for
 */
export function prepareAll<Name extends string>(
  db: DatabaseSync,
  texts: Readonly<Record<Name, string>>,
): Readonly<Record<Name, StatementSync>> {
  try {
    const named = Object.entries<string>(texts).map(([name, sql]) => [name, db.prepare(sql)]);
    return Object.fromEntries(named) as Record<Name, StatementSync>;
  } catch (cause) {
    throw new WarifuError("STORE_CORRUPT", `the ledger's tables are not as expected: ${messageOf(cause)}`, { cause });
  }
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
