/**
 * Prints gas as JSON. Run by Hardhat, whose simulated chain measures it: of the anchors that snapshots/gas.json records, or
 * of consecutive anchors as `BENCH_GAS` says.
 */
import { network } from "hardhat";
import { gasOfBatches, measureGas } from "../../test/contracts/support/measure-gas.ts";

const { ethers } = await network.create();
const wanted = JSON.parse(process.env["BENCH_GAS"] ?? "null") as { records: number; anchors: number } | null;
const gas = wanted ? await gasOfBatches(ethers, wanted.records, wanted.anchors) : await measureGas(ethers);
process.stdout.write(`\nGAS ${JSON.stringify(gas)}\n`);
