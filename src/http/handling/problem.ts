/**
 * Errors in HTTP: RFC 9457 problem details, with one status and one title for each code of core/errors.ts. Pure, because the
 * client reads what the server writes. A detail says what was wrong, never what was sent.
 */
import { WarifuError, type ErrorCode } from "../../core/errors.ts";
import { isJsonObject, type JsonValue } from "../../core/json.ts";

/** Media type of a problem. */
export const PROBLEM_MEDIA_TYPE = "application/problem+json";

/** An RFC 9457 problem, with the code as an extension member. */
export interface Problem {
  /** `urn:warifu:error:<code in lower case with hyphens>` */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** A sentence for people; absent if it would reveal internals of the service. */
  readonly detail?: string;
  readonly code: ErrorCode;
  /** `urn:uuid:…`, with which the operator finds the request in the log. */
  readonly instance?: string;
}

interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

const MALFORMED = 400;
const UNAVAILABLE = 503;
const INTERNAL: ProblemKind = { status: 500, title: "The service could not do this" };
const STOPPED: ProblemKind = { status: UNAVAILABLE, title: "Writing has stopped" };

/** Status and title of every code. */
export const PROBLEM_KINDS: Readonly<Record<ErrorCode, ProblemKind>> = {
  ENCODING_INVALID: { status: MALFORMED, title: "The encoding is not valid" },
  JSON_INVALID: { status: MALFORMED, title: "The JSON is not valid" },
  JSON_TOO_DEEP: { status: MALFORMED, title: "The JSON nests too deep" },
  JSON_DUPLICATE_KEY: { status: MALFORMED, title: "A JSON name occurs twice" },
  JSON_NUMBER_INEXACT: { status: MALFORMED, title: "A JSON number cannot be kept exactly" },
  RECORD_INVALID: { status: MALFORMED, title: "The record does not have the right shape" },
  CLAIMS_INVALID: { status: MALFORMED, title: "The claims do not fit the profile" },
  PROFILE_INVALID: { status: MALFORMED, title: "The profile is not valid" },
  PROFILE_UNKNOWN: { status: MALFORMED, title: "There is no such type of record" },
  SOURCE_SIGNATURE_INVALID: { status: MALFORMED, title: "The source's signature does not hold" },
  BODY_INVALID: { status: MALFORMED, title: "The body is not valid" },
  OPENING_INVALID: { status: MALFORMED, title: "The opening is not valid" },
  ENTRY_INVALID: { status: MALFORMED, title: "The entry is not valid" },
  KEY_INVALID: { status: MALFORMED, title: "The public key is not acceptable" },
  KEY_TYPE_UNKNOWN: { status: MALFORMED, title: "The public key is of a type that is not supported" },
  NOTE_INVALID: { status: MALFORMED, title: "The signed note is not valid" },
  CHECKPOINT_INVALID: { status: MALFORMED, title: "The checkpoint is not valid" },
  TILE_INVALID: { status: MALFORMED, title: "This is no tile" },
  PROOF_INVALID: { status: MALFORMED, title: "The proof is not valid" },
  CHAIN_EVIDENCE_INVALID: { status: MALFORMED, title: "The chain evidence does not hold together" },
  NO_ANCHOR_IN_RECEIPT: { status: MALFORMED, title: "The transaction recorded no anchor" },
  BUNDLE_INVALID: { status: MALFORMED, title: "The bundle is not valid" },
  POLICY_INVALID: { status: MALFORMED, title: "The policy is not valid" },
  PICTURE_INVALID: { status: MALFORMED, title: "The picture is not sound" },
  PICTURE_UNSUPPORTED: { status: 415, title: "The picture is of a kind that is not taken" },
  BODY_MISMATCH: { status: MALFORMED, title: "The body is another one" },
  OPENING_MISMATCH: { status: MALFORMED, title: "The opening belongs to another body" },
  SIGNATURE_MISMATCH: { status: MALFORMED, title: "The signature does not verify" },
  ORIGIN_MISMATCH: { status: MALFORMED, title: "This is of another log" },
  INCLUSION_MISMATCH: { status: MALFORMED, title: "The entry is not in that tree" },
  CONSISTENCY_MISMATCH: { status: MALFORMED, title: "The trees contradict each other" },
  CHAIN_MISMATCH: { status: MALFORMED, title: "This is of another chain" },
  ANCHOR_MISMATCH: { status: MALFORMED, title: "The anchor is of another tree head" },
  ORIGINAL_MISMATCH: { status: MALFORMED, title: "The record was not made of these bytes" },
  ORIGINAL_NOT_SHOWN: { status: MALFORMED, title: "What the record was made of is not shown" },
  SIGNATURE_NOT_SHOWN: { status: MALFORMED, title: "The source's signature is not shown" },
  TIMESTAMP_INVALID: { status: MALFORMED, title: "A timestamp does not hold" },
  TIMESTAMP_MISSING: { status: MALFORMED, title: "A timestamp is missing" },
  QUORUM_MISSING: { status: MALFORMED, title: "Too few witnesses have cosigned" },
  IDEMPOTENCY_CONFLICT: { status: 409, title: "The key was used for other content" },
  SEQUENCE_CONFLICT: { status: 409, title: "This seq cannot be used" },
  SOURCE_CONFLICT: { status: 409, title: "The source is not in a state for this" },
  SOURCE_SUSPENDED: { status: 403, title: "The source is suspended" },
  SOURCE_KEY_REFUSED: { status: 403, title: "The source's signing key does not count" },
  SIGNATURE_REQUIRED: { status: 403, title: "The source must sign" },
  LOG_NOT_OPEN: { status: 409, title: "The log does not take records now" },
  LAST_ADMIN: { status: 409, title: "No administrator would be left" },
  UNAUTHENTICATED: { status: 401, title: "A valid API key or session is needed" },
  FORBIDDEN: { status: 403, title: "The API key or session does not allow this" },
  TRANSFER_REFUSED: { status: 403, title: "The record may not be given to that recipient" },
  NOT_FOUND: { status: 404, title: "There is nothing here" },
  METHOD_NOT_ALLOWED: { status: 405, title: "This path does not take that method" },
  NOT_ACCEPTABLE: { status: 415, title: "The media type or content encoding is not accepted" },
  REQUEST_INVALID: { status: MALFORMED, title: "The request is not valid" },
  TOO_LARGE: { status: 413, title: "This is too large" },
  TOO_SLOW: { status: 408, title: "The request took too long to arrive" },
  RATE_LIMITED: { status: 429, title: "Too many requests" },
  NOT_ANCHORED_YET: { status: 409, title: "No final anchor covers the record yet" },
  BUSY: { status: UNAVAILABLE, title: "Too much waits already" },
  CHAIN_UNREACHABLE: { status: UNAVAILABLE, title: "The chain does not answer" },
  NODE_REFUSED: { status: UNAVAILABLE, title: "The chain's node refused" },
  SIGNER_FAILED: { status: UNAVAILABLE, title: "The signer gives no usable signature" },
  SERVICE_UNREACHABLE: { status: UNAVAILABLE, title: "The service does not answer" },
  FACES_NOT_HIDDEN: { status: UNAVAILABLE, title: "Faces could not be hidden" },
  NOT_TRANSLATED: { status: UNAVAILABLE, title: "There is no translation that could be shown" },
  USAGE: INTERNAL,
  CONFIG_INVALID: INTERNAL,
  CHAIN_REFUSED: INTERNAL,
  CONTRACT_CLOSED: INTERNAL,
  CHAIN_WRONG: INTERNAL,
  STORE_DAMAGED: { status: 500, title: "What is stored for this is damaged or lost" },
  VAULT_DAMAGED: { status: 500, title: "What is kept in the vault for this is damaged" },
  STORE_LOCKED: STOPPED,
  STORE_CORRUPT: STOPPED,
  STORE_BEHIND: STOPPED,
  STORE_FAILED: STOPPED,
  VAULT_FAILED: STOPPED,
  CLOCK_AHEAD: STOPPED,
  CLOCK_BACKWARDS: STOPPED,
  STOPPED,
};

