/**
 * The entry: the 79 bytes that the log holds for each record or event. A C2SP tlog-addenda entry whose one addendum is
 * the body (https://c2sp.org/tlog-addenda):
 *
 *     version 0x01 ‖ kind ‖ source id (32) ‖ seq (u64 BE) ‖ SHA-256(body) (32) ‖ offset of that digest (u32 BE) ‖ 0x01
 */
import { equalBytes, toHex } from "./bytes.ts";
import { WarifuError } from "./errors.ts";
import { sha256 } from "./sha256.ts";

/** Length of every entry of version 1. */
export const ENTRY_BYTES = 79;

/** What an entry is about, by the number in its second byte. */
export const ENTRY_KINDS = {
  record: 1,
  source: 2,
  profile: 3,
  beacon: 4,
  erasure: 5,
  consent: 6,
  disclosure: 7,
  provision: 8,
  derivation: 9,
} as const;
export type EntryKind = keyof typeof ENTRY_KINDS;

const KIND_NAMES = new Map(Object.entries(ENTRY_KINDS).map(([name, number]) => [number as number, name as EntryKind]));
const VERSION = 1;
const SOURCE_AT = 2;
const SEQ_AT = 34;
const DIGEST_AT = 42;
const OFFSET_AT = 74;
const COUNT_AT = 78;

/** The fields of an entry. */
export interface Entry {
  readonly kind: EntryKind;
  /** 32 bytes. */
  readonly sourceId: Uint8Array;
  /** 0 <= seq <= 2^53-1. */
  readonly seq: number;
  /** SHA-256 of the body, 32 bytes. */
  readonly bodyDigest: Uint8Array;
}

/** The 79 bytes of an entry. */
export function encodeEntry(entry: Entry): Uint8Array {
  const bytes = new Uint8Array(ENTRY_BYTES);
  writeEntry(bytes, 0, entry);
  return bytes;
}

// One scratch buffer: the hash is computed before anything else can run. A leaf begins with a zero byte.
const leafInput = new Uint8Array(1 + ENTRY_BYTES);

/** Hash of the leaf that holds an entry (RFC 9162 section 2.1.1), without a copy of its bytes. */
export function entryLeafHash(entry: Entry): Uint8Array {
  // Of a damaged entry a field may be shorter: what the one before had there must not stand in for the rest.
  leafInput.fill(0);
  writeEntry(leafInput, 1, entry);
  return sha256(leafInput);
}

/** Writes an entry where many lie one after the other. Precondition: there are 79 bytes, and its fields have their lengths. */
export function writeEntry(bytes: Uint8Array, at: number, { kind, sourceId, seq, bodyDigest }: Entry): void {
  bytes[at] = VERSION;
  bytes[at + 1] = ENTRY_KINDS[kind];
  bytes.set(sourceId, at + SOURCE_AT);
  writeUint(bytes, at + SEQ_AT, 8, seq);
  bytes.set(bodyDigest, at + DIGEST_AT);
  writeUint(bytes, at + OFFSET_AT, 4, DIGEST_AT);
  bytes[at + COUNT_AT] = 1;
}

/** Entries that lie one behind the other. */
export function splitEntries(packed: Uint8Array): Uint8Array[] {
  return Array.from({ length: packed.length / ENTRY_BYTES }, (_, at) =>
    packed.subarray(at * ENTRY_BYTES, (at + 1) * ENTRY_BYTES),
  );
}

/**
 * The entry in `bytes`.
 * @throws ENTRY_INVALID for any bytes that {@link encodeEntry} would not write
 */
export function decodeEntry(bytes: Uint8Array): Entry {
  if (bytes.length !== ENTRY_BYTES)
    throw new WarifuError("ENTRY_INVALID", `an entry has ${ENTRY_BYTES} bytes, not ${bytes.length}`);
  if (bytes[0] !== VERSION) throw new WarifuError("ENTRY_INVALID", `entry version ${bytes[0]} is unknown`);
  const kind = KIND_NAMES.get(bytes[1] as number);
  if (kind === undefined) throw new WarifuError("ENTRY_INVALID", `entry kind ${bytes[1]} is unknown`);
  if (readUint(bytes, OFFSET_AT, 4) !== DIGEST_AT || bytes[COUNT_AT] !== 1)
    throw new WarifuError("ENTRY_INVALID", "the entry's addenda suffix does not point at its body digest");
  const seq = readUint(bytes, SEQ_AT, 8);
  if (!Number.isSafeInteger(seq)) throw new WarifuError("ENTRY_INVALID", "the entry's seq is above 2^53-1");
  return {
    kind,
    sourceId: bytes.slice(SOURCE_AT, SEQ_AT),
    seq,
    bodyDigest: bytes.slice(DIGEST_AT, OFFSET_AT),
  };
}

/**
 * Checks that `body` is the one the entry commits to.
 * @throws BODY_MISMATCH with both digests
 */
export function assertBodyOf(entry: Entry, body: Uint8Array): void {
  const computed = sha256(body);
  if (!equalBytes(computed, entry.bodyDigest))
    throw new WarifuError("BODY_MISMATCH", "the body is not the one the entry commits to", {
      details: { expected: toHex(entry.bodyDigest), computed: toHex(computed) },
    });
}

function writeUint(bytes: Uint8Array, at: number, length: number, value: number): void {
  let rest = value;
  for (let i = at + length - 1; i >= at; i--) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

function readUint(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = at; i < at + length; i++) value = value * 256 + (bytes[i] as number);
  return value;
}
