/**
 * The Merkle tree of RFC 9162 section 2.1 over SHA-256 (the same as RFC 6962's): leaf = H(0x00 ‖ entry),
 * node = H(0x01 ‖ left ‖ right), split at the largest power of two strictly below the size. Leaves are never doubled and
 * pairs never sorted, so a proof binds the position.
 *
 * A root does not commit to its size: the same root and path can fit other (index, size) pairs. Callers take size and
 * root from one signed checkpoint, never from two places.
 */
import { equalBytes, toHex } from "./bytes.ts";
import { WarifuError } from "./errors.ts";
import { sha256 } from "./sha256.ts";

/** Length of every hash of the tree. */
export const HASH_BYTES = 32;
/** Root of the empty tree: SHA-256 of nothing. */
export const EMPTY_ROOT: Uint8Array = sha256(new Uint8Array(0));

// One scratch buffer for the 65 bytes of a node: the hash is computed before anything else can run.
const nodeInput = new Uint8Array(1 + 2 * HASH_BYTES);
nodeInput[0] = 1;
// The same for leaves, whose entries nearly always have one length.
let leafInput = new Uint8Array(0);

/** Hash of the leaf that holds `entry`. */
export function leafHash(entry: Uint8Array): Uint8Array {
  if (leafInput.length !== 1 + entry.length) leafInput = new Uint8Array(1 + entry.length);
  leafInput.set(entry, 1);
  return sha256(leafInput);
}

/** Hash of the node over two children. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return sha256(nodeInput);
}

/** The claim of an inclusion proof: the leaf stands at `leafIndex` of the tree with that size and root. */
export interface InclusionClaim {
  readonly leafHash: Uint8Array;
  readonly leafIndex: number;
  readonly treeSize: number;
  readonly rootHash: Uint8Array;
  /** The leaf's sibling first, the root's child last. */
  readonly proof: readonly Uint8Array[];
}

/**
 * RFC 9162 section 2.1.3.2.
 * @throws PROOF_INVALID when the proof does not have the shape for 0 <= leafIndex < treeSize; INCLUSION_MISMATCH
 */
export function verifyInclusion(claim: InclusionClaim): void {
  const { leafIndex, treeSize, rootHash, proof } = claim;
  assertSize(treeSize);
  if (!Number.isSafeInteger(leafIndex) || leafIndex < 0 || leafIndex >= treeSize)
    throw new WarifuError("PROOF_INVALID", `leaf index ${leafIndex} is outside of a tree of size ${treeSize}`);
  const index = BigInt(leafIndex);
  const inner = bitLength(index ^ BigInt(treeSize - 1));
  assertLength(proof.length, inner + bitCount(index >> BigInt(inner)), "inclusion");
  assertHashes([rootHash, claim.leafHash, ...proof]);
  let [hash, left] = [claim.leafHash, leafIndex];
  for (let level = 0; level < proof.length; level++, left = Math.floor(left / 2)) {
    const sibling = proof[level] as Uint8Array;
    hash = level < inner && left % 2 === 0 ? nodeHash(hash, sibling) : nodeHash(sibling, hash);
  }
  if (!equalBytes(hash, rootHash))
    throw new WarifuError("INCLUSION_MISMATCH", `the inclusion proof of leaf ${leafIndex} does not lead to the root`, {
      details: { expected: toHex(rootHash), computed: toHex(hash) },
    });
}

/** The claim of a consistency proof: the old tree is a prefix of the new one. */
export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly newSize: number;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/**
 * RFC 9162 section 2.1.4.2, with the empty old tree consistent with every tree (C2SP tlog-witness).
 * @throws PROOF_INVALID when oldSize > newSize or the proof has another length; CONSISTENCY_MISMATCH
 */
export function verifyConsistency(claim: ConsistencyClaim): void {
  const { oldSize, oldRoot, newSize, newRoot } = claim;
  assertSize(oldSize);
  assertSize(newSize);
  if (oldSize > newSize)
    throw new WarifuError("PROOF_INVALID", `the old size ${oldSize} is above the new size ${newSize}`);
  const [computedOld, computedNew] = consistencyRoots(claim);
  assertRoot("old", oldSize, oldRoot, computedOld);
  assertRoot("new", newSize, newRoot, computedNew);
}

function assertRoot(which: "old" | "new", size: number, expected: Uint8Array, computed: Uint8Array): void {
  if (!equalBytes(expected, computed))
    throw new WarifuError("CONSISTENCY_MISMATCH", `the consistency proof does not lead to the ${which} root`, {
      details: { size, expected: toHex(expected), computed: toHex(computed) },
    });
}

