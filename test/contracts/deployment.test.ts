// The deployment module on a real chain: the contract stands as its parameters say, and works.

import { expect } from "chai";
import { network } from "hardhat";

import checkpointAnchorModule from "../../ignition/modules/checkpoint-anchor.ts";
import { CheckpointAnchor__factory } from "../../types/ethers-contracts/factories/CheckpointAnchor__factory.ts";
import type { CheckpointAnchor } from "../../types/ethers-contracts/CheckpointAnchor.ts";
import { accounts, emptyRoot, logId } from "./support/deploy-anchor.ts";
import { createSyntheticLog } from "./support/synthetic-log.ts";
import { hex } from "./support/hex.ts";

describe("CheckpointAnchorModule", () => {
  const deploy = async (changed: Record<string, string | bigint | number> = {}) => {
    const { ethers, ignition } = await network.create();
    const parts = await accounts(ethers);
    const parameters = {
      logId: hex(logId),
      admin: parts.admin.address,
      anchorer: parts.anchorer.address,
      closer: parts.closer.address,
      ...changed,
    };
    const deployed = await ignition.deploy(checkpointAnchorModule, {
      parameters: { CheckpointAnchorModule: parameters },
    });
    const address = await deployed.checkpointAnchor.getAddress();
    const contract: CheckpointAnchor = CheckpointAnchor__factory.connect(address, parts.anchorer);
    return { contract, ...parts };
  };

  it("deploys an empty log that takes its first anchor", async () => {
    const { contract, admin, anchorer, closer } = await deploy();
    expect((await contract.head()).slice(0, 2)).to.deep.equal([0n, hex(emptyRoot)]);
    expect(await contract.logId()).to.equal(hex(logId));
    expect(await contract.maxGrowth()).to.equal(100_000_000n);
    expect(await contract.defaultAdmin()).to.equal(admin.address);
    expect(await contract.defaultAdminDelay()).to.equal(172_800n);
    expect(await contract.hasRole(await contract.ANCHOR_ROLE(), anchorer.address)).to.equal(true);
    expect(await contract.hasRole(await contract.CLOSE_ROLE(), closer.address)).to.equal(true);
    const { size, root } = createSyntheticLog(256);
    await contract.anchor(size, root, []);
    expect((await contract.head()).slice(0, 2)).to.deep.equal([256n, hex(root)]);
  });

  it("deploys a successor at the head it is given", async () => {
    const { size, root } = createSyntheticLog(999_936);
    const { contract } = await deploy({
      startSize: BigInt(size),
      startRoot: hex(root),
      maxGrowth: 4096n,
      adminDelay: 60,
    });
    expect((await contract.head()).slice(0, 2)).to.deep.equal([999_936n, hex(root)]);
    expect(await contract.maxGrowth()).to.equal(4096n);
    expect(await contract.defaultAdminDelay()).to.equal(60n);
  });
});
