// The Merkle tree of RFC 9162 section 2.1, written down as the RFC defines it: recursively, by splitting at the largest
// power of two below the size. Slow on purpose and shares no code with src/ or contracts/: it is their referee.
// https://www.rfc-editor.org/rfc/rfc9162#section-2.1
// Invariant: every function here is a transcription of one definition of the RFC, nothing is optimised but repetition.

import { hash } from "node:crypto";

/** Hash of one subtree, the leaves `start` (included) to `end` (excluded). */
export type RangeHash = (start: number, end: number) => Buffer;

/** One call of Node's, whose answer as a binary string is three times as fast as an object that is fed part by part. */
const sha256 = (...parts: Uint8Array[]): Buffer =>
  Buffer.from(hash("sha256", Buffer.concat(parts), "binary"), "binary");

/** HASH(0x00 || entry) */
export const naiveLeafHash = (entry: Uint8Array): Buffer => sha256(Buffer.of(0x00), entry);

/** HASH(0x01 || left || right) */
export const naiveNodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(Buffer.of(0x01), left, right);

/** MTH({}) = HASH() */
export const naiveEmptyRoot = (): Buffer => sha256();

/** The largest power of two smaller than `size`; `size > 1`. */
export function splitPoint(size: number): number {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}

/** MTH over the given leaf hashes; remembers what it has hashed, since callers ask for every size. */
export function naiveRangeHash(leafHashes: readonly Uint8Array[]): RangeHash {
  const known = new Map<string, Buffer>();
  const compute = (start: number, end: number): Buffer => {
    if (end === start) return naiveEmptyRoot();
    if (end - start === 1) {
      const leaf = leafHashes[start];
      if (leaf === undefined) throw new RangeError(`no leaf ${String(start)}`);
      return Buffer.from(leaf);
    }
    const middle = start + splitPoint(end - start);
    return naiveNodeHash(range(start, middle), range(middle, end));
  };
  const range = (start: number, end: number): Buffer => {
    const key = `${String(start)}-${String(end)}`;
    const hash = known.get(key) ?? compute(start, end);
    known.set(key, hash);
    return hash;
  };
  return range;
}

/** PATH(index, D[start:end]) with `index` counted from `start`; `0 <= index < end - start`. */
export function naiveInclusionProof(hash: RangeHash, index: number, start: number, end: number): Buffer[] {
  const size = end - start;
  if (size === 1) return [];
  const k = splitPoint(size);
  const middle = start + k;
  return index < k
    ? [...naiveInclusionProof(hash, index, start, middle), hash(middle, end)]
    : [...naiveInclusionProof(hash, index - k, middle, end), hash(start, middle)];
}

/** PROOF(oldSize, D_newSize); `0 < oldSize <= newSize`. */
export const naiveConsistencyProof = (hash: RangeHash, oldSize: number, newSize: number): Buffer[] =>
  subProof(hash, oldSize, 0, newSize, true);

/** SUBPROOF(m, D[start:end], isComplete) */
function subProof(hash: RangeHash, m: number, start: number, end: number, isComplete: boolean): Buffer[] {
  const size = end - start;
  if (m === size) return isComplete ? [] : [hash(start, end)];
  const k = splitPoint(size);
  const middle = start + k;
  return m <= k
    ? [...subProof(hash, m, start, middle, isComplete), hash(middle, end)]
    : [...subProof(hash, m - k, middle, end, false), hash(start, middle)];
}

/** What an inclusion proof yields as root hash, by taking PATH apart from its end; undefined if it does not fit. */
function naiveInclusionRoot(
  leafHash: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
): Uint8Array | undefined {
  if (index < 0 || index >= size) return undefined;
  if (size === 1) return proof.length === 0 ? leafHash : undefined;
  const last = proof.at(-1);
  if (last === undefined) return undefined;
  const rest = proof.slice(0, -1);
  const k = splitPoint(size);
  const left = index < k ? naiveInclusionRoot(leafHash, index, k, rest) : last;
  const right = index < k ? last : naiveInclusionRoot(leafHash, index - k, size - k, rest);
  return left === undefined || right === undefined ? undefined : naiveNodeHash(left, right);
}

