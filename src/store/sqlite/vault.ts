/**
 * The embedded vault: its own database file with `secure_delete`, in which each record's openings are encrypted
 * (AES-256-GCM) under a random key for that record, and that key under the vault's master key. The master key is kept
 * elsewhere. Deleting a row destroys the record's key, and with it every copy of the ciphertext.
 *
 * A record has one row with its wrapped key and its openings, and one per attachment; once erased, it has only a note
 * under the master key. vault-cipher.ts says how each is encrypted.
 */
import type { DatabaseSync } from "node:sqlite";
import { fromUtf8, utf8 } from "../../core/bytes.ts";
import { WarifuError } from "../../core/errors.ts";
import type { RandomBytes } from "../../core/random.ts";
import { FilesInPlace } from "../../files/files-in-place.ts";
import {
  all,
  BUSY_TIMEOUT_MS,
  checkpointWal,
  closeDatabase,
  engineError,
  first,
  openDatabase,
  type Row,
  statement,
  transaction,
} from "./database.ts";
import type { Attachment, ErasedSetAside, RecordOpenings, Vault } from "../vault.ts";
import { seal, unseal } from "./vault-cipher.ts";

/** File of the vault within the data folder. */
export const VAULT_FILE = "vault.sqlite";
/** Bytes of the master key. */
export const MASTER_KEY_BYTES = 32;

const ERASED = "erased";
const LINE_END = 0x0a;
const PAGE_ROWS = 1_000;
const PROBED_ROWS = 3;
const SCHEMA = `CREATE TABLE IF NOT EXISTS opening (
  leaf_index INTEGER PRIMARY KEY, wrapped_key BLOB NOT NULL, sealed BLOB NOT NULL) STRICT`;
// The tables below are created when first needed, so an earlier program's vault simply lacks them.
const ATTACHMENT_SCHEMA = `CREATE TABLE IF NOT EXISTS attachment (
  leaf_index INTEGER NOT NULL, place INTEGER NOT NULL, sealed BLOB NOT NULL,
  PRIMARY KEY (leaf_index, place)) STRICT`;
const TO_PUBLISH_SCHEMA = "CREATE TABLE IF NOT EXISTS to_publish (leaf_index INTEGER PRIMARY KEY) STRICT";
const ERASED_SCHEMA = "CREATE TABLE IF NOT EXISTS erased (leaf_index INTEGER PRIMARY KEY, note BLOB NOT NULL) STRICT";
// The same leaf index may come again after another crash. An attachment refers to the row of its record.
const ASIDE_SCHEMA = `CREATE TABLE IF NOT EXISTS set_aside (
  leaf_index INTEGER NOT NULL, wrapped_key BLOB NOT NULL, sealed BLOB NOT NULL) STRICT`;
const ASIDE_ATTACHMENT_SCHEMA = `CREATE TABLE IF NOT EXISTS set_aside_attachment (
  row INTEGER NOT NULL, place INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT`;

// Since when rows are known to be set aside: applies to all rows up to that rowid.
const ASIDE_SINCE_SCHEMA = `CREATE TABLE IF NOT EXISTS set_aside_since (
  row INTEGER PRIMARY KEY, noted_at INTEGER NOT NULL) STRICT`;

/**
 * Opens the vault at `path`, creating it if there is none.
 * @throws VAULT_FAILED when it cannot be opened, or is under another master key
 */
export function openSqliteVault(
  path: string,
  masterKey: Uint8Array,
  randomBytes: RandomBytes,
  options: { readOnly?: boolean } = {},
): Vault {
  if (masterKey.length !== MASTER_KEY_BYTES)
    throw new WarifuError("CONFIG_INVALID", `the vault's master key has ${MASTER_KEY_BYTES} bytes`);
  const readOnly = options.readOnly ?? false;
  const db = openDatabase(path, "VAULT_FAILED", { readOnly, secureDelete: true, cacheKib: 16_384 });
  try {
    if (!readOnly) {
      db.exec(SCHEMA);
      assertMasterKey(db, masterKey);
    }
    const files = readOnly ? undefined : new FilesInPlace(path, "VAULT_FAILED");
    return new SqliteVault(db, masterKey, randomBytes, files);
  } catch (cause) {
    db.close();
    throw engineError("VAULT_FAILED", `the vault ${path} cannot be opened`, cause);
  }
}

