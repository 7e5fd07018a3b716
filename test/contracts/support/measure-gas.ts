// The gas of real transactions on Hardhat's chain, and the size of the code: what snapshots/gas.json records.
// Invariant: no input is random, so the same code on the same tool versions gives the same figures to the last unit.

import type { BytesLike } from "ethers";

import { CheckpointAnchor__factory } from "../../../types/ethers-contracts/factories/CheckpointAnchor__factory.ts";
import { deployAnchor, type Ethers } from "./deploy-anchor.ts";
import { createSyntheticLog, type Extension, type SyntheticLog } from "./synthetic-log.ts";

const tile = 256;
/** A tile boundary just below a million entries. */
const nearMillion = 999_936;

/** Gas of one anchor and what it was given. */
export type AnchorGas = { from: number; to: number; proofHashes: number; gas: number };

/** `meanGas` over consecutive anchors, `gasPerRecord` rounded up to 0.001. */
export type BatchGas = {
  recordsPerAnchor: number;
  anchors: number;
  meanGas: number;
  maxGas: number;
  gasPerRecord: number;
};

export type GasSnapshot = {
  anchor: {
    first: AnchorGas;
    repeated: AnchorGas;
    tileToTile: AnchorGas;
    worstTileToTile: AnchorGas;
    worstSize: AnchorGas;
  };
  perRecord: BatchGas[];
  deploy: number;
  close: number;
  bytecode: { creation: number; runtime: number };
};

const toGas = (receipt: { gasUsed: bigint } | null): number => {
  if (receipt === null) throw new TypeError("no receipt");
  return Number(receipt.gasUsed);
};

/** A contract that starts at the log's head, and a function that anchors to it. */
async function anchored(ethers: Ethers, start: SyntheticLog): Promise<(next: Extension) => Promise<AnchorGas>> {
  const { contract } = await deployAnchor(ethers, { startSize: start.size, startRoot: start.root });
  return async (next) => {
    const from = Number((await contract.head()).size);
    const sent = await contract.anchor(next.size, next.root, next.proof, { gasLimit: 1_000_000 });
    const gas = toGas(await sent.wait());
    return { from, to: next.size, proofHashes: next.proof.length, gas };
  };
}

/** Gas of the anchor that takes a log from one size to another. */
async function step(ethers: Ethers, from: number, to: number): Promise<AnchorGas> {
  const log = createSyntheticLog(from);
  const anchor = await anchored(ethers, log);
  return anchor(log.extend(to));
}

/** Gas of consecutive anchors of `recordsPerAnchor` from a tile boundary near a million. */
export async function gasOfBatches(ethers: Ethers, recordsPerAnchor: number, anchors: number): Promise<BatchGas> {
  let log: SyntheticLog = createSyntheticLog(nearMillion);
  const anchor = await anchored(ethers, log);
  const gas: number[] = [];
  for (let i = 0; i < anchors; i++) {
    const next = log.extend(log.size + recordsPerAnchor);
    gas.push((await anchor(next)).gas);
    log = next;
  }
  const meanGas = Math.ceil(gas.reduce((sum, each) => sum + each, 0) / anchors);
  const gasPerRecord = Math.ceil((meanGas / recordsPerAnchor) * 1000) / 1000;
  return { recordsPerAnchor, anchors, meanGas, maxGas: Math.max(...gas), gasPerRecord };
}

/** The first anchor of an empty log, then the same once more, then the closing. */
async function firstRepeatedAndClose(
  ethers: Ethers,
): Promise<{ first: AnchorGas; repeated: AnchorGas; deploy: number; close: number }> {
  const { contract, closer, deploymentHash } = await deployAnchor(ethers);
  const deploy = toGas(await ethers.provider.getTransactionReceipt(deploymentHash));
  const { root } = createSyntheticLog(tile);
  const anchor = async (from: number): Promise<AnchorGas> => {
    const sent = await contract.anchor(tile, root, [], { gasLimit: 1_000_000 });
    return { from, to: tile, proofHashes: 0, gas: toGas(await sent.wait()) };
  };
  const first = await anchor(0);
  const repeated = await anchor(tile);
  const close = toGas(await (await contract.connect(closer).close()).wait());
  return { first, repeated, deploy, close };
}

const byteLength = (code: BytesLike): number => (code.length - 2) / 2;

/** Sends some 60 transactions; a few seconds. */
export async function measureGas(ethers: Ethers): Promise<GasSnapshot> {
  const { first, repeated, deploy, close } = await firstRepeatedAndClose(ethers);
  const { contract } = await deployAnchor(ethers);
  return {
    anchor: {
      first,
      repeated,
      tileToTile: await step(ethers, nearMillion, nearMillion + tile),
      // The most levels and the most left siblings that tile boundaries near a million can have: both sides of 2^20.
      worstTileToTile: await step(ethers, 2 ** 20 - tile, 2 ** 20 + tile),
      // All bits of the old size set, and the new size past the next power of two: 22 hashes, each of them hashed twice.
      worstSize: await step(ethers, 2 ** 20 - 1, 1_100_000),
    },
    perRecord: [
      await gasOfBatches(ethers, 256, 16),
      await gasOfBatches(ethers, 4_096, 16),
      await gasOfBatches(ethers, 100_000, 8),
    ],
    deploy,
    close,
    bytecode: {
      creation: byteLength(CheckpointAnchor__factory.bytecode),
      runtime: byteLength(await ethers.provider.getCode(await contract.getAddress())),
    },
  };
}
