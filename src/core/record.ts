/**
 * A record as its source submits it: what was observed or reported, by whom, and what identifies a repetition.
 */
import { concatBytes, utf8 } from "./bytes.ts";
import { MAX_JSON_DEPTH, type JsonObject } from "./json.ts";
import { sha256 } from "./sha256.ts";
import type { SourceSignature } from "./source-signature.ts";

/** Longest JSON text of one record, in bytes. */
export const MAX_RECORD_BYTES = 65_536;

/**
 * Levels of `claims`, itself the first. A whole record can be concealed in an event (core/source-event.ts); in the array of
 * its opening, claims lie two levels deep, and it has to be read again.
 */
export const MAX_CLAIMS_DEPTH = MAX_JSON_DEPTH - 2;

/** Only characters without look-alikes: no homoglyphs, no direction marks, nothing to escape in a log or a page. */
export const SOURCE_NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/;

/** A submitted record. `claims` holds strict JSON only. */
export type Record = {
  /** Name of a profile in force. */
  readonly type: string;
  /** Name of the sender, as {@link SOURCE_NAME} says. */
  readonly source: string;
  readonly claims: JsonObject;
  /** Idempotency key, unique per source. */
  readonly key?: string | undefined;
  /** The source's own number for the record. */
  readonly seq?: number | undefined;
  readonly evidence?: SourceSignature | undefined;
};

/** Id of a log, under which it enters its own events: SHA-256(origin), as C2SP tlog-witness names logs. */
export function logIdOf(origin: string): Uint8Array {
  return sha256(utf8(origin));
}

/**
 * Id of a name in one log, 32 bytes: of a source, SHA-256(origin ‖ LF ‖ name), or of the log itself when the name is its
 * origin. Binding the origin keeps equal names in two cities apart.
 */
export function sourceIdOf(origin: string, name: string): Uint8Array {
  return name === origin ? logIdOf(origin) : sha256(concatBytes(utf8(origin), Uint8Array.of(0x0a), utf8(name)));
}