/** The two roots that the proof leads to. */
function consistencyRoots({ oldSize, oldRoot, newSize, newRoot, proof }: ConsistencyClaim): [Uint8Array, Uint8Array] {
  if (oldSize === 0 || oldSize === newSize) {
    assertLength(proof.length, 0, "consistency");
    assertHashes([oldRoot, newRoot]);
    return oldSize === 0 ? [EMPTY_ROOT, newSize === 0 ? EMPTY_ROOT : newRoot] : [oldRoot, oldRoot];
  }
  const last = BigInt(oldSize - 1);
  const start = trailingZeros(BigInt(oldSize));
  const fork = bitLength(last ^ BigInt(newSize - 1));
  const inner = fork - start;
  // A complete old tree is itself the first node on the way up; otherwise the proof supplies that node.
  const seeded = oldSize === 2 ** start;
  assertLength(proof.length, inner + bitCount(last >> BigInt(fork)) + (seeded ? 0 : 1), "consistency");
  assertHashes([oldRoot, newRoot, ...proof]);
  const seed = seeded ? oldRoot : (proof[0] as Uint8Array);
  let [old, grown] = [seed, seed];
  for (const [step, sibling] of proof.slice(seeded ? 0 : 1).entries()) {
    if (step >= inner || hasBit(last, start + step)) {
      old = nodeHash(sibling, old);
      grown = nodeHash(sibling, grown);
    } else {
      grown = nodeHash(grown, sibling);
    }
  }
  return [old, grown];
}

/** Leaves `begin` <= i < `end` of the tree. */
export interface LeafRange {
  readonly begin: number;
  readonly end: number;
}

/**
 * The ranges whose hashes are the inclusion proof of `leafIndex` in a tree of `treeSize` (RFC 9162 section 2.1.3.1), in
 * proof order. Precondition: 0 <= leafIndex < treeSize.
 */
export function inclusionRanges(leafIndex: number, treeSize: number): LeafRange[] {
  const ranges: LeafRange[] = [];
  let [begin, end] = [0, treeSize];
  while (end - begin > 1) {
    const middle = begin + splitPoint(end - begin);
    if (leafIndex < middle) {
      ranges.push({ begin: middle, end });
      end = middle;
    } else {
      ranges.push({ begin, end: middle });
      begin = middle;
    }
  }
  return ranges.reverse();
}

/**
 * The ranges whose hashes are the consistency proof from `oldSize` to `newSize` (RFC 9162 section 2.1.4.1), in proof
 * order. Precondition: 0 <= oldSize <= newSize.
 */
export function consistencyRanges(oldSize: number, newSize: number): LeafRange[] {
  return oldSize === 0 ? [] : subtreeRanges({ begin: 0, end: oldSize }, newSize);
}

/**
 * The ranges whose hashes prove that a subtree is of the tree of `treeSize`, in proof order: a consistency proof, but for a
 * subtree that may begin anywhere (draft-ietf-plants-merkle-tree-certs section 4.4.1). Precondition: `subtree` is as for
 * {@link subtreesOf}, not empty, and ends within the tree.
 */
export function subtreeRanges(subtree: LeafRange, treeSize: number): LeafRange[] {
  const ranges: LeafRange[] = [];
  let [begin, end] = [0, treeSize];
  // Begin of what remains of the subtree after a split within it; its hash is then unknown to whoever verifies.
  let rest = subtree.begin;
  while (begin !== rest || end !== subtree.end) {
    const middle = begin + splitPoint(end - begin);
    if (subtree.end <= middle) {
      ranges.push({ begin: middle, end });
      end = middle;
    } else {
      ranges.push({ begin, end: middle });
      begin = middle;
      rest = Math.max(rest, middle);
    }
  }
  if (rest !== subtree.begin) ranges.push({ begin, end });
  return ranges.reverse();
}

/** A complete subtree: node `index` of tree level `level`, over leaves [index·2^level, (index+1)·2^level). */
export interface SubtreeNode {
  readonly level: number;
  readonly index: number;
}

/**
 * The complete subtrees of a range, left to right. Precondition: `begin` is a multiple of the smallest power of two that
 * is at least the range's length, as it is for every range of a proof.
 */
