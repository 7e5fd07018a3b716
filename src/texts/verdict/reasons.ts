/** The reasons for which a step fails or stays open, in the few groups that people need to tell apart. */
import type { ErrorCode } from "../../core/errors.ts";

const REASONS = {
  ENCODING_INVALID: "damaged",
  JSON_INVALID: "damaged",
  JSON_TOO_DEEP: "damaged",
  JSON_DUPLICATE_KEY: "damaged",
  JSON_NUMBER_INEXACT: "damaged",
  BUNDLE_INVALID: "damaged",
  ENTRY_INVALID: "entry",
  BODY_INVALID: "body",
  BODY_MISMATCH: "body",
  OPENING_INVALID: "opening",
  OPENING_MISMATCH: "opening",
  KEY_INVALID: "signature",
  KEY_TYPE_UNKNOWN: "signature",
  RECORD_INVALID: "signature",
  SOURCE_SIGNATURE_INVALID: "signature",
  SIGNATURE_MISMATCH: "signature",
  TIMESTAMP_INVALID: "signature",
  TIMESTAMP_MISSING: "unstamped",
  SIGNATURE_NOT_SHOWN: "signatureHidden",
  ORIGIN_MISMATCH: "otherLog",
  NOTE_INVALID: "note",
  CHECKPOINT_INVALID: "note",
  QUORUM_MISSING: "quorum",
  PROOF_INVALID: "inclusion",
  INCLUSION_MISMATCH: "inclusion",
  CHAIN_EVIDENCE_INVALID: "evidence",
  NO_ANCHOR_IN_RECEIPT: "evidence",
  CHAIN_MISMATCH: "otherChain",
  ANCHOR_MISMATCH: "otherAnchor",
  CHAIN_UNREACHABLE: "silent",
  NODE_REFUSED: "silent",
  CHAIN_WRONG: "wrongChain",
  NOT_ANCHORED_YET: "notFinal",
  ORIGINAL_MISMATCH: "otherOriginal",
  ORIGINAL_NOT_SHOWN: "originalHidden",
} as const satisfies Partial<Record<ErrorCode, string>>;

/** The groups. */
export type ReasonName = (typeof REASONS)[keyof typeof REASONS] | "other";

/** The group of a code. */
export function reasonOf(code: ErrorCode): ReasonName {
  return (REASONS as Partial<Record<ErrorCode, ReasonName>>)[code] ?? "other";
}
