/**
 * The vault in PostgreSQL: a schema of its own, in which each record's openings are encrypted as in SQLite (sqlite/vault.ts), so
 * that a row can go from one to the other. When the service writes, openings go into the transaction of their entries, so
 * nothing is ever left without one.
 *
 * PostgreSQL does not overwrite what is deleted: it stays in pages until they are reused, in the write-ahead log, and in
 * standby servers and archives. So no erasure here says that no file contains any of it any more.
 */
import { fromUtf8 } from "../../core/bytes.ts";
import type { PersonValue } from "../../core/person-value.ts";
import type { RandomBytes } from "../../core/random.ts";
import { MasterKeys, type MasterKeyBytes } from "../rows/master-keys.ts";
import type { Cipher } from "../rows/vault-cipher.ts";
import type { Row } from "../rows/row.ts";
import { ERASED } from "../rows/wrapped-values.ts";
import type { Attachment, ErasedSetAside, FoundPerson, RecordOpenings, Vault } from "../vault.ts";
import { deleteSetAside, setAsideIn } from "./vault-aside.ts";
import { prepareVault } from "./prepare.ts";
import { openSessions, type Queries, type Sessions } from "./sessions.ts";
import { attachmentOf, attachmentPart, insertRecords, RECORD_TABLES } from "./vault-records.ts";
import { assertNoChangeUnderWay } from "./vault-rotation.ts";
import { PostgresPersons } from "./vault-persons.ts";
import { assertMasterKey, VaultSecrets } from "./vault-secrets.ts";

const PAGE_ROWS = 1_000;
const NOT_NOTED = "NOT EXISTS (SELECT 1 FROM erased e WHERE e.leaf_index = o.leaf_index)";

/** How a vault is opened. */
export interface PostgresVaultOptions extends MasterKeyBytes {
  readonly randomBytes: RandomBytes;
  readonly readOnly?: boolean | undefined;
}

/**
 * Opens a vault, making its tables where there are none.
 * @throws VAULT_FAILED when it cannot be opened, or is under another master key
 */
export async function openPostgresVault(database: string, options: PostgresVaultOptions): Promise<PostgresVault> {
  const { randomBytes, readOnly = false } = options;
  const keys = new MasterKeys(options, randomBytes);
  const sessions = await openSessions(database, { code: "VAULT_FAILED", readOnly });
  try {
    if (!readOnly) await prepareVault(sessions);
    await assertNoChangeUnderWay(sessions, keys);
    if (!readOnly) await assertMasterKey(sessions, keys);
    return new PostgresVault(sessions, keys);
  } catch (error) {
    await sessions.close();
    throw error;
  }
}

/** See {@link Vault}. */
export class PostgresVault implements Vault {
  readonly #sessions: Sessions;
  readonly #keys: MasterKeys;
  readonly #secrets: VaultSecrets;
  readonly #persons: PostgresPersons;

  constructor(sessions: Sessions, keys: MasterKeys) {
    this.#sessions = sessions;
    this.#keys = keys;
    this.#secrets = new VaultSecrets(sessions, keys);
    this.#persons = new PostgresPersons(sessions, this.#secrets);
  }

  async keep(records: readonly RecordOpenings[]): Promise<void> {
    if (records.length > 0) await this.#sessions.transaction((queries) => this.keepIn(queries, records));
  }

  /** {@link PostgresVault.keep}, within somebody else's transaction. */
  async keepIn(queries: Queries, records: readonly RecordOpenings[]): Promise<void> {
    await insertRecords(queries, records, this.#keys);
    const withPersons = records.filter(({ persons }) => persons?.length);
    if (withPersons.length > 0) await this.#persons.keepIn(queries, withPersons);
  }

  /** Nothing of it is in this machine's files. */
  assertInPlace(): void {
    return;
  }

  async open(leafIndex: number): Promise<readonly string[] | undefined> {
    const sql = `SELECT wrapped_key, sealed FROM opening o WHERE leaf_index = $1 AND ${NOT_NOTED}`;
    const row = await this.#sessions.first(sql, leafIndex);
    if (!row) return undefined;
    const plain = this.#recordKey(row, leafIndex).unseal(row["sealed"] as Uint8Array, { leafIndex });
    const text = fromUtf8(plain, "vault row");
    return text === "" ? [] : text.split("~");
  }

  /** In one statement: between two, the record could be erased, and the attachments that are gone would seem lost. */
  async attachments(leafIndex: number): Promise<readonly Attachment[] | undefined> {
    const rows = await this.#sessions.all(
      `SELECT o.wrapped_key, a.sealed FROM opening o LEFT JOIN attachment a ON a.leaf_index = o.leaf_index
        WHERE o.leaf_index = $1 AND ${NOT_NOTED} ORDER BY a.place`,
      leafIndex,
    );
    const [first] = rows;
    if (!first) return undefined;
    if (first["sealed"] === null) return [];
    const key = this.#recordKey(first, leafIndex);
    return rows.map(({ sealed }, place) => {
      const part = attachmentPart(place, rows.length);
      return attachmentOf(key.unseal(sealed as Uint8Array, { leafIndex, part }));
    });
  }

