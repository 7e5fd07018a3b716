/**
 * The bytes that a record was made from: an adapter received them, and the record's claim `received` commits to them. The
 * bytes themselves are in the vault, next to the record's openings.
 */
import { toHex } from "./bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "./json.ts";
import { sha256 } from "./sha256.ts";
import { LAST_SECOND } from "./timestamp.ts";

/** Name of the claim. Nobody may submit a claim of this name. */
export const RECEIVED_CLAIM = "received";

/** What the claim says about the bytes. */
export type Received = {
  /** The adapter and its version, such as `ngsi-ld/1`. */
  readonly adapter: string;
  /** POSIX milliseconds, up to {@link LAST_SECOND}. */
  readonly at: number;
  /** Other headers that affect the meaning, by lower-case name. */
  readonly headers?: { readonly [name: string]: string };
  /** Hexadecimal. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** Media type, as it was sent. */
  readonly type: string;
} & Partial<MessageEnvelope>;

/** What a payload has in addition if it came as a message of a broker. */
export type MessageEnvelope = {
  readonly topic: string;
  /** Properties that the sender set, in order; a name may occur more than once. */
  readonly properties?: [name: string, value: string][];
  /** The quality of service that it was delivered with. */
  readonly qos?: number;
  /** Whether the broker had retained it for new subscribers: it may be old. */
  readonly retained?: true;
  /** Whether it was read from the history of its topic: nobody was listening when it was sent. */
  readonly late?: true;
};

/** The largest value of each number: that of `at` still has a date, in every format. */
const NUMBERS = [
  ["at", LAST_SECOND * 1_000],
  ["size", Number.MAX_SAFE_INTEGER],
] as const;
const TEXTS = ["adapter", "sha256", "type"];

/** The claim about `bytes`. */
export function receivedClaim(bytes: Uint8Array, envelope: Omit<Received, "sha256" | "size">): Received {
  return { ...envelope, sha256: toHex(sha256(bytes)), size: bytes.length };
}

/** The claim about the bytes that a record was made from; `undefined` if its claims have none of that form. */
export function receivedIn({ [RECEIVED_CLAIM]: value }: JsonObject): Received | undefined {
  return isReceived(value) ? (value as Received) : undefined;
}

/**
 * A record's claims without it. Before the name was reserved, some sources used it for a claim of their own, which stays.
 */
export function withoutReceived(claims: JsonObject): JsonObject {
  if (receivedIn(claims) === undefined) return claims;
  const { [RECEIVED_CLAIM]: _, ...rest } = claims;
  return rest;
}

/** Whether these are the bytes that the claim commits to: of this hash, and of the size that it states beside it. */
export function isOriginal(bytes: Uint8Array, received: Received): boolean {
  return bytes.length === received.size && toHex(sha256(bytes)) === received.sha256;
}

function isReceived(value: JsonValue | undefined): boolean {
  return (
    isJsonObject(value) &&
    NUMBERS.every(([name, most]) => isCount(value[name], most)) &&
    TEXTS.every((name) => typeof value[name] === "string")
  );
}

function isCount(value: JsonValue | undefined, most: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;
}
