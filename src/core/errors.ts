/**
 * The one error type of Warifu. Its codes are a closed set: callers decide by the code, people read the message.
 * A message says what was wrong and, where it can be fixed, what to do. It never quotes a value that may be personal.
 */

/** Every way in which Warifu refuses or fails. Grouped by what the caller can do about it. */
export type ErrorCode =
  // The bytes handed over are not in the format they claim to be: send something else.
  | "ENCODING_INVALID"
  | "JSON_INVALID"
  | "JSON_TOO_DEEP"
  | "JSON_DUPLICATE_KEY"
  | "JSON_NUMBER_INEXACT"
  | "RECORD_INVALID"
  | "CLAIMS_INVALID"
  | "PROFILE_INVALID"
  | "PROFILE_UNKNOWN"
  | "SOURCE_SIGNATURE_INVALID"
  | "BODY_INVALID"
  | "OPENING_INVALID"
  | "ENTRY_INVALID"
  | "KEY_INVALID"
  | "KEY_TYPE_UNKNOWN"
  | "NOTE_INVALID"
  | "CHECKPOINT_INVALID"
  | "TILE_INVALID"
  | "PROOF_INVALID"
  | "CHAIN_EVIDENCE_INVALID"
  | "NO_ANCHOR_IN_RECEIPT"
  | "BUNDLE_INVALID"
  | "POLICY_INVALID"
  | "TIMESTAMP_INVALID"
  | "PICTURE_INVALID"
  | "PICTURE_UNSUPPORTED"
  // The formats hold, the claim does not: somebody is wrong or lying.
  | "BODY_MISMATCH"
  | "OPENING_MISMATCH"
  | "SIGNATURE_MISMATCH"
  | "ORIGIN_MISMATCH"
  | "INCLUSION_MISMATCH"
  | "CONSISTENCY_MISMATCH"
  | "CHAIN_MISMATCH"
  | "ANCHOR_MISMATCH"
  | "QUORUM_MISSING"
  | "TIMESTAMP_MISSING"
  | "SIGNATURE_NOT_SHOWN"
  | "ORIGINAL_MISMATCH"
  | "ORIGINAL_NOT_SHOWN"
  // The request cannot be served as it stands.
  | "IDEMPOTENCY_CONFLICT"
  | "SEQUENCE_CONFLICT"
  | "SOURCE_CONFLICT"
  | "SOURCE_SUSPENDED"
  | "SOURCE_KEY_REFUSED"
  | "SIGNATURE_REQUIRED"
  | "LOG_NOT_OPEN"
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "TRANSFER_REFUSED"
  | "NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "NOT_ACCEPTABLE"
  | "REQUEST_INVALID"
  | "TOO_LARGE"
  | "TOO_SLOW"
  | "RATE_LIMITED"
  | "LAST_ADMIN"
  // Not now: the same request may succeed later.
  | "NOT_ANCHORED_YET"
  | "BUSY"
  | "CHAIN_UNREACHABLE"
  | "NODE_REFUSED"
  | "SIGNER_FAILED"
  | "SERVICE_UNREACHABLE"
  | "FACES_NOT_HIDDEN"
  | "NOT_TRANSLATED"
  // Wrong use or set-up: a person must change something.
  | "USAGE"
  | "CONFIG_INVALID"
  | "CHAIN_REFUSED"
  | "CONTRACT_CLOSED"
  | "CHAIN_WRONG"
  // What is stored for one item is not what it was: the operator must restore it; everything else goes on.
  | "STORE_DAMAGED"
  | "VAULT_DAMAGED"
  // Fail stop: writing has ended, nothing is repaired silently.
  | "STORE_LOCKED"
  | "STORE_CORRUPT"
  | "STORE_BEHIND"
  | "STORE_FAILED"
  | "VAULT_FAILED"
  | "CLOCK_AHEAD"
  | "CLOCK_BACKWARDS"
  | "STOPPED";

/** Values that make a message checkable by a program, such as `{ expected, computed }`. Never personal data. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>;

/** The error that every part of Warifu throws. */
export class WarifuError extends Error {
  override readonly name = "WarifuError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: ErrorDetails } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** Marks a branch that no input can reach; reaching it is a defect of this program. */
export function unreachable(what: string): never {
  throw new WarifuError("STOPPED", `a state that cannot be was reached: ${what}`);
}

/** The code of `error`, or `undefined` for an error that is not ours. */
export function codeOf(error: unknown): ErrorCode | undefined {
  return error instanceof WarifuError ? error.code : undefined;
}

/** Whether nothing was learnt from the chain: no usable answer came, or a node answered with a refusal. */
export function isWithoutAnswer(error: unknown): boolean {
  return codeOf(error) === "CHAIN_UNREACHABLE" || codeOf(error) === "NODE_REFUSED";
}

const PASSING: ReadonlySet<ErrorCode | undefined> = new Set<ErrorCode>([
  ...(["BUSY", "RATE_LIMITED", "CHAIN_UNREACHABLE", "NODE_REFUSED", "SIGNER_FAILED", "SERVICE_UNREACHABLE"] as const),
  ...(["STORE_LOCKED", "STORE_CORRUPT", "STORE_BEHIND", "STORE_FAILED", "VAULT_FAILED"] as const),
  ...(["CLOCK_AHEAD", "CLOCK_BACKWARDS", "STOPPED"] as const),
]);

/** Whether what was refused with this error may be sent again as it is, later. */
export function isPassing(error: unknown): boolean {
  return PASSING.has(codeOf(error));
}

/** What to print for any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
