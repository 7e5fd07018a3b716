/**
 * Whoever submits records, as the writing side sees them: known by an API key, without knowing of API keys.
 */

/** Who submits: whose records repeat whose, and what may be sent. */
export interface Submitter {
  /** The same for all API keys that stand in each other's place. */
  readonly sender: string;
  /** @throws FORBIDDEN when the key is not for that source or type */
  assertMaySend(record: { readonly source: string; readonly type: string }): void;
}
