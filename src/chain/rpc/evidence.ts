/**
 * Builds the evidence for an anchor (core/chain-evidence.ts) from a node's answers: header, transaction, receipt, and the
 * receipt's proof, for which the receipts trie of the whole block is rebuilt. Yellow Paper appendix D, EIP-2718.
 *
 * Invariant: what is returned has passed the verifier's own check, so a node cannot make this program give out evidence that
 * somebody else will reject.
 */
import type { MerklePatriciaTrie } from "@ethereumjs/mpt";
import { RLP } from "@ethereumjs/rlp";

import { toHex } from "../../core/bytes.ts";
import { shownAnchor, type ChainEvidence } from "../../core/chain-evidence.ts";
import { WarifuError } from "../../core/errors.ts";
import type { ObjectReader } from "../../core/object-reader.ts";
import { HASH, QUANTITY, toCount, toObject } from "./rpc-values.ts";
import { encodeReceipt, encodeTransaction, sentTypeOf } from "./block-encoding.ts";
import { headerOf } from "./block-header.ts";
import type { ProvenAnchor } from "../chain.ts";
import type { Rpc } from "./rpc.ts";

// If the node has no better way, each receipt of a block takes a request: this many at a time.
const RECEIPTS_AT_ONCE = 8;
const BY_HASH = "eth_getBlockByHash";

/** Loaded with the first anchor: a start does not need it. */
const merkleTries = () => import("@ethereumjs/mpt");

/**
 * Evidence for an included transaction that anchored in `contract`, and what it cost.
 * @param transactionHash lower case after `0x`
 * @throws NOT_ANCHORED_YET when no block has it; CHAIN_EVIDENCE_INVALID when the node's answers do not fit together;
 * NO_ANCHOR_IN_RECEIPT when the transaction did not anchor; CHAIN_UNREACHABLE
 */
export async function buildEvidence(rpc: Rpc, contract: string, transactionHash: string): Promise<ProvenAnchor> {
  const place = await placeOf(rpc, transactionHash);
  const answer = await blockOf(rpc, place.blockHash);
  const block = toObject(answer, BY_HASH);
  if (block.string("hash", HASH) !== place.blockHash)
    refuse("the node answers with another block than it was asked for");
  const hashes = block.strings("transactions", HASH);
  if (hashes[place.index] !== transactionHash) refuse("the block does not hold the transaction where its receipt says");
  const [sent, receipts] = await Promise.all([
    transactionOf(rpc, transactionHash),
    receiptsOf(rpc, place.blockHash, hashes),
  ]);
  const evidence: ChainEvidence = {
    chainId: rpc.chainId,
    contract,
    block: { hash: place.blockHash, header: await headerOf(rpc, answer, BY_HASH) },
    transaction: { hash: transactionHash, index: place.index, raw: prefixed(encodeTransaction(sent)) },
    receipt: await provenReceipt(receipts.map(encodeReceipt), place.index),
  };
  // Also compares the transaction with its hash, and the trie with the header's receipts root.
  const fact = shownAnchor(evidence);
  if ("lacking" in fact) throw new WarifuError("NO_ANCHOR_IN_RECEIPT", fact.lacking);
  // So the transaction, the receipts and the header match what was read: the cost is as certain as the evidence.
  const gasUsed = gasUsedBy(place.index, receipts);
  const paid = gasUsed * gasPrice(sent, block);
  return { evidence, paid, gasUsed: Number(gasUsed), dataFee: dataFeeIn(receipts[place.index] as ObjectReader) };
}

async function placeOf(rpc: Rpc, transactionHash: string): Promise<{ blockHash: string; index: number }> {
  const method = "eth_getTransactionReceipt";
  const answer = await rpc.ask(method, [transactionHash]);
  if (answer === null) throw new WarifuError("NOT_ANCHORED_YET", `no block holds the transaction ${transactionHash}`);
  const receipt = toObject(answer, method);
  return { blockHash: receipt.string("blockHash", HASH), index: indexOf(receipt, method) };
}

/** By hash: a node that has changed to another branch has no such block, and cannot answer with a different one. */
async function blockOf(rpc: Rpc, blockHash: string): Promise<unknown> {
  const answer = await rpc.ask(BY_HASH, [blockHash, false]);
  return answer === null ? refuse(`the node no longer has the block ${blockHash}`) : answer;
}

