/**
 * Transactions and receipts as the chain hashes them, rebuilt from a node's JSON: Yellow Paper section 4.3, receipts by
 * EIP-2718, transactions by EIP-1559. Headers are in block-header.ts.
 *
 * Nothing here is trusted: callers compare the hash of the bytes with the one the block is known by.
 */
import { RLP } from "@ethereumjs/rlp";

import { concatBytes, fromHex } from "../../core/bytes.ts";
import { WarifuError } from "../../core/errors.ts";
import type { ObjectReader } from "../../core/shape.ts";
import { ADDRESS, DATA, HASH, QUANTITY } from "./answers.ts";

// Legacy, access list, dynamic fee, blob and set code: all have the same four fields.
const RECEIPT_TYPES = 5;

/**
 * A receipt as the receipts trie holds it.
 * @param receipt a node's answer
 * @throws CHAIN_UNREACHABLE when a field is missing or malformed; CHAIN_EVIDENCE_INVALID for an unknown type
 */
export function encodeReceipt(receipt: ObjectReader): Uint8Array {
  const type = Number(receipt.string("type", QUANTITY));
  if (type >= RECEIPT_TYPES)
    throw new WarifuError(
      "CHAIN_EVIDENCE_INVALID",
      `the block holds a receipt of type ${type}: only Ethereum's own, 0 to ${RECEIPT_TYPES - 1}, can be proven, none of a rollup's`,
    );
  const [status, gasUsed] = [numberAt(receipt, "status"), numberAt(receipt, "cumulativeGasUsed")];
  const logs = receipt.objects("logs").map(encodeLog);
  const fields = RLP.encode([status, gasUsed, bytesAt(receipt, "logsBloom"), logs]);
  return type === 0 ? fields : concatBytes(Uint8Array.of(type), fields);
}

/**
 * A signed EIP-1559 transaction.
 * @param sent a node's answer
 * @throws CHAIN_UNREACHABLE when a field is missing or malformed
 */
export function encodeTransaction(sent: ObjectReader): Uint8Array {
  const accessList = sent
    .objects("accessList")
    .map((item) => [bytesAt(item, "address", ADDRESS), item.strings("storageKeys", HASH).map(bytesOf)]);
  const fields = [
    ...["chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas", "gas"].map((name) => numberAt(sent, name)),
    bytesAt(sent, "to", ADDRESS),
    numberAt(sent, "value"),
    bytesAt(sent, "input"),
    accessList,
    // Older nodes call the parity `v`; for this type it is the same number.
    ...[sent.has("yParity") ? "yParity" : "v", "r", "s"].map((name) => numberAt(sent, name)),
  ];
  return concatBytes(Uint8Array.of(2), RLP.encode(fields));
}

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
