// The cost of anchoring, measured by real transactions and held against what is committed and what is promised.
// After a change that is meant: npm run hardhat -- run scripts/snapshot-gas.ts

import { readFile } from "node:fs/promises";

import { expect } from "chai";
import { network } from "hardhat";

import { measureGas, type GasSnapshot } from "./support/measure-gas.ts";

const { ethers } = await network.create();

describe("Gas and code size", () => {
  let fresh: GasSnapshot;
  before(async () => {
    fresh = await measureGas(ethers);
  });

  it("are those of snapshots/gas.json", async () => {
    const committed: unknown = JSON.parse(await readFile(new URL("../../snapshots/gas.json", import.meta.url), "utf8"));
    expect(fresh).to.deep.equal(committed);
  });

  it("stay within 53,000 from tile boundary to tile boundary at a million entries", () => {
    expect(fresh.anchor.tileToTile.gas).to.be.at.most(53_000);
    expect(fresh.anchor.worstTileToTile.gas).to.be.at.most(53_000);
    for (const batch of fresh.perRecord.slice(0, 2)) expect(batch.maxGas).to.be.at.most(53_000);
  });

  it("stay within 68,000 at the worst size", () => {
    expect(fresh.anchor.worstSize.proofHashes).to.equal(22);
    expect(fresh.anchor.worstSize.gas).to.be.at.most(68_000);
  });

  it("stay under 15 for a record at 4,096 an anchor", () => {
    const batch = fresh.perRecord.find(({ recordsPerAnchor }) => recordsPerAnchor === 4_096);
    expect(batch?.gasPerRecord).to.be.lessThan(15);
  });

  it("stay under the code size limit of Ethereum", () => {
    expect(fresh.bytecode.runtime).to.be.lessThan(24_576);
  });
});
