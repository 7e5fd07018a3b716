/**
 * Idempotency keys that were derived from what a record says: by an adapter from the payload, by `warifu submit --map`
 * from the cells of a row. They are digests, but a telephone number behind one is soon found by trying all of them. So
 * the store gets a name instead, which only this service's secret can derive from the key.
 */

/** A mapping's keys, and those of adapters, which begin with name and version of the adapter. */
const DERIVED = /^(?:row-|[a-z0-9-]+\/\d+:)/;

/** Turns an idempotency key into the name that the store has for it. */
export type KeyNames = (key: string) => string;

/** Names for derived keys; a key that the sender chose is its own name. */
export function derivedKeyNames(nameOf: (text: string) => string): KeyNames {
  return (key) => (DERIVED.test(key) ? nameOf(key) : key);
}