/** The transaction's fields, from which its bytes can be rebuilt: not every node returns the bytes. */
async function transactionOf(rpc: Rpc, transactionHash: string): Promise<ObjectReader> {
  const method = "eth_getTransactionByHash";
  return toObject(await rpc.ask(method, [transactionHash]), method);
}

/** All receipts of the block with these transactions, in order. */
export async function receiptsOf(rpc: Rpc, blockHash: string, hashes: readonly string[]): Promise<ObjectReader[]> {
  const method = "eth_getBlockReceipts";
  const answer = await rpc.ask(method, [blockHash]).catch(() => receiptsOneByOne(rpc, hashes));
  if (!Array.isArray(answer) || answer.length !== hashes.length) return refuse("the block's receipts are not complete");
  return answer.map((item, at) => {
    const receipt = toObject(item, method);
    if (indexOf(receipt, method) !== at) refuse("the block's receipts are not in order");
    return receipt;
  });
}

/** For nodes that lack `eth_getBlockReceipts`, such as Hardhat's, or do not return so much in one answer. */
async function receiptsOneByOne(rpc: Rpc, hashes: readonly string[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (let at = 0; at < hashes.length; at += RECEIPTS_AT_ONCE) {
    const part = hashes.slice(at, at + RECEIPTS_AT_ONCE);
    answers.push(...(await Promise.all(part.map((hash) => rpc.ask("eth_getTransactionReceipt", [hash])))));
  }
  return answers;
}

async function provenReceipt(receipts: readonly Uint8Array[], index: number): Promise<ChainEvidence["receipt"]> {
  const { createMerkleProof } = await merkleTries();
  const proof = await createMerkleProof(await trieOf(receipts), RLP.encode(index));
  return { raw: prefixed(receipts[index] as Uint8Array), proof: proof.map(prefixed) };
}

/** The trie that a header's receipts root is the root of. */
export async function trieOf(receipts: readonly Uint8Array[]): Promise<MerklePatriciaTrie> {
  const { createMPT } = await merkleTries();
  const trie = await createMPT();
  for (const [at, receipt] of receipts.entries()) await trie.put(RLP.encode(at), receipt);
  return trie;
}

/** A receipt holds the gas used by all transactions up to its own. Yellow Paper 4.4.1. */
function gasUsedBy(index: number, receipts: readonly ObjectReader[]): bigint {
  const upTo = (at: number): bigint => (at < 0 ? 0n : quantityAt(receipts[at] as ObjectReader, "cumulativeGasUsed"));
  return upTo(index) - upTo(index - 1);
}

/**
 * What a receipt names beside gas: the L1 fee of a rollup, and what blobs cost (EIP-4844). No hash covers it, so one that
 * cannot be read holds nothing up.
 */
function dataFeeIn(receipt: ObjectReader): bigint | null {
  const named = (name: string): bigint | undefined => {
    const value = receipt.value(name);
    return typeof value === "string" && QUANTITY.test(value) ? BigInt(value) : undefined;
  };
  const [l1Fee, blobGas, blobPrice] = [named("l1Fee"), named("blobGasUsed"), named("blobGasPrice")];
  const blobs = (blobGas ?? 0n) * (blobPrice ?? 0n);
  return l1Fee === undefined && blobs === 0n ? null : (l1Fee ?? 0n) + blobs;
}

/**
 * The price of a unit of gas: the base fee plus the tip, up to the maximum that the transaction allowed. EIP-1559; before, the
 * price that it names.
 */
function gasPrice(sent: ObjectReader, block: ObjectReader): bigint {
  if (sentTypeOf(sent) !== 2) return quantityAt(sent, "gasPrice");
  const baseFee = quantityAt(block, "baseFeePerGas");
  const [max, offered] = [quantityAt(sent, "maxFeePerGas"), baseFee + quantityAt(sent, "maxPriorityFeePerGas")];
  return offered < max ? offered : max;
}

function quantityAt(of: ObjectReader, name: string): bigint {
  return BigInt(of.string(name, QUANTITY));
}

function indexOf(receipt: ObjectReader, method: string): number {
  return toCount(receipt.string("transactionIndex"), method);
}

function prefixed(bytes: Uint8Array): string {
  return `0x${toHex(bytes)}`;
}

function refuse(reason: string): never {
  throw new WarifuError("CHAIN_EVIDENCE_INVALID", reason);
}
