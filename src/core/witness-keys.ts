/**
 * Counts keys of witnesses.
 */
import type { VerifierKey } from "./note.ts";

/** Whether a witness is named both by its Ed25519 key and by its ML-DSA-44 key: it is one witness, and would count twice. */
export function namesOneTwice(keys: readonly VerifierKey[]): boolean {
  return keys.some((key) => keys.some((other) => other.name === key.name && isMlDsa(other) !== isMlDsa(key)));
}

function isMlDsa({ type }: VerifierKey): boolean {
  return type === "mldsa44";
}
