// Every proof of every tree up to a size, against the naive transcription of RFC 9162 section 2.1: it is the referee's,
// and it is accepted.

import { expect } from "chai";

import { equalBytes } from "../../src/core/bytes.ts";
import {
  consistencyRanges,
  foldSubtrees,
  inclusionRanges,
  subtreeRanges,
  subtreesOf,
  verifyConsistency,
  verifyInclusion,
  type LeafRange,
} from "../../src/core/merkle.ts";
import {
  naiveConsistencyProof,
  naiveInclusionProof,
  naiveSubtreeProof,
  naiveSubtreeRoots,
  type RangeHash,
} from "../reference/naive-merkle.ts";
import type { NaiveLog } from "./naive-log.ts";

/** The hash of a range from complete subtrees, each of which the referee has hashed. */
export function hashOfRange(hash: RangeHash, range: LeafRange): Uint8Array {
  const nodes = subtreesOf(range).map(({ level, index }) => hash(index * 2 ** level, (index + 1) * 2 ** level));
  return foldSubtrees(nodes);
}

/** Of every leaf in every tree. */
export function expectInclusionProofs({ leaves, hash }: NaiveLog): void {
  for (let treeSize = 1; treeSize <= leaves.length; treeSize++)
    for (let leafIndex = 0; leafIndex < treeSize; leafIndex++) {
      const proof = inclusionRanges(leafIndex, treeSize).map((range) => hashOfRange(hash, range));
      if (!sameHashes(proof, naiveInclusionProof(hash, leafIndex, 0, treeSize)))
        expect.fail(`proof of ${leafIndex} in ${treeSize}`);
      verifyInclusion({ leafHash: leaves[leafIndex]!, leafIndex, treeSize, rootHash: hash(0, treeSize), proof });
    }
}

/** From every tree to every larger one, and to itself. */
export function expectConsistencyProofs({ leaves, hash }: NaiveLog): void {
  for (let newSize = 1; newSize <= leaves.length; newSize++)
    for (let oldSize = 1; oldSize <= newSize; oldSize++) {
      const proof = consistencyRanges(oldSize, newSize).map((range) => hashOfRange(hash, range));
      if (!sameHashes(proof, naiveConsistencyProof(hash, oldSize, newSize)))
        expect.fail(`proof from ${oldSize} to ${newSize}`);
      verifyConsistency({ oldSize, oldRoot: hash(0, oldSize), newSize, newRoot: hash(0, newSize), proof });
    }
}

/** Of every subtree of every tree; each must yield both hashes. */
export function expectSubtreeProofs({ leaves, hash }: NaiveLog): void {
  for (let size = 1; size <= leaves.length; size++)
    for (let end = 1; end <= size; end++)
      for (let width = 1; ; width *= 2) {
        // The beginnings that a subtree with this end may have: multiples of a power of two that is not below its length.
        const begin = Math.floor((end - 1) / width) * width;
        const proof = subtreeRanges({ begin, end }, size).map((range) => hashOfRange(hash, range));
        const roots = naiveSubtreeRoots(hash(begin, end), [begin, end, size], proof);
        if (
          !sameHashes(proof, naiveSubtreeProof(hash, begin, end, size)) ||
          !sameHashes(roots ?? [], [hash(begin, end), hash(0, size)])
        )
          expect.fail(`proof of ${begin} to ${end} in ${size}`);
        if (begin === 0) break;
      }
}

function sameHashes(given: readonly Uint8Array[], wanted: readonly Uint8Array[]): boolean {
  return given.length === wanted.length && given.every((one, at) => equalBytes(one, wanted[at]!));
}
