/**
 * The vault as the rooms above see it: the only place that holds openings and attachments, and with them personal values. It
 * is separate from the ledger, so that it can be lost or erased without affecting a proof.
 *
 * A record's openings and attachments are encrypted under a key of their own, which is erased with them. In the order of a
 * record's life: `keep` is durable before the record's entry is committed, so an acknowledged record has everything that it
 * came with; what a crash left without an entry is set aside by the next start. `erase` comes after the log's statement that
 * it was done, if there is one: a crash between the two leaves a record that is said to be erased but can still be opened,
 * so at each start the caller repeats the erasures that the log states. Repeating an erasure changes nothing.
 */

import type { PersonValue } from "../core/person-value.ts";

/** Bytes that belong to a record, such as a picture or the message that it was made from. */
export interface Attachment {
  /** RFC 6838, such as `image/jpeg`. Encrypted too. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** What the vault keeps of one record. */
export interface RecordOpenings {
  /** Leaf index that the record's entry has, or will have. */
  readonly leafIndex: number;
  /** The RFC 9901 text of each. */
  readonly openings: readonly string[];
  /** In the order of the attachments in the body. */
  readonly attachments?: readonly Attachment[] | undefined;
  /** Whether some of the attachments are pictures that are still to be published. */
  readonly isToPublish?: boolean | undefined;
  /** Identifiers of the people whose record it is, if it is about people: as a rule, all of one person. */
  readonly persons?: readonly PersonValue[] | undefined;
}

/** The result of a search for people by their identifiers. */
export interface FoundPerson {
  /** Pseudonyms, as a rule one; several if the values were of different people. */
  readonly subjects: readonly string[];
  /** A page of the records of all of them, ascending. */
  readonly leafIndexes: readonly number[];
}

/** The result of erasing what was set aside. */
export interface ErasedSetAside {
  /** How many records it concerned. */
  readonly records: number;
  /** Whether no file contains any of it any more, as for {@link Vault.erase}. */
  readonly isGone: boolean;
}

/**
 * All methods throw VAULT_FAILED when the engine fails; the caller then stops writing permanently. Those that read one
 * record throw VAULT_DAMAGED when what is kept of it does not decrypt, which says nothing of any other.
 */
export interface Vault {
  /**
   * Keeps all of these or none; durable when it returns. Called before the records' entries are committed.
   * @throws as {@link Vault.assertInPlace}
   */
  keep(records: readonly RecordOpenings[]): Promise<void>;
  /** The openings of a record; `undefined` when the vault has none: nothing was concealed, or they were lost or erased. */
  open(leafIndex: number): Promise<readonly string[] | undefined>;
  /**
   * The attachments of a record in their order; `undefined` in the same cases as for {@link Vault.open}. If an
   * attachment was removed or exchanged behind the vault's back, reading any of them fails, unless all were removed: if
   * it must be provable what a record came with, its body says so.
   */
  attachments(leafIndex: number): Promise<readonly Attachment[] | undefined>;
  /**
   * The people whom any of these values identifies. Values are compared in their normal form (person-value.ts), and only
   * while a record that states them is kept.
   * @param after only records with a higher leaf index: the last of the page before
   */
  findPerson(values: readonly PersonValue[], after?: number, limit?: number): Promise<FoundPerson>;
  /** A page of the records of a subject, ascending; none if there is no such subject. */
  recordsOf(subject: string, after?: number, limit?: number): Promise<readonly number[]>;
  /**
   * The pseudonyms of the people whose record it is. To everybody but the vault a pseudonym is random; it stays the same
   * while any record of the person is kept, and is never given to another person.
   */
  subjectsOf(leafIndex: number): Promise<readonly string[]>;
  /** A secret of the vault's own by that name, stored under its master key; made of `initial` if there is none. */
  secret(name: string, initial: Uint8Array): Promise<Uint8Array>;
  /** Leaf indexes above `after` of records with pictures that are still to be published, ascending. */
  toPublish(after: number, limit: number): Promise<readonly number[]>;
  /** Notes that nothing of this record is left to publish. */
  markPublished(leafIndex: number): Promise<void>;
  /**
   * Permanently erases the openings, attachments, persons and key of a record whose entry is committed, and notes that it was
   * done. A crash leaves either the whole record or only the note. May be repeated, even for a record that has nothing
   * here.
   * @returns whether no file contains any of it any more: `false` while another process reads the vault, which keeps
   *   the engine from emptying its log. Repeating the call later completes it, and so does the next opening of the
   *   vault for writing
   */
  erase(leafIndex: number): Promise<boolean>;
  /** As {@link Vault.erase} for several records, in the order given: all of them in one commit, or none. */
  eraseAll(leafIndexes: readonly number[]): Promise<boolean>;
  /**
   * Whether a record was erased, so that openings which {@link Vault.open} does not find are not lost. The note is bound to
   * record and vault key: nobody can make lost openings look erased without the key.
   */
  isErased(leafIndex: number): Promise<boolean>;
  /** Whether there is any row of a record, readable or not: even one that {@link Vault.open} does not return. */
  keeps(leafIndex: number): Promise<boolean>;
  /**
   * Leaf indexes of records that a note says are erased, genuine or not, but that have rows: somebody put them back. Their
   * content is never returned.
   */
  keptThoughErased(): Promise<readonly number[]>;
  /** What is kept from a leaf index on: the number of records, and their highest leaf index. */
  beyond(leafIndex: number): Promise<{ readonly records: number; readonly highest: number }>;
  /**
   * Sets aside, still encrypted, what is kept from a leaf index on: openings and attachments whose entries were not
   * committed because of a crash. Their leaf indexes are free when it returns.
   * @returns the number of records
   */
  setAsideFrom(leafIndex: number): Promise<number>;
  /**
   * Erases what was set aside, once `keptMs` have passed since the first call that saw it; `now` is in POSIX milliseconds.
   * Also removes what an earlier call, including {@link Vault.erase}, left in a file.
   */
  eraseSetAside(now: number, keptMs: number): Promise<ErasedSetAside>;
  /**
   * Checks that the vault's data is still where the next start looks for it.
   * @throws VAULT_FAILED when files were removed or replaced under the running process
   */
  assertInPlace(): void;
  /** Leaf indexes of all records that have openings or attachments, ascending. */
  leafIndexes(): AsyncIterable<number>;
  close(): Promise<void>;
}