  findPerson(values: readonly PersonValue[], after = -1, limit = PAGE_ROWS): Promise<FoundPerson> {
    return this.#persons.find(values, after, limit);
  }

  recordsOf(subject: string, after = -1, limit = PAGE_ROWS): Promise<readonly number[]> {
    return this.#persons.recordsOf(subject, after, limit);
  }

  subjectsOf(leafIndex: number): Promise<readonly string[]> {
    return this.#persons.subjectsOf(leafIndex);
  }

  secret(name: string, initial: Uint8Array): Promise<Uint8Array> {
    return this.#secrets.ensure(name, initial);
  }

  async toPublish(after: number, limit: number): Promise<readonly number[]> {
    const sql = "SELECT leaf_index FROM to_publish WHERE leaf_index > $1 ORDER BY leaf_index LIMIT $2";
    return (await this.#sessions.all(sql, after, limit)).map((row) => row["leaf_index"] as number);
  }

  async markPublished(leafIndex: number): Promise<void> {
    await this.#sessions.run("DELETE FROM to_publish WHERE leaf_index = $1", leafIndex);
  }

  erase(leafIndex: number): Promise<boolean> {
    return this.eraseAll([leafIndex]);
  }

  async eraseAll(leafIndexes: readonly number[]): Promise<boolean> {
    const notes = leafIndexes.map((leafIndex) => this.#keys.seal(new Uint8Array(), { leafIndex, part: ERASED }));
    await this.#sessions.transaction(async (queries) => {
      const note = `INSERT INTO erased SELECT DISTINCT ON (at) at, note FROM unnest($1::bigint[], $2::bytea[]) n (at, note)
        ON CONFLICT (leaf_index) DO UPDATE SET note = excluded.note`;
      await queries.run(note, leafIndexes, notes);
      for (const table of RECORD_TABLES)
        await queries.run(`DELETE FROM ${table} WHERE leaf_index = ANY($1::bigint[])`, leafIndexes);
    });
    return false;
  }

  async isErased(leafIndex: number): Promise<boolean> {
    const row = await this.#sessions.first("SELECT note FROM erased WHERE leaf_index = $1", leafIndex);
    if (!row) return false;
    this.#keys.unseal(row["note"] as Uint8Array, { leafIndex, part: ERASED });
    return true;
  }

  async keeps(leafIndex: number): Promise<boolean> {
    const rows = RECORD_TABLES.map((table) => `EXISTS (SELECT 1 FROM ${table} WHERE leaf_index = $1)`);
    return (
      ((await this.#sessions.first(`SELECT ${rows.join(" OR ")} AS keeps`, leafIndex))?.["keeps"] as unknown) === true
    );
  }

  async keptThoughErased(): Promise<readonly number[]> {
    const rows = RECORD_TABLES.map((table) => `EXISTS (SELECT 1 FROM ${table} t WHERE t.leaf_index = e.leaf_index)`);
    const sql = `SELECT leaf_index FROM erased e WHERE ${rows.join(" OR ")} ORDER BY leaf_index`;
    return (await this.#sessions.all(sql)).map((row) => row["leaf_index"] as number);
  }

  async beyond(leafIndex: number): Promise<{ records: number; highest: number }> {
    const sql = `SELECT count(*) AS records, coalesce(max(leaf_index), -1) AS highest FROM opening WHERE leaf_index >= $1`;
    const row = await this.#sessions.first(sql, leafIndex);
    return { records: row?.["records"] as number, highest: row?.["highest"] as number };
  }

  setAsideFrom(leafIndex: number): Promise<number> {
    return this.#sessions.transaction((queries) => setAsideIn(queries, leafIndex));
  }

  async eraseSetAside(now: number, keptMs: number): Promise<ErasedSetAside> {
    const records = await this.#sessions.transaction((queries) => deleteSetAside(queries, now, keptMs));
    return { records, isGone: records === 0 };
  }

  async *leafIndexes(): AsyncIterable<number> {
    const sql = "SELECT leaf_index FROM opening WHERE leaf_index > $1 ORDER BY leaf_index LIMIT $2";
    for (let after = -1; ;) {
      const rows = await this.#sessions.all(sql, after, PAGE_ROWS);
      for (const row of rows) yield row["leaf_index"] as number;
      if (rows.length < PAGE_ROWS) return;
      after = rows.at(-1)?.["leaf_index"] as number;
    }
  }

  close(): Promise<void> {
    return this.#sessions.close();
  }

  #recordKey(row: Row, leafIndex: number): Cipher {
    return this.#keys.recordKey(row["wrapped_key"] as Uint8Array, leafIndex);
  }
}
