/**
 * Transactions of the anchoring account: EIP-1559, signed here or by a signer elsewhere, sent as bytes.
 * https://eips.ethereum.org/EIPS/eip-1559
 */
import { setImmediate as nextPass } from "node:timers/promises";
import { keccak256 } from "ethers";

import { WarifuError } from "../../core/errors.ts";
import { HASH, toCount, toText, unusable } from "./rpc-values.ts";
import type { AnchorSigner, UnsignedTransaction } from "../signer.ts";
import type { SendRefusal, SignedAnchor } from "../chain.ts";
import { transactionState } from "./queries.ts";
import { nodeMessageOf, type Rpc } from "./rpc.ts";
import { refusalOf, saysHasIt } from "./send-refusal.ts";
import { assertSigned } from "./signed-transaction.ts";

/**
 * The transaction with its signature and its hash.
 * @throws SIGNER_FAILED
 */
export async function signTransaction(signer: AnchorSigner, transaction: UnsignedTransaction): Promise<SignedAnchor> {
  const raw = await signer.sign(transaction);
  // Two operations on the curve, of some 20 ms when they are the first: others get the thread in between.
  await nextPass();
  // Whoever signed it, nothing is stored or sent that differs from what was asked for.
  assertSigned(raw, transaction, signer.address);
  return { transactionHash: keccak256(raw), nonce: transaction.nonce, raw };
}

/**
 * Sends a signed transaction, any number of times. Nodes word their refusals differently, so after one we first ask whether
 * the node has the transaction anyway: sent before, already mined, or mined and failed, which Hardhat reports as a refusal.
 * @returns why it will not be accepted as it is (send-refusal.ts), if so
 * @throws NODE_REFUSED when it is not accepted now; CHAIN_UNREACHABLE
 */
export async function sendTransaction(
  rpc: Rpc,
  { raw, transactionHash }: SignedAnchor,
): Promise<SendRefusal | undefined> {
  const method = "eth_sendRawTransaction";
  try {
    const hash = toText(await rpc.ask(method, [raw]), method, HASH);
    if (hash !== transactionHash) unusable(method);
    return undefined;
  } catch (error) {
    const said = nodeMessageOf(error);
    if (said === undefined) throw error;
    if (saysHasIt(said) || (await transactionState(rpc, transactionHash)).state !== "unknown") return undefined;
    const refusal = refusalOf(said);
    if (refusal) return refusal;
    throw error;
  }
}

/** Most gas that a transaction may have since Osaka, EIP-7825. */
const TRANSACTION_GAS_CAP = 2 ** 24;
const NO_SUCH_OPCODE = /opcode|not ?activated|PUSH0/i;

/**
 * Gas limit for a call: a third more than the node's estimate, since the cost of a call depends on what comes before it in
 * its block; capped at what chains accept, unless the estimate itself is higher.
 * @throws CHAIN_REFUSED when the chain would refuse the call, in its words; CHAIN_UNREACHABLE
 */
export async function estimatedGas(
  rpc: Rpc,
  from: string,
  { to, data }: { readonly to: string | null; readonly data: string },
): Promise<number> {
  const method = "eth_estimateGas";
  try {
    const estimate = toCount(await rpc.ask(method, [{ from, data, ...(to === null ? {} : { to }) }]), method);
    return Math.max(estimate, Math.min(Math.ceil((estimate * 4) / 3), TRANSACTION_GAS_CAP));
  } catch (error) {
    const said = nodeMessageOf(error);
    if (said === undefined) throw error;
    const hint = NO_SUCH_OPCODE.test(said)
      ? ". The contract needs a chain with the Shanghai fork (PUSH0) or a later one"
      : "";
    throw new WarifuError("CHAIN_REFUSED", `the chain would refuse it, so nothing was sent: ${said}${hint}`, {
      details: { reason: "not-allowed" },
    });
  }
}

/** @throws CHAIN_WRONG */
export function assertChain(given: number, expected: number): void {
  if (given !== expected)
    throw new WarifuError("CHAIN_WRONG", `the endpoint serves chain ${given}, not chain ${expected}`, {
      details: { expected, given },
    });
}
