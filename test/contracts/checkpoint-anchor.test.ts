// CheckpointAnchor, method by method: what it takes, what it tells, and each refusal by name and values.
// Invariant: every error of ICheckpointAnchor is seen here at least once, with all its arguments.

import { expect } from "chai";
import { network } from "hardhat";

import { ICheckpointAnchor__factory } from "../../types/ethers-contracts/factories/interfaces/ICheckpointAnchor__factory.ts";
import { naiveInclusionProof, naiveLeafHash, naiveRangeHash } from "../reference/naive-merkle.ts";
import { adminDelay, deployAnchor, emptyRoot, logId, maxGrowth, type Settings } from "./support/deploy-anchor.ts";
import { hex } from "./support/hex.ts";
import { anotherHash } from "./support/mutations.ts";
import { createSyntheticLog, type SyntheticLog } from "./support/synthetic-log.ts";

const { ethers, networkHelpers } = await network.create();

const zeroAddress = `0x${"0".repeat(40)}`;
const largestSize = 2n ** 63n - 1n;

/** An empty log. */
const newLog = () => deployAnchor(ethers);

/** A log anchored at 1,000 leaves, and its leaves. */
async function thousand() {
  const log = createSyntheticLog(1_000);
  const { size, root } = log;
  const deployment = await deployAnchor(ethers);
  await deployment.contract.anchor(size, root, []);
  return { ...deployment, log, root };
}

const latestTime = async (): Promise<bigint> => BigInt(await networkHelpers.time.latest());

