/**
 * The embedded vault: its own database file with `secure_delete`, in which each record's openings are encrypted under a
 * random key for that record, and that key under the vault's master key. The master key is kept elsewhere. Deleting a row
 * destroys the record's key, and with it every copy of the ciphertext.
 *
 * A record has one row with its wrapped key and its openings, and one per attachment; once erased, it has only a note
 * under the master key. vault-records.ts reads and writes these rows, vault-cipher.ts says how each is encrypted,
 * vault-persons.ts which records are of one person.
 */
import type { DatabaseSync } from "node:sqlite";
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
  statement,
  transaction,
} from "./database.ts";
import type { PersonValue } from "../../core/person-value.ts";
import type { Attachment, ErasedSetAside, FoundPerson, RecordOpenings, Vault } from "../vault.ts";
import { deleteSetAside, setAsideFrom } from "./vault-aside.ts";
import { ERASED } from "../rows/wrapped-values.ts";
import { MasterKeys, type MasterKeyBytes } from "../rows/master-keys.ts";
import { assertMasterKey, assertNoChangeUnderWay, ensureSecret } from "./vault-master.ts";
import { VaultPersons } from "./vault-persons.ts";
import { createRecordTables, RECORD_TABLES, VaultRecords } from "./vault-records.ts";
import { methodsOf } from "../rows/methods-of.ts";
import { inTurn, type WriteTurns } from "../write-turns.ts";
import { deleteFrom, hasRow, hasTable, notedWithRows } from "./vault-tables.ts";

/** File of the vault within the data folder. */
export const VAULT_FILE = "vault.sqlite";

const PAGE_ROWS = 1_000;
const ERASED_SCHEMA = "CREATE TABLE IF NOT EXISTS erased (leaf_index INTEGER PRIMARY KEY, note BLOB NOT NULL) STRICT";

/** How a vault is opened. */
export interface SqliteVaultOptions extends MasterKeyBytes {
  readonly randomBytes: RandomBytes;
  readonly readOnly?: boolean;
  /** Present if a thread commits beside this one. */
  readonly turns?: WriteTurns | undefined;
}

/**
 * Opens the vault at `path`, creating it if there is none.
 * @throws VAULT_FAILED when it cannot be opened, or is under another master key
 */
export function openSqliteVault(path: string, options: SqliteVaultOptions): Vault {
  const { randomBytes, readOnly = false, turns } = options;
  const keys = new MasterKeys(options, randomBytes);
  const db = openDatabase(path, "VAULT_FAILED", { readOnly, secureDelete: true, cacheKib: 16_384 });
  try {
    assertNoChangeUnderWay(db, keys);
    if (!readOnly) {
      createRecordTables(db);
      assertMasterKey(db, keys);
    }
    const files = readOnly ? undefined : new FilesInPlace(path, "VAULT_FAILED");
    const vault = new SqliteVault(db, keys, files);
    return turns ? inTurn<Vault>(methodsOf<Vault>(vault), turns, WRITES) : vault;
  } catch (cause) {
    db.close();
    throw engineError("VAULT_FAILED", `the vault ${path} cannot be opened`, cause);
  }
}

const WRITES = ["keep", "secret", "markPublished", "erase", "eraseAll", "setAsideFrom", "eraseSetAside"] as const;

class SqliteVault implements Vault {
  readonly #db: DatabaseSync;
  readonly #keys: MasterKeys;
  readonly #records: VaultRecords;
  readonly #persons: VaultPersons;
  /** Absent if the vault is only read. */
  readonly #files: FilesInPlace | undefined;
  /** Whether erased content may still be in the write-ahead log. */
  #hasRemains = false;

  constructor(db: DatabaseSync, keys: MasterKeys, files: FilesInPlace | undefined) {
    this.#db = db;
    this.#keys = keys;
    this.#records = new VaultRecords(db, keys);
    this.#persons = new VaultPersons(db, keys);
    this.#files = files;
  }