/** With another key, what is kept from now on would be inaccessible: found out here, not when a citizen asks. */
function assertMasterKey(db: DatabaseSync, masterKey: Uint8Array): void {
  const readSome = db.prepare("SELECT leaf_index, wrapped_key FROM opening ORDER BY leaf_index DESC LIMIT ?");
  const rows = all(readSome, PROBED_ROWS);
  // A changed row is for the audit to report: the key is wrong only if it opens none of several.
  if (rows.length > 0 && !rows.some((row) => canUnwrap(masterKey, row)))
    throw new WarifuError("VAULT_FAILED", "the vault's master key is not the one that its rows are under", {
      details: { probed: rows.length },
    });
}

function canUnwrap(masterKey: Uint8Array, row: Row): boolean {
  try {
    unseal(masterKey, row["wrapped_key"] as Uint8Array, { leafIndex: row["leaf_index"] as number });
    return true;
  } catch {
    return false;
  }
}

class SqliteVault implements Vault {
  readonly #db: DatabaseSync;
  readonly #masterKey: Uint8Array;
  readonly #randomBytes: RandomBytes;
  /** Absent when the vault is only read. */
  readonly #files: FilesInPlace | undefined;
  /** What was erased may still be in the write-ahead log. */
  #hasRemains = false;

  constructor(db: DatabaseSync, masterKey: Uint8Array, randomBytes: RandomBytes, files: FilesInPlace | undefined) {
    this.#db = db;
    this.#masterKey = masterKey;
    this.#randomBytes = randomBytes;
    this.#files = files;
  }