describe("CheckpointAnchor", () => {
  describe("constructor", () => {
    it("opens an empty log with the root of no leaves, and emits nothing", async () => {
      const { contract, admin, anchorer, closer } = await newLog();
      expect(await contract.head()).to.deep.equal([0n, hex(emptyRoot), await latestTime()]);
      expect(await contract.logId()).to.equal(hex(logId));
      expect(await contract.maxGrowth()).to.equal(maxGrowth);
      expect(await contract.isClosed()).to.equal(false);
      expect(await contract.queryFilter(contract.filters.CheckpointAnchored())).to.deep.equal([]);
      expect(await contract.defaultAdmin()).to.equal(admin.address);
      expect(await contract.defaultAdminDelay()).to.equal(BigInt(adminDelay));
      expect(await contract.hasRole(await contract.ANCHOR_ROLE(), anchorer.address)).to.equal(true);
      expect(await contract.hasRole(await contract.CLOSE_ROLE(), closer.address)).to.equal(true);
      expect(await contract.hasRole(await contract.CLOSE_ROLE(), anchorer.address)).to.equal(false);
      expect(await contract.hasRole(await contract.ANCHOR_ROLE(), closer.address)).to.equal(false);
    });

    it("opens a successor at the last honest head, and tells it in an event", async () => {
      const log = createSyntheticLog(1_000);
      const { size, root } = log;
      const { contract } = await deployAnchor(ethers, { startSize: size, startRoot: root });
      expect(await contract.head()).to.deep.equal([1_000n, hex(root), await latestTime()]);
      const events = await contract.queryFilter(contract.filters.CheckpointAnchored());
      expect(events.map((event) => [...event.args])).to.deep.equal([[1_000n, hex(root), 0n]]);
      const next = log.extend(1_256);
      await expect(contract.anchor(next.size, next.root, next.proof))
        .to.emit(contract, "CheckpointAnchored")
        .withArgs(1_256n, hex(next.root), 1_000n);
    });

    const refusals: [string, Partial<Settings>, string, unknown[]][] = [
      ["a zero log id", { logId: Buffer.alloc(32) }, "CheckpointAnchorZeroLogId", []],
      ["a growth limit of zero", { maxGrowth: 0 }, "CheckpointAnchorZeroMaxGrowth", []],
      [
        "the zero address as anchorer",
        { anchorer: zeroAddress },
        "CheckpointAnchorZeroAddress",
        [ethers.id("ANCHOR_ROLE")],
      ],
      ["the zero address as closer", { closer: zeroAddress }, "CheckpointAnchorZeroAddress", [ethers.id("CLOSE_ROLE")]],
      ["the zero address as admin", { admin: zeroAddress }, "AccessControlInvalidDefaultAdmin", [zeroAddress]],
      ["no leaves with another root", { startRoot: logId }, "CheckpointAnchorImpossibleHead", [0n, hex(logId)]],
      [
        "no leaves with the zero root",
        { startRoot: Buffer.alloc(32) },
        "CheckpointAnchorImpossibleHead",
        [0n, hex(Buffer.alloc(32))],
      ],
      [
        "leaves with the zero root",
        { startSize: 5, startRoot: Buffer.alloc(32) },
        "CheckpointAnchorImpossibleHead",
        [5n, hex(Buffer.alloc(32))],
      ],
      ["leaves with the empty root", { startSize: 5 }, "CheckpointAnchorImpossibleHead", [5n, hex(emptyRoot)]],
      [
        "more than 2^63 - 1 leaves",
        { startSize: largestSize + 1n, startRoot: logId },
        "CheckpointAnchorSizeTooLarge",
        [largestSize, largestSize + 1n],
      ],
    ];
    for (const [name, settings, error, values] of refusals) {
      it(`refuses ${name}`, async () => {
        const { contract } = await newLog();
        await expect(deployAnchor(ethers, settings))
          .to.be.revertedWithCustomError(contract, error)
          .withArgs(...values);
      });
    }
  });

  describe("anchor", () => {
    it("takes the first head without a proof", async () => {
      const { contract } = await newLog();
      const { size, root } = createSyntheticLog(1_000);
      await expect(contract.anchor(size, root, []))
        .to.emit(contract, "CheckpointAnchored")
        .withArgs(1_000n, hex(root), 0n);
      expect(await contract.head()).to.deep.equal([1_000n, hex(root), await latestTime()]);
    });

    it("takes each proven extension and overwrites the head with it", async () => {
      const { contract, log } = await networkHelpers.loadFixture(thousand);
      let present: SyntheticLog = log;
      for (const newSize of [1_001, 1_024, 1_025, 2_048, 65_536, 65_537, 999_999]) {
        const next = present.extend(newSize);
        await expect(contract.anchor(newSize, next.root, next.proof))
          .to.emit(contract, "CheckpointAnchored")
          .withArgs(BigInt(newSize), hex(next.root), BigInt(present.size));
        expect(await contract.head()).to.deep.equal([BigInt(newSize), hex(next.root), await latestTime()]);
        present = next;
      }
    });

    it("takes the present head again without event or effect", async () => {
      const { contract, root } = await networkHelpers.loadFixture(thousand);
      const before = await contract.head();
      await networkHelpers.time.increase(60);
      const sent = await contract.anchor(1_000, root, []);
      expect((await sent.wait())?.logs).to.deep.equal([]);
      expect(await contract.head()).to.deep.equal(before);
    });

    it("truth E5: takes no word beside the present head: what nobody checks would be room for anything", async () => {
      const { contract, root, log } = await networkHelpers.loadFixture(thousand);
      const words = new TextEncoder().encode("a name and a street, 32 bytes...");
      for (const proof of [[words], [root], [root, root, root], log.extend(2_000).proof])
        await expect(contract.anchor(1_000, root, proof))
          .to.be.revertedWithCustomError(contract, "CheckpointAnchorProofLengthMismatch")
          .withArgs(0n, BigInt(proof.length));
    });

    it("truth E5: takes no word beside the empty head of a new log", async () => {
      const { contract } = await networkHelpers.loadFixture(newLog);
      await expect(contract.anchor(0, emptyRoot, [emptyRoot]))
        .to.be.revertedWithCustomError(contract, "CheckpointAnchorProofLengthMismatch")
        .withArgs(0n, 1n);
    });

    it("takes the empty head of a new log again without event or effect", async () => {
      const { contract } = await networkHelpers.loadFixture(newLog);
      await expect(contract.anchor(0, emptyRoot, [])).not.to.emit(contract, "CheckpointAnchored");
      expect((await contract.head()).size).to.equal(0n);
    });

    it("refuses another root for the present size", async () => {
      const { contract, root } = await networkHelpers.loadFixture(thousand);
      const other = anotherHash(root);
      await expect(contract.anchor(1_000, other, []))
        .to.be.revertedWithCustomError(contract, "CheckpointAnchorRootConflict")
        .withArgs(1_000n, hex(root), hex(other));
    });

    it("refuses a root other than SHA-256 of nothing for size 0", async () => {
      const { contract, root } = await networkHelpers.loadFixture(thousand);
      const empty = await newLog();
      await expect(empty.contract.anchor(0, root, []))
        .to.be.revertedWithCustomError(contract, "CheckpointAnchorRootConflict")
        .withArgs(0n, hex(emptyRoot), hex(root));
    });

    it("refuses a smaller size", async () => {
      const { contract } = await networkHelpers.loadFixture(thousand);
      for (const size of [0, 1, 999]) {
        await expect(contract.anchor(size, emptyRoot, []))
          .to.be.revertedWithCustomError(contract, "CheckpointAnchorSizeNotIncreasing")
          .withArgs(1_000n, BigInt(size));
      }
    });

    it("refuses a size above 2^63 - 1", async () => {
      const { contract, root } = await networkHelpers.loadFixture(thousand);
      for (const size of [largestSize + 1n, 2n ** 64n - 1n]) {
        await expect(contract.anchor(size, root, []))
          .to.be.revertedWithCustomError(contract, "CheckpointAnchorSizeTooLarge")
          .withArgs(largestSize, size);
      }
    });

    it("takes a step of the largest allowed growth and refuses one leaf more", async () => {
      const { contract, log } = await networkHelpers.loadFixture(thousand);
      const largest = 1_000 + Number(maxGrowth);
      const tooFar = log.extend(largest + 1);
      await expect(contract.anchor(tooFar.size, tooFar.root, tooFar.proof))
        .to.be.revertedWithCustomError(contract, "CheckpointAnchorGrowthTooLarge")
        .withArgs(maxGrowth, maxGrowth + 1n);
      const furthest = log.extend(largest);
      await expect(contract.anchor(furthest.size, furthest.root, furthest.proof)).to.emit(
        contract,
        "CheckpointAnchored",
      );
    });

    it("limits the growth of the first anchor too", async () => {
      const { contract } = await networkHelpers.loadFixture(newLog);
      await expect(contract.anchor(maxGrowth + 1n, logId, []))
        .to.be.revertedWithCustomError(contract, "CheckpointAnchorGrowthTooLarge")
        .withArgs(maxGrowth, maxGrowth + 1n);
    });

    it("refuses a first anchor with anything in the place of a proof", async () => {
      const { contract } = await networkHelpers.loadFixture(newLog);
      await expect(contract.anchor(1, logId, [logId, logId]))
        .to.be.revertedWithCustomError(contract, "CheckpointAnchorProofLengthMismatch")
        .withArgs(0n, 2n);
    });

    it("refuses a first anchor with a root that no leaves have", async () => {
      const { contract } = await networkHelpers.loadFixture(newLog);
      for (const root of [emptyRoot, Buffer.alloc(32)]) {
        await expect(contract.anchor(1, root, []))
          .to.be.revertedWithCustomError(contract, "CheckpointAnchorImpossibleHead")
          .withArgs(1n, hex(root));
      }
    });

    it("refuses a proof of the wrong length", async () => {
      const { contract, log } = await networkHelpers.loadFixture(thousand);
      const { size, root, proof } = log.extend(1_256);
      for (const wrong of [[], proof.slice(1), proof.slice(0, -1), [...proof, root]]) {
        await expect(contract.anchor(size, root, wrong))
          .to.be.revertedWithCustomError(contract, "CheckpointAnchorProofLengthMismatch")
          .withArgs(BigInt(proof.length), BigInt(wrong.length));
      }
    });

    it("refuses a proof that starts from another old root", async () => {
      const { contract, log, root: current } = await networkHelpers.loadFixture(thousand);
      const { size, root, proof } = log.extend(1_256);
      const [first = root, ...rest] = proof;
      await expect(contract.anchor(size, root, [anotherHash(first), ...rest]))
        .to.be.revertedWithCustomError(contract, "CheckpointAnchorOldRootMismatch")
        .withArgs(hex(current), (computed: string) => computed !== hex(current));
    });

    it("refuses a proof that leads to another new root", async () => {
      const { contract, log } = await networkHelpers.loadFixture(thousand);
      const { size, root, proof } = log.extend(1_256);
      await expect(contract.anchor(size, anotherHash(root), proof))
        .to.be.revertedWithCustomError(contract, "CheckpointAnchorNewRootMismatch")
        .withArgs(hex(anotherHash(root)), hex(root));
    });

    it("refuses every account without the anchoring role, the admin and the closer among them", async () => {
      const { contract, admin, closer, outsider, log } = await networkHelpers.loadFixture(thousand);
      const { size, root, proof } = log.extend(1_256);
      for (const sender of [admin, closer, outsider]) {
        await expect(contract.connect(sender).anchor(size, root, proof))
          .to.be.revertedWithCustomError(contract, "AccessControlUnauthorizedAccount")
          .withArgs(sender.address, ethers.id("ANCHOR_ROLE"));
      }
    });
  });

  describe("close", () => {
    it("closes the log at its head, for good", async () => {
      const { contract, closer, root } = await networkHelpers.loadFixture(thousand);
      const before = await contract.head();
      await expect(contract.connect(closer).close()).to.emit(contract, "LogClosed").withArgs(1_000n, hex(root));
      expect(await contract.isClosed()).to.equal(true);
      expect(await contract.head()).to.deep.equal(before);
    });

    it("ends all anchoring, even of the present head", async () => {
      const { contract, closer, log, root } = await networkHelpers.loadFixture(thousand);
      const next = log.extend(1_256);
      await contract.connect(closer).close();
      for (const given of [next, { size: 1_000, root, proof: [] }]) {
        await expect(contract.anchor(given.size, given.root, given.proof))
          .to.be.revertedWithCustomError(contract, "CheckpointAnchorClosed")
          .withArgs(1_000n, hex(root));
      }
    });

    it("is refused a second time", async () => {
      const { contract, closer, root } = await networkHelpers.loadFixture(thousand);
      await contract.connect(closer).close();
      await expect(contract.connect(closer).close())
        .to.be.revertedWithCustomError(contract, "CheckpointAnchorClosed")
        .withArgs(1_000n, hex(root));
    });

    it("is refused to every account without the closing role, the admin and the anchorer among them", async () => {
      const { contract, admin, anchorer, outsider } = await networkHelpers.loadFixture(thousand);
      for (const sender of [admin, anchorer, outsider]) {
        await expect(contract.connect(sender).close())
          .to.be.revertedWithCustomError(contract, "AccessControlUnauthorizedAccount")
          .withArgs(sender.address, ethers.id("CLOSE_ROLE"));
      }
    });
  });

  describe("verifyInclusion", () => {
    const count = 21;
    const range = naiveRangeHash(Array.from({ length: count }, (_, i) => naiveLeafHash(Buffer.of(i))));
    const anchoredLeaves = async () => {
      const deployment = await deployAnchor(ethers);
      await deployment.contract.anchor(count, range(0, count), []);
      return deployment;
    };

    it("accepts each leaf of the head at its own index only", async () => {
      const { contract } = await networkHelpers.loadFixture(anchoredLeaves);
      for (let i = 0; i < count; i++) {
        const proof = naiveInclusionProof(range, i, 0, count);
        expect(await contract.verifyInclusion(range(i, i + 1), i, proof)).to.equal(true);
        expect(await contract.verifyInclusion(range(i, i + 1), (i + 1) % count, proof)).to.equal(false);
        expect(await contract.verifyInclusion(anotherHash(range(i, i + 1)), i, proof)).to.equal(false);
      }
    });

    it("answers false, and does not revert, to an index past the end or a proof of the wrong length", async () => {
      const { contract } = await networkHelpers.loadFixture(anchoredLeaves);
      const proof = naiveInclusionProof(range, 0, 0, count);
      for (const index of [BigInt(count), 2n ** 63n, 2n ** 64n - 1n]) {
        expect(await contract.verifyInclusion(range(0, 1), index, proof)).to.equal(false);
      }
      expect(await contract.verifyInclusion(range(0, 1), 0, proof.slice(1))).to.equal(false);
      expect(await contract.verifyInclusion(range(0, 1), 0, [...proof, emptyRoot])).to.equal(false);
      expect(await contract.verifyInclusion(range(0, count), 0, [])).to.equal(false);
    });

    it("answers false to everything while the log is empty", async () => {
      const { contract } = await networkHelpers.loadFixture(newLog);
      expect(await contract.verifyInclusion(emptyRoot, 0, [])).to.equal(false);
    });

    it("accepts the only leaf of a log with an empty proof", async () => {
      const { contract } = await deployAnchor(ethers, { startSize: 1, startRoot: range(0, 1) });
      expect(await contract.verifyInclusion(range(0, 1), 0, [])).to.equal(true);
      expect(await contract.verifyInclusion(range(1, 2), 0, [])).to.equal(false);
    });

    it("goes on answering once the log is closed", async () => {
      const { contract, closer } = await networkHelpers.loadFixture(anchoredLeaves);
      await contract.connect(closer).close();
      const proof = naiveInclusionProof(range, 7, 0, count);
      expect(await contract.verifyInclusion(range(7, 8), 7, proof)).to.equal(true);
    });
  });

  describe("roles", () => {
    it("lets the admin replace an anchoring key", async () => {
      const { contract, admin, anchorer, outsider, log } = await networkHelpers.loadFixture(thousand);
      const role = await contract.ANCHOR_ROLE();
      await contract.connect(admin).revokeRole(role, anchorer.address);
      await contract.connect(admin).grantRole(role, outsider.address);
      const { size, root, proof } = log.extend(1_256);
      await expect(contract.anchor(size, root, proof))
        .to.be.revertedWithCustomError(contract, "AccessControlUnauthorizedAccount")
        .withArgs(anchorer.address, role);
      await expect(contract.connect(outsider).anchor(size, root, proof)).to.emit(contract, "CheckpointAnchored");
    });

    it("lets nobody but the admin hand out roles", async () => {
      const { contract, anchorer, closer, outsider } = await networkHelpers.loadFixture(thousand);
      for (const sender of [anchorer, closer, outsider]) {
        await expect(contract.connect(sender).grantRole(await contract.ANCHOR_ROLE(), sender.address))
          .to.be.revertedWithCustomError(contract, "AccessControlUnauthorizedAccount")
          .withArgs(sender.address, hex(Buffer.alloc(32)));
      }
    });

    it("hands over the admin role in two steps, the second after the delay and by the new admin alone", async () => {
      const { contract, admin, outsider } = await networkHelpers.loadFixture(thousand);
      await contract.connect(admin).beginDefaultAdminTransfer(outsider.address);
      const schedule = (await latestTime()) + BigInt(adminDelay);
      await expect(contract.connect(outsider).acceptDefaultAdminTransfer())
        .to.be.revertedWithCustomError(contract, "AccessControlEnforcedDefaultAdminDelay")
        .withArgs(schedule);
      await networkHelpers.time.increaseTo(schedule + 1n);
      await expect(contract.connect(admin).acceptDefaultAdminTransfer())
        .to.be.revertedWithCustomError(contract, "AccessControlInvalidDefaultAdmin")
        .withArgs(admin.address);
      await contract.connect(outsider).acceptDefaultAdminTransfer();
      expect(await contract.defaultAdmin()).to.equal(outsider.address);
    });

    it("does not hand over the admin role in one step", async () => {
      const { contract, admin, outsider } = await networkHelpers.loadFixture(thousand);
      await expect(
        contract.connect(admin).grantRole(await contract.DEFAULT_ADMIN_ROLE(), outsider.address),
      ).to.be.revertedWithCustomError(contract, "AccessControlEnforcedDefaultAdminRules");
    });
  });

  describe("supportsInterface", () => {
    it("names its own interface, access control and ERC-165, and no other", async () => {
      const { contract } = await networkHelpers.loadFixture(newLog);
      const own = ICheckpointAnchor__factory.createInterface();
      const ownId = own.fragments
        .filter((fragment) => fragment.type === "function")
        .map((fragment) => Number.parseInt(ethers.id(fragment.format("sighash")).slice(2, 10), 16))
        .reduce((left, right) => (left ^ right) >>> 0, 0);
      expect(await contract.supportsInterface(`0x${ownId.toString(16).padStart(8, "0")}`)).to.equal(true);
      expect(await contract.supportsInterface("0x7965db0b")).to.equal(true);
      expect(await contract.supportsInterface("0x31498786")).to.equal(true);
      expect(await contract.supportsInterface("0x01ffc9a7")).to.equal(true);
      expect(await contract.supportsInterface("0xffffffff")).to.equal(false);
    });
  });

  it("names in this file every error of its interface", async () => {
    const { readFile } = await import("node:fs/promises");
    const source = await readFile(new URL(import.meta.url), "utf8");
    const names: string[] = [];
    ICheckpointAnchor__factory.createInterface().forEachError((error) => names.push(error.name));
    expect(names).not.to.have.length(0);
    expect(names.filter((name) => !source.includes(`"${name}"`))).to.deep.equal([]);
  });
});
