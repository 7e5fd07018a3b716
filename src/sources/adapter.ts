/**
 * What adapters share. An adapter takes bytes that somebody sent in a format of the field, with what of their envelope changes
 * the meaning, and says which document they are; its readers make claims of it (documents.ts). Pure: nothing is fetched,
 * whatever a payload names.
 */
import { createHash } from "node:crypto";
import { WarifuError } from "../core/errors.ts";
import { canonicalJson, type JsonObject, type JsonValue } from "../core/json.ts";
import { MAX_RECORD_BYTES } from "../core/record.ts";
import { receivedClaim, type MessageEnvelope, type Received } from "../core/received.ts";
import type { Profile } from "../profiles/profile.ts";
import type { Content } from "./document.ts";
import { readDocument, type DocumentFormat } from "./documents.ts";

/** Largest payload, in bytes: each of its records keeps a copy. */
export const MAX_PAYLOAD_BYTES = 262_144;
/** Most records of one payload. */
export const MAX_PAYLOAD_RECORDS = 100;
/** Most parts that a payload may have, of which several may make one record: more are not even looked at. */
export const MAX_PAYLOAD_PARTS = 1_000;
/** Most bytes that the copies of one payload take. */
const MAX_COPIED_BYTES = 4_194_304;

/** What came in. */
export interface Payload {
  readonly bytes: Uint8Array;
  /** Media type as it was sent. */
  readonly type: string;
  /** By names in lower case; those that the adapter asks for, if they were sent. `:path` is the address without its query. */
  readonly headers: Readonly<Record<string, string>>;
  /** When it came, POSIX milliseconds. */
  readonly at: number;
  /** What else is said of it in its records, if it came as a message. */
  readonly message?: MessageEnvelope;
}

/** What an adapter makes of a payload. */
export interface Taken {
  /** Name and version of the adapter. */
  readonly adapter: string;
  readonly format: DocumentFormat;
  readonly content: Content;
  /** What makes a record the same when it comes again, by its place in the list; what it says, when left out. */
  readonly identityOf?: (place: number) => JsonValue;
}

/** An adapter. */
export interface Adapter {
  /** Media types that it takes, in lower case. */
  readonly mediaTypes: readonly string[];
  /** Headers that change what a payload means. */
  readonly headers: readonly string[];
  /** @throws RECORD_INVALID, what core/json.ts throws: the payload as a whole cannot be read */
  read(payload: Payload): Taken;
}

/** Where the records of a payload belong. */
export interface Destination {
  readonly source: string;
  readonly type: string;
  readonly profile: Profile;
}

/** A record of a payload, ready to be submitted, or the reason why there is none. */
export interface TakenRecord {
  /** Where it stands, such as `data[1]`. */
  readonly place: string;
  readonly record: JsonObject | WarifuError;
}

/** The records of a payload, and what is said of its bytes in each. */
export interface TakenRecords {
  readonly records: readonly TakenRecord[];
  readonly received: Received;
  /** Whether their keys are of the bytes of a message: what has the same key came before, whatever its claims are. */
  readonly isKeyedByBytes: boolean;
}

/**
 * Reads a payload.
 * @throws as {@link Adapter.read}; TOO_LARGE
 */
export function takeIn(adapter: Adapter, payload: Payload, { source, type, profile }: Destination): TakenRecords {
  const { bytes, at, message } = payload;
  const { adapter: name, format, content, identityOf } = adapter.read(payload);
  assertFewParts(content.parts.length);
  const { records, places } = readDocument(format, content, profile, at / 1_000);
  assertFew(records.length, bytes.length);
  const isKeyedByBytes = message !== undefined && identityOf === undefined;
  const digest = isKeyedByBytes ? createHash("sha256").update(bytes).digest("hex") : "";
  const identify = (place: number, claims: JsonObject): JsonValue => {
    const identity = isKeyedByBytes ? [digest, place] : (identityOf?.(place) ?? claims);
    return message === undefined ? identity : [message.topic, identity];
  };
  const keyed = records.map((claims, index): TakenRecord => {
    const place = places?.[index] ?? `${content.listName ?? ""}[${index}]`;
    if (claims instanceof WarifuError) return { place, record: claims };
    const record = { key: keyOf(name, identify(index, claims)), type, source, claims };
    return { place, record: isTooLong(record) ? tooLong() : record };
  });
  return { records: keyed, received: receivedClaim(bytes, envelopeOf(payload, name)), isKeyedByBytes };
}

/** What a record says of how its payload came. */
export function envelopeOf(
  { at, type, headers, message }: Payload,
  adapter: string,
): Omit<Received, "sha256" | "size"> {
  return { adapter, at, type, ...(Object.keys(headers).length > 0 && { headers }), ...message };
}

/** The same error, told with its place. */
export function placed(error: WarifuError, place: string): WarifuError {
  return new WarifuError(error.code, `${place}: ${error.message}`, { cause: error, details: error.details });
}

/** None is as long as a key may be. The store never has it, see write/derived-keys.ts. */
export function keyOf(adapter: string, identity: JsonValue): string {
  return `${adapter}:${createHash("sha256").update(canonicalJson(identity)).digest("base64url")}`;
}

/** @throws TOO_LARGE */
export function assertFewParts(count: number): void {
  if (count > MAX_PAYLOAD_PARTS)
    throw new WarifuError(
      "TOO_LARGE",
      `a payload may have ${MAX_PAYLOAD_PARTS} parts and ${MAX_PAYLOAD_RECORDS} records, and this one has ${count} parts: ` +
        "send it in several",
    );
}

export function assertFew(records: number, bytes: number): void {
  if (records > MAX_PAYLOAD_RECORDS)
    throw new WarifuError(
      "TOO_LARGE",
      `a payload may hold ${MAX_PAYLOAD_RECORDS} records, and this one holds ${records}: send it in several`,
    );
  if (records * bytes > MAX_COPIED_BYTES)
    throw new WarifuError(
      "TOO_LARGE",
      `each record keeps the payload, and ${records} copies of ${bytes} bytes are more than ${MAX_COPIED_BYTES}: ` +
        "send fewer records at once",
    );
}

function isTooLong(record: JsonObject): boolean {
  return Buffer.byteLength(JSON.stringify(record)) > MAX_RECORD_BYTES;
}

function tooLong(): WarifuError {
  return new WarifuError("TOO_LARGE", `a record may have ${MAX_RECORD_BYTES} bytes`);
}
