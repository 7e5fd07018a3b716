/**
 * One transaction of an administrator, from its signature into a block. Unlike an anchor it is not persisted: a person
 * waits for it, and whoever runs the command again is told what is made already.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { WarifuError } from "../core/errors.ts";
import type { AnchorSigner } from "./anchor-signer.ts";
import { toCount } from "./answers.ts";
import { marketFees, transactionCount, transactionState } from "./questions.ts";
import { nodeMessageOf, type Rpc } from "./rpc.ts";
import { assertChain, sendTransaction, signTransaction } from "./transactions.ts";

const POLL_MS = 200;

/** Where a transaction ended. */
export interface Included {
  readonly transactionHash: string;
  readonly nonce: number;
  readonly blockNumber: number;
  readonly blockHash: string;
}

/**
 * Signs, sends, and waits until a block holds it.
 * @throws CHAIN_REFUSED when the chain would not take it or it failed; CHAIN_UNREACHABLE when no block holds it in time;
 *   CHAIN_WRONG, SIGNER_FAILED
 */
export async function sendAndWait(
  { rpc, signer, waitMs }: { readonly rpc: Rpc; readonly signer: AnchorSigner; readonly waitMs: number },
  call: { readonly to: string | null; readonly data: string },
): Promise<Included> {
  assertChain(toCount(await rpc.ask("eth_chainId", []), "eth_chainId"), rpc.chainId);
  const gasLimit = await estimatedGas(rpc, signer.address, call);
  const [nonce, { baseFee, tip }] = await Promise.all([transactionCount(rpc, signer.address), marketFees(rpc)]);
  const fees = { maxPriorityFeePerGas: tip, maxFeePerGas: tip + 2n * baseFee };
  const signed = await signTransaction(signer, { chainId: rpc.chainId, nonce, gasLimit, ...call, ...fees });
  await sendTransaction(rpc, signed);
  return { ...(await untilIncluded(rpc, signed.transactionHash, waitMs)), nonce };
}

/** A third more than the node's estimate: what a call costs depends on what comes before it in its block. */
async function estimatedGas(
  rpc: Rpc,
  from: string,
  { to, data }: { readonly to: string | null; readonly data: string },
): Promise<number> {
  const method = "eth_estimateGas";
  try {
    const estimate = toCount(await rpc.ask(method, [{ from, data, ...(to === null ? {} : { to }) }]), method);
    return Math.ceil((estimate * 4) / 3);
  } catch (error) {
    const said = nodeMessageOf(error);
    if (said === undefined) throw error;
    throw new WarifuError("CHAIN_REFUSED", `the chain would refuse it, so nothing was sent: ${said}`, {
      details: { reason: "not-allowed" },
    });
  }
}

async function untilIncluded(rpc: Rpc, transactionHash: string, waitMs: number): Promise<Omit<Included, "nonce">> {
  const deadline = performance.now() + waitMs;
  do {
    const place = await transactionState(rpc, transactionHash);
    if (place.state === "included")
      return { transactionHash, blockNumber: place.blockNumber, blockHash: place.blockHash };
    if (place.state === "failed")
      throw new WarifuError("CHAIN_REFUSED", `transaction ${transactionHash} failed on the chain`, {
        details: { reason: "failed", transactionHash },
      });
    await sleep(POLL_MS);
  } while (performance.now() < deadline);
  throw new WarifuError(
    "CHAIN_UNREACHABLE",
    `no block holds transaction ${transactionHash} yet: look again before you repeat the command`,
    { details: { transactionHash } },
  );
}
