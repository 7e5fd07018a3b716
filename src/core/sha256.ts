/**
 * SHA-256 (FIPS 180-4), one call. Node's own where the program runs in Node, noble's elsewhere: the same function,
 * chosen without an import that a browser could not resolve. Measured on Node 24: 1.3 against 2.2 microseconds for the
 * 65 bytes of a tree node.
 */
import { sha256 as portableSha256 } from "@noble/hashes/sha2.js";

/** The implementation for a platform with this `node:crypto`, or without one. */
export function sha256For(nodeCrypto: typeof import("node:crypto") | undefined): (bytes: Uint8Array) => Uint8Array {
  return nodeCrypto ? (bytes) => nodeCrypto.hash("sha256", bytes, "buffer") : portableSha256;
}

/** SHA-256 of `bytes`: 32 bytes. */
export const sha256: (bytes: Uint8Array) => Uint8Array = sha256For(
  globalThis.process?.getBuiltinModule?.("node:crypto"),
);
