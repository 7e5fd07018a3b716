/**
 * Transactions of the anchoring account: EIP-1559, signed here, sent as bytes. https://eips.ethereum.org/EIPS/eip-1559
 *
 * Invariant: nothing is signed for a chain other than the one that was connected to. One transaction of the account is
 * under way at a time, so its nonce is the number of transactions that the newest block knows; what nodes say about
 * `pending` ones is not to be relied on.
 */
import { keccak256, type Wallet } from "ethers";

import { WarifuError } from "../core/errors.ts";
import { HASH, QUANTITY, toCount, toObject, toText, unusable } from "./answers.ts";
import type { SignedAnchor } from "./chain.ts";
import { transactionState } from "./questions.ts";
import { nodeMessageOf, type Rpc } from "./rpc.ts";
import { refusalOf, saysHasIt } from "./send-refusal.ts";

const DEFAULT_TIP_WEI = "0x3b9aca00";

/** What a transaction does. */
export interface Call {
  readonly to: string | null;
  readonly data: string;
  readonly gasLimit: number;
}

/**
 * Signs with the account's next nonce and at present fees.
 * @throws CHAIN_WRONG when the endpoint has come to serve another chain, or one without EIP-1559; CHAIN_UNREACHABLE
 */
export async function signTransaction(rpc: Rpc, wallet: Wallet, call: Call): Promise<SignedAnchor> {
  const [chainId, nonce, fees] = await Promise.all([
    rpc.ask("eth_chainId", []),
    nextNonce(rpc, wallet.address),
    presentFees(rpc),
  ]);
  assertChain(toCount(chainId, "eth_chainId"), rpc.chainId);
  const raw = await wallet.signTransaction({ type: 2, chainId: rpc.chainId, nonce, ...call, ...fees });
  return { transactionHash: keccak256(raw), nonce, raw };
}

/** Number of the account's transactions that the newest block knows. */
export async function nextNonce(rpc: Rpc, address: string): Promise<number> {
  const method = "eth_getTransactionCount";
  return toCount(await rpc.ask(method, [address.toLowerCase(), "latest"]), method);
}

interface Fees {
  readonly maxPriorityFeePerGas: bigint;
  readonly maxFeePerGas: bigint;
}

/** The cap leaves room for the base fee to double, which takes six full blocks. */
async function presentFees(rpc: Rpc): Promise<Fees> {
  const method = "eth_getBlockByNumber";
  const [latest, tip] = await Promise.all([
    rpc.ask(method, ["latest", false]),
    rpc.ask("eth_maxPriorityFeePerGas", []).catch((error: unknown) => {
      if (nodeMessageOf(error) === undefined) throw error;
      return DEFAULT_TIP_WEI;
    }),
  ]);
  const block = toObject(latest, method);
  if (!block.has("baseFeePerGas"))
    throw new WarifuError("CHAIN_WRONG", `chain ${rpc.chainId} has no EIP-1559 transactions, which anchors are`);
  const baseFee = BigInt(block.string("baseFeePerGas", QUANTITY));
  const maxPriorityFeePerGas = BigInt(toText(tip, "eth_maxPriorityFeePerGas", QUANTITY));
  return { maxPriorityFeePerGas, maxFeePerGas: maxPriorityFeePerGas + 2n * baseFee };
}

/**
 * Sends a signed transaction, any number of times. What a node says when it refuses is in its own words, so it is asked
 * first whether it has the transaction all the same: sent before, mined already, or mined and failed, which Hardhat
 * reports as a refusal.
 * @throws CHAIN_REFUSED with `details.reason` (send-refusal.ts); CHAIN_UNREACHABLE
 */
export async function sendTransaction(rpc: Rpc, { raw, transactionHash }: SignedAnchor): Promise<void> {
  const method = "eth_sendRawTransaction";
  try {
    const hash = toText(await rpc.ask(method, [raw]), method, HASH);
    if (hash !== transactionHash) unusable(method);
  } catch (error) {
    const said = nodeMessageOf(error);
    if (said === undefined) throw error;
    if (saysHasIt(said) || (await transactionState(rpc, transactionHash)).state !== "unknown") return;
    throw refusalOf(said) ?? error;
  }
}

/** @throws CHAIN_WRONG */
export function assertChain(given: number, expected: number): void {
  if (given !== expected)
    throw new WarifuError("CHAIN_WRONG", `the endpoint serves chain ${given}, not chain ${expected}`, {
      details: { expected, given },
    });
}
