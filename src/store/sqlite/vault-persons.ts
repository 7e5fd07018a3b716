/**
 * Which records are of one person. The index holds no value, but an HMAC of each, under a key of its own that only the
 * master key opens. A value leads to a subject, which is the vault's own number for a person, and from there to records.
 * Outside, a number is known by a name: the number encrypted, so that names neither follow each other nor tell how many
 * there are, and a made-up name resolves to nothing.
 *
 * Invariant: while its rows exist, a value leads to one subject. If a record states values of several people, it belongs to
 * each of them, and a new value goes to the first.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { PersonValue } from "../../core/person-value.ts";
import type { FoundPerson, RecordOpenings } from "../vault.ts";
import { all, first, statement } from "./database.ts";
import type { MasterKeys } from "../rows/master-keys.ts";
import { derived, digestsOf, INDEX_KEY, nameOf, numberOf, type IndexKeys } from "../rows/person-names.ts";
import { ensureSecret, readSecret } from "./vault-master.ts";
import { hasTable, isNoted } from "./vault-tables.ts";

// In the order of the leaf index, so that a batch is written in one place; only the index of digests grows at random.
const SCHEMA = `CREATE TABLE IF NOT EXISTS person (
  leaf_index INTEGER NOT NULL, digest BLOB NOT NULL, subject INTEGER NOT NULL,
  PRIMARY KEY (leaf_index, digest)) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS person_by_digest ON person (digest, subject);
  CREATE INDEX IF NOT EXISTS person_by_subject ON person (subject);
  CREATE TABLE IF NOT EXISTS subject_count (id INTEGER PRIMARY KEY, subjects INTEGER NOT NULL) STRICT`;

/** What the records of a batch share, and how many subjects there are so far. */
interface KeptBatch {
  readonly find: StatementSync;
  readonly insert: StatementSync;
  subjects: number;
}

/** The index of persons of a vault. */
export class VaultPersons {
  readonly #db: DatabaseSync;
  readonly #master: MasterKeys;
  #keys: IndexKeys | undefined;

  constructor(db: DatabaseSync, master: MasterKeys) {
    this.#db = db;
    this.#master = master;
  }

  /**
   * Makes what {@link VaultPersons.keep} needs. Not within a transaction: if it were rolled back, only memory would have the
   * key.
   */
  prepare(): void {
    if (this.#keys) return;
    this.#db.exec(SCHEMA);
    this.#keys = derived(ensureSecret(this.#db, this.#master, INDEX_KEY));
  }

  /** Records whose records these are. Within a transaction. */
  keep(records: readonly RecordOpenings[]): void {
    const before = this.#subjectCount();
    const batch: KeptBatch = {
      find: this.#subjectQuery(),
      insert: statement(this.#db, "INSERT OR IGNORE INTO person VALUES (?, ?, ?)"),
      subjects: before,
    };
    for (const { leafIndex, persons = [] } of records) this.#keepOne(leafIndex, persons, batch);
    if (batch.subjects > before) this.#noteSubjectCount(batch.subjects);
  }

  #keepOne(leafIndex: number, values: readonly PersonValue[], batch: KeptBatch): void {
    const digests = digestsOf(values, this.#keys as IndexKeys);
    const known = digests.map((digest) => subjectOf(digest, batch.find));
    const fallback = known.find((subject) => subject !== undefined);
    let made: number | undefined;
    for (const [at, digest] of digests.entries())
      batch.insert.run(leafIndex, digest, known[at] ?? fallback ?? (made ??= ++batch.subjects));
  }

  /** Subjects of these values, and their records above `after`, ascending. */
  find(values: readonly PersonValue[], after: number, limit: number): FoundPerson {
    const keys = this.#keysForReading();
    if (!keys) return { subjects: [], leafIndexes: [] };
    const query = this.#subjectQuery();
    const found = digestsOf(values, keys).map((digest) => subjectOf(digest, query));
    const subjects = [...new Set(found.filter((subject) => subject !== undefined))];
    const leafIndexes = new Set(subjects.flatMap((subject) => this.#records(subject, after, limit)));
    return {
      subjects: subjects.map((subject) => nameOf(subject, keys)),
      leafIndexes: [...leafIndexes].sort((a, b) => a - b).slice(0, limit),
    };
  }

  recordsOf(name: string, after: number, limit: number): number[] {
    const keys = this.#keysForReading();
    const subject = keys && numberOf(name, keys);
    return subject === undefined ? [] : this.#records(subject, after, limit);
  }

  subjectsOf(leafIndex: number): string[] {
    const keys = this.#keysForReading();
    if (!keys || isNoted(this.#db, leafIndex)) return [];
    const rows = all(statement(this.#db, "SELECT DISTINCT subject FROM person WHERE leaf_index = ?"), leafIndex);
    return rows.map((row) => nameOf(row["subject"] as number, keys));
  }

  /** Finds the subject of a digest. */
  #subjectQuery(): StatementSync {
    return statement(this.#db, `SELECT subject FROM person WHERE digest = ?${this.#unlessErased()} LIMIT 1`);
  }

  #records(subject: number, after: number, limit: number): number[] {
    const sql = `SELECT DISTINCT leaf_index FROM person WHERE subject = ? AND leaf_index > ?${this.#unlessErased()}
      ORDER BY leaf_index LIMIT ?`;
    return all(statement(this.#db, sql), subject, after, limit).map((row) => row["leaf_index"] as number);
  }

  /** Rows that somebody put back do not count. */
  #unlessErased(): string {
    if (!hasTable(this.#db, "erased")) return "";
    return " AND NOT EXISTS (SELECT 1 FROM erased e WHERE e.leaf_index = person.leaf_index)";
  }

  /** Counted rather than derived from the rows: a number is never given to another person after its rows are gone. */
  #subjectCount(): number {
    return Number(first(statement(this.#db, "SELECT subjects FROM subject_count"))?.["subjects"] ?? 0);
  }

  #noteSubjectCount(subjects: number): void {
    statement(this.#db, "INSERT OR REPLACE INTO subject_count VALUES (1, ?)").run(subjects);
  }

  #keysForReading(): IndexKeys | undefined {
    if (this.#keys || !hasTable(this.#db, "person")) return this.#keys;
    const secret = readSecret(this.#db, this.#master, INDEX_KEY);
    if (secret) this.#keys = derived(secret);
    return this.#keys;
  }
}

function subjectOf(digest: Uint8Array, query: StatementSync): number | undefined {
  return first(query, digest)?.["subject"] as number | undefined;
}
