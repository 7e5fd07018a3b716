/**
 * The problems in the OpenAPI document: each route names the codes it may refuse with, and status, wording and examples
 * follow from them (problem.ts).
 */
import type { ZodOpenApiOperationObject } from "zod-openapi";
import { WarifuError, type ErrorCode } from "../../core/errors.ts";
import {
  PROBLEM_KINDS,
  PROBLEM_MEDIA_TYPE,
  internalProblem,
  problemOf,
  retryAfterOf,
  statusOf,
  type Problem,
} from "./problem.ts";

type Responses = ZodOpenApiOperationObject["responses"];

const INTERNAL = 500;
const PROBLEM = { $ref: "#/components/schemas/Problem" };
const EXAMPLE_AT = "#/components/examples/";
const CODES = Object.keys(PROBLEM_KINDS) as ErrorCode[];
const INSTANCE = "urn:uuid:0d5f2e0e-6c8f-4a57-9f0a-0a5f7c1e2b34";
const RETRY_AFTER = {
  description: "Seconds after which the same request may succeed.",
  schema: { type: "integer" as const },
};

/** Codes that any route may refuse with. */
const BY_ALL = ["REQUEST_INVALID"] as const;
/** Codes that a route may refuse with, by topic. */
export const REFUSALS = {
  body: ["ENCODING_INVALID", "NOT_ACCEPTABLE", "TOO_LARGE", "TOO_SLOW", "BUSY"],
  json: ["JSON_INVALID", "JSON_TOO_DEEP", "JSON_DUPLICATE_KEY", "JSON_NUMBER_INEXACT"],
  pictures: ["PICTURE_INVALID", "PICTURE_UNSUPPORTED"],
  record: ["RECORD_INVALID", "CLAIMS_INVALID", "PROFILE_UNKNOWN", "KEY_INVALID", "SOURCE_SIGNATURE_INVALID"],
  admission: [
    "IDEMPOTENCY_CONFLICT",
    "SEQUENCE_CONFLICT",
    "SOURCE_SUSPENDED",
    "SOURCE_KEY_REFUSED",
    "SIGNATURE_REQUIRED",
    "LOG_NOT_OPEN",
  ],
  reading: ["STORE_DAMAGED", "STORE_CORRUPT", "STORE_FAILED", "VAULT_FAILED", "BUSY"],
  writing: [
    "STOPPED",
    "CLOCK_AHEAD",
    "CLOCK_BACKWARDS",
    "STORE_BEHIND",
    "STORE_CORRUPT",
    "STORE_FAILED",
    "VAULT_FAILED",
  ],
  chain: ["CHAIN_UNREACHABLE", "NODE_REFUSED", "CHAIN_REFUSED", "CHAIN_WRONG"],
} as const satisfies Readonly<Record<string, readonly ErrorCode[]>>;

/** The answers that are problems, for the codes that a route may refuse with. An error that is not ours has no code. */
export function problems(...given: readonly ErrorCode[]): Responses {
  const codes = [...new Set([...BY_ALL, ...given])].sort();
  const statuses = [...new Set([...codes.map((code) => statusOf({ code })), INTERNAL])].sort();
  const answers = statuses.map((status) => [
    String(status),
    problem(
      status,
      codes.filter((code) => statusOf({ code }) === status),
    ),
  ]);
  return Object.fromEntries(answers) as Responses;
}

/** The examples that a document's routes refer to: one for each code, and one for an error that is not ours. */
export function problemExamples(document: object) {
  const text = JSON.stringify(document);
  const used = CODES.filter((code) => text.includes(`"${EXAMPLE_AT}${code}"`));
  const examples = used.map((code) => [code, { value: exampleProblem(code) }] as const);
  return { ...Object.fromEntries(examples), internal: { value: internalProblem(INSTANCE) } };
}

/** As it would be sent, but without the sentence, which depends on the case. */
export function exampleProblem(code: ErrorCode): Omit<Problem, "detail"> {
  const { detail: _, ...problem } = problemOf(new WarifuError(code, ""), INSTANCE);
  return problem;
}

function problem(status: number, codes: readonly ErrorCode[]): Responses[`${1 | 2 | 3 | 4 | 5}${string}`] {
  const narrowed = {
    properties: { code: { enum: [...codes] } },
    ...(status !== INTERNAL && { required: ["code"] }),
  };
  const examples = Object.fromEntries(codes.map((code) => [code, { $ref: `${EXAMPLE_AT}${code}` }]));
  return {
    description: [...inWords(codes), ...(status === INTERNAL ? ["Anything else: no code."] : [])].join(" "),
    content: {
      [PROBLEM_MEDIA_TYPE]: {
        schema: codes.length === 0 ? PROBLEM : { allOf: [PROBLEM, narrowed] },
        examples: { ...examples, ...(status === INTERNAL && { internal: { $ref: `${EXAMPLE_AT}internal` } }) },
      },
    },
    ...(codes.some((code) => retryAfterOf({ code }) !== undefined) && { headers: { "Retry-After": RETRY_AFTER } }),
    ...(status === 401 && {
      headers: { "WWW-Authenticate": { description: "Always `Bearer`.", schema: { type: "string" as const } } },
    }),
  };
}

/** What each code means; codes with the same wording share a sentence. */
export function inWords(codes: readonly ErrorCode[]): string[] {
  const titles = [...new Set(codes.map((code) => PROBLEM_KINDS[code].title))];
  return titles.map((title) => {
    const named = codes.filter((code) => PROBLEM_KINDS[code].title === title).map((code) => `\`${code}\``);
    return `${named.join(", ")}: ${title}.`;
  });
}
