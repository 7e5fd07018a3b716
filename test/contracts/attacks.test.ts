// What a thief of the anchoring key can do, and what not: the past is out of reach, by proof and not by trust.
// Invariant: every attack here is sent by the account that rightly holds the anchoring role.
// What stays possible is shown too, so that nobody relies on more than the contract gives.

import { expect } from "chai";
import { network } from "hardhat";

import { naiveConsistencyProof, naiveLeafHash, naiveRangeHash } from "../reference/naive-merkle.ts";
import { deployAnchor } from "./support/deploy-anchor.ts";
import { hex } from "./support/hex.ts";
import { createSyntheticLog } from "./support/synthetic-log.ts";

const { ethers, networkHelpers } = await network.create();

const anchoredSize = 100;
const entry = (i: number): Buffer => Buffer.from(`reading ${String(i)}`);
const historyOf = (entries: Buffer[]) => naiveRangeHash(entries.map(naiveLeafHash));
const honestEntries = Array.from({ length: 200 }, (_, i) => entry(i));
const honest = historyOf(honestEntries);

/** A contract that holds the honest head of the first 100 entries. */
async function anchored() {
  const deployment = await deployAnchor(ethers);
  await deployment.contract.anchor(anchoredSize, honest(0, anchoredSize), []);
  return deployment;
}

/** Rewritten histories of 200 entries: what the thief would like the past to have been. */
const rewrites: [string, Buffer[]][] = [
  ["one old entry altered", honestEntries.with(42, Buffer.from("reading 42, improved"))],
  ["the first entry altered", honestEntries.with(0, Buffer.from("another beginning"))],
  ["the last anchored entry altered", honestEntries.with(anchoredSize - 1, Buffer.from("another end"))],
  ["one old entry dropped", honestEntries.toSpliced(17, 1)],
  ["an entry slipped in between old ones", honestEntries.toSpliced(17, 0, Buffer.from("back-dated"))],
  ["two old entries exchanged", honestEntries.with(3, entry(4)).with(4, entry(3))],
  ["everything replaced", honestEntries.map((_, i) => Buffer.from(`other ${String(i)}`))],
];

