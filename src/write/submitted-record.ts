/**
 * The shape of a submitted record: one zod schema validates submissions and describes them in the OpenAPI document.
 */
import { z } from "zod";
import { WarifuError } from "../core/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../core/json.ts";
import { SOURCE_NAME, type Record } from "../core/record.ts";

const sourceName = z
  .string()
  .regex(SOURCE_NAME, "must be 1 to 128 of the characters A-Z a-z 0-9 . _ : / @ -, the first a letter or digit")
  .meta({
    description: "Name of the sender, 1 to 128 characters of A-Z a-z 0-9 . _ : / @ -. Public: never a person's name.",
    example: "santander/env-419",
  });

const signature = z
  .strictObject({
    alg: z.literal("Ed25519"),
    key: z
      .string()
      .length(44, "must be 32 bytes in base64")
      .meta({ description: "Public key of the source, 32 bytes in base64." }),
    sig: z.string().length(88, "must be 64 bytes in base64").meta({ description: "Signature, 64 bytes in base64." }),
  })
  .meta({
    id: "SourceSignature",
    description:
      "Ed25519 signature of the source over `warifu-record/1`, a line feed, and the RFC 8785 form of {claims, seq, source, type}.",
  });

/** Shape of a submitted record. */
export const recordSchema = z
  .strictObject({
    key: z
      .string()
      .regex(/^[!-~]{1,128}$/, "must be 1 to 128 printable ASCII characters without space")
      .optional()
      .meta({
        description:
          "Idempotency key, 1 to 128 printable ASCII characters, unique per source. Never personal data. " +
          "Keys that rise in time order are cheapest to look up.",
      }),
    type: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,63}$/, "must be 1 to 64 of the characters a-z 0-9 -, the first a letter")
      .meta({ description: "Name of a profile in force.", example: "sensor-reading" }),
    source: sourceName,
    seq: z
      .int()
      .min(0)
      .optional()
      .meta({ description: "The source's own sequence number, each used once. Assigned when left out." }),
    claims: z
      .custom<JsonObject>((value) => isJsonObject(value as JsonValue), "must be an object")
      .meta({
        override: { type: "object", additionalProperties: true },
        description: "What the record says; checked against the profile of its type.",
      }),
    evidence: signature.optional(),
  })
  .meta({ id: "Record", description: "A record as its source submits it." });

/** Shape of a record that is signed as a whole. */
export const signedRecordSchema = z
  .strictObject({
    jws: z
      .string()
      .meta({ description: "Compact JWS (RFC 7515), EdDSA or ES256, whose payload is a Record with its seq." }),
  })
  .meta({ id: "SignedRecord", description: "A record that its source signed as a whole." });

/**
 * The record in a parsed JSON value.
 * @throws RECORD_INVALID naming each offending member (never its value)
 */
export function assertRecord(value: JsonValue): Record {
  const result = recordSchema.safeParse(value);
  if (result.success) return result.data;
  if (isJsonObject(value) && Object.hasOwn(value, "jws")) throw wronglySigned(value);
  const reasons = result.error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join(".") || "record"}: ${reason(issue)}`);
  throw new WarifuError("RECORD_INVALID", `the record does not have the right shape: ${reasons.join("; ")}`);
}

/** Says why a value with the member `jws` is no record signed as a whole. */
function wronglySigned({ jws }: JsonObject): WarifuError {
  const what =
    typeof jws === "string"
      ? "a record signed as a whole has the member jws alone; its key, type, source and the like are in what was signed"
      : "jws must be text, a JWS in its compact form";
  return new WarifuError("RECORD_INVALID", `the record does not have the right shape: ${what}`);
}

function reason(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type" && issue.message.endsWith("received undefined")) return "is missing";
  if (issue.code !== "unrecognized_keys") return issue.message;
  // The unknown names are the sender's own text, so the known ones are listed instead.
  const [what, { shape }] = issue.path.length === 0 ? ["a record", recordSchema] : ["evidence", signature];
  return `has a member that ${what} does not have: there are ${Object.keys(shape).join(", ")}`;
}
