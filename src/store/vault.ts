/**
 * The vault as the stages see it: the only place that holds openings, and with them personal values. Apart from the
 * ledger, so that it can be lost or erased without touching a proof.
 */

/** The openings of one record. */
export interface RecordOpenings {
  /** Where the record's entry stands, or is about to stand, in the log. */
  readonly leafIndex: number;
  /** RFC 9901 text of each. */
  readonly openings: readonly string[];
}

/** All methods throw VAULT_FAILED when the engine fails; the caller then stops writing for good. */
export interface Vault {
  /** Durable when it returns. Called before the record's entry is committed. @throws as {@link Vault.assertInPlace} */
  keep(records: readonly RecordOpenings[]): Promise<void>;
  /** The openings of a record, `undefined` when the vault has none: nothing was concealed, or it was erased. */
  open(leafIndex: number): Promise<readonly string[] | undefined>;
  /** What is kept from a leaf index on: of how many records, and the highest leaf index of them. */
  beyond(leafIndex: number): Promise<{ readonly records: number; readonly highest: number }>;
  /** Sets aside, encrypted as it is, what is kept from a leaf index on: openings whose entries a crash kept from being
   * committed. Their places are free when it returns. @returns how many records that were */
  setAsideFrom(leafIndex: number): Promise<number>;
  /** Erases what was set aside, once `keptMs` have passed since the first call that met it, at times `now` in POSIX
   * milliseconds. @returns of how many records */
  eraseSetAside(now: number, keptMs: number): Promise<number>;
  /** Whether what is kept is still where the next start looks for it.
   * @throws VAULT_FAILED when files were removed or replaced under the running process */
  assertInPlace(): void;
  /** Leaf indexes of all records that have openings, rising. */
  leafIndexes(): AsyncIterable<number>;
  close(): Promise<void>;
}
