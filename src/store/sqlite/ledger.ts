/**
 * The embedded ledger: one SQLite database in write-ahead mode with an fsync at every commit, a lock against a second
 * writer, and the head guard next to it. Synchronous inside, asynchronous by its interface. Opens it, and combines its
 * parts into one store.
 */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { equalBytes } from "../../core/bytes.ts";
import { WarifuError } from "../../core/errors.ts";
import { FilesInPlace } from "../../files/files-in-place.ts";
import type { AnchorJournal } from "../anchor-journal.ts";
import type { CitizenStore } from "../citizen-store.ts";
import { HeadGuard, readHeadGuard } from "../head-guard.ts";
import type { KeyStore } from "../key-store.ts";
import type { LedgerReader, LedgerStore } from "../ledger-store.ts";
import type { LogStore } from "../log-store.ts";
import type { OfficerStore } from "../officer-store.ts";
import { methodsOf } from "../rows/methods-of.ts";
import { BatchInserter, type InserterGuards } from "./batch-inserter.ts";
import { checkTables } from "./check.ts";
import { SqliteCitizens } from "./citizens.ts";
import { closeDatabase, engineError, first, onLedger, openDatabase, transaction } from "./database.ts";
import { SqliteJournal } from "./journal.ts";
import { SqliteKeys, giveScopes } from "./keys.ts";
import { LeafIndexWriter } from "./leaf-index.ts";
import { SqliteLog, type LogWriting } from "./log.ts";
import { SqliteOfficers } from "./officers.ts";
import { makeLists, unlistUngrouped } from "./record-lists.ts";
import {
  CITIZEN_TABLES,
  COURSE_TABLE,
  FORMER_SCHEMA_VERSIONS,
  KEY_INDEXES,
  LEAF_TABLE,
  LEFT_BLOCK_TABLE,
  LIST_TABLE,
  OFFICER_TABLES,
  SCHEMA,
  SCHEMA_VERSION,
  SENDER_TABLES,
  SEQ_TABLE,
} from "./schema.ts";
import { makeSeqIndex } from "./seq-index.ts";
import { sizeOf } from "./tree-size.ts";
import { sealOf } from "../rows/seals.ts";
import { inTurn, type WriteTurns } from "../write-turns.ts";
import { takeWriterLock, type WriterLock } from "./writer-lock.ts";

/** Files of the ledger within the data folder. */
export const LEDGER_FILES = { database: "ledger.sqlite", lock: "writer.lock", guard: "head" } as const;

/**
 * Opens the ledger of a data folder for writing, creating it if there is none.
 * @throws STORE_LOCKED another writer; STORE_BEHIND an older copy was put back; STORE_CORRUPT; STORE_FAILED;
 *   CONFIG_INVALID the folder holds the log of another origin
 */
export function openSqliteLedger(
  folder: string,
  origin: string,
  options: { readonly guardPath?: string | undefined; readonly turns?: WriteTurns | undefined } = {},
): LedgerStore {
  mkdirSync(folder, { recursive: true });
  const { guardPath = join(folder, LEDGER_FILES.guard), turns } = options;
  const databasePath = join(folder, LEDGER_FILES.database);
  const lock = takeWriterLock(join(folder, LEDGER_FILES.lock));
  let db: DatabaseSync | undefined;
  try {
    assertNotLost(databasePath, guardPath);
    db = openDatabase(databasePath, "STORE_FAILED", { secureDelete: true });
    prepareSchema(db, origin);
    assertNotBehindGuard(db, guardPath);
    bringUpToDate(db);
    const head = new HeadGuard(guardPath);
    beginGuard(db, head, guardPath);
    const files = new FilesInPlace(databasePath, "STORE_FAILED");
    return ledgerOf(db, origin, { lock, head, files, turns, inserter: inserterOf(db, { files, head }) });
  } catch (cause) {
    db?.close();
    lock.release();
    throw engineError("STORE_FAILED", `the ledger in ${folder} cannot be opened`, cause);
  }
}

function inserterOf(db: DatabaseSync, guards: InserterGuards): LogWriting["inserter"] {
  let made: BatchInserter | undefined;
  return () => (made ??= onLedger(() => new BatchInserter(db, guards)));
}