  async keep(records: readonly RecordOpenings[]): Promise<void> {
    if (records.length === 0) return;
    this.#run(() => {
      if (records.some(({ attachments }) => attachments?.length)) this.#db.exec(ATTACHMENT_SCHEMA);
      if (records.some(({ isToPublish }) => isToPublish)) this.#db.exec(TO_PUBLISH_SCHEMA);
      transaction(this.#db, () => {
        for (const record of records) this.#keepOne(record);
      });
    });
    this.assertInPlace();
  }

  assertInPlace(): void {
    this.#files?.assert();
  }

  async open(leafIndex: number): Promise<readonly string[] | undefined> {
    return this.#run(() => {
      const row = first(statement(this.#db, "SELECT wrapped_key, sealed FROM opening WHERE leaf_index = ?"), leafIndex);
      if (!row) return undefined;
      const text = fromUtf8(unseal(this.#recordKey(row, leafIndex), bytesOf(row), { leafIndex }), "vault row");
      return text === "" ? [] : text.split("~");
    });
  }

  async attachments(leafIndex: number): Promise<readonly Attachment[] | undefined> {
    return this.#run(() => {
      const row = first(statement(this.#db, "SELECT wrapped_key FROM opening WHERE leaf_index = ?"), leafIndex);
      if (!row) return undefined;
      const recordKey = this.#recordKey(row, leafIndex);
      const rows = this.#attachmentRows(leafIndex);
      return rows.map((row, place) => {
        const part = `attachment ${place + 1}/${rows.length}`;
        return attachmentOf(unseal(recordKey, bytesOf(row), { leafIndex, part }));
      });
    });
  }

  async toPublish(after: number, limit: number): Promise<readonly number[]> {
    return this.#run(() => {
      if (!this.#has("to_publish")) return [];
      const sql = "SELECT leaf_index FROM to_publish WHERE leaf_index > ? ORDER BY leaf_index LIMIT ?";
      return all(statement(this.#db, sql), after, limit).map((row) => row["leaf_index"] as number);
    });
  }

  async markPublished(leafIndex: number): Promise<void> {
    this.#run(() => this.#deleteFrom("to_publish", "=", leafIndex));
  }

  async erase(leafIndex: number): Promise<boolean> {
    const isGone = this.#run(() => {
      this.#db.exec(ERASED_SCHEMA);
      transaction(this.#db, () => {
        const note = seal(this.#masterKey, new Uint8Array(), { leafIndex, part: ERASED }, this.#randomBytes);
        this.#db.prepare("INSERT OR REPLACE INTO erased VALUES (?, ?)").run(leafIndex, note);
        for (const table of ["attachment", "to_publish"]) this.#deleteFrom(table, "=", leafIndex);
        this.#db.prepare("DELETE FROM opening WHERE leaf_index = ?").run(leafIndex);
      });
      return this.#emptyLog();
    });
    this.assertInPlace();
    return isGone;
  }

  async isErased(leafIndex: number): Promise<boolean> {
    return this.#run(() => {
      if (!this.#has("erased")) return false;
      const row = first(statement(this.#db, "SELECT note FROM erased WHERE leaf_index = ?"), leafIndex);
      if (!row) return false;
      unseal(this.#masterKey, row["note"] as Uint8Array, { leafIndex, part: ERASED });
      return true;
    });
  }

  async beyond(leafIndex: number): Promise<{ records: number; highest: number }> {
    return this.#run(() => {
      const sql =
        "SELECT count(*) AS records, coalesce(max(leaf_index), -1) AS highest FROM opening WHERE leaf_index >= ?";
      const row = first(statement(this.#db, sql), leafIndex);
      return { records: Number(row?.["records"]), highest: Number(row?.["highest"]) };
    });
  }

  async setAsideFrom(leafIndex: number): Promise<number> {
    return this.#run(() => {
      let records = 0;
      transaction(this.#db, () => {
        this.#db.exec(ASIDE_SCHEMA);
        const before = this.#newestAside();
        const copy = "INSERT INTO set_aside SELECT leaf_index, wrapped_key, sealed FROM opening WHERE leaf_index >= ?";
        this.#db.prepare(copy).run(leafIndex);
        if (this.#has("attachment")) this.#setAttachmentsAside(leafIndex, before);
        // What is noted of entries that no longer exist, so that it is not taken for others in their place.
        for (const table of ["erased", "to_publish"]) this.#deleteFrom(table, ">=", leafIndex);
        records = Number(this.#db.prepare("DELETE FROM opening WHERE leaf_index >= ?").run(leafIndex).changes);
      });
      return records;
    });
  }

  async eraseSetAside(now: number, keptMs: number): Promise<ErasedSetAside> {
    return this.#run(() => {
      const records = this.#has("set_aside") ? this.#deleteSetAside(now, keptMs) : 0;
      this.#hasRemains ||= records > 0;
      return { records, isGone: !this.#hasRemains || this.#emptyLog() };
    });
  }

  #deleteSetAside(now: number, keptMs: number): number {
    let records = 0;
    transaction(this.#db, () => {
      this.#noteSetAside(now);
      const isOld = "(SELECT coalesce(max(row), -1) FROM set_aside_since WHERE noted_at <= ?)";
      if (this.#has("set_aside_attachment"))
        this.#db.prepare(`DELETE FROM set_aside_attachment WHERE row <= ${isOld}`).run(now - keptMs);
      const erase = this.#db.prepare(`DELETE FROM set_aside WHERE rowid <= ${isOld}`);
      records = Number(erase.run(now - keptMs).changes);
      this.#db.prepare("DELETE FROM set_aside_since WHERE noted_at <= ?").run(now - keptMs);
    });
    return records;
  }

  /** A rowid is reused only once no row is left, and with it no note. */
  #noteSetAside(now: number): void {
    this.#db.exec(ASIDE_SINCE_SCHEMA);
    const newest = this.#newestAside();
    const noted = Number(first(this.#db.prepare("SELECT max(row) AS row FROM set_aside_since"))?.["row"] ?? -1);
    if (newest > noted) this.#db.prepare("INSERT INTO set_aside_since VALUES (?, ?)").run(newest, now);
  }

  async *leafIndexes(): AsyncIterable<number> {
    const sql = "SELECT leaf_index FROM opening WHERE leaf_index > ? ORDER BY leaf_index LIMIT ?";
    for (let after = -1; ;) {
      const rows = this.#run(() => all(statement(this.#db, sql), after, PAGE_ROWS));
      for (const row of rows) yield row["leaf_index"] as number;
      if (rows.length < PAGE_ROWS) return;
      after = rows.at(-1)?.["leaf_index"] as number;
    }
  }

  async close(): Promise<void> {
    this.#run(() => (this.#files ? closeDatabase(this.#db) : this.#db.close()));
  }

  /** Does nothing where the table was never needed. */
  #deleteFrom(table: string, compare: "=" | ">=", leafIndex: number): void {
    if (this.#has(table)) this.#db.prepare(`DELETE FROM ${table} WHERE leaf_index ${compare} ?`).run(leafIndex);
  }

  #keepOne({ leafIndex, openings, attachments = [], isToPublish = false }: RecordOpenings): void {
    const recordKey = this.#randomBytes(32);
    const wrapped = seal(this.#masterKey, recordKey, { leafIndex }, this.#randomBytes);
    const sealed = seal(recordKey, utf8(openings.join("~")), { leafIndex }, this.#randomBytes);
    const insert = statement(this.#db, "INSERT INTO opening (leaf_index, wrapped_key, sealed) VALUES (?, ?, ?)");
    insert.run(leafIndex, wrapped, sealed);
    if (isToPublish) statement(this.#db, "INSERT INTO to_publish VALUES (?)").run(leafIndex);
    for (const [place, { mediaType, bytes }] of attachments.entries()) {
      const part = `attachment ${place + 1}/${attachments.length}`;
      const plain = Buffer.concat([utf8(`${JSON.stringify(mediaType)}\n`), bytes]);
      const add = statement(this.#db, "INSERT INTO attachment VALUES (?, ?, ?)");
      add.run(leafIndex, place, seal(recordKey, plain, { leafIndex, part }, this.#randomBytes));
    }
  }

  #recordKey(row: Row, leafIndex: number): Uint8Array {
    return unseal(this.#masterKey, row["wrapped_key"] as Uint8Array, { leafIndex });
  }

  #attachmentRows(leafIndex: number): Row[] {
    if (!this.#has("attachment")) return [];
    const sql = "SELECT sealed FROM attachment WHERE leaf_index = ? ORDER BY place";
    return all(statement(this.#db, sql), leafIndex);
  }

  #setAttachmentsAside(leafIndex: number, before: number): void {
    this.#db.exec(ASIDE_ATTACHMENT_SCHEMA);
    const copy = `INSERT INTO set_aside_attachment SELECT s.rowid, a.place, a.sealed
      FROM set_aside s JOIN attachment a ON a.leaf_index = s.leaf_index WHERE s.rowid > ?`;
    this.#db.prepare(copy).run(before);
    this.#db.prepare("DELETE FROM attachment WHERE leaf_index >= ?").run(leafIndex);
  }

  /**
   * Until it is empty, the write-ahead log preserves the database file as it was. Does not wait for readers: the
   * service would wait too.
   */
  #emptyLog(): boolean {
    this.#db.exec("PRAGMA busy_timeout = 0");
    try {
      this.#hasRemains = !checkpointWal(this.#db);
      return !this.#hasRemains;
    } finally {
      this.#db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    }
  }

  #newestAside(): number {
    return Number(first(this.#db.prepare("SELECT max(rowid) AS row FROM set_aside"))?.["row"] ?? -1);
  }

  /** Whether a table has been needed so far. */
  #has(table: string): boolean {
    return first(statement(this.#db, "SELECT 1 FROM sqlite_schema WHERE name = ?"), table) !== undefined;
  }

  #run<T>(action: () => T): T {
    try {
      return action();
    } catch (cause) {
      throw engineError("VAULT_FAILED", "the vault failed", cause);
    }
  }
}

function bytesOf(row: Row): Uint8Array {
  return row["sealed"] as Uint8Array;
}

function attachmentOf(plain: Uint8Array): Attachment {
  const end = plain.indexOf(LINE_END);
  const mediaType = JSON.parse(fromUtf8(plain.subarray(0, end), "media type")) as string;
  return { mediaType, bytes: Uint8Array.from(plain.subarray(end + 1)) };
}
