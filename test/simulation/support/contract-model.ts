// What CheckpointAnchor does with a transaction (contracts/CheckpointAnchor.sol): sizes grow, each new head is consistent
// with the one before, the same head again changes nothing, everything else reverts.

import { Interface, Transaction } from "ethers";

import { fromHex } from "../../../src/core/bytes.ts";
import { equalBytes } from "../../../src/core/bytes.ts";
import { EMPTY_ROOT, verifyConsistency } from "../../../src/core/merkle.ts";

export const CHAIN_ID = 7_777;
export const CONTRACT = "0x5fbdb2315678afecb367f032d93f642f64180aa3";

const MAX_GROWTH = 2 ** 26;

const abi = new Interface([
  "function anchor(uint64 size, bytes32 root, bytes32[] consistencyProof)",
  "event CheckpointAnchored(uint64 indexed size, bytes32 indexed root, uint64 previousSize)",
]);

/** A signed transaction, as far as the model looks at it. */
export interface SentTransaction {
  readonly hash: string;
  /** Hexadecimal after `0x`. */
  readonly raw: string;
  readonly nonce: number;
  readonly maxFee: bigint;
  readonly maxTip: bigint;
  readonly gasLimit: number;
  readonly treeSize: number;
  readonly rootHash: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** What the contract holds. */
export interface Head {
  readonly treeSize: number;
  readonly rootHash: Uint8Array;
}

/** What became of a call: a new head, nothing new, or a revert. */
export interface Execution {
  readonly succeeded: boolean;
  readonly head: Head;
  readonly gasUsed: number;
}

export const EMPTY_HEAD: Head = { treeSize: 0, rootHash: EMPTY_ROOT };

/** What the bytes say. */
export function readTransaction(hash: string, raw: string): SentTransaction {
  const sent = Transaction.from(raw);
  const [size, root, proof] = abi.decodeFunctionData("anchor", sent.data) as unknown as [bigint, string, string[]];
  return {
    hash,
    raw,
    nonce: sent.nonce,
    maxFee: sent.maxFeePerGas ?? 0n,
    maxTip: sent.maxPriorityFeePerGas ?? 0n,
    gasLimit: Number(sent.gasLimit),
    treeSize: Number(size),
    rootHash: bytesOf(root),
    proof: proof.map(bytesOf),
  };
}

/** Runs a call on the contract. */
export function execute(sent: SentTransaction, head: Head): Execution {
  const { treeSize, rootHash, proof } = sent;
  if (treeSize === head.treeSize && equalBytes(rootHash, head.rootHash))
    return { succeeded: proof.length === 0, head, gasUsed: 31_000 };
  if (!isExtension(sent, head)) return { succeeded: false, head, gasUsed: 33_000 };
  return { succeeded: true, head: { treeSize, rootHash }, gasUsed: 46_000 + 700 * proof.length };
}

function isExtension({ treeSize, rootHash, proof }: SentTransaction, head: Head): boolean {
  if (treeSize <= head.treeSize || treeSize - head.treeSize > MAX_GROWTH) return false;
  try {
    verifyConsistency({ oldSize: head.treeSize, oldRoot: head.rootHash, newSize: treeSize, newRoot: rootHash, proof });
    return true;
  } catch {
    return false;
  }
}

/** The log of CheckpointAnchored, as a receipt holds it. */
export function anchoredLog(head: Head, previousSize: number): [Uint8Array, Uint8Array[], Uint8Array] {
  const { topics, data } = abi.encodeEventLog("CheckpointAnchored", [head.treeSize, head.rootHash, previousSize]);
  return [bytesOf(CONTRACT), topics.map(bytesOf), bytesOf(data)];
}

function bytesOf(hex: string): Uint8Array {
  return fromHex(hex.slice(2), "the model's chain");
}
