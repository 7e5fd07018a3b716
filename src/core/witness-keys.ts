/**
 * Keys of witnesses that are counted.
 */
import type { VerifierKey } from "./note.ts";

/** Whether some witness is named by its Ed25519 key and by its ML-DSA-44 key: it is one all the same, and would count twice. */
export function namesOneTwice(keys: readonly VerifierKey[]): boolean {
  return keys.some((key) => keys.some((other) => other.name === key.name && isMlDsa(other) !== isMlDsa(key)));
}

function isMlDsa({ type }: VerifierKey): boolean {
  return type === "mldsa44";
}
