/**
 * The basic questions to a node, shared by the operator's chain and the verifier's view of it. EIP-1474. Each takes one or
 * two requests and reads the answer strictly; all throw CHAIN_UNREACHABLE.
 */
import { codeOf, WarifuError } from "../../core/errors.ts";
import type { ObjectReader } from "../../core/object-reader.ts";
import { DATA, HASH, QUANTITY, quantity, toCount, toObject, toText, unusable } from "./rpc-values.ts";
import { headerOf } from "./block-header.ts";
import type { BlockHeader, BlockName, MarketFees, TransactionState } from "../chain.ts";
import type { Rpc } from "./rpc.ts";

/** Code at an address, at the newest block. */
export async function codeAt(rpc: Rpc, address: string): Promise<string> {
  return toText(await rpc.ask("eth_getCode", [address, "latest"]), "eth_getCode", DATA);
}

/** Where a transaction stands. */
export async function transactionState(rpc: Rpc, transactionHash: string): Promise<TransactionState> {
  const method = "eth_getTransactionReceipt";
  const answer = await rpc.ask(method, [transactionHash]);
  if (answer === null) {
    const sent = await rpc.ask("eth_getTransactionByHash", [transactionHash]);
    return { state: sent === null ? "unknown" : "waiting" };
  }
  const receipt = toObject(answer, method);
  if (receipt.string("transactionHash", HASH) !== transactionHash) unusable(method);
  return {
    state: toCount(receipt.string("status"), method) === 1 ? "included" : "failed",
    blockNumber: toCount(receipt.string("blockNumber"), method),
    blockHash: receipt.string("blockHash", HASH),
    paid: paidIn(receipt),
  };
}

/** Nodes from before EIP-1559 do not say at which price. */
function paidIn(receipt: ObjectReader): bigint | undefined {
  if (!receipt.has("effectiveGasPrice")) return undefined;
  return BigInt(receipt.string("gasUsed", QUANTITY)) * BigInt(receipt.string("effectiveGasPrice", QUANTITY));
}

/** Number of the account's transactions up to the newest block, or up to that height. */
export async function transactionCount(rpc: Rpc, account: string, height?: number): Promise<number> {
  const method = "eth_getTransactionCount";
  const block = height === undefined ? "latest" : quantity(height);
  return toCount(await rpc.ask(method, [account.toLowerCase(), block]), method);
}

/** Funds of an account, in wei. */
export async function balanceOf(rpc: Rpc, account: string): Promise<bigint> {
  const method = "eth_getBalance";
  return BigInt(toText(await rpc.ask(method, [account.toLowerCase(), "latest"]), method, QUANTITY));
}

const DEFAULT_TIP = 1_000_000_000n;

/**
 * What the chain asks for gas at the newest block; if the node suggests no tip, it is 1 gwei. A chain from before EIP-1559 has
 * no base fee, and a price instead of a tip.
 */
export async function marketFees(rpc: Rpc): Promise<MarketFees> {
  const method = "eth_getBlockByNumber";
  const block = toObject(await rpc.ask(method, ["latest", false]), method);
  if (!block.has("baseFeePerGas")) return { baseFee: 0n, tip: await quantityOf(rpc, "eth_gasPrice"), isLegacy: true };
  const tip = await quantityOf(rpc, "eth_maxPriorityFeePerGas").catch((error: unknown) => {
    if (codeOf(error) !== "NODE_REFUSED") throw error;
    return DEFAULT_TIP;
  });
  return { baseFee: BigInt(block.string("baseFeePerGas", QUANTITY)), tip };
}

async function quantityOf(rpc: Rpc, method: string): Promise<bigint> {
  return BigInt(toText(await rpc.ask(method, []), method, QUANTITY));
}

/** Hash of the canonical block at that height, undefined when the node has none. @throws as {@link blockNamed} */
export async function blockHashAt(rpc: Rpc, number: number): Promise<string | undefined> {
  if (rpc.validators) return (await blockNamed(rpc, number))?.hash;
  const method = "eth_getBlockByNumber";
  const answer = await rpc.ask(method, [quantity(number), false]);
  if (answer === null) return undefined;
  const block = toObject(answer, method);
  return toCount(block.string("number"), method) === number ? block.string("hash", HASH) : unusable(method);
}