  async keep(records: readonly RecordOpenings[]): Promise<void> {
    if (records.length === 0) return;
    this.#run(() => {
      this.#records.prepare(records);
      const withPersons = records.filter(({ persons }) => persons?.length);
      if (withPersons.length > 0) this.#persons.prepare();
      transaction(this.#db, () => {
        for (const record of records) this.#records.keep(record);
        if (withPersons.length > 0) this.#persons.keep(withPersons);
      });
    });
    this.assertInPlace();
  }

  assertInPlace(): void {
    this.#files?.assert();
  }

  async open(leafIndex: number): Promise<readonly string[] | undefined> {
    return this.#run(() => this.#records.open(leafIndex));
  }

  async attachments(leafIndex: number): Promise<readonly Attachment[] | undefined> {
    return this.#run(() => this.#records.attachments(leafIndex));
  }

  async findPerson(values: readonly PersonValue[], after = -1, limit = PAGE_ROWS): Promise<FoundPerson> {
    return this.#run(() => this.#persons.find(values, after, limit));
  }

  async recordsOf(subject: string, after = -1, limit = PAGE_ROWS): Promise<readonly number[]> {
    return this.#run(() => this.#persons.recordsOf(subject, after, limit));
  }

  async subjectsOf(leafIndex: number): Promise<readonly string[]> {
    return this.#run(() => this.#persons.subjectsOf(leafIndex));
  }

  async secret(name: string, initial: Uint8Array): Promise<Uint8Array> {
    return this.#run(() => ensureSecret(this.#db, this.#keys, name, initial));
  }

  async toPublish(after: number, limit: number): Promise<readonly number[]> {
    return this.#run(() => {
      if (!hasTable(this.#db, "to_publish")) return [];
      const sql = "SELECT leaf_index FROM to_publish WHERE leaf_index > ? ORDER BY leaf_index LIMIT ?";
      return all(statement(this.#db, sql), after, limit).map((row) => row["leaf_index"] as number);
    });
  }

  async markPublished(leafIndex: number): Promise<void> {
    this.#run(() => deleteFrom(this.#db, "to_publish", "=", leafIndex));
  }

  async erase(leafIndex: number): Promise<boolean> {
    return this.eraseAll([leafIndex]);
  }

  async eraseAll(leafIndexes: readonly number[]): Promise<boolean> {
    const isGone = this.#run(() => {
      this.#db.exec(ERASED_SCHEMA);
      transaction(this.#db, () => {
        for (const leafIndex of leafIndexes) this.#eraseOne(leafIndex);
      });
      return this.#emptyLog();
    });
    this.assertInPlace();
    return isGone;
  }

  async isErased(leafIndex: number): Promise<boolean> {
    return this.#run(() => {
      if (!hasTable(this.#db, "erased")) return false;
      const row = first(statement(this.#db, "SELECT note FROM erased WHERE leaf_index = ?"), leafIndex);
      if (!row) return false;
      this.#keys.unseal(row["note"] as Uint8Array, { leafIndex, part: ERASED });
      return true;
    });
  }

  async keeps(leafIndex: number): Promise<boolean> {
    return this.#run(() => hasRow(this.#db, RECORD_TABLES, leafIndex));
  }

  async keptThoughErased(): Promise<readonly number[]> {
    return this.#run(() => notedWithRows(this.#db, RECORD_TABLES));
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
        records = setAsideFrom(this.#db, leafIndex);
      });
      return records;
    });
  }

  async eraseSetAside(now: number, keptMs: number): Promise<ErasedSetAside> {
    return this.#run(() => {
      let records = 0;
      if (hasTable(this.#db, "set_aside"))
        transaction(this.#db, () => {
          records = deleteSetAside(this.#db, now, keptMs);
        });
      this.#hasRemains ||= records > 0;
      return { records, isGone: !this.#hasRemains || this.#emptyLog() };
    });
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

  #eraseOne(leafIndex: number): void {
    const note = this.#keys.seal(new Uint8Array(), { leafIndex, part: ERASED });
    statement(this.#db, "INSERT OR REPLACE INTO erased VALUES (?, ?)").run(leafIndex, note);
    for (const table of RECORD_TABLES) deleteFrom(this.#db, table, "=", leafIndex);
  }

  /**
   * Until it is empty, the write-ahead log preserves the database file as it was. Does not wait for readers, or the service
   * would wait too.
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

  #run<T>(action: () => T): T {
    try {
      return action();
    } catch (cause) {
      throw engineError("VAULT_FAILED", "the vault failed", cause);
    }
  }
}
