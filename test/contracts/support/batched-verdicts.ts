// Verdicts of the Solidity library on many proofs, hundreds in one eth_call: what makes the exhaustive comparison a
// matter of seconds. The calldata, one array of words, is laid out by hand, since the general encoder takes most of the
// time otherwise. Invariant: one verdict for each case, in order.

import { id } from "ethers";

import type { Ethers } from "./deploy-anchor.ts";

/** An inclusion proof and the tree head it is offered for. */
export type InclusionCase = {
  leafHash: Uint8Array;
  leafIndex: number;
  treeSize: number;
  root: Uint8Array;
  proof: Uint8Array[];
};

/** A consistency proof and the two tree heads it is offered for. */
export type ConsistencyCase = {
  oldSize: number;
  oldRoot: Uint8Array;
  newSize: number;
  newRoot: Uint8Array;
  proof: Uint8Array[];
};

export type Harness = {
  verifyInclusions: (cases: readonly InclusionCase[]) => Promise<boolean[]>;
  verifyConsistencies: (cases: readonly ConsistencyCase[]) => Promise<boolean[]>;
};

const casesPerCall = 500;

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(32);
  bytes.writeBigUInt64BE(BigInt(value), 24);
  return bytes;
};

const inclusionWords = (given: InclusionCase): Uint8Array[] => [
  given.leafHash,
  word(given.leafIndex),
  word(given.treeSize),
  given.root,
  word(given.proof.length),
  ...given.proof,
];

const consistencyWords = (given: ConsistencyCase): Uint8Array[] => [
  word(given.oldSize),
  given.oldRoot,
  word(given.newSize),
  given.newRoot,
  word(given.proof.length),
  ...given.proof,
];

/** Calldata of a function whose one parameter is `bytes32[]`. */
const callWith = (method: string, words: Uint8Array[]): string =>
  id(`${method}(bytes32[])`).slice(0, 10) + Buffer.concat([word(32), word(words.length), ...words]).toString("hex");

/** The bytes in the answer of a function that returns one `bytes`, as verdicts. */
function toVerdicts(answer: string): boolean[] {
  const bytes = Buffer.from(answer.slice(2), "hex");
  const length = Number(bytes.readBigUInt64BE(56));
  return Array.from(bytes.subarray(64, 64 + length), (byte) => byte === 1);
}

/** Deploys MerkleProofsHarness. */
export async function deployHarness(ethers: Ethers): Promise<Harness> {
  const contract = await ethers.deployContract("MerkleProofsHarness");
  const to = await contract.getAddress();
  const inBatches =
    <Case>(method: string, toWords: (given: Case) => Uint8Array[]) =>
    async (cases: readonly Case[]): Promise<boolean[]> => {
      const verdicts: boolean[] = [];
      for (let i = 0; i < cases.length; i += casesPerCall) {
        const words = cases.slice(i, i + casesPerCall).flatMap(toWords);
        verdicts.push(...toVerdicts(await ethers.provider.send("eth_call", [{ to, data: callWith(method, words) }])));
      }
      if (verdicts.length !== cases.length) throw new RangeError("verdicts are missing");
      return verdicts;
    };
  return {
    verifyInclusions: inBatches("verifyInclusions", inclusionWords),
    verifyConsistencies: inBatches("verifyConsistencies", consistencyWords),
  };
}
