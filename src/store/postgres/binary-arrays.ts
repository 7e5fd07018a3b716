/**
 * Arrays as PostgreSQL sends and takes them in binary (`array_recv` in its source,
 * https://github.com/postgres/postgres/blob/REL_17_STABLE/src/backend/utils/adt/arrayfuncs.c). As text, which node-postgres would
 * write, each byte of a `bytea` takes two digits, which are escaped, copied and parsed again.
 */
const BIGINT = { oid: 20, bytes: 8 };
const BYTEA_OID = 17;
const LENGTH_BYTES = 4;
const HEAD_BYTES = 20;

/** Something that an array holds. */
export type Element = null | number | string | Uint8Array;

/**
 * A `bigint[]` of whole numbers, or a `bytea[]`.
 * @returns `undefined` for any other array, also for an empty one, whose type nobody knows
 */
export function binaryArray(values: readonly Element[]): Buffer | undefined {
  if (values.length === 0) return undefined;
  if (values.every(Number.isSafeInteger)) return bigints(values as readonly number[]);
  return values.every((value) => value instanceof Uint8Array) ? byteStrings(values) : undefined;
}

function bigints(values: readonly number[]): Buffer {
  const array = Buffer.allocUnsafe(HEAD_BYTES + values.length * (LENGTH_BYTES + BIGINT.bytes));
  let at = writeHead(array, BIGINT.oid, values.length);
  for (const value of values) {
    at = array.writeInt32BE(BIGINT.bytes, at);
    // Two's complement in halves: a BigInt for each would be an object for each.
    at = array.writeInt32BE(Math.floor(value / 2 ** 32), at);
    at = array.writeUInt32BE(value - Math.floor(value / 2 ** 32) * 2 ** 32, at);
  }
  return array;
}

function byteStrings(values: readonly Uint8Array[]): Buffer {
  const total = values.reduce((sum, { length }) => sum + LENGTH_BYTES + length, HEAD_BYTES);
  const array = Buffer.allocUnsafe(total);
  let at = writeHead(array, BYTEA_OID, values.length);
  for (const value of values) {
    at = array.writeInt32BE(value.length, at);
    array.set(value, at);
    at += value.length;
  }
  return array;
}

/** One dimension, no nulls, the type of the elements, how many, and the index of the first. @returns where elements begin */
function writeHead(array: Buffer, oid: number, count: number): number {
  let at = 0;
  for (const word of [1, 0, oid, count, 1]) at = array.writeInt32BE(word, at);
  return at;
}
