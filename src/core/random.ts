/**
 * Randomness for the stages and the vault: passed in, so that a simulation can supply its own.
 */

/** Cryptographically random bytes, fresh at each call. */
export type RandomBytes = (length: number) => Uint8Array;
