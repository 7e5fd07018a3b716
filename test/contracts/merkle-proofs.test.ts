// The Solidity proof library against the recursive definitions of RFC 9162: every size up to 130, and up to 256 in the gate
// (WARIFU_EVERY_CHANGE), every index, every pair of sizes; then every class of mutation, none of which may pass.
// https://www.rfc-editor.org/rfc/rfc9162#section-2.1

import { expect } from "chai";
import { network } from "hardhat";

import {
  naiveConsistencyProof,
  naiveInclusionProof,
  naiveLeafHash,
  naiveRangeHash,
  naiveVerifyConsistency,
  naiveVerifyInclusion,
} from "../reference/naive-merkle.ts";
import { deployHarness, type ConsistencyCase, type Harness, type InclusionCase } from "./support/batched-verdicts.ts";
import { anotherHash, mutationClasses } from "./support/mutations.ts";

const { ethers } = await network.create();

const maxSize = process.env["WARIFU_EVERY_CHANGE"] === "on" ? 256 : 130;
const leafHashes = Array.from({ length: maxSize }, (_, i) => naiveLeafHash(Buffer.from(`entry ${String(i)}`)));
const rangeHash = naiveRangeHash(leafHashes);
const root = (size: number): Buffer => rangeHash(0, size);
const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);

type Proven<Case> = Omit<Case, "proof"> & { proof: Buffer[] };

const honestInclusion = (leafIndex: number, treeSize: number): Proven<InclusionCase> => ({
  leafHash: rangeHash(leafIndex, leafIndex + 1),
  leafIndex,
  treeSize,
  root: root(treeSize),
  proof: naiveInclusionProof(rangeHash, leafIndex, 0, treeSize),
});

const honestConsistency = (oldSize: number, newSize: number): Proven<ConsistencyCase> => ({
  oldSize,
  oldRoot: root(oldSize),
  newSize,
  newRoot: root(newSize),
  proof: naiveConsistencyProof(rangeHash, oldSize, newSize),
});

const inclusionsUpTo = (last: number): Proven<InclusionCase>[] =>
  upTo(last).flatMap((size) => upTo(size).map((i) => honestInclusion(i - 1, size)));

const consistenciesUpTo = (last: number): Proven<ConsistencyCase>[] =>
  upTo(last).flatMap((size) => upTo(size - 1).map((oldSize) => honestConsistency(oldSize, size)));

const naiveInclusionVerdict = (given: InclusionCase): boolean =>
  naiveVerifyInclusion(given.leafHash, given.leafIndex, given.treeSize, given.proof, given.root);

const naiveConsistencyVerdict = (given: ConsistencyCase): boolean =>
  naiveVerifyConsistency(given.oldSize, given.oldRoot, given.newSize, given.newRoot, given.proof);

/** The first case whose verdict is not the wanted one, for a message that names it. */
const firstOther = <Case>(cases: readonly Case[], verdicts: readonly boolean[], wanted: readonly boolean[]): Case[] =>
  cases.filter((_, i) => verdicts[i] !== wanted[i]).slice(0, 1);

