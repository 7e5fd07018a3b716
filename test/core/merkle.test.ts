// The Merkle tree against the naive transcription of RFC 9162 section 2.1, for every size up to 256.
// The referee shares no code with src/: what the two agree on is what the RFC says.

import { expect } from "chai";

import { equalBytes, toHex } from "../../src/core/bytes.ts";
import {
  EMPTY_ROOT,
  Frontier,
  consistencyRanges,
  foldSubtrees,
  inclusionRanges,
  leafHash,
  nodeHash,
  subtreesOf,
  verifyConsistency,
  verifyInclusion,
} from "../../src/core/merkle.ts";
import { naiveEmptyRoot, naiveInclusionProof, naiveLeafHash, naiveNodeHash } from "../reference/naive-merkle.ts";
import { expectCode } from "../support/expect-code.ts";
import {
  expectConsistencyProofs,
  expectInclusionProofs,
  expectSubtreeProofs,
  hashOfRange,
} from "../support/every-proof.ts";
import { naiveLog } from "../support/naive-log.ts";

const MAX_SIZE = 256;
const { leaves, hash } = naiveLog(MAX_SIZE);

/** Every branch of the proofs; test/mutations/merkle-sizes.test.ts has them of every size up to 256. */
const SMALL = naiveLog(40);

describe("merkle", () => {
  it("hashes leaves and nodes under their prefixes, as the referee does", () => {
    const entry = Buffer.from("entry");
    expect(toHex(leafHash(entry))).to.equal(toHex(naiveLeafHash(entry)));
    expect(toHex(leafHash(new Uint8Array(0)))).to.equal(toHex(naiveLeafHash(new Uint8Array(0))));
    expect(toHex(nodeHash(leaves[0]!, leaves[1]!))).to.equal(toHex(naiveNodeHash(leaves[0]!, leaves[1]!)));
    expect(toHex(EMPTY_ROOT)).to.equal(toHex(naiveEmptyRoot()));
  });

  it("F4 a leaf of two hashes is no node, and a node is no leaf", () => {
    const pair = Buffer.concat([leaves[0]!, leaves[1]!]);
    expect(equalBytes(leafHash(pair), nodeHash(leaves[0]!, leaves[1]!))).to.equal(false);
    const root = hash(0, 4);
    const claim = { leafHash: hash(0, 2), leafIndex: 0, treeSize: 4, rootHash: root, proof: [hash(2, 4)] };
    expectCode("PROOF_INVALID", () => verifyInclusion(claim));
  });

  it("every range of every proof splits into complete subtrees whose hashes fold to the range's", () => {
    for (let size = 1; size <= MAX_SIZE; size++)
      for (const range of [{ begin: 0, end: size }, ...inclusionRanges(size - 1, size), ...inclusionRanges(0, size)])
        expect(toHex(hashOfRange(hash, range)), JSON.stringify(range)).to.equal(toHex(hash(range.begin, range.end)));
    expect(toHex(foldSubtrees([]))).to.equal(toHex(EMPTY_ROOT));
  });

  it("F1 every inclusion proof equals the referee's and is accepted", () => expectInclusionProofs(SMALL));

  it("F1 every consistency proof equals the referee's and is accepted", () => expectConsistencyProofs(SMALL));

  it("F1 every subtree proof equals the referee's, and yields both hashes", () => expectSubtreeProofs(SMALL));

  it("the empty tree is a prefix of every tree, with an empty proof and its own root", () => {
    expect(consistencyRanges(0, 7)).to.deep.equal([]);
    const claim = { oldSize: 0, oldRoot: EMPTY_ROOT, newSize: 7, newRoot: hash(0, 7), proof: [] };
    verifyConsistency(claim);
    verifyConsistency({ ...claim, newSize: 0, newRoot: EMPTY_ROOT });
    expectCode("CONSISTENCY_MISMATCH", () => verifyConsistency({ ...claim, newSize: 0 }), /new root/);
    expectCode("CONSISTENCY_MISMATCH", () => verifyConsistency({ ...claim, oldRoot: hash(0, 1) }), /old root/);
    expectCode("PROOF_INVALID", () => verifyConsistency({ ...claim, proof: [hash(0, 1)] }));
    expectCode("PROOF_INVALID", () => verifyConsistency({ ...claim, oldRoot: new Uint8Array(0) }));
  });

  it("a tree is consistent with itself only under one root", () => {
    const claim = { oldSize: 9, oldRoot: hash(0, 9), newSize: 9, newRoot: hash(0, 9), proof: [] };
    verifyConsistency(claim);
    expectCode("CONSISTENCY_MISMATCH", () => verifyConsistency({ ...claim, newRoot: hash(0, 10) }));
    expectCode("PROOF_INVALID", () => verifyConsistency({ ...claim, proof: [hash(0, 1)] }));
  });

  it("a refusal names the expected and the computed root", () => {
    const proof = naiveInclusionProof(hash, 3, 0, 7);
    const claim = { leafHash: leaves[4]!, leafIndex: 3, treeSize: 7, rootHash: hash(0, 7), proof };
    const { details } = expectCode("INCLUSION_MISMATCH", () => verifyInclusion(claim));
    expect(details["expected"]).to.equal(toHex(hash(0, 7)));
    expect(details["computed"]).to.match(/^[0-9a-f]{64}$/);
  });

  describe("Frontier", () => {
    it("has the referee's root at every size, and reports exactly the complete nodes", () => {
      const frontier = new Frontier();
      const nodes: { level: number; hash: Uint8Array }[] = [];
      expect(toHex(frontier.rootHash())).to.equal(toHex(EMPTY_ROOT));
      for (const [index, leaf] of leaves.entries()) {
        nodes.length = 0;
        frontier.append(leaf, (level, node) => nodes.push({ level, hash: node }));
        const size = index + 1;
        expect(frontier.size).to.equal(size);
        expect(toHex(frontier.rootHash()), `root at ${size}`).to.equal(toHex(hash(0, size)));
        const complete = [0, 1, 2, 3, 4, 5, 6, 7, 8].filter((level) => size % 2 ** level === 0);
        expect(nodes.map(({ level }) => level)).to.deep.equal(complete);
        for (const node of nodes) expect(toHex(node.hash)).to.equal(toHex(hash(size - 2 ** node.level, size)));
      }
    });

    it("needs nobody to listen", () => {
      const frontier = new Frontier();
      for (const leaf of leaves.slice(0, 77)) frontier.append(leaf);
      expect(toHex(frontier.rootHash())).to.equal(toHex(hash(0, 77)));
    });

    it("takes complete subtrees: rebuilt from those of every size, it goes on as if it had seen the leaves", () => {
      for (let size = 0; size < MAX_SIZE; size++) {
        const frontier = new Frontier();
        for (const { level, index } of subtreesOf({ begin: 0, end: size }))
          frontier.appendSubtree(level, hash(index * 2 ** level, (index + 1) * 2 ** level));
        expect(frontier.size).to.equal(size);
        expect(toHex(frontier.rootHash())).to.equal(toHex(hash(0, size)));
        frontier.append(leaves[size]!);
        expect(toHex(frontier.rootHash())).to.equal(toHex(hash(0, size + 1)));
      }
    });

    it("merges subtrees of one level as they pair up", () => {
      const frontier = new Frontier();
      for (let begin = 0; begin < MAX_SIZE; begin += 16) {
        frontier.appendSubtree(4, hash(begin, begin + 16));
        expect(toHex(frontier.rootHash())).to.equal(toHex(hash(0, begin + 16)));
      }
    });
  });
});
