/**
 * The embedded vault: a database file of its own with `secure_delete`, in which each record's openings are encrypted
 * (AES-256-GCM) under a random key of that record, and that key under the vault's master key. The master key lives
 * outside. Dropping a row destroys the record's key, and with it every copy of the ciphertext.
 *
 * A row: leaf index, wrapped key (nonce 12 ‖ key 32 ‖ tag 16), sealed openings (nonce 12 ‖ ciphertext ‖ tag 16). The leaf
 * index is bound to both as additional data, so rows cannot be exchanged.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { fromUtf8, utf8 } from "../../core/bytes.ts";
import { WarifuError } from "../../core/errors.ts";
import type { RandomBytes } from "../../core/random.ts";
import { FilesInPlace } from "../../files/files-in-place.ts";
import {
  all,
  checkpointWal,
  closeDatabase,
  engineError,
  first,
  openDatabase,
  type Row,
  statement,
  transaction,
} from "./database.ts";
import type { RecordOpenings, Vault } from "../vault.ts";

/** File of the vault within the data folder. */
export const VAULT_FILE = "vault.sqlite";
/** Bytes of the master key. */
export const MASTER_KEY_BYTES = 32;

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PAGE_ROWS = 1_000;
const PROBED_ROWS = 3;
const SCHEMA = `CREATE TABLE IF NOT EXISTS opening (
  leaf_index INTEGER PRIMARY KEY, wrapped_key BLOB NOT NULL, sealed BLOB NOT NULL) STRICT`;
// Made when there is something to put in. The same leaf index may come again after another crash.
const ASIDE_SCHEMA = `CREATE TABLE IF NOT EXISTS set_aside (
  leaf_index INTEGER NOT NULL, wrapped_key BLOB NOT NULL, sealed BLOB NOT NULL) STRICT`;

// Since when rows are known to be set aside: all up to that rowid.
const ASIDE_SINCE_SCHEMA = `CREATE TABLE IF NOT EXISTS set_aside_since (
  row INTEGER PRIMARY KEY, noted_at INTEGER NOT NULL) STRICT`;

/**
 * Opens the vault at `path`, or makes it.
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

/** Another key would lock away what is kept from now on: found out here, not when a citizen asks. */
function assertMasterKey(db: DatabaseSync, masterKey: Uint8Array): void {
  const readSome = db.prepare("SELECT leaf_index, wrapped_key FROM opening ORDER BY leaf_index DESC LIMIT ?");
  const rows = all(readSome, PROBED_ROWS);
  // A changed row is the audit's to name: the key is wrong only when it opens none of several.
  if (rows.length > 0 && !rows.some((row) => canUnwrap(masterKey, row)))
    throw new WarifuError("VAULT_FAILED", "the vault's master key is not the one that its rows are under", {
      details: { probed: rows.length },
    });
}

function canUnwrap(masterKey: Uint8Array, row: Row): boolean {
  try {
    unseal(masterKey, row["wrapped_key"] as Uint8Array, row["leaf_index"] as number);
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

  constructor(db: DatabaseSync, masterKey: Uint8Array, randomBytes: RandomBytes, files: FilesInPlace | undefined) {
    this.#db = db;
    this.#masterKey = masterKey;
    this.#randomBytes = randomBytes;
    this.#files = files;
  }

  async keep(records: readonly RecordOpenings[]): Promise<void> {
    if (records.length === 0) return;
    this.#run(() => {
      const insert = statement(this.#db, "INSERT INTO opening (leaf_index, wrapped_key, sealed) VALUES (?, ?, ?)");
      transaction(this.#db, () => {
        for (const { leafIndex, openings } of records) {
          const recordKey = this.#randomBytes(32);
          const wrapped = this.#seal(this.#masterKey, recordKey, leafIndex);
          insert.run(leafIndex, wrapped, this.#seal(recordKey, utf8(openings.join("~")), leafIndex));
        }
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
      const recordKey = unseal(this.#masterKey, row["wrapped_key"] as Uint8Array, leafIndex);
      const text = fromUtf8(unseal(recordKey, row["sealed"] as Uint8Array, leafIndex), "vault row");
      return text === "" ? [] : text.split("~");
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
        const copy = "INSERT INTO set_aside SELECT leaf_index, wrapped_key, sealed FROM opening WHERE leaf_index >= ?";
        this.#db.prepare(copy).run(leafIndex);
        records = Number(this.#db.prepare("DELETE FROM opening WHERE leaf_index >= ?").run(leafIndex).changes);
      });
      return records;
    });
  }

  async eraseSetAside(now: number, keptMs: number): Promise<number> {
    return this.#run(() => {
      if (!first(this.#db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'set_aside'"))) return 0;
      let records = 0;
      transaction(this.#db, () => {
        this.#noteSetAside(now);
        const isOld = "(SELECT coalesce(max(row), -1) FROM set_aside_since WHERE noted_at <= ?)";
        const erase = this.#db.prepare(`DELETE FROM set_aside WHERE rowid <= ${isOld}`);
        records = Number(erase.run(now - keptMs).changes);
        this.#db.prepare("DELETE FROM set_aside_since WHERE noted_at <= ?").run(now - keptMs);
      });
      // What is erased stands in the write-ahead log until that is emptied.
      if (records > 0) checkpointWal(this.#db);
      return records;
    });
  }

  /** A rowid is given again only once no row is left, and with it no note. */
  #noteSetAside(now: number): void {
    this.#db.exec(ASIDE_SINCE_SCHEMA);
    const newest = Number(first(this.#db.prepare("SELECT max(rowid) AS row FROM set_aside"))?.["row"] ?? -1);
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

  #seal(key: Uint8Array, plain: Uint8Array, leafIndex: number): Uint8Array {
    const nonce = this.#randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, key, nonce);
    cipher.setAAD(boundTo(leafIndex));
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  #run<T>(action: () => T): T {
    try {
      return action();
    } catch (cause) {
      throw engineError("VAULT_FAILED", "the vault failed", cause);
    }
  }
}

function unseal(key: Uint8Array, sealed: Uint8Array, leafIndex: number): Uint8Array {
  try {
    const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(boundTo(leafIndex));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw new WarifuError(
      "VAULT_FAILED",
      `the openings of leaf ${leafIndex} do not decrypt: the row was changed, or this is not the vault's master key`,
      { cause, details: { leafIndex } },
    );
  }
}

function boundTo(leafIndex: number): Uint8Array {
  return utf8(`warifu-vault/1 ${leafIndex}`);
}