/** Called before an empty database would be created in place of a lost one. */
function assertNotLost(databasePath: string, guardPath: string): void {
  const guard = existsSync(databasePath) ? undefined : readHeadGuard(guardPath);
  if (guard)
    throw new WarifuError(
      "STORE_BEHIND",
      `there is no ledger ${databasePath}, but a checkpoint of ${guard.treeSize} entries was handed out (${guardPath}): ` +
        "restore the newest copy, or set another data folder for a new log; nothing was written",
      { details: { stored: 0, published: guard.treeSize } },
    );
}

/** A guard in a new location takes effect immediately, not only with the next record. */
function beginGuard(db: DatabaseSync, guard: HeadGuard, guardPath: string): void {
  const newest = existsSync(guardPath)
    ? undefined
    : first(db.prepare("SELECT note FROM checkpoint ORDER BY tree_size DESC LIMIT 1"));
  if (!newest) return;
  guard.note(newest["note"] as string);
  guard.flush();
}

/** Readers go through the log once, and several may do so at a time. */
const READERS_CACHE_KIB = 16_384;

/**
 * Opens the ledger of a data folder for reading only, alongside a running service or after it.
 * @throws NOT_FOUND there is none; STORE_CORRUPT; STORE_FAILED
 */
export function readSqliteLedger(folder: string): LedgerReader {
  const path = join(folder, LEDGER_FILES.database);
  if (!existsSync(path))
    throw new WarifuError(
      "NOT_FOUND",
      `there is no ledger in ${folder}: start the service once, or set WARIFU_DATA_DIR`,
    );
  const db = openDatabase(path, "STORE_FAILED", { readOnly: true, cacheKib: READERS_CACHE_KIB });
  try {
    assertSchemaVersion(schemaVersion(db));
    const origin = first(db.prepare("SELECT origin FROM log"))?.["origin"];
    if (typeof origin !== "string") throw new WarifuError("STORE_CORRUPT", `the ledger ${path} does not name its log`);
    return { ...ledgerOf(db, origin), check: () => checkTables(db, origin) };
  } catch (cause) {
    db.close();
    throw engineError("STORE_FAILED", `the ledger ${path} cannot be read`, cause);
  }
}

function prepareSchema(db: DatabaseSync, origin: string): void {
  if (schemaVersion(db) === 0)
    transaction(db, () => {
      db.exec(SCHEMA);
      db.prepare("INSERT INTO log (origin, seal) VALUES (?, ?)").run(origin, sealOf({ origin }));
      db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    });
  if (!FORMER_SCHEMA_VERSIONS.includes(schemaVersion(db))) assertSchemaVersion(schemaVersion(db));
  const stored = first(db.prepare("SELECT origin FROM log"))?.["origin"];
  if (stored !== origin)
    throw new WarifuError(
      "CONFIG_INVALID",
      `the data folder holds the log "${String(stored)}", the configuration names "${origin}": set WARIFU_ORIGIN or WARIFU_DATA_DIR`,
    );
}

/**
 * Adds the tables that an earlier version lacks, and replaces what it found ids, leaves and numbers by. The senders of version 1's
 * records are not on record and stay unknown; so do the times of its anchors.
 */
function bringUpToDate(db: DatabaseSync): void {
  const version = schemaVersion(db);
  if (!FORMER_SCHEMA_VERSIONS.includes(version)) return;
  transaction(db, () => {
    if (version < 3) {
      db.exec(SENDER_TABLES);
      giveScopes(db);
    }
    if (version < 4) db.exec(KEY_INDEXES);
    if (version < 5) db.exec(COURSE_TABLE);
    if (version < 6) db.exec(OFFICER_TABLES);
    if (version < 7) db.exec(CITIZEN_TABLES);
    if (version < 8) db.exec(LEFT_BLOCK_TABLE);
    if (version < 9) {
      db.exec(LIST_TABLE);
      makeLists(db);
    } else unlistUngrouped(db);
    if (version < 11) {
      db.exec(`DROP INDEX IF EXISTS entry_by_id; DROP TABLE IF EXISTS leaf_bucket; ${LEAF_TABLE}`);
      new LeafIndexWriter(db, 0).growTo(sizeOf(db));
    }
    db.exec(`DROP INDEX IF EXISTS entry_by_seq; ${SEQ_TABLE}`);
    makeSeqIndex(db);
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  });
}

