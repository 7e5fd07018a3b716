// Anchors and blocks as an index is told of them; what they say follows from their numbers.

import type { IndexedBlock, IndexedContract, SeenAnchor } from "../../../src/store/anchor-index.ts";

export const OF: IndexedContract = { chainId: 31_337, contract: `0x${"c5".repeat(20)}` };

const hash = (number: number, branch = 0): string =>
  `0x${branch.toString(16).padStart(8, "0")}${number.toString(16).padStart(56, "0")}`;

/** A block of a branch of the chain. */
export const block = (number: number, branch = 0): IndexedBlock => ({
  number,
  hash: hash(number, branch),
  parentHash: hash(number - 1, branch),
});

/** The anchor of that tree in a block of a branch. */
export const seen = (treeSize: number, previousSize: number, blockNumber: number, branch = 0): SeenAnchor => ({
  transactionHash: hash(treeSize, 0xff),
  blockHash: hash(blockNumber, branch),
  logIndex: 0,
  blockNumber,
  treeSize,
  rootHash: new Uint8Array(32).fill(treeSize),
  previousSize,
});

export const provisional = (anchor: SeenAnchor) => ({ ...anchor, state: "provisional" as const });
