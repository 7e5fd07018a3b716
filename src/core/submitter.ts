/**
 * A submitter of records, as the writing side sees them: it knows nothing of API keys.
 */

/** A submitter: who counts as the same sender when a record is repeated, and what they may send. */
export interface Submitter {
  /** The same for all API keys that replace one another. */
  readonly sender: string;
  /** @throws FORBIDDEN when the key is not for that source or type */
  assertMaySend(record: { readonly source: string; readonly type: string }): void;
}
