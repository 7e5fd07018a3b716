// Every class of broken proof, for every size up to 130, and up to 256 in the gate (WARIFU_EVERY_CHANGE): none is accepted
// unless the RFC itself accepts it. The referee decides where a root does not bind its size; everywhere else the answer is no.

import { expect } from "chai";

import { toHex } from "../../src/core/bytes.ts";
import { EMPTY_ROOT, verifyConsistency, verifyInclusion } from "../../src/core/merkle.ts";
import {
  naiveConsistencyProof,
  naiveInclusionProof,
  naiveVerifyConsistency,
  naiveVerifyInclusion,
} from "../reference/naive-merkle.ts";
import { codeOfRefusal, expectCode } from "../support/expect-code.ts";
import { naiveLog } from "../support/naive-log.ts";

const MAX_SIZE = 256;
const BROKEN_UP_TO = process.env["WARIFU_EVERY_CHANGE"] === "on" ? MAX_SIZE : 130;
const { leaves, hash } = naiveLog(MAX_SIZE + 2);
const FOREIGN = naiveLog(1).hash(0, 0);
const IMPOSSIBLE_SIZES = [-1, 0.5, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 2 ** 63, 2 ** 64];

type Proof = readonly Uint8Array[];

const flipped = (bytes: Uint8Array, bit: number): Uint8Array =>
  bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));

const replaced = (proof: Proof, at: number, hashes: Proof): Proof => [
  ...proof.slice(0, at),
  ...hashes,
  ...proof.slice(at + 1),
];

/**
 * Broken forms of a proof, by what was done to it. `seed` chooses the bit to flip, so that all bits take part, and in
 * trees above 64 leaves the one place that is broken, so that all places take part.
 */
function* brokenProofs(proof: Proof, treeSize: number, seed: number): Generator<[string, Proof]> {
  yield ["a hash in front", [FOREIGN, ...proof]];
  yield ["a hash behind", [...proof, FOREIGN]];
  yield ["the root behind", [...proof, hash(0, treeSize)]];
  for (const [at, one] of proof.entries()) {
    if (treeSize > 64 && at !== seed % proof.length) continue;
    yield ["a flipped bit", replaced(proof, at, [flipped(one, (seed * 31 + at * 101) % 256)])];
    yield ["a hash dropped", replaced(proof, at, [])];
    yield ["a hash twice", replaced(proof, at, [one, one])];
    yield ["a foreign hash", replaced(proof, at, [FOREIGN])];
    yield ["a hash of 31 bytes", replaced(proof, at, [one.subarray(1)])];
    yield ["a hash of 33 bytes", replaced(proof, at, [Buffer.concat([one, Buffer.of(0)])])];
    const next = proof[at + 1];
    if (next) yield ["two hashes swapped", replaced(replaced(proof, at, [next]), at + 1, [one])];
  }
}

