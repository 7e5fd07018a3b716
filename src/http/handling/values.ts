/**
 * Building blocks of the requests and answers of several routes, as zod schemas: the same ones validate requests and
 * describe them in the OpenAPI document.
 */
import { z } from "zod";
import { CHAIN_HASH, LOWER_CASE_ADDRESS } from "../../core/address.ts";
import { SHA256_HEX } from "../../core/bytes.ts";
import { WarifuError, type ErrorCode } from "../../core/errors.ts";
import { LEGAL_BASIS } from "../../core/legal-basis.ts";
import { isTimestamp } from "../../core/timestamp.ts";
import { MAX_PAGE } from "../../read/ledger.ts";
import { PROBLEM_KINDS } from "./problem.ts";

/** Default number of entries in a page. */
export const DEFAULT_PAGE = 100;

/** SHA-256, hexadecimal. */
export const hash = z.string().regex(SHA256_HEX);

/** A hash of the chain, hexadecimal after `0x`. */
export const chainHash = z.string().regex(CHAIN_HASH);

/** Bytes of the chain, hexadecimal after `0x`. */
export const chainBytes = z.string().regex(/^0x(?:[0-9a-f]{2})*$/);

/** An address on the chain. */
export const address = z
  .string()
  .regex(LOWER_CASE_ADDRESS)
  .meta({ example: "0x5fbdb2315678afecb367f032d93f642f64180aa3" });

/** A whole number, 0 or more. */
export const count = z.int().min(0);

/** A time in RFC 3339. */
export const time = z.iso.datetime().meta({ example: "2026-04-11T13:24:19.000Z" });

/** What a checkpoint looks like. */
export const EXAMPLE_NOTE = "santander.example/ledger\n651\nq80=\n\n— santander.example/ledger Az3g…\n";

/** A checkpoint. */
export const note = z.string().meta({
  description: "A checkpoint: a signed note (C2SP tlog-checkpoint).",
  example: EXAMPLE_NOTE,
});

/** Id of a record. */
export const recordId = z.string().meta({
  format: "uuid",
  pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
  description: "UUID of version 7, in lower case.",
  example: "019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f",
});

/** A whole number in a query, in its only decimal spelling. */
export function decimal(minimum: number, maximum: number, description: string) {
  return z
    .string()
    .regex(/^(?:0|[1-9][0-9]{0,15})$/, `must be a whole number from ${minimum} to ${maximum}`)
    .transform(Number)
    .refine((n) => n >= minimum && n <= maximum, `must be a whole number from ${minimum} to ${maximum}`)
    .meta({
      description,
      override: ({ jsonSchema }) => {
        delete jsonSchema.pattern;
        Object.assign(jsonSchema, { type: "integer", minimum, maximum });
      },
    });
}

/** A point in time in a query; comes out in POSIX seconds. */
export function moment(description: string) {
  const wrong = "must be a time as RFC 3339 writes it, such as 2026-11-01T10:00:00Z, or POSIX seconds";
  return z
    .string()
    .refine((text) => /^(?:0|[1-9][0-9]{0,11})$/.test(text) || isTimestamp(text), wrong)
    .transform((text) => (/^[0-9]+$/.test(text) ? Number(text) : Date.parse(text) / 1000))
    .meta({ description: `${description}: RFC 3339, or POSIX seconds.`, example: "2026-11-01T10:00:00Z" });
}

/** Where a page begins. */
export const cursor = decimal(
  0,
  Number.MAX_SAFE_INTEGER,
  "Where the page begins: `nextCursor` of the page before.",
).optional();

/** How long a page may be. */
export const limit = decimal(1, MAX_PAGE, "Largest number of items.").default(DEFAULT_PAGE);

/** Query of a list. */
export const pageQuery = z.strictObject({ cursor, limit });

/** A page of a list. */
export function pageOf<T extends z.ZodType>(item: T, id: string) {
  const nextCursor = z.string().nullable().meta({ description: "Cursor of the next page; null on the last one." });
  return z.strictObject({ items: z.array(item), nextCursor }).meta({ id });
}

/** On what something is erased or withheld. */
export const legalBasis = z.string().regex(LEGAL_BASIS).meta({
  description: "Id of a provision of law, or `retention` once the time of the record's profile is over.",
  example: "gdpr-17-1-a",
});

/** Path parameters. */
export const idPath = z.object({ id: recordId });

/** Codes of the errors that are answered as problems. */
export const codes = Object.keys(PROBLEM_KINDS) as [ErrorCode, ...ErrorCode[]];

/** An error. */
export const problemSchema = z
  .strictObject({
    type: z.string().meta({ description: "`urn:warifu:error:` and the code in lower case with hyphens." }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().optional().meta({ description: "A sentence for people. Never quotes what was sent." }),
    code: z.enum(codes).optional().meta({ description: "What a program decides on; absent for an internal error." }),
    instance: z.string().optional().meta({ description: "Names this refusal in the operator's log." }),
  })
  .meta({
    id: "Problem",
    description: "RFC 9457 problem details.",
    example: {
      type: "urn:warifu:error:idempotency-conflict",
      title: "The key was used for other content",
      status: 409,
      detail: "this source used the same key for a record with other content",
      code: "IDEMPOTENCY_CONFLICT",
      instance: "urn:uuid:0d5f2e0e-6c8f-4a57-9f0a-0a5f7c1e2b34",
    },
  });

/**
 * The value of `schema` in something that came with a request.
 * @throws REQUEST_INVALID naming what is wrong (by names from the schema, never what was sent)
 */
export function parseRequest<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const reasons = result.error.issues.slice(0, 5).map((issue) => reasonOf(issue, schema));
  throw new WarifuError("REQUEST_INVALID", `the request is not valid: ${reasons.join("; ")}`);
}

function reasonOf({ code, path, message }: z.core.$ZodIssue, schema: z.ZodType): string {
  if (code === "unrecognized_keys") return `it has a member or parameter that is not known here${known(schema)}`;
  // What a schema says of several parameters names them itself.
  if (code === "custom" && path.length === 0) return message;
  return `${path.join(".") || "body"}: ${inWords(message)}`;
}

/** In the words of whoever sends a request, where zod's are those of a programmer. */
function inWords(message: string): string {
  if (message.endsWith("received undefined")) return "is missing";
  return message.endsWith("expected string, received array")
    ? "must be one text, and was given several times"
    : message;
}

/** Members and parameters of requests are never nested. */
function known(schema: z.ZodType): string {
  return schema instanceof z.ZodObject ? `: there are ${Object.keys(schema.shape).join(", ")}` : "";
}
