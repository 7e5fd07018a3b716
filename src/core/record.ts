/**
 * A record as its source submits it: what was observed or reported, by whom, and what makes a repetition recognisable.
 * The same zod schema validates submissions and describes them in the OpenAPI document.
 */
import { z } from "zod";
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "./json.ts";
import { concatBytes, fromBase64, toBase64Url, utf8 } from "./bytes.ts";
import { assertPublicKey, verifyEd25519 } from "./ed25519.ts";
import { WarifuError } from "./errors.ts";
import { sha256 } from "./sha256.ts";

/** Longest JSON text of one record, in bytes. */
export const MAX_RECORD_BYTES = 65_536;

/** Only characters that look like nothing else: no homoglyphs, no direction marks, nothing to escape in a log or a page. */
export const SOURCE_NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/;

const sourceName = z.string().regex(SOURCE_NAME).meta({
  description: "Name of the sender, 1 to 128 characters of A-Z a-z 0-9 . _ : / @ -. Public: never a person's name.",
  example: "santander/env-419",
});

const signature = z
  .strictObject({
    alg: z.literal("Ed25519"),
    key: z.string().length(44).meta({ description: "Public key of the source, 32 bytes in base64." }),
    sig: z.string().length(88).meta({ description: "Signature, 64 bytes in base64." }),
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
      .regex(/^[!-~]{1,128}$/)
      .optional()
      .meta({
        description:
          "Idempotency key, 1 to 128 printable ASCII characters, unique per source. Never personal data. " +
          "Keys that rise in time order are cheapest to look up.",
      }),
    type: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,63}$/)
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

/** A submitted record. `claims` holds strict JSON only. */
export type Record = z.infer<typeof recordSchema>;
export type SourceSignature = z.infer<typeof signature>;

/**
 * The record in a parsed JSON value.
 * @throws RECORD_INVALID naming each offending member (never its value)
 */
export function assertRecord(value: JsonValue): Record {
  const result = recordSchema.safeParse(value);
  if (result.success) return result.data;
  const reasons = result.error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join(".") || "record"}: ${reason(issue)}`);
  throw new WarifuError("RECORD_INVALID", `the record does not have the right shape: ${reasons.join("; ")}`);
}

function reason(issue: z.core.$ZodIssue): string {
  // The names are the sender's own text; what they hold is not repeated.
  if (issue.code === "unrecognized_keys") return "has a member that records do not have";
  return issue.message;
}

/**
 * Id of a source within one log: SHA-256(origin ‖ LF ‖ name), 32 bytes. Binding the origin keeps equal names in two
 * cities apart.
 */
export function sourceIdOf(origin: string, sourceName: string): Uint8Array {
  return sha256(concatBytes(utf8(origin), Uint8Array.of(0x0a), utf8(sourceName)));
}

/** Id of a log, under which it enters its own events: SHA-256(origin), as C2SP tlog-witness names logs. */
export function logIdOf(origin: string): Uint8Array {
  return sha256(utf8(origin));
}

/** What a source signs of a record. */
export type SignedPart = Pick<Record, "claims" | "source" | "type"> & { readonly seq: number };

/** The bytes that a source signs. */
export function signedBytesOf({ claims, seq, source, type }: SignedPart): Uint8Array {
  return utf8(`warifu-record/1\n${canonicalJson({ claims, seq, source, type })}`);
}

/**
 * Commitment to what a source signed, as the body of a record shows it that conceals claims: base64url of SHA-256 over the
 * salt and the signed bytes. Precondition: `salt` is that of the signature's opening, 32 random bytes that only the vault
 * has, so nobody can guess claims against it.
 */
export function signatureCommitment(salt: Uint8Array, part: SignedPart): string {
  return toBase64Url(sha256(concatBytes(salt, signedBytesOf(part))));
}

/**
 * Checks the record's own signature when it carries one.
 * @throws RECORD_INVALID signed but without a seq, which the signature covers; KEY_INVALID, ENCODING_INVALID,
 *   SOURCE_SIGNATURE_INVALID
 */
export function checkSourceSignature(record: Record): void {
  const { evidence, seq } = record;
  if (!evidence) return;
  if (seq === undefined)
    throw new WarifuError("RECORD_INVALID", "seq: a signed record carries its own, because the signature covers it");
  const key = assertPublicKey(fromBase64(evidence.key, "evidence.key", 32));
  if (!verifyEd25519(key, signedBytesOf({ ...record, seq }), fromBase64(evidence.sig, "evidence.sig", 64)))
    throw new WarifuError(
      "SOURCE_SIGNATURE_INVALID",
      "evidence.sig is not a signature of this record by evidence.key: is the record signed in its RFC 8785 form, with " +
        "numbers as JavaScript writes them, such as 16 for 16.0 and 1e-7 for 1e-07?",
    );
}
