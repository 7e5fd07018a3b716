/**
 * Keccak-256, by which Ethereum names blocks, transactions and nodes of its tries: the function as it was before FIPS 202
 * changed its padding (Yellow Paper, section 3). Noble's here, since it runs everywhere and is small.
 */
import { keccak_256 } from "@noble/hashes/sha3.js";

/** Gives the 32 bytes of the hash. */
export type Keccak256 = (bytes: Uint8Array) => Uint8Array;

export const keccak256: Keccak256 = keccak_256;
