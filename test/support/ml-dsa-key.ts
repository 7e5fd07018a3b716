// ML-DSA-44 keys made from one byte, signed with by noble: the same in every run, and no code of src/ in them.

import { ml_dsa44 } from "@noble/post-quantum/ml-dsa.js";

import type { SigningKey } from "./signing-key.ts";

/** The key whose 32-byte seed repeats `seed`. Its signatures have 2,420 bytes and are deterministic. */
export function mlDsaKey(seed: number): SigningKey {
  const { publicKey, secretKey } = ml_dsa44.keygen(new Uint8Array(32).fill(seed));
  return { publicKey, sign: (message) => ml_dsa44.sign(message, secretKey, { extraEntropy: false }) };
}