// Messages written for the operator: they name files and causes, which are nobody else's business.
const KEPT_INSIDE: ReadonlySet<ErrorCode> = new Set([
  "USAGE",
  "CONFIG_INVALID",
  "CHAIN_REFUSED",
  "CONTRACT_CLOSED",
  "CHAIN_WRONG",
  "STORE_LOCKED",
  "STORE_CORRUPT",
  "STORE_BEHIND",
  "STORE_FAILED",
  "VAULT_FAILED",
  "CLOCK_AHEAD",
  "CLOCK_BACKWARDS",
]);

const RETRY_SECONDS: Partial<Record<ErrorCode, number>> = {
  NOT_ANCHORED_YET: 5,
  BUSY: 1,
  RATE_LIMITED: 10,
  CHAIN_UNREACHABLE: 5,
  NODE_REFUSED: 5,
  STOPPED: 5,
};

/** Status of an error's answer. */
export function statusOf({ code }: Pick<WarifuError, "code">): number {
  return PROBLEM_KINDS[code].status;
}

/** Seconds after which the same request may succeed, for the header Retry-After; `undefined` if waiting does not help. */
export function retryAfterOf({ code }: Pick<WarifuError, "code">): number | undefined {
  return RETRY_SECONDS[code];
}

/** The problem for an error. */
export function problemOf(error: WarifuError, instance?: string): Problem {
  const { code, message } = error;
  return {
    type: `urn:warifu:error:${code.toLowerCase().replaceAll("_", "-")}`,
    ...PROBLEM_KINDS[code],
    ...(KEPT_INSIDE.has(code) ? {} : { detail: message }),
    code,
    ...(instance === undefined ? {} : { instance }),
  };
}

/** The problem for an error that is not ours: it says only that there was one. */
export function internalProblem(instance: string): Omit<Problem, "code"> {
  return { type: "about:blank", ...INTERNAL, instance };
}

/** The error that a problem describes; `undefined` when the value is not a problem of this service. */
export function errorOfProblem(value: JsonValue | undefined): WarifuError | undefined {
  if (!isJsonObject(value)) return undefined;
  const { code, title, detail } = value;
  if (typeof code !== "string" || !Object.hasOwn(PROBLEM_KINDS, code)) return undefined;
  return new WarifuError(code as ErrorCode, String(detail ?? title));
}
