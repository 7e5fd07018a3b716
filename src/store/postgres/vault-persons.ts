/**
 * Which records are of one person, in PostgreSQL: see rows/person-names.ts for what the index holds instead of values.
 *
 * Invariant: as long as its rows live, a value leads to one subject. If a record states values of several people, it
 * belongs to each of them, and a value that was new goes to the first.
 */
import { toHex } from "../../core/bytes.ts";
import type { PersonValue } from "../../core/person-value.ts";
import { derived, digestsOf, INDEX_KEY, nameOf, numberOf, type IndexKeys } from "../rows/person-names.ts";
import type { FoundPerson, RecordOpenings } from "../vault.ts";
import type { Queries } from "./sessions.ts";
import type { VaultSecrets } from "./vault-secrets.ts";

/** Rows that somebody put back count for nothing. */
const UNLESS_ERASED = "NOT EXISTS (SELECT 1 FROM erased e WHERE e.leaf_index = p.leaf_index)";

/** A row of the index. */
interface PersonRow {
  readonly leafIndex: number;
  readonly digest: Uint8Array;
  readonly subject: number;
}

/** The index of persons of a vault. */
export class PostgresPersons {
  readonly #queries: Queries;
  readonly #secrets: VaultSecrets;
  #keys: IndexKeys | undefined;

  constructor(queries: Queries, secrets: VaultSecrets) {
    this.#queries = queries;
    this.#secrets = secrets;
  }

  /** Notes whose records these are. Within a transaction, with the vault held by it. */
  async keepIn(queries: Queries, records: readonly RecordOpenings[]): Promise<void> {
    this.#keys ??= derived(await this.#secrets.ensure(INDEX_KEY));
    const keys = this.#keys;
    const stated = records.map(({ leafIndex, persons = [] }) => ({ leafIndex, digests: digestsOf(persons, keys) }));
    const before = Number((await queries.first("SELECT subjects FROM subject_count FOR UPDATE"))?.["subjects"]);
    const known = await knownSubjects(
      queries,
      stated.flatMap(({ digests }) => digests),
    );
    const { rows, subjects } = assigned(stated, known, before);
    const sql = `INSERT INTO person (leaf_index, digest, subject)
      SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bigint[]) ON CONFLICT DO NOTHING`;
    const [places, digests] = [rows.map(({ leafIndex }) => leafIndex), rows.map(({ digest }) => digest)];
    await queries.run(
      sql,
      places,
      digests,
      rows.map(({ subject }) => subject),
    );
    if (subjects > before) await queries.run("UPDATE subject_count SET subjects = $1", subjects);
  }

  /** Subjects of these values, and their records above `after`, ascending. */
  async find(values: readonly PersonValue[], after: number, limit: number): Promise<FoundPerson> {
    const keys = await this.#keysForReading();
    if (!keys) return { subjects: [], leafIndexes: [] };
    const wanted = digestsOf(values, keys);
    const known = await knownSubjects(this.#queries, wanted);
    const found = wanted.map((digest) => known.get(toHex(digest))).filter((subject) => subject !== undefined);
    const subjects = [...new Set(found)];
    return {
      subjects: subjects.map((subject) => nameOf(subject, keys)),
      leafIndexes: await this.#records(subjects, after, limit),
    };
  }

  async recordsOf(name: string, after: number, limit: number): Promise<number[]> {
    const keys = await this.#keysForReading();
    const subject = keys && numberOf(name, keys);
    return subject === undefined ? [] : this.#records([subject], after, limit);
  }

  async subjectsOf(leafIndex: number): Promise<string[]> {
    const keys = await this.#keysForReading();
    if (!keys) return [];
    const sql = `SELECT DISTINCT subject FROM person p WHERE leaf_index = $1 AND ${UNLESS_ERASED} ORDER BY subject`;
    return (await this.#queries.all(sql, leafIndex)).map((row) => nameOf(row["subject"] as number, keys));
  }

  async #records(subjects: readonly number[], after: number, limit: number): Promise<number[]> {
    const sql = `SELECT DISTINCT leaf_index FROM person p WHERE subject = ANY($1::bigint[]) AND leaf_index > $2
      AND ${UNLESS_ERASED} ORDER BY leaf_index LIMIT $3`;
    return (await this.#queries.all(sql, subjects, after, limit)).map((row) => row["leaf_index"] as number);
  }

  async #keysForReading(): Promise<IndexKeys | undefined> {
    if (this.#keys) return this.#keys;
    const secret = await this.#secrets.read(INDEX_KEY);
    if (secret) this.#keys = derived(secret);
    return this.#keys;
  }
}

/** The subjects that digests lead to, by their hexadecimal forms. */
async function knownSubjects(queries: Queries, digests: readonly Uint8Array[]): Promise<Map<string, number>> {
  const sql = `SELECT DISTINCT ON (digest) digest, subject FROM person p
    WHERE digest = ANY($1::bytea[]) AND ${UNLESS_ERASED}`;
  const rows = await queries.all(sql, digests);
  return new Map(rows.map((row) => [toHex(row["digest"] as Uint8Array), row["subject"] as number]));
}

/** Rows for what records state, in their order, each record after those before it. */
function assigned(
  stated: readonly { readonly leafIndex: number; readonly digests: readonly Uint8Array[] }[],
  known: Map<string, number>,
  before: number,
): { readonly rows: readonly PersonRow[]; readonly subjects: number } {
  const rows: PersonRow[] = [];
  let subjects = before;
  for (const { leafIndex, digests } of stated) {
    const own = digests.map((digest) => known.get(toHex(digest)));
    let fallback = own.find((subject) => subject !== undefined);
    for (const [at, digest] of digests.entries()) {
      const subject = own[at] ?? (fallback ??= ++subjects);
      known.set(toHex(digest), subject);
      rows.push({ leafIndex, digest, subject });
    }
  }
  return { rows, subjects };
}
