// Trees of up to 2^53-1 leaves: complete subtrees that no proof opens have made-up hashes, all nodes above are real.
// Shows that positions above 2^31 and 2^32 neither wrap nor round.

import { createHash } from "node:crypto";

import { expect } from "chai";
import fc from "fast-check";

import { toHex } from "../../src/core/bytes.ts";
import {
  Frontier,
  consistencyRanges,
  foldSubtrees,
  inclusionRanges,
  subtreesOf,
  verifyConsistency,
  verifyInclusion,
  type LeafRange,
} from "../../src/core/merkle.ts";
import { naiveConsistencyProof, naiveInclusionProof, naiveNodeHash, splitPoint } from "../reference/naive-merkle.ts";
import { expectCode } from "../support/expect-code.ts";

const MAX_SIZE = Number.MAX_SAFE_INTEGER;
const EDGES = [2 ** 31, 2 ** 32, 2 ** 48, 2 ** 49, 2 ** 52].flatMap((size) => [size - 1, size, size + 1]);

const isComplete = (start: number, end: number): boolean => {
  const size = end - start;
  return size === 1 || (splitPoint(size) * 2 === size && start % size === 0);
};

/** Hashes of all ranges of a tree in which only the surroundings of `opened` are worked out. */
function syntheticHash(opened: readonly number[]): (start: number, end: number) => Buffer {
  const hash = (start: number, end: number): Buffer => {
    const isOpened = end - start > 1 && opened.some((position) => start <= position && position < end);
    if (isComplete(start, end) && !isOpened) return createHash("sha256").update(`${start}-${end}`).digest();
    const middle = start + splitPoint(end - start);
    return naiveNodeHash(hash(start, middle), hash(middle, end));
  };
  return hash;
}

const byNodes =
  (hash: (start: number, end: number) => Buffer) =>
  (range: LeafRange): Uint8Array =>
    foldSubtrees(subtreesOf(range).map(({ level, index }) => hash(index * 2 ** level, (index + 1) * 2 ** level)));

const hex = (hashes: readonly Uint8Array[]): string[] => hashes.map(toHex);
const anySize = fc.oneof(fc.constantFrom(...EDGES, MAX_SIZE), fc.integer({ min: 1, max: MAX_SIZE }));
const pairOfSizes = fc.tuple(anySize, anySize).map(([a, b]) => (a < b ? ([a, b] as const) : ([b, a] as const)));

describe("merkle: trees of up to 2^53-1 leaves", () => {
  it("inclusion proofs equal the referee's and are accepted", () => {
    fc.assert(
      fc.property(pairOfSizes, ([position, treeSize]) => {
        const leafIndex = position - 1;
        const hash = syntheticHash([leafIndex]);
        const proof = inclusionRanges(leafIndex, treeSize).map(byNodes(hash));
        expect(hex(proof)).to.deep.equal(hex(naiveInclusionProof(hash, leafIndex, 0, treeSize)));
        const rootHash = hash(0, treeSize);
        verifyInclusion({ leafHash: hash(leafIndex, position), leafIndex, treeSize, rootHash, proof });
        expectCode("INCLUSION_MISMATCH", () =>
          verifyInclusion({ leafHash: hash(0, treeSize), leafIndex, treeSize, rootHash: Buffer.alloc(32), proof }),
        );
      }),
    );
  });

  it("consistency proofs equal the referee's and are accepted", () => {
    fc.assert(
      fc.property(pairOfSizes, ([oldSize, newSize]) => {
        const hash = syntheticHash([oldSize - 1, oldSize]);
        const proof = consistencyRanges(oldSize, newSize).map(byNodes(hash));
        expect(hex(proof)).to.deep.equal(hex(naiveConsistencyProof(hash, oldSize, newSize)));
        verifyConsistency({ oldSize, oldRoot: hash(0, oldSize), newSize, newRoot: hash(0, newSize), proof });
      }),
    );
  });

  it("subtrees cover their range without gap or overlap, the largest first", () => {
    fc.assert(
      fc.property(anySize, (end) => {
        let at = 0;
        let before = 54;
        for (const { level, index } of subtreesOf({ begin: 0, end })) {
          expect(index * 2 ** level).to.equal(at);
          expect(level).to.be.lessThan(before);
          [at, before] = [at + 2 ** level, level];
        }
        expect(at).to.equal(end);
      }),
    );
  });

  it("a Frontier made of subtrees has the referee's root", () => {
    fc.assert(
      fc.property(anySize, (size) => {
        const hash = syntheticHash([]);
        const frontier = new Frontier();
        for (const { level, index } of subtreesOf({ begin: 0, end: size }))
          frontier.appendSubtree(level, hash(index * 2 ** level, (index + 1) * 2 ** level));
        expect(frontier.size).to.equal(size);
        expect(toHex(frontier.rootHash())).to.equal(toHex(hash(0, size)));
      }),
    );
  });
});
