/** Prints the gas of anchors as JSON. Run by Hardhat, whose simulated chain measures it. */
import { network } from "hardhat";
import { measureGas } from "../../test/contracts/support/measure-gas.ts";

const { ethers } = await network.create();
process.stdout.write(`\nGAS ${JSON.stringify(await measureGas(ethers))}\n`);