function schemaVersion(db: DatabaseSync): number {
  return Number(first(db.prepare("PRAGMA user_version"))?.["user_version"]);
}

function assertSchemaVersion(version: number): void {
  if (FORMER_SCHEMA_VERSIONS.includes(version))
    throw new WarifuError(
      "STORE_FAILED",
      `the ledger has schema version ${version}, that of an earlier program: start the service once, which brings it up to date`,
    );
  if (version !== SCHEMA_VERSION)
    throw new WarifuError(
      "STORE_FAILED",
      `the ledger has schema version ${version}, this program knows ${SCHEMA_VERSION}`,
    );
}

/** The checkpoint handed out last must be among the stored ones. */
function assertNotBehindGuard(db: DatabaseSync, guardPath: string): void {
  const guard = readHeadGuard(guardPath);
  if (guard === undefined) return;
  const stored = sizeOf(db);
  const details = { stored, published: guard.treeSize };
  if (guard.treeSize > stored)
    throw new WarifuError(
      "STORE_BEHIND",
      `the ledger holds ${stored} entries, but a checkpoint of ${guard.treeSize} was handed out: ` +
        "an older copy of the database was put back. Restore the newest copy; nothing was written",
      { details },
    );
  const root = first(db.prepare("SELECT root_hash FROM checkpoint WHERE tree_size = ?"), guard.treeSize)?.["root_hash"];
  if (!(root instanceof Uint8Array) || !equalBytes(root, guard.rootHash))
    throw new WarifuError(
      "STORE_CORRUPT",
      `the ledger does not hold the checkpoint of ${guard.treeSize} entries that was handed out: ` +
        "its database is of another history. Restore the right copy; nothing was written",
      { details },
    );
}

/** What an open ledger has if it may be written to. */
interface WriterParts extends LogWriting {
  readonly lock: WriterLock;
  readonly head: HeadGuard;
  /** Present if a thread commits beside this one. */
  readonly turns: WriteTurns | undefined;
}

/** The stores of a ledger, combined. */
function ledgerOf(db: DatabaseSync, origin: string, writer?: WriterParts): LedgerStore {
  const log = methodsOf<LogStore>(new SqliteLog(db, origin, writer));
  const journal = methodsOf<AnchorJournal>(new SqliteJournal(db, writer !== undefined));
  const keys = methodsOf<KeyStore>(new SqliteKeys(db));
  const officers = methodsOf<OfficerStore>(new SqliteOfficers(db));
  const citizens = methodsOf<CitizenStore>(new SqliteCitizens(db));
  const parts = { ...log, ...journal, ...keys, ...officers, ...citizens, origin };
  const store = { ...parts, close: async () => closeLedger(db, writer) };
  return writer?.turns ? inTurn<LedgerStore>(store, writer.turns, WRITES) : store;
}

/** Everything that writes to the ledger except batches; with `turns`, those are committed on another thread. */
const WRITES = [
  ...(["bindKeys", "forget", "addAnchor", "updateAnchor", "setContract"] as const),
  ...(["addApiKey", "revokeApiKey", "noteApiKeyUse"] as const),
  ...(["putOfficer", "acceptInvitation", "removeOfficer", "addPasskey", "removePasskey", "notePasskeyUse"] as const),
  ...(["addSession", "endSessions", "noteSessionUse"] as const),
  ...(["putCitizen", "removeCitizen", "removeCitizenPasskey", "noteCitizenPasskeyUse"] as const),
  ...(["addCitizenSession", "endCitizenSessions", "noteCitizenSessionUse"] as const),
];

function closeLedger(db: DatabaseSync, writer: WriterParts | undefined): void {
  if (!writer) return db.close();
  try {
    writer.head.flush();
    onLedger(() => closeDatabase(db));
  } finally {
    writer.lock.release();
  }
}
