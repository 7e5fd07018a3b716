/**
 * Requests to a time-stamping authority and its answers (RFC 3161, sections 2.4.1 and 2.4.2), as bytes.
 */
import { concatBytes, equalBytes } from "./bytes.ts";
import { DER, derCount, DerReader, malformed, readDer } from "./der.ts";
import { sha256 } from "./sha256.ts";
import { parseTimestampToken } from "./timestamp-token.ts";

/** Media types of request and answer. */
export const TIMESTAMP_QUERY = "application/timestamp-query";
export const TIMESTAMP_REPLY = "application/timestamp-reply";
/** Length of a nonce; its first byte is made positive, and not zero. */
export const NONCE_BYTES = 16;
/** Version 1, and the algorithm identifier of SHA-256. */
const VERSION = Uint8Array.of(DER.integer, 1, 1);
const SHA_256 = Uint8Array.of(0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0);
/** `certReq`: asks the authority to include its certificate. */
const WITH_CERTIFICATE = Uint8Array.of(DER.boolean, 1, 0xff);
/** `granted` and `grantedWithMods`: in both cases there is a token, which says what it is about. */
const MOST_GRANTED = 1;

/** Bytes of a request for a timestamp of `bytes`. */
export function formatTimestampRequest(bytes: Uint8Array, nonce: Uint8Array): Uint8Array {
  const imprint = short(DER.sequence, SHA_256, short(DER.octetString, sha256(bytes)));
  return short(DER.sequence, VERSION, imprint, short(DER.integer, nonce), WITH_CERTIFICATE);
}

/** Random bytes as a nonce: a positive INTEGER in its only encoding. */
export function nonceOf(random: Uint8Array): Uint8Array {
  const nonce = random.slice(0, NONCE_BYTES);
  nonce[0] = ((nonce[0] as number) & 0x3f) | 0x40;
  return nonce;
}

/**
 * The token in an answer, which has the nonce of the request. Its signer and its statement are not checked.
 * @throws TIMESTAMP_INVALID, KEY_TYPE_UNKNOWN
 */
export function tokenInReply(reply: Uint8Array, nonce: Uint8Array): Uint8Array {
  const answer = new DerReader(readDer(reply, DER.sequence).content);
  const status = derCount(answer.within(DER.sequence).next(DER.integer));
  if (status > MOST_GRANTED) throw malformed(`was not granted: the authority answers with status ${status}`);
  const { whole } = answer.next(DER.sequence);
  answer.end();
  const given = parseTimestampToken(whole).nonce;
  if (given === undefined || !equalBytes(given, nonce)) throw malformed("is the answer to another request");
  return whole.slice();
}

/** A value of fewer than 128 bytes. */
function short(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = concatBytes(...parts);
  return concatBytes(Uint8Array.of(tag, content.length), content);
}
