/**
 * Recursive length prefix, the encoding of Ethereum's headers, transactions, receipts and trie nodes (Yellow Paper
 * appendix B). Strict: each value has one encoding. Bounded: nothing is copied, length and nesting are limited, so that
 * bytes from a stranger cost little.
 */
import { concatBytes, joinBytes } from "./bytes.ts";
import { WarifuError } from "./errors.ts";

/** A decoded value: a string of bytes or a list. */
export type Rlp = Uint8Array | Rlp[];

/** Longest encoding that is decoded; the receipt of an anchor has about 500 bytes. */
export const MAX_RLP_BYTES = 65_536;
// A receipt nests four deep: receipt, logs, log, topics. An access list of a transaction likewise.
const MAX_DEPTH = 8;

/**
 * The value that `bytes` encode; byte strings in it are views of `bytes`.
 * @throws ENCODING_INVALID not the only encoding of a value, something after it, or nested too deep
 */
export function decodeRlp(bytes: Uint8Array): Rlp {
  if (bytes.length > MAX_RLP_BYTES) refuse(`is longer than ${MAX_RLP_BYTES} bytes`);
  const items = decodeItems(bytes, 0);
  const [item] = items;
  if (item === undefined || items.length !== 1) refuse("is not one value");
  return item;
}

/** The encoding of a value: for one that {@link decodeRlp} returned, the bytes that were decoded. */
export function encodeRlp(value: Rlp): Uint8Array {
  if (value instanceof Uint8Array)
    return value.length === 1 && (value[0] as number) < 0x80 ? value : withPrefix(0x80, value);
  return withPrefix(0xc0, joinBytes(value.map(encodeRlp)));
}

function withPrefix(first: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  if (length <= 55) return concatBytes(Uint8Array.of(first + length), payload);
  const digits = bytesOfNumber(length);
  return concatBytes(Uint8Array.of(first + 55 + digits.length, ...digits), payload);
}

/** The encoding of a whole number, as the key of a trie. Precondition: 0 <= number <= 2^53-1. */
export function encodeRlpNumber(number: number): Uint8Array {
  return encodeRlp(Uint8Array.from(bytesOfNumber(number)));
}

/** Big-endian, in as few bytes as possible: none for 0. */
function bytesOfNumber(number: number): number[] {
  const bytes: number[] = [];
  for (let rest = number; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return bytes;
}

function decodeItems(bytes: Uint8Array, depth: number): Rlp[] {
  if (depth > MAX_DEPTH) refuse("nests too deep");
  const items: Rlp[] = [];
  for (let at = 0; at < bytes.length;) {
    const { isList, start, end } = spanAt(bytes, at);
    const payload = bytes.subarray(start, end);
    items.push(isList ? decodeItems(payload, depth + 1) : payload);
    at = end;
  }
  return items;
}

/** Where the payload of the item at `at` lies. */
function spanAt(bytes: Uint8Array, at: number): { isList: boolean; start: number; end: number } {
  const first = bytes[at] as number;
  if (first < 0x80) return { isList: false, start: at, end: at + 1 };
  const isList = first >= 0xc0;
  const short = first - (isList ? 0xc0 : 0x80);
  const lengthBytes = Math.max(0, short - 55);
  const start = at + 1 + lengthBytes;
  const length = lengthBytes === 0 ? short : longLength(bytes.subarray(at + 1, start));
  const end = start + length;
  if (end > bytes.length) refuse("is cut off");
  if (!isList && length === 1 && (bytes[start] as number) < 0x80) refuse("has a byte with a needless prefix");
  return { isList, start, end };
}

function longLength(bytes: Uint8Array): number {
  const length = bytes.reduce((value, byte) => value * 256 + byte, 0);
  if (bytes[0] === 0 || length < 56) refuse("has a length in more bytes than it needs");
  return length;
}

function refuse(reason: string): never {
  throw new WarifuError("ENCODING_INVALID", `the RLP ${reason}`);
}
