/**
 * The vault as the rooms above see it: the only place that holds openings, attachments, and with them personal values.
 * Apart from the ledger, so that it can be lost or erased without touching a proof.
 *
 * A record's openings and attachments are under one key of its own, which is erased with them. The order in time of a record:
 * `keep` is durable before its entry is committed, so an acknowledged record has all that it came with; what a crash left
 * without an entry is set aside by the next start. `erase` comes after whatever says in the log that it was done, if anything
 * does: a crash between the two leaves a record that was said to be erased and can still be opened, so whoever erases
 * repeats, at each start, what the log says. Repeating an erasure changes nothing.
 */

/** Bytes that belong to a record, such as a picture or the message that it was made from. */
export interface Attachment {
  /** RFC 6838, such as `image/jpeg`. Encrypted too. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** What is kept of one record. */
export interface RecordOpenings {
  /** Where the record's entry stands, or is about to stand, in the log. */
  readonly leafIndex: number;
  /** RFC 9901 text of each. */
  readonly openings: readonly string[];
  /** In an order that is kept. */
  readonly attachments?: readonly Attachment[] | undefined;
}

/** What came of erasing what was set aside. */
export interface ErasedSetAside {
  /** Of how many records it was. */
  readonly records: number;
  /** Whether no file holds any of it any more, as {@link Vault.erase} says it. */
  readonly isGone: boolean;
}

/** All methods throw VAULT_FAILED when the engine fails; the caller then stops writing for good. */
export interface Vault {
  /** All of these or none, durable when it returns. Called before the records' entries are committed.
   * @throws as {@link Vault.assertInPlace} */
  keep(records: readonly RecordOpenings[]): Promise<void>;
  /** The openings of a record, `undefined` when the vault has none: nothing was concealed, they are lost, or erased. */
  open(leafIndex: number): Promise<readonly string[] | undefined>;
  /** The attachments of a record in their order; `undefined` where {@link Vault.open} says so too. An attachment that was
   * removed or exchanged behind the vault's back fails all of them, unless all were removed: the record's body says what it
   * came with, if that must be provable. */
  attachments(leafIndex: number): Promise<readonly Attachment[] | undefined>;
  /**
   * Erases the openings, attachments and key of a record whose entry is committed, for good, and notes that it was done. A
   * crash leaves all of the record or nothing but the note. May be repeated, also of a record that has nothing here.
   * @returns whether no file holds any of it any more: `false` while another process reads the vault, which keeps the
   *   engine from emptying its log. Repeated later it is finished; so it is when the vault is next opened for writing
   */
  erase(leafIndex: number): Promise<boolean>;
  /** Whether a record was erased, so that what {@link Vault.open} lacks is not lost. The note is bound to record and
   * vault key: nobody makes lost openings look erased without the key. */
  isErased(leafIndex: number): Promise<boolean>;
  /** What is kept from a leaf index on: of how many records, and the highest leaf index of them. */
  beyond(leafIndex: number): Promise<{ readonly records: number; readonly highest: number }>;
  /** Sets aside, encrypted as it is, what is kept from a leaf index on: openings and attachments whose entries a crash kept
   * from being committed. Their places are free when it returns. @returns how many records that were */
  setAsideFrom(leafIndex: number): Promise<number>;
  /** Erases what was set aside, once `keptMs` have passed since the first call that met it, at times `now` in POSIX
   * milliseconds. What an earlier call, also of {@link Vault.erase}, left in a file is taken out of it as well. */
  eraseSetAside(now: number, keptMs: number): Promise<ErasedSetAside>;
  /** Whether what is kept is still where the next start looks for it.
   * @throws VAULT_FAILED when files were removed or replaced under the running process */
  assertInPlace(): void;
  /** Leaf indexes of all records that have openings or attachments, rising. */
  leafIndexes(): AsyncIterable<number>;
  close(): Promise<void>;
}
