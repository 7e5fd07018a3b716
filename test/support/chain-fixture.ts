// Chain evidence made from nothing by other libraries: ethers signs the transaction, @ethereumjs/mpt builds the trie of
// receipts and its proof, @ethereumjs/rlp encodes. Fixed keys, no chain, the same bytes in every run.
// Invariant: no code of src/ takes part, so that the verifier is checked against somebody else's reading of the rules.

import { createMPT, createMerkleProof } from "@ethereumjs/mpt";
import { RLP, type Input } from "@ethereumjs/rlp";
import { Interface, Wallet, getBytes, hexlify, keccak256 } from "ethers";

import type { ChainEvidence } from "../../src/core/chain-evidence.ts";
import { sealedHeader, type Consensus } from "./bft-header.ts";

/** What the evidence says. Everything has a default except the tree head. */
export type ChainFixtureOptions = {
  readonly treeSize: number;
  readonly rootHash: Uint8Array;
  readonly previousSize?: number | bigint;
  readonly chainId?: number;
  readonly contract?: string;
  readonly blockNumber?: number | bigint;
  /** POSIX seconds. */
  readonly blockTime?: number | bigint;
  /** How many receipts the block has, and which of them is the anchor's. */
  readonly receipts?: number;
  readonly index?: number;
  /** Hashes in the call's consistency proof. */
  readonly proofHashes?: number;
  /** Replacements for parts, to build evidence that is consistent and wrong. */
  readonly to?: string;
  readonly transactionType?: 0 | 1 | 2;
  readonly callData?: string;
  readonly status?: Uint8Array;
  readonly logs?: Input;
  readonly receiptType?: number;
  readonly header?: (fields: Uint8Array[]) => Input;
  /** The validators who seal the block; nobody does by default. */
  readonly consensus?: Consensus;
  /** Further fields of the header. */
  readonly more?: readonly Uint8Array[];
};

export const CHAIN_ID = 31_337;
export const CONTRACT = "0x5fbdb2315678afecb367f032d93f642f64180aa3";

const anchorInterface = new Interface([
  "function anchor(uint64 size, bytes32 root, bytes32[] consistencyProof)",
  "event CheckpointAnchored(uint64 indexed size, bytes32 indexed root, uint64 previousSize)",
]);
const wallet = new Wallet(`0x${"11".repeat(32)}`);
const filled = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte);
const uint = (value: number | bigint): Uint8Array =>
  BigInt(value) === 0n ? new Uint8Array(0) : getBytes(`0x${evenHex(BigInt(value).toString(16))}`);
const evenHex = (hex: string): string => (hex.length % 2 === 0 ? hex : `0${hex}`);

/** The log of the contract's event, as a receipt holds it. */
export function anchoredLog({ treeSize, rootHash, previousSize = 0, contract = CONTRACT }: ChainFixtureOptions): Input {
  const { topics, data } = anchorInterface.encodeEventLog("CheckpointAnchored", [treeSize, rootHash, previousSize]);
  return [getBytes(contract), topics.map((topic) => getBytes(topic)), getBytes(data)];
}

/** The evidence for one anchor in a block of its own making. */
export async function chainEvidence(options: ChainFixtureOptions): Promise<ChainEvidence> {
  const { chainId = CHAIN_ID, contract = CONTRACT, receipts = 3, index = Math.min(1, receipts - 1) } = options;
  const raw = await signedTransaction(options, chainId, contract);
  const receipt = encodeReceipt(options);
  const trie = await createMPT();
  for (let i = 0; i < receipts; i++) await trie.put(RLP.encode(i), i === index ? receipt : fillerReceipt(i));
  const block = blockOf(options, trie.root());
  const proof = await createMerkleProof(trie, RLP.encode(index));
  return {
    chainId,
    contract,
    block,
    transaction: { hash: keccak256(raw), index, raw },
    receipt: { raw: hexlify(receipt), proof: proof.map((node) => hexlify(node)) },
  };
}

/** A block without an anchor, as a beacon names it. */
export function blockFixture(
  options: Pick<ChainFixtureOptions, "blockNumber" | "blockTime" | "header" | "consensus" | "more"> = {},
): ChainEvidence["block"] {
  return blockOf({ treeSize: 0, rootHash: filled(32, 0), ...options }, filled(32, 12));
}

function blockOf(options: ChainFixtureOptions, receiptsRoot: Uint8Array): ChainEvidence["block"] {
  const fields = headerFields(options, receiptsRoot);
  if (options.consensus) {
    const { header, hash } = sealedHeader(fields, options.consensus);
    return { hash, header: hexlify(header) };
  }
  const header = RLP.encode(options.header?.(fields) ?? fields);
  return { hash: keccak256(header), header: hexlify(header) };
}

async function signedTransaction(options: ChainFixtureOptions, chainId: number, contract: string): Promise<string> {
  const proof = Array.from({ length: options.proofHashes ?? 2 }, (_, at) => filled(32, at + 1));
  const call = anchorInterface.encodeFunctionData("anchor", [options.treeSize, options.rootHash, proof]);
  const { transactionType: type = 2 } = options;
  const fees = type < 2 ? { gasPrice: 9n } : { maxFeePerGas: 9_000_000_000n, maxPriorityFeePerGas: 1n };
  return wallet.signTransaction({
    type,
    chainId,
    nonce: 7,
    gasLimit: 200_000n,
    to: options.to ?? contract,
    value: 0n,
    data: options.callData ?? call,
    ...fees,
  });
}

function encodeReceipt(options: ChainFixtureOptions): Uint8Array {
  const logs = options.logs ?? [anchoredLog(options)];
  const fields = [options.status ?? Uint8Array.of(1), uint(52_858), filled(256, 0), logs];
  const type = options.receiptType ?? options.transactionType ?? 2;
  return Uint8Array.from([...(type === 0 ? [] : [type]), ...RLP.encode(fields)]);
}

/** A receipt of somebody else, of a length that depends on its place. */
function fillerReceipt(index: number): Uint8Array {
  const log = [filled(20, index), [filled(32, 1)], filled(index % 40, 2)];
  return Uint8Array.from([2, ...RLP.encode([Uint8Array.of(1), uint(21_000 * (index + 1)), filled(256, 3), [log]])]);
}

/** The 21 fields of a header as of 2025. */
function headerFields(options: ChainFixtureOptions, receiptsRoot: Uint8Array): Uint8Array[] {
  const { blockNumber = 1_234, blockTime = 1_795_334_412 } = options;
  const hash = (byte: number): Uint8Array => filled(32, byte);
  return [
    hash(1), // parent
    hash(2), // ommers
    filled(20, 3), // fee recipient
    hash(4), // state root
    hash(5), // transactions root
    receiptsRoot,
    filled(256, 6), // bloom
    uint(0), // difficulty
    uint(blockNumber),
    uint(30_000_000), // gas limit
    uint(52_858), // gas used
    uint(blockTime),
    filled(4, 7), // extra data
    hash(8), // random
    filled(8, 0), // nonce
    uint(1_000_000_000), // base fee
    hash(9), // withdrawals root
    uint(0), // blob gas used
    uint(0), // excess blob gas
    hash(10), // parent beacon block root
    hash(11), // requests hash
    ...(options.more ?? []),
  ];
}