describe("merkle: broken proofs", () => {
  // Half a million refusals are looked at by their code alone; writing down where each arose would take most of the time.
  const { stackTraceLimit } = Error;
  before(() => {
    Error.stackTraceLimit = 0;
  });
  after(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  it(`F2 no broken inclusion proof is accepted, of any leaf of any size up to ${BROKEN_UP_TO}`, () => {
    for (let treeSize = 1; treeSize <= BROKEN_UP_TO; treeSize++)
      for (let leafIndex = 0; leafIndex < treeSize; leafIndex++) {
        const proof = naiveInclusionProof(hash, leafIndex, 0, treeSize);
        const claim = { leafHash: leaves[leafIndex]!, leafIndex, treeSize, rootHash: hash(0, treeSize), proof };
        for (const [what, broken] of brokenProofs(proof, treeSize, treeSize + leafIndex))
          if (codeOfRefusal(() => verifyInclusion({ ...claim, proof: broken })) === undefined)
            expect.fail(`${what}: leaf ${leafIndex} of ${treeSize}`);
      }
  });

  it(`F2 F13 no broken consistency proof is accepted, between any two sizes up to ${BROKEN_UP_TO}`, () => {
    for (let newSize = 2; newSize <= BROKEN_UP_TO; newSize++)
      for (let oldSize = 1; oldSize < newSize; oldSize++) {
        const proof = naiveConsistencyProof(hash, oldSize, newSize);
        const claim = { oldSize, oldRoot: hash(0, oldSize), newSize, newRoot: hash(0, newSize), proof };
        for (const [what, broken] of brokenProofs(proof, newSize, newSize + oldSize))
          if (codeOfRefusal(() => verifyConsistency({ ...claim, proof: broken })) === undefined)
            expect.fail(`${what}: ${oldSize} to ${newSize}`);
      }
  });

  it("a proof holds for no other leaf, index or root", () => {
    for (const treeSize of [1, 2, 3, 7, 8, 13, 64, 100, 255, 256])
      for (let leafIndex = 0; leafIndex < treeSize; leafIndex++) {
        const proof = naiveInclusionProof(hash, leafIndex, 0, treeSize);
        const claim = { leafHash: leaves[leafIndex]!, leafIndex, treeSize, rootHash: hash(0, treeSize), proof };
        const other = (leafIndex + 1) % (treeSize + 1);
        for (const wrong of [
          { leafHash: leaves[other]! },
          { leafHash: flipped(claim.leafHash, leafIndex % 256) },
          { leafHash: claim.leafHash.subarray(1) },
          { rootHash: hash(0, treeSize + 1) },
          { rootHash: EMPTY_ROOT },
          { rootHash: flipped(claim.rootHash, leafIndex % 256) },
          { rootHash: new Uint8Array(0) },
          { leafIndex: other },
          { leafIndex: leafIndex ^ 1 },
          { leafIndex: treeSize },
        ])
          expect(codeOfRefusal(() => verifyInclusion({ ...claim, ...wrong }))).not.to.equal(undefined);
      }
  });

  it("under any claimed index and size, the verdict is the referee's", () => {
    for (let treeSize = 1; treeSize <= 13; treeSize++)
      for (let leafIndex = 0; leafIndex < treeSize; leafIndex++) {
        const proof = naiveInclusionProof(hash, leafIndex, 0, treeSize);
        const [leaf, root] = [leaves[leafIndex]!, hash(0, treeSize)];
        for (let size = 0; size <= 27; size++)
          for (let index = 0; index <= 27; index++) {
            const claim = { leafHash: leaf, leafIndex: index, treeSize: size, rootHash: root, proof };
            const accepted = codeOfRefusal(() => verifyInclusion(claim)) === undefined;
            if (accepted !== naiveVerifyInclusion(leaf, index, size, proof, root))
              expect.fail(`proof of (${leafIndex}, ${treeSize}) as (${index}, ${size}): ${accepted}`);
          }
      }
  });

  it("under any claimed sizes, the verdict is the referee's", () => {
    for (let newSize = 1; newSize <= 13; newSize++)
      for (let oldSize = 1; oldSize <= newSize; oldSize++) {
        const proof = naiveConsistencyProof(hash, oldSize, newSize);
        const [oldRoot, newRoot] = [hash(0, oldSize), hash(0, newSize)];
        for (let to = 1; to <= 27; to++)
          for (let from = 1; from <= to; from++) {
            const claim = { oldSize: from, oldRoot, newSize: to, newRoot, proof };
            const accepted = codeOfRefusal(() => verifyConsistency(claim)) === undefined;
            if (accepted !== naiveVerifyConsistency(from, oldRoot, to, newRoot, proof))
              expect.fail(`proof of ${oldSize} to ${newSize} as ${from} to ${to}: ${accepted}`);
          }
      }
  });

  it("the root does not bind its size: which is why size and root come from one signed checkpoint", () => {
    const inclusion = (leafIndex: number, treeSize: number, rootHash: Uint8Array, proof: Proof): unknown =>
      codeOfRefusal(() => verifyInclusion({ leafHash: leaves[1]!, leafIndex, treeSize, rootHash, proof }));
    const proof = naiveInclusionProof(hash, 1, 0, 2);
    for (const [index, size] of [
      [1, 2],
      [2, 3],
      [4, 5],
    ] as const)
      expect(inclusion(index, size, hash(0, 2), proof), `(${index}, ${size})`).to.equal(undefined);

    const growth = { oldSize: 4, oldRoot: hash(0, 4), newRoot: hash(0, 5), proof: naiveConsistencyProof(hash, 4, 5) };
    for (const newSize of [5, 6, 7, 8]) verifyConsistency({ ...growth, newSize });
    expectCode("PROOF_INVALID", () => verifyConsistency({ ...growth, newSize: 9 }));
  });

  it("F5 impossible indexes and sizes are refused, without wrapping around", () => {
    const inclusion = { leafHash: leaves[0]!, leafIndex: 0, treeSize: 1, rootHash: hash(0, 1), proof: [] };
    const consistency = { oldSize: 1, oldRoot: hash(0, 1), newSize: 1, newRoot: hash(0, 1), proof: [] };
    verifyInclusion(inclusion);
    verifyConsistency(consistency);
    for (const size of IMPOSSIBLE_SIZES) {
      expectCode("PROOF_INVALID", () => verifyInclusion({ ...inclusion, treeSize: size }), /tree size/);
      expectCode("PROOF_INVALID", () => verifyInclusion({ ...inclusion, leafIndex: size }), /leaf index/);
      expectCode("PROOF_INVALID", () => verifyConsistency({ ...consistency, oldSize: size }), /tree size/);
      expectCode("PROOF_INVALID", () => verifyConsistency({ ...consistency, newSize: size }), /tree size/);
    }
    expectCode("PROOF_INVALID", () => verifyInclusion({ ...inclusion, treeSize: 0 }));
    expectCode("PROOF_INVALID", () => verifyInclusion({ ...inclusion, leafIndex: 1 }));
    expectCode("PROOF_INVALID", () => verifyConsistency({ ...consistency, oldSize: 2 }), /above the new size/);
    expectCode("PROOF_INVALID", () => verifyConsistency({ ...consistency, newSize: 0 }), /above the new size/);
  });

  it("a proof of a million hashes is refused by its length, before anything is hashed", () => {
    const proof = new Array<Uint8Array>(1_000_000).fill(FOREIGN);
    const inclusion = { leafHash: leaves[0]!, leafIndex: 0, treeSize: 1, rootHash: hash(0, 1), proof };
    const consistency = { oldSize: 3, oldRoot: hash(0, 3), newSize: 7, newRoot: hash(0, 7), proof };
    const { details } = expectCode("PROOF_INVALID", () => verifyInclusion(inclusion));
    expect(details).to.deep.equal({ wanted: 0, given: 1_000_000 });
    expectCode("PROOF_INVALID", () => verifyConsistency(consistency));
    expectCode("PROOF_INVALID", () => verifyConsistency({ ...consistency, newSize: 3, newRoot: hash(0, 3) }));
  });

  it("F13 every bit of every hash in the middle of a proof counts", () => {
    const proof = naiveConsistencyProof(hash, 77, 213);
    const claim = { oldSize: 77, oldRoot: hash(0, 77), newSize: 213, newRoot: hash(0, 213), proof };
    verifyConsistency(claim);
    for (const [at, one] of proof.entries())
      for (let bit = 0; bit < 256; bit++)
        expectCode("CONSISTENCY_MISMATCH", () =>
          verifyConsistency({ ...claim, proof: replaced(proof, at, [flipped(one, bit)]) }),
        );
    expect(toHex(claim.oldRoot)).not.to.equal(toHex(claim.newRoot));
  });
});
