/**
 * The keys of one log. Most logs have one. Another is there while the key is being replaced, when both sign for a time, or
 * because the log signs with ML-DSA-44 as well; former keys stay, for what they signed.
 */
import { WarifuError } from "./errors.ts";
import type { VerifiedSignature, VerifierKey } from "./note.ts";

/** A further key of a log, of the same name. */
export interface FurtherKey {
  readonly key: VerifierKey;
  /** Set for a former key: it is valid only for heads of at most this many entries. */
  readonly until?: number;
  /** Heads of this many entries or more must have its signature, in addition to that of another key. */
  readonly requiredFrom?: number;
}

/**
 * The keys of a log: its key, whose name is the origin, and further ones. A signature by any one of them is enough unless
 * one says otherwise.
 */
export interface LogKeys extends VerifierKey {
  readonly further?: readonly FurtherKey[];
}

/** All keys of the log. */
export function keysOfLog(log: LogKeys): readonly [VerifierKey, ...VerifierKey[]] {
  return [log, ...(log.further ?? []).map(({ key }) => key)];
}

/** Checks that these signers of a head of that size may speak for the log. @throws SIGNATURE_MISMATCH */
export function assertSignedByLog(log: LogKeys, treeSize: number, signatures: readonly VerifiedSignature[]): void {
  const isSigner = (key: VerifierKey): boolean => signatures.some((signature) => signature.key === key);
  const further = log.further ?? [];
  const missing = further.find((one) => isRequired(one, treeSize) && !isSigner(one.key));
  if (missing)
    throw new WarifuError("SIGNATURE_MISMATCH", `the checkpoint lacks the log's ${nameOfType(missing.key)} signature`);
  const counting = [log, ...further.filter((one) => treeSize <= (one.until ?? treeSize)).map(({ key }) => key)];
  if (!counting.some(isSigner))
    throw new WarifuError("SIGNATURE_MISMATCH", "the checkpoint is not signed by the log's own key");
}

/** The algorithms that a log signed a checkpoint with. */
export type LogSignatures = "ed25519" | "ml-dsa-44" | "both";

/**
 * Those algorithms, if the verifier knows an ML-DSA-44 key of the log; otherwise `undefined`, since the log signs with
 * Ed25519.
 */
export function logSignatures(log: LogKeys, signatures: readonly VerifiedSignature[]): LogSignatures | undefined {
  const keys = keysOfLog(log);
  if (!keys.some(isMlDsa)) return undefined;
  const used = signatures.map(({ key }) => key).filter((key) => keys.includes(key));
  if (used.every(isMlDsa)) return "ml-dsa-44";
  return used.some(isMlDsa) ? "both" : "ed25519";
}

/** The algorithm of a key, for people. */
function nameOfType(key: VerifierKey): "Ed25519" | "ML-DSA-44" {
  return isMlDsa(key) ? "ML-DSA-44" : "Ed25519";
}

function isMlDsa({ type }: VerifierKey): boolean {
  return type === "mldsa44";
}

function isRequired({ requiredFrom = Infinity, until = Infinity }: FurtherKey, treeSize: number): boolean {
  return treeSize >= requiredFrom && treeSize <= until;
}