describe("MerkleProofs", () => {
  let harness: Harness;
  before(async () => {
    harness = await deployHarness(ethers);
  });

  const expectInclusions = async (cases: InclusionCase[], wanted: boolean[]): Promise<void> => {
    expect(cases).not.to.have.length(0);
    expect(firstOther(cases, await harness.verifyInclusions(cases), wanted)).to.deep.equal([]);
  };
  const expectConsistencies = async (cases: ConsistencyCase[], wanted: boolean[]): Promise<void> => {
    expect(cases).not.to.have.length(0);
    expect(firstOther(cases, await harness.verifyConsistencies(cases), wanted)).to.deep.equal([]);
  };
  const none = (cases: readonly unknown[]): boolean[] => cases.map(() => false);

  describe("verifyInclusion", () => {
    it(`accepts the proof of every leaf in every tree of up to ${String(maxSize)} leaves, as the definition does`, async () => {
      const cases = inclusionsUpTo(maxSize);
      expect(cases).to.have.length((maxSize * (maxSize + 1)) / 2);
      expect(cases.filter((each) => !naiveInclusionVerdict(each))).to.deep.equal([]);
      await expectInclusions(
        cases,
        cases.map(() => true),
      );
    });

    for (const [name, mutate] of Object.entries(mutationClasses)) {
      it(`never accepts a proof with ${name}`, async () => {
        const cases = inclusionsUpTo(33).flatMap((each) => mutate(each.proof).map((proof) => ({ ...each, proof })));
        await expectInclusions(cases, none(cases));
      });
    }

    it("never accepts another leaf hash or another root", async () => {
      const cases = inclusionsUpTo(33).flatMap((each) => [
        { ...each, leafHash: anotherHash(each.leafHash) },
        { ...each, root: anotherHash(each.root) },
      ]);
      await expectInclusions(cases, none(cases));
    });

    it("never accepts an inner node in the place of a leaf", async () => {
      const cases = inclusionsUpTo(33)
        .filter((each) => each.proof.length > 0)
        .map((each) => ({ ...each, leafHash: each.root, proof: each.proof.slice(1) }));
      await expectInclusions(cases, none(cases));
    });

    it("judges every proof at every other index and size as the definition does", async () => {
      const cases = inclusionsUpTo(14).flatMap((each) =>
        upTo(18).flatMap((treeSize) => upTo(19).map((i) => ({ ...each, treeSize, leafIndex: i - 1 }))),
      );
      const wanted = cases.map(naiveInclusionVerdict);
      // A root does not bind its size: some of these pass, and both sides must agree on which.
      expect(wanted.filter(Boolean).length).to.be.greaterThan(inclusionsUpTo(14).length);
      await expectInclusions(cases, wanted);
    });

    it("never accepts a proof of one leaf at another index of the same tree", async () => {
      const cases = inclusionsUpTo(20).flatMap((each) =>
        upTo(each.treeSize + 2)
          .filter((i) => i - 1 !== each.leafIndex)
          .map((i) => ({ ...each, leafIndex: i - 1 })),
      );
      await expectInclusions(cases, none(cases));
    });
  });

  describe("consistencyRoots", () => {
    it(`accepts the proof between every two sizes up to ${String(maxSize)}, as the definition does`, async () => {
      const cases = consistenciesUpTo(maxSize);
      expect(cases).to.have.length((maxSize * (maxSize - 1)) / 2);
      expect(cases.filter((each) => !naiveConsistencyVerdict(each))).to.deep.equal([]);
      await expectConsistencies(
        cases,
        cases.map(() => true),
      );
    });

    for (const [name, mutate] of Object.entries(mutationClasses)) {
      it(`never accepts a proof with ${name}`, async () => {
        const cases = consistenciesUpTo(33).flatMap((each) => mutate(each.proof).map((proof) => ({ ...each, proof })));
        await expectConsistencies(cases, none(cases));
      });
    }

    it("never accepts another old root or another new root", async () => {
      const cases = consistenciesUpTo(33).flatMap((each) => [
        { ...each, oldRoot: anotherHash(each.oldRoot) },
        { ...each, newRoot: anotherHash(each.newRoot) },
        { ...each, oldRoot: each.newRoot, newRoot: each.oldRoot },
      ]);
      await expectConsistencies(cases, none(cases));
    });

    it("never accepts an old head under another size", async () => {
      const cases = consistenciesUpTo(20).flatMap((each) =>
        upTo(each.newSize + 1)
          .filter((oldSize) => oldSize !== each.oldSize)
          .map((oldSize) => ({ ...each, oldSize })),
      );
      await expectConsistencies(cases, none(cases));
    });

    it("judges every proof between every two other sizes as the definition does", async () => {
      const cases = consistenciesUpTo(14).flatMap((each) =>
        upTo(17).flatMap((newSize) => upTo(newSize - 1).map((oldSize) => ({ ...each, oldSize, newSize }))),
      );
      const wanted = cases.map(naiveConsistencyVerdict);
      expect(wanted.filter(Boolean).length).to.be.greaterThan(consistenciesUpTo(14).length);
      await expectConsistencies(cases, wanted);
    });
  });
});
