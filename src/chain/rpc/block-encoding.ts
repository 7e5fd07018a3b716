/**
 * Transactions and receipts as the chain hashes them, rebuilt from a node's JSON: Yellow Paper section 4.3, receipts by
 * EIP-2718, transactions by EIP-155, EIP-2930 and EIP-1559. Headers are in block-header.ts.
 *
 * Receipts of OP Stack rollups: of a deposit (0x7e), which every block has, and of what a block does after its transactions
 * (0x7d). https://specs.optimism.io/protocol/deposits.html#deposit-receipt
 *
 * Nothing here is trusted: callers compare the hash of the bytes with the one the block is known by.
 */
import { RLP } from "@ethereumjs/rlp";

import { concatBytes, fromHex } from "../../core/bytes.ts";
import { WarifuError } from "../../core/errors.ts";
import type { TransactionType } from "../signer.ts";
import type { ObjectReader } from "../../core/object-reader.ts";
import { ADDRESS, DATA, HASH, QUANTITY } from "./rpc-values.ts";

// Legacy, access list, dynamic fee, blob and set code: all have the same four fields.
const RECEIPT_TYPES = 5;
const [DEPOSIT, AFTER_EXECUTION] = [0x7e, 0x7d];

/**
 * A receipt as the receipts trie holds it.
 * @param receipt a node's answer
 * @throws CHAIN_UNREACHABLE when a field is missing or malformed; CHAIN_EVIDENCE_INVALID for an unknown type
 */
export function encodeReceipt(receipt: ObjectReader): Uint8Array {
  const type = typeOf(receipt);
  if (type >= RECEIPT_TYPES && type !== DEPOSIT && type !== AFTER_EXECUTION)
    throw new WarifuError(
      "CHAIN_EVIDENCE_INVALID",
      `the block holds a receipt of type ${type}: only Ethereum's own, 0 to ${RECEIPT_TYPES - 1}, and those of OP Stack ` +
        "rollups, 125 and 126, can be proven",
    );
  const [status, gasUsed] = [numberAt(receipt, "status"), numberAt(receipt, "cumulativeGasUsed")];
  const logs = receipt.objects("logs").map(encodeLog);
  const fields = RLP.encode([status, gasUsed, bytesAt(receipt, "logsBloom"), logs, ...depositFields(receipt, type)]);
  return type === 0 ? fields : concatBytes(Uint8Array.of(type), fields);
}

/** Since Canyon the trie holds a deposit's nonce as well, and says so by a version; before, the nonce is the node's word. */
function depositFields(receipt: ObjectReader, type: number): bigint[] {
  if (type !== DEPOSIT || !receipt.has("depositReceiptVersion")) return [];
  return [numberAt(receipt, "depositNonce"), numberAt(receipt, "depositReceiptVersion")];
}

/**
 * A signed transaction of type 0, 1 or 2.
 * @param sent a node's answer
 * @throws CHAIN_UNREACHABLE when a field is missing or malformed; CHAIN_EVIDENCE_INVALID for another type
 */
export function encodeTransaction(sent: ObjectReader): Uint8Array {
  const type = sentTypeOf(sent);
  const call = [bytesAt(sent, "to", ADDRESS), numberAt(sent, "value"), bytesAt(sent, "input")];
  const signature = [numberAt(sent, "r"), numberAt(sent, "s")];
  const numbers = (...names: string[]): bigint[] => names.map((name) => numberAt(sent, name));
  if (type === 0)
    return RLP.encode([...numbers("nonce", "gasPrice", "gas"), ...call, numberAt(sent, "v"), ...signature]);
  const prices = type === 1 ? ["gasPrice"] : ["maxPriorityFeePerGas", "maxFeePerGas"];
  const accessList = sent
    .objects("accessList")
    .map((item) => [bytesAt(item, "address", ADDRESS), item.strings("storageKeys", HASH).map(bytesOf)]);
  // Older nodes call the parity `v`; for these types it is the same number.
  const parity = numberAt(sent, sent.has("yParity") ? "yParity" : "v");
  const head = numbers("chainId", "nonce", ...prices, "gas");
  return concatBytes(Uint8Array.of(type), RLP.encode([...head, ...call, accessList, parity, ...signature]));
}

/**
 * The type of a transaction that may have anchored.
 * @throws CHAIN_EVIDENCE_INVALID
 */
export function sentTypeOf(sent: ObjectReader): TransactionType {
  const type = typeOf(sent);
  if (type === 0 || type === 1 || type === 2) return type;
  throw new WarifuError(
    "CHAIN_EVIDENCE_INVALID",
    `the transaction is of type ${type}: anchors are of type 0, 1 (EIP-2930) or 2 (EIP-1559)`,
  );
}

/** Nodes from before there were types do not name any; anvil writes that of a deposit in upper case. */
function typeOf(object: ObjectReader): number {
  return object.has("type") ? Number(object.string("type", TYPE)) : 0;
}

const TYPE = /^0x[0-9a-fA-F]{1,2}$/;

function encodeLog(log: ObjectReader): [Uint8Array, Uint8Array[], Uint8Array] {
  const topics = log.strings("topics", HASH).map(bytesOf);
  return [bytesAt(log, "address", ADDRESS), topics, bytesAt(log, "data")];
}

function numberAt(object: ObjectReader, name: string): bigint {
  return BigInt(object.string(name, QUANTITY));
}

function bytesAt(object: ObjectReader, name: string, pattern: RegExp = DATA): Uint8Array {
  return bytesOf(object.string(name, pattern));
}

function bytesOf(hex: string): Uint8Array {
  return fromHex(hex.slice(2), "a node's answer");
}