describe("The anchoring key in the wrong hands", () => {
  const expectRefused = async (size: number, root: Buffer, proof: readonly Buffer[], error: string): Promise<void> => {
    const { contract } = await networkHelpers.loadFixture(anchored);
    await expect(contract.anchor(size, root, [...proof])).to.be.revertedWithCustomError(contract, error);
    expect((await contract.head()).slice(0, 2)).to.deep.equal([BigInt(anchoredSize), hex(honest(0, anchoredSize))]);
  };

  describe("cannot anchor a shorter history", () => {
    for (const size of [0, 1, 64, 99]) {
      it(`of ${String(size)} entries`, async () => {
        const proof = size === 0 ? [] : naiveConsistencyProof(honest, size, anchoredSize);
        await expectRefused(size, honest(0, size), proof, "CheckpointAnchorSizeNotIncreasing");
      });
    }
  });

  describe("cannot anchor an altered history", () => {
    for (const [name, entries] of rewrites) {
      const forged = historyOf(entries);
      const newSize = Math.min(entries.length, 180);

      it(`with ${name}, under the same size`, () =>
        expectRefused(anchoredSize, forged(0, anchoredSize), [], "CheckpointAnchorRootConflict"));

      it(`with ${name}, under a larger size and with the forged tree's own proof`, () =>
        expectRefused(
          newSize,
          forged(0, newSize),
          naiveConsistencyProof(forged, anchoredSize, newSize),
          "CheckpointAnchorOldRootMismatch",
        ));

      it(`with ${name}, under a larger size and with the honest tree's proof`, () =>
        expectRefused(
          newSize,
          forged(0, newSize),
          naiveConsistencyProof(honest, anchoredSize, newSize),
          "CheckpointAnchorNewRootMismatch",
        ));

      it(`with ${name}, by any mixture of hashes from both proofs`, async () => {
        const { contract } = await networkHelpers.loadFixture(anchored);
        const ours = naiveConsistencyProof(honest, anchoredSize, newSize);
        const theirs = naiveConsistencyProof(forged, anchoredSize, newSize);
        for (let choice = 0; choice < 2 ** ours.length; choice++) {
          const mixed = ours.map((hash, i) => ((choice >> i) & 1 ? (theirs[i] ?? hash) : hash));
          await expect(contract.anchor.staticCall(newSize, forged(0, newSize), mixed)).to.be.revert(ethers);
        }
      });
    }
  });

  describe("cannot anchor a forked history", () => {
    const forkedAt = 120;
    const fork = historyOf(honestEntries.map((own, i) => (i < forkedAt ? own : Buffer.from(`fork ${String(i)}`))));

    it("once the honest one has gone past the fork", async () => {
      const { contract } = await networkHelpers.loadFixture(anchored);
      await contract.anchor(150, honest(0, 150), naiveConsistencyProof(honest, anchoredSize, 150));
      await expect(contract.anchor(150, fork(0, 150), naiveConsistencyProof(fork, anchoredSize, 150)))
        .to.be.revertedWithCustomError(contract, "CheckpointAnchorRootConflict")
        .withArgs(150n, hex(honest(0, 150)), hex(fork(0, 150)));
      await expect(contract.anchor(160, fork(0, 160), naiveConsistencyProof(fork, 150, 160)))
        .to.be.revertedWithCustomError(contract, "CheckpointAnchorOldRootMismatch")
        .withArgs(hex(honest(0, 150)), hex(fork(0, 150)));
      // Proofs from every earlier size that both histories share, which are honest proofs of the fork.
      for (let size = 1; size <= forkedAt; size++) {
        const proof = naiveConsistencyProof(fork, size, 160);
        await expect(contract.anchor.staticCall(160, fork(0, 160), proof)).to.be.revert(ethers);
      }
    });
  });

  describe("can still do harm to the future, which is bounded and can be ended", () => {
    it("by an extension that the honest log does not hold: closing and a successor bring the log back", async () => {
      const log = createSyntheticLog(999_936);
      const lastHonest = log;
      const { contract, closer } = await deployAnchor(ethers, {
        startSize: lastHonest.size,
        startRoot: lastHonest.root,
      });
      const stolen = log.extend(1_000_192, "stolen");
      const next = log.extend(1_000_448);
      await contract.anchor(stolen.size, stolen.root, stolen.proof);
      await expect(contract.anchor(next.size, next.root, next.proof)).to.be.revert(ethers);
      await contract.connect(closer).close();
      const successor = await deployAnchor(ethers, { startSize: lastHonest.size, startRoot: lastHonest.root });
      await expect(successor.contract.anchor(next.size, next.root, next.proof))
        .to.emit(successor.contract, "CheckpointAnchored")
        .withArgs(BigInt(next.size), hex(next.root), BigInt(lastHonest.size));
    });

    it("by a true root under another size of the same shape, which the signed checkpoint gives away", async () => {
      const { contract } = await deployAnchor(ethers, { startSize: 4, startRoot: honest(0, 4) });
      const proof = naiveConsistencyProof(honest, 4, 5);
      await contract.anchor(6, honest(0, 5), proof);
      expect((await contract.head()).slice(0, 2)).to.deep.equal([6n, hex(honest(0, 5))]);
    });

    it("but not by a size far ahead, which would lock the log: the growth of one anchor is limited", async () => {
      const maxGrowth = 4_096n;
      const start = createSyntheticLog(1_000);
      const { size, root } = start;
      const { contract } = await deployAnchor(ethers, { startSize: size, startRoot: root, maxGrowth });
      const leap = start.extend(2 ** 40, "invented");
      await expect(contract.anchor(leap.size, leap.root, leap.proof))
        .to.be.revertedWithCustomError(contract, "CheckpointAnchorGrowthTooLarge")
        .withArgs(maxGrowth, 2n ** 40n - 1_000n);
    });
  });
});