/** Verdict on an inclusion proof. */
export function naiveVerifyInclusion(
  leafHash: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  const computed = naiveInclusionRoot(leafHash, index, size, proof);
  return computed !== undefined && Buffer.compare(computed, root) === 0;
}

/** The two roots a consistency proof yields, by taking SUBPROOF apart from its end; undefined if it does not fit. */
function naiveConsistencyRoots(
  oldRoot: Uint8Array,
  oldSize: number,
  newSize: number,
  proof: readonly Uint8Array[],
  isComplete = true,
): { oldRoot: Uint8Array; newRoot: Uint8Array } | undefined {
  const last = proof.at(-1);
  if (oldSize === newSize) {
    const shared = isComplete ? oldRoot : last;
    if (shared === undefined || proof.length !== (isComplete ? 0 : 1)) return undefined;
    return { oldRoot: shared, newRoot: shared };
  }
  if (last === undefined) return undefined;
  const rest = proof.slice(0, -1);
  const k = splitPoint(newSize);
  if (oldSize <= k) {
    const left = naiveConsistencyRoots(oldRoot, oldSize, k, rest, isComplete);
    return left && { oldRoot: left.oldRoot, newRoot: naiveNodeHash(left.newRoot, last) };
  }
  const right = naiveConsistencyRoots(oldRoot, oldSize - k, newSize - k, rest, false);
  return right && { oldRoot: naiveNodeHash(last, right.oldRoot), newRoot: naiveNodeHash(last, right.newRoot) };
}

/** Verdict on a consistency proof between non-empty trees. */
export function naiveVerifyConsistency(
  oldSize: number,
  oldRoot: Uint8Array,
  newSize: number,
  newRoot: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (oldSize < 1 || oldSize > newSize) return false;
  const roots = naiveConsistencyRoots(oldRoot, oldSize, newSize, proof);
  return (
    roots !== undefined && Buffer.compare(roots.oldRoot, oldRoot) === 0 && Buffer.compare(roots.newRoot, newRoot) === 0
  );
}

/** SUBTREE_PROOF(start, end, D_size) of draft-ietf-plants-merkle-tree-certs, section 4.4.1. */
export function naiveSubtreeProof(hash: RangeHash, start: number, end: number, size: number): Buffer[] {
  const proof = (from: number, low: number, high: number, isKnown: boolean): Buffer[] => {
    if (low === from && high === end) return isKnown ? [] : [hash(low, high)];
    const middle = low + splitPoint(high - low);
    if (end <= middle) return [...proof(from, low, middle, isKnown), hash(middle, high)];
    if (middle <= from) return [...proof(from, middle, high, isKnown), hash(low, middle)];
    return [...proof(middle, middle, high, false), hash(low, middle)];
  };
  return proof(start, 0, size, true);
}

/** What a subtree's hash and such a proof yield: the hash of the subtree, and the root; undefined if the proof does not fit. */
export function naiveSubtreeRoots(
  subtree: Uint8Array,
  [start, end, size]: readonly [start: number, end: number, size: number],
  proof: readonly Uint8Array[],
): readonly [subtree: Uint8Array, root: Uint8Array] | undefined {
  const rest = [...proof];
  const run = (from: number, low: number, high: number, isKnown: boolean): [Uint8Array, Uint8Array] | undefined => {
    if (low === from && high === end) {
      const own = isKnown ? subtree : rest.pop();
      return own && rest.length === 0 ? [own, own] : undefined;
    }
    const middle = low + splitPoint(high - low);
    const last = rest.pop();
    if (!last) return undefined;
    if (end <= middle) {
      const below = run(from, low, middle, isKnown);
      return below && [below[0], naiveNodeHash(below[1], last)];
    }
    if (middle <= from) {
      const below = run(from, middle, high, isKnown);
      return below && [below[0], naiveNodeHash(last, below[1])];
    }
    const below = run(middle, middle, high, false);
    return below && [naiveNodeHash(last, below[0]), naiveNodeHash(last, below[1])];
  };
  return run(start, 0, size, true);
}
