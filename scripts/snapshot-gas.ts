// Rewrites snapshots/gas.json with fresh measurements: npm run hardhat -- run scripts/snapshot-gas.ts
// Run it when a change in gas is intended; the gas test fails on any other difference.

import { writeFile } from "node:fs/promises";

import { network } from "hardhat";

import { measureGas } from "../test/contracts/support/measure-gas.ts";

const { ethers } = await network.create();
const snapshot = await measureGas(ethers);
await writeFile(new URL("../snapshots/gas.json", import.meta.url), `${JSON.stringify(snapshot, undefined, 2)}\n`);
