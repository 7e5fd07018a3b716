/**
 * One transaction of an administrator, from its signature to its block. Unlike an anchor it is not persisted: a person waits
 * for it, and running the command again shows whether the change is already made.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { formatEther } from "ethers";

import { WarifuError } from "../core/errors.ts";
import { openingFees } from "../core/gas-fees.ts";
import { assertOwnAccount } from "../chain/signers/development-keys.ts";
import type { AnchorSigner } from "../chain/signer.ts";
import { toCount } from "../chain/rpc/rpc-values.ts";
import { marketFees, transactionCount, transactionState } from "../chain/rpc/queries.ts";
import type { Rpc } from "../chain/rpc/rpc.ts";
import { assertTaken } from "../chain/rpc/send-refusal.ts";
import { assertChain, estimatedGas, sendTransaction, signTransaction } from "../chain/rpc/transactions.ts";

const POLL_MS = 200;
/** Wei. Enough for several deployments at the prices of a bad day, and little enough to lose. */
const MAX_COST = 500_000_000_000_000_000n;

/** Who signs, through which node, how long to wait, and the most that a transaction may cost. */
export interface Sender {
  readonly rpc: Rpc;
  readonly signer: AnchorSigner;
  readonly waitMs: number;
  /** Wei; {@link MAX_COST} when left out. */
  readonly maxCost?: bigint | undefined;
}

/** Where a transaction ended up. */
export interface Included {
  readonly transactionHash: string;
  readonly nonce: number;
  readonly blockNumber: number;
  readonly blockHash: string;
}

/**
 * Signs, sends, and waits until a block holds it.
 * @throws CHAIN_REFUSED when the chain would not accept it, when it failed, or when by the node's figures it could cost too
 * much; CHAIN_UNREACHABLE when no block holds it in time; CHAIN_WRONG, SIGNER_FAILED
 */
export async function sendAndWait(
  { rpc, signer, waitMs, maxCost = MAX_COST }: Sender,
  call: { readonly to: string | null; readonly data: string },
): Promise<Included> {
  assertOwnAccount(signer.address, rpc.chainId, rpc.isLoopback);
  assertChain(toCount(await rpc.ask("eth_chainId", []), "eth_chainId"), rpc.chainId);
  const gasLimit = await estimatedGas(rpc, signer.address, call);
  const [nonce, market] = await Promise.all([transactionCount(rpc, signer.address), marketFees(rpc)]);
  const fees = openingFees(market);
  assertAffordable(BigInt(gasLimit) * fees.maxFeePerGas, maxCost);
  const type = market.isLegacy ? 0 : 2;
  const signed = await signTransaction(signer, { type, chainId: rpc.chainId, nonce, gasLimit, ...call, ...fees });
  assertTaken(await sendTransaction(rpc, signed));
  return { ...(await untilIncluded(rpc, signed.transactionHash, waitMs)), nonce };
}

/** We have only the node's word for gas and price, and a lying node could make the account spend all its funds. */
function assertAffordable(cost: bigint, maxCost: bigint): void {
  if (cost <= maxCost) return;
  throw new WarifuError(
    "CHAIN_REFUSED",
    `nothing was sent: by what the node says it could cost ${formatEther(cost)} ether, and ${formatEther(maxCost)} is the most that was allowed`,
    { details: { reason: "max-cost" } },
  );
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
