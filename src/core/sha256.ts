/**
 * SHA-256 (FIPS 180-4), one call. Node's own where the program runs in Node, noble's elsewhere: the same function,
 * chosen without an import that a browser could not resolve. Measured on Node 24 for the 65 bytes of a tree node: 0.7
 * microseconds through a binary string, 1.9 through a buffer that Node makes, 2.2 with noble.
 */
import { sha256 as portableSha256 } from "@noble/hashes/sha2.js";
import { toBase64Url, utf8 } from "./bytes.ts";

type NodeCrypto = typeof import("node:crypto");

/** The implementation for a platform with this `node:crypto`, or without one. */
export function sha256For(nodeCrypto: NodeCrypto | undefined): (bytes: Uint8Array) => Uint8Array {
  return nodeCrypto ? (bytes) => Buffer.from(nodeCrypto.hash("sha256", bytes, "binary"), "binary") : portableSha256;
}

/** The same for a text, as base64url: one call of Node's in place of three. */
export function sha256TextFor(nodeCrypto: NodeCrypto | undefined): (text: string) => string {
  return nodeCrypto
    ? (text) => nodeCrypto.hash("sha256", text, "base64url")
    : (text) => toBase64Url(portableSha256(utf8(text)));
}

const nodeCrypto = globalThis.process?.getBuiltinModule?.("node:crypto");

/** SHA-256 of `bytes`: 32 bytes. */
export const sha256: (bytes: Uint8Array) => Uint8Array = sha256For(nodeCrypto);

/** SHA-256 of a text in UTF-8, as base64url without padding. Precondition: no lone surrogate. */
export const sha256Text: (text: string) => string = sha256TextFor(nodeCrypto);
