/**
 * Records of one person, for officers: from values that identify somebody to the vault's pseudonym, and from there to
 * records.
 */
import type { PersonValue } from "../core/person-value.ts";
import { WarifuError } from "../core/errors.ts";
import { formatRecordId } from "../core/record-id.ts";
import type { StoredEntry } from "../store/log-store.ts";
import type { OpenLog } from "../write/open-log.ts";

/** The query. */
export interface PersonQuery {
  readonly values: readonly PersonValue[];
  /** Only records from this leaf index on. */
  readonly from: number;
  readonly limit: number;
  /** Whether the caller may see records of a source. */
  readonly maySee: (source: string) => boolean;
}

/** A record of a person. */
export interface PersonRecord {
  readonly id: string;
  readonly leafIndex: number;
  readonly source: string;
  /** Pseudonyms of the people whose record it is. */
  readonly subjects: readonly string[];
}

/** A page of the records of a person. */
export interface PersonPage {
  /** Pseudonyms of the people who were found, of those with records on this page. */
  readonly subjects: readonly string[];
  readonly items: readonly PersonRecord[];
  /** Leaf index at which the next page begins. */
  readonly next?: number;
}

export type PersonParts = Pick<OpenLog, "store" | "check" | "persons" | "profiles">;

/** Finds records by person. */
export class Persons {
  readonly #parts: PersonParts;

  constructor(parts: PersonParts) {
    this.#parts = parts;
  }

  /** Names of the claims that identify a person, by the profiles in force. */
  get claims(): string[] {
    const names = [...this.#parts.profiles.values()].flatMap(({ document }) => document.person ?? []);
    return [...new Set(names)].sort();
  }

  /**
   * Finds records. A caller who may see only some sources learns nothing of a person's other records, not even that there
   * are any: a page may be short, or empty, with more to come.
   * @throws REQUEST_INVALID a claim identifies nobody; VAULT_FAILED, STORE_FAILED, STORE_DAMAGED
   */
  async find({ values, from, limit, maySee }: PersonQuery): Promise<PersonPage> {
    this.#assertClaims(values);
    const found = await this.#parts.persons.findPerson(values, from - 1, limit);
    const items: PersonRecord[] = [];
    for (const leafIndex of found.leafIndexes) {
      const { id, sourceName: source } = await this.#entryAt(leafIndex);
      if (!maySee(source)) continue;
      const subjects = await this.#parts.persons.subjectsOf(leafIndex);
      items.push({ id: formatRecordId(id), leafIndex, source, subjects });
    }
    const seen = new Set(items.flatMap(({ subjects }) => subjects));
    const last = found.leafIndexes.length === limit ? found.leafIndexes.at(-1) : undefined;
    return {
      subjects: found.subjects.filter((subject) => seen.has(subject)),
      items,
      ...(last !== undefined && { next: last + 1 }),
    };
  }

  /** The name that was sent is not repeated: somebody may have sent the value in its place. */
  #assertClaims(values: readonly PersonValue[]): void {
    const { claims } = this;
    if (values.every(({ claim }) => claims.includes(claim))) return;
    throw new WarifuError(
      "REQUEST_INVALID",
      `a person is found by claims that a profile names under "person": there are ${claims.join(", ") || "none"}`,
    );
  }

  async #entryAt(leafIndex: number): Promise<StoredEntry> {
    const [entry] = await this.#parts.store.entries(leafIndex, leafIndex + 1);
    if (!entry) throw this.#parts.check.missing(leafIndex);
    return entry;
  }
}