/**
 * A block by name or height, undefined when the node has none.
 * @throws CHAIN_EVIDENCE_INVALID when its fields do not have its hash; CHAIN_WRONG as {@link headerOf}
 */
export async function blockNamed(rpc: Rpc, which: BlockName, confirmations?: number): Promise<BlockHeader | undefined> {
  const method = "eth_getBlockByNumber";
  const wanted = which === "finalized" && confirmations === 0 ? "latest" : which;
  const final = wanted === "finalized" ? await finalBlock(rpc) : null;
  if (final !== null) return headerIn(rpc, final, method);
  const named = wanted === "finalized" ? await heightBelowHead(rpc, confirmations) : wanted;
  return headerIn(rpc, await rpc.ask(method, [typeof named === "number" ? quantity(named) : named, false]), method);
}

/** A block by its hash, undefined when the node does not know it. */
export async function blockByHash(rpc: Rpc, hash: string): Promise<BlockHeader | undefined> {
  const method = "eth_getBlockByHash";
  const block = await headerIn(rpc, await rpc.ask(method, [hash, false]), method);
  return block === undefined || block.hash === hash ? block : unusable(method);
}

async function headerIn(rpc: Rpc, answer: unknown, method: string): Promise<BlockHeader | undefined> {
  if (answer === null) return undefined;
  const block = toObject(answer, method);
  return {
    number: toCount(block.string("number"), method),
    hash: block.string("hash", HASH),
    parentHash: block.string("parentHash", HASH),
    time: toCount(block.string("timestamp"), method),
    header: await headerOf(rpc, answer, method),
  };
}

/**
 * Nodes that have named a final block: one that forgets it for a while after a restart does not fall back to counting
 * confirmations.
 */
const namingFinal = new WeakSet<Rpc>();

/**
 * Height of the newest final block: the one that the chain itself calls final. Only if it has never named one, and a number
 * of confirmations is configured, it is the head minus those. With 0 of them every block is final when it is there, as under
 * QBFT, and the node is not asked which one it calls final: it may call none so, or the first one for ever. Where the
 * validators are known, that block must have their seals.
 * @throws CHAIN_UNREACHABLE; CHAIN_WRONG as {@link headerOf}
 */
export async function finalizedHeight(rpc: Rpc, confirmations?: number): Promise<number> {
  if (rpc.validators)
    return (await blockNamed(rpc, "finalized", confirmations))?.number ?? unusable("eth_getBlockByNumber");
  if (confirmations === 0) return newestHeight(rpc);
  const answer = await finalBlock(rpc);
  if (answer === null) return heightBelowHead(rpc, confirmations);
  const method = "eth_getBlockByNumber";
  return toCount(toObject(answer, method).string("number"), method);
}

/**
 * The block that the chain itself calls final, as the node shows it; null if it names none. Nodes differ in how they say that
 * there is none (ethereum/execution-apis#879): Besu and Erigon with the error -39001, geth with -32000, Nethermind, reth and
 * ethrex with null.
 */
async function finalBlock(rpc: Rpc): Promise<unknown> {
  const answer = await rpc.ask("eth_getBlockByNumber", ["finalized", false]).catch((error: unknown) => {
    if (codeOf(error) !== "NODE_REFUSED") throw error;
    return null;
  });
  if (answer !== null) namingFinal.add(rpc);
  return answer;
}

async function heightBelowHead(rpc: Rpc, confirmations: number | undefined): Promise<number> {
  const method = "eth_getBlockByNumber";
  if (confirmations !== undefined && !namingFinal.has(rpc))
    return Math.max(0, (await newestHeight(rpc)) - confirmations);
  throw new WarifuError(
    "CHAIN_UNREACHABLE",
    namingFinal.has(rpc)
      ? `${method}: the chain's node names no finalized block any more`
      : `${method}: chain ${rpc.chainId} names no finalized block: set a number of confirmations, or bft where validators seal blocks`,
    { details: { method } },
  );
}

/** Height of the newest block. */
export async function newestHeight(rpc: Rpc): Promise<number> {
  return toCount(await rpc.ask("eth_blockNumber", []), "eth_blockNumber");
}
