/**
 * Addresses of accounts and contracts, as people copy them and as they are written down. In mixed case they carry a
 * checksum (ERC-55), in a single case none; inside the program and in our own formats they are lower case.
 */
import { keccak_256 } from "@noble/hashes/sha3.js";
import { toHex, utf8 } from "./bytes.ts";

/** An address in lower case, as our own formats and the nodes' answers write it. */
export const LOWER_CASE_ADDRESS: RegExp = /^0x[0-9a-f]{40}$/;
/** A hash of 32 bytes, as our own formats and the nodes' answers write it. */
export const CHAIN_HASH: RegExp = /^0x[0-9a-f]{64}$/;

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;

/** The address in lower case; `undefined` when the text is not an address or its checksum is wrong. */
export function lowerCaseAddress(text: string): string | undefined {
  if (!ADDRESS.test(text)) return undefined;
  const digits = text.slice(2);
  const lower = digits.toLowerCase();
  const isOneCase = digits === lower || digits === digits.toUpperCase();
  return isOneCase || digits === withChecksum(lower) ? `0x${lower}` : undefined;
}

/** A letter is upper case where the digit of the hash at its place is 8 or more. */
function withChecksum(lower: string): string {
  const hash = toHex(keccak_256(utf8(lower)));
  return [...lower].map((digit, at) => (hash.charAt(at) >= "8" ? digit.toUpperCase() : digit)).join("");
}
