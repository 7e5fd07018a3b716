// A log of small distinct leaves for the referee: leaf hashes, and the naive hash of every range of them.

import { naiveLeafHash, naiveRangeHash, type RangeHash } from "../reference/naive-merkle.ts";

/** `size` distinct leaves. */
export type NaiveLog = { readonly leaves: readonly Uint8Array[]; readonly hash: RangeHash };

export function naiveLog(size: number): NaiveLog {
  const leaves = Array.from(
    { length: size },
    (_, index) => new Uint8Array(naiveLeafHash(Buffer.from(`leaf ${index}`))),
  );
  return { leaves, hash: naiveRangeHash(leaves) };
}
