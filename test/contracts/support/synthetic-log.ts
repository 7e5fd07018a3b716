// A log of any size without its leaves: a complete subtree that no proof has to open gets a made-up hash, all nodes above
// are real SHA-256 nodes. Lets the contract be tested at a million entries in microseconds.
// Invariant: a hash once handed out for a range of leaves never changes, so roots and proofs of all sizes agree.

import { createHash } from "node:crypto";

import { naiveConsistencyProof, naiveNodeHash, splitPoint, type RangeHash } from "../../reference/naive-merkle.ts";

/** A tree head, and the way to larger ones. */
export type SyntheticLog = {
  readonly size: number;
  readonly root: Buffer;
  /**
   * The log once grown to `newSize`, larger than `size`; this one stays as it is.
   * @param leaves the new leaves' seed, where they are not to be those of this log
   */
  readonly extend: (newSize: number, leaves?: string) => Extension;
};

/** A larger log and the proof that leads to it. */
export type Extension = SyntheticLog & { readonly proof: Buffer[] };

/**
 * @param size leaves to start with, at least 1
 * @param leaves logs of different seeds share no hash
 */
export function createSyntheticLog(size: number, leaves = "leaves"): SyntheticLog {
  const known = new Map<string, Buffer>();
  return toLog(size, syntheticRange(known, leaves, size)(0, size), known, leaves);
}

function toLog(size: number, root: Buffer, known: ReadonlyMap<string, Buffer>, ownLeaves: string): SyntheticLog {
  const extend = (newSize: number, leaves = ownLeaves): Extension => {
    const grown = new Map(known);
    const range = syntheticRange(grown, leaves, size);
    const newRoot = range(0, newSize);
    const proof = naiveConsistencyProof(range, size, newSize);
    return { ...toLog(newSize, newRoot, grown, leaves), proof };
  };
  return { size, root, extend };
}

/** Hash of any range, made up for complete subtrees that do not straddle `boundary`. */
function syntheticRange(known: Map<string, Buffer>, leaves: string, boundary: number): RangeHash {
  const compute = (start: number, end: number, key: string): Buffer => {
    const size = end - start;
    const isComplete = size === 1 || splitPoint(size) * 2 === size;
    const isOpened = start < boundary && boundary < end;
    if (isComplete && !isOpened) return createHash("sha256").update(`${leaves}: ${key}`).digest();
    const middle = start + splitPoint(size);
    return naiveNodeHash(range(start, middle), range(middle, end));
  };
  const range = (start: number, end: number): Buffer => {
    const key = `${String(start)}-${String(end)}`;
    const hash = known.get(key) ?? compute(start, end, key);
    known.set(key, hash);
    return hash;
  };
  return range;
}
