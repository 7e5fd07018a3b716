// Ed25519 keys made from one byte, signed with by node:crypto: the same in every run, and no code of src/ in them.

import { createPrivateKey, createPublicKey, sign } from "node:crypto";

/** A key pair for tests. */
export type SigningKey = {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** RFC 8032 signature, 64 bytes. */
  readonly sign: (message: Uint8Array) => Uint8Array;
};

/** Two witness keys of one name whose key ids are equal, found by trying 74,086 keys. */
export const GROUND_KEYS = [
  "witness.example/ground+d569f4ff+BIQdlZY0tZHYpvF+APNKnkWxrt3fwSlQm1ptt+xXUyvj",
  "witness.example/ground+d569f4ff+BEI3Op/NXvfDT+EUN1QcACal1aB3GMaZwdTEOoum9WYQ",
] as const;

/** DER of a PKCS #8 Ed25519 private key, up to its 32 bytes (RFC 8410 section 7). */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/** The key whose 32-byte seed repeats `seed`, or is `seed`. */
export function signingKey(seed: number | Uint8Array): SigningKey {
  const bytes = typeof seed === "number" ? Buffer.alloc(32, seed) : Buffer.from(seed);
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, bytes]), format: "der", type: "pkcs8" });
  const jwk = createPublicKey(privateKey).export({ format: "jwk" });
  return {
    publicKey: new Uint8Array(Buffer.from(jwk.x ?? "", "base64url")),
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
  };
}
