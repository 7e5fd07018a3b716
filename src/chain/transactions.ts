/**
 * Transactions of the anchoring account: EIP-1559, signed here or by a signer elsewhere, sent as bytes.
 * https://eips.ethereum.org/EIPS/eip-1559
 */
import { keccak256 } from "ethers";

import { WarifuError } from "../core/errors.ts";
import { HASH, toText, unusable } from "./answers.ts";
import type { AnchorSigner, UnsignedTransaction } from "./anchor-signer.ts";
import type { SignedAnchor } from "./chain.ts";
import { transactionState } from "./questions.ts";
import { nodeMessageOf, type Rpc } from "./rpc.ts";
import { refusalOf, saysHasIt } from "./send-refusal.ts";
import { assertSigned } from "./signed-transaction.ts";

/**
 * The transaction with its signature and its hash.
 * @throws SIGNER_FAILED
 */
export async function signTransaction(signer: AnchorSigner, transaction: UnsignedTransaction): Promise<SignedAnchor> {
  const raw = await signer.sign(transaction);
  // Whoever signed: nothing is stored or sent that is not what was asked for.
  assertSigned(raw, transaction, signer.address);
  return { transactionHash: keccak256(raw), nonce: transaction.nonce, raw };
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