export function subtreesOf({ begin, end }: LeafRange): SubtreeNode[] {
  const nodes: SubtreeNode[] = [];
  for (let at = begin; at < end;) {
    const level = lengthInBits(end - at) - 1;
    const width = 2 ** level;
    nodes.push({ level, index: at / width });
    at += width;
  }
  return nodes;
}

/** Hash of a range from the hashes of its complete subtrees, left to right; the empty range has the empty root. */
export function foldSubtrees(hashes: readonly Uint8Array[]): Uint8Array {
  return hashes.length === 0 ? EMPTY_ROOT : hashes.reduceRight((right, left) => nodeHash(left, right));
}

/**
 * The growing right edge of a tree: the roots of its complete subtrees. Appending costs one node hash on average and
 * the root is available immediately, whatever the size.
 */
export class Frontier {
  #size = 0;
  // At position l: the root of the complete subtree of 2^l leaves at the right edge, if bit l of the size is set.
  readonly #nodes: (Uint8Array | undefined)[] = [];

  /** Number of leaves. */
  get size(): number {
    return this.#size;
  }

  /**
   * Appends a leaf hash. `onNode` is called for every node that becomes complete, from the leaf upward.
   */
  append(leaf: Uint8Array, onNode?: (level: number, hash: Uint8Array) => void): void {
    this.appendSubtree(0, leaf, onNode);
  }

  /**
   * Appends a complete subtree of 2^level leaves. Precondition: the size is a multiple of 2^level. `onNode` is called as by
   * {@link append}, from the root of that subtree upward.
   */
  appendSubtree(level: number, hash: Uint8Array, onNode?: (level: number, hash: Uint8Array) => void): void {
    let [carry, at] = [hash, level];
    onNode?.(at, carry);
    for (let left = this.#nodes[at]; left !== undefined; left = this.#nodes[at]) {
      carry = nodeHash(left, carry);
      this.#nodes[at++] = undefined;
      onNode?.(at, carry);
    }
    this.#nodes[at] = carry;
    this.#size += 2 ** level;
  }

  /** The roots of its complete subtrees, the largest first: together with the size, its whole state. */
  subtrees(): Uint8Array[] {
    return this.#nodes.filter((node) => node !== undefined).reverse();
  }

  /**
   * Restores a frontier from its size and the roots that {@link subtrees} gave.
   * @throws PROOF_INVALID a tree of that size has another number of them
   */
  static of(size: number, subtrees: readonly Uint8Array[]): Frontier {
    assertSize(size);
    assertLength(subtrees.length, bitCount(BigInt(size)), "frontier");
    assertHashes(subtrees);
    const frontier = new Frontier();
    for (const [at, { level }] of subtreesOf({ begin: 0, end: size }).entries())
      frontier.appendSubtree(level, subtrees[at] as Uint8Array);
    return frontier;
  }

  /** Root of the tree as it stands. */
  rootHash(): Uint8Array {
    let root: Uint8Array | undefined;
    for (const node of this.#nodes) if (node !== undefined) root = root === undefined ? node : nodeHash(node, root);
    return root ?? EMPTY_ROOT;
  }
}

/** The largest power of two strictly below `size`. Precondition: size > 1. */
function splitPoint(size: number): number {
  return 2 ** (lengthInBits(size - 1) - 1);
}

/** The number of binary digits. By bits: `Math.log2` rounds 2^49-1 up to 49. Precondition: 0 < value < 2^53. */
function lengthInBits(value: number): number {
  const high = Math.floor(value / 2 ** 32);
  return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(value);
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

function bitCount(value: bigint): number {
  return value.toString(2).replaceAll("0", "").length;
}

function trailingZeros(value: bigint): number {
  return bitLength(value & -value) - 1;
}

function hasBit(value: bigint, position: number): boolean {
  return ((value >> BigInt(position)) & 1n) === 1n;
}

function assertSize(size: number): void {
  if (!Number.isSafeInteger(size) || size < 0)
    throw new WarifuError("PROOF_INVALID", `a tree size is a whole number from 0 to 2^53-1, not ${size}`);
}

function assertHashes(hashes: readonly Uint8Array[]): void {
  for (const hash of hashes)
    if (hash.length !== HASH_BYTES)
      throw new WarifuError("PROOF_INVALID", `a hash has ${HASH_BYTES} bytes, not ${hash.length}`);
}

function assertLength(given: number, wanted: number, kind: string): void {
  if (given !== wanted)
    throw new WarifuError("PROOF_INVALID", `this ${kind} proof must have ${wanted} hashes, not ${given}`, {
      details: { wanted, given },
    });
}
