/**
 * The command's exit codes. There is one table for all errors, so that a script can distinguish a refuted proof from a
 * misspelt option or a service that is down.
 */
import type { ErrorCode } from "../core/errors.ts";
import { errorTexts } from "./texts/errors/en.ts";

/** The exit codes of every verb. */
export const EXIT = { holds: 0, refuted: 1, wrongUse: 2, undecided: 3, defect: 70 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const { refuted, wrongUse, undecided } = EXIT;

/** The exit code of an error that ended a verb. */
export const EXIT_CODES: Readonly<Record<ErrorCode, ExitCode>> = {
  // The input is not what it should be.
  ENCODING_INVALID: wrongUse,
  JSON_INVALID: wrongUse,
  JSON_TOO_DEEP: wrongUse,
  JSON_DUPLICATE_KEY: wrongUse,
  JSON_NUMBER_INEXACT: wrongUse,
  RECORD_INVALID: wrongUse,
  CLAIMS_INVALID: wrongUse,
  PROFILE_INVALID: wrongUse,
  PROFILE_UNKNOWN: wrongUse,
  KEY_INVALID: wrongUse,
  KEY_TYPE_UNKNOWN: wrongUse,
  POLICY_INVALID: wrongUse,
  PICTURE_INVALID: wrongUse,
  PICTURE_UNSUPPORTED: wrongUse,
  // The supposed proof does not prove anything.
  SOURCE_SIGNATURE_INVALID: refuted,
  BODY_INVALID: refuted,
  OPENING_INVALID: refuted,
  ENTRY_INVALID: refuted,
  NOTE_INVALID: refuted,
  CHECKPOINT_INVALID: refuted,
  TILE_INVALID: refuted,
  PROOF_INVALID: refuted,
  CHAIN_EVIDENCE_INVALID: refuted,
  NO_ANCHOR_IN_RECEIPT: refuted,
  BUNDLE_INVALID: refuted,
  BODY_MISMATCH: refuted,
  OPENING_MISMATCH: refuted,
  SIGNATURE_MISMATCH: refuted,
  ORIGIN_MISMATCH: refuted,
  INCLUSION_MISMATCH: refuted,
  CONSISTENCY_MISMATCH: refuted,
  CHAIN_MISMATCH: refuted,
  ANCHOR_MISMATCH: refuted,
  QUORUM_MISSING: refuted,
  TIMESTAMP_INVALID: refuted,
  TIMESTAMP_MISSING: undecided,
  ORIGINAL_MISMATCH: refuted,
  SIGNATURE_NOT_SHOWN: undecided,
  ORIGINAL_NOT_SHOWN: undecided,
  // The service refused.
  IDEMPOTENCY_CONFLICT: wrongUse,
  SEQUENCE_CONFLICT: wrongUse,
  SOURCE_CONFLICT: wrongUse,
  SOURCE_SUSPENDED: wrongUse,
  SOURCE_KEY_REFUSED: wrongUse,
  SIGNATURE_REQUIRED: wrongUse,
  LOG_NOT_OPEN: wrongUse,
  UNAUTHENTICATED: wrongUse,
  FORBIDDEN: wrongUse,
  TRANSFER_REFUSED: wrongUse,
  LAST_ADMIN: wrongUse,
  NOT_FOUND: wrongUse,
  METHOD_NOT_ALLOWED: wrongUse,
  NOT_ACCEPTABLE: wrongUse,
  REQUEST_INVALID: wrongUse,
  TOO_LARGE: wrongUse,
  TOO_SLOW: undecided,
  RATE_LIMITED: undecided,
  NOT_ANCHORED_YET: undecided,
  BUSY: undecided,
  CHAIN_UNREACHABLE: undecided,
  NODE_REFUSED: undecided,
  SIGNER_FAILED: undecided,
  FACES_NOT_HIDDEN: undecided,
  NOT_TRANSLATED: undecided,
  SERVICE_UNREACHABLE: undecided,
  USAGE: wrongUse,
  CONFIG_INVALID: wrongUse,
  CHAIN_REFUSED: wrongUse,
  CONTRACT_CLOSED: wrongUse,
  CHAIN_WRONG: wrongUse,
  STORE_DAMAGED: undecided,
  VAULT_DAMAGED: undecided,
  // The ledger cannot be used: something must be fixed, or what is stored contradicts what was signed.
  STORE_LOCKED: wrongUse,
  STORE_CORRUPT: refuted,
  STORE_BEHIND: refuted,
  STORE_FAILED: undecided,
  VAULT_FAILED: undecided,
  CLOCK_AHEAD: wrongUse,
  CLOCK_BACKWARDS: wrongUse,
  STOPPED: undecided,
};

/** The exit code of an outcome of `verify` or `audit`. */
export function exitCodeOf(outcome: "holds" | "refuted" | "undecided"): ExitCode {
  return EXIT[outcome];
}

/** What a person can do about an error, if its message does not already say so. */
export function adviceOn(code: ErrorCode): string | undefined {
  const advice: Partial<Readonly<Record<ErrorCode, string>>> = errorTexts().advice;
  return advice[code];
}
