/**
 * Ids of records: UUIDs of version 7 (RFC 9562 section 5.7) that are derived, not random. The time is the second in which
 * the service took the record in, with a millisecond taken from the leaf hash; the other 74 bits are the leaf hash's
 * first ones. So an id can be checked against the log like everything else, and ids still rise with time.
 */
import { fromHex, toHex } from "./bytes.ts";
import { WarifuError } from "./errors.ts";

/** Bytes of an id. */
export const RECORD_ID_BYTES = 16;

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Id of the record whose leaf has that hash (32 bytes) and whose body says `iat` (POSIX seconds). */
export function recordIdOf(leafHash: Uint8Array, iat: number): Uint8Array {
  const id = new Uint8Array(RECORD_ID_BYTES);
  for (let at = 0; at < 10; at++) id[6 + at] = leafHash[at] as number;
  const milliseconds = (((leafHash[10] as number) << 8) | (leafHash[11] as number)) % 1000;
  let time = iat * 1000 + milliseconds;
  for (let i = 5; i >= 0; i--) {
    id[i] = time % 256;
    time = Math.floor(time / 256);
  }
  id[6] = 0x70 | ((id[6] as number) & 0x0f);
  id[8] = 0x80 | ((id[8] as number) & 0x3f);
  return id;
}

/** When the entry with that id was received, POSIX seconds; the id alone tells, even after the body is erased. */
export function receivedAtOf({ id }: { readonly id: Uint8Array }): number {
  const view = new DataView(id.buffer, id.byteOffset, id.byteLength);
  return Math.floor((view.getUint16(0) * 2 ** 32 + view.getUint32(2)) / 1000);
}

/** Text of an id: lower case, with hyphens. */
export function formatRecordId(id: Uint8Array): string {
  const hex = toHex(id);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/**
 * The id in a text.
 * @throws ENCODING_INVALID unless a lower-case UUID of version 7
 */
export function parseRecordId(text: string): Uint8Array {
  if (!UUID_V7.test(text)) throw new WarifuError("ENCODING_INVALID", "a record id is a lower-case UUID of version 7");
  return fromHex(text.replaceAll("-", ""), "record id", RECORD_ID_BYTES);
}
