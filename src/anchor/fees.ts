/**
 * What an anchor may offer for gas: the clients' rules for replacing a transaction, and the operator's cap in money.
 * EIP-1559; geth, Besu, Nethermind and Erigon take a replacement when tip and fee cap are both at least a tenth higher.
 *
 * Invariant: the worst case of what is offered (gas limit times fee cap) never exceeds the cap.
 */
import type { Fees, MarketFees } from "../chain/chain.ts";
import { openingFees } from "../core/gas-fees.ts";

/** Most that may be spent, in wei. */
export interface SpendingCaps {
  readonly perAnchor: bigint;
  /** Within 24 hours. */
  readonly perDay: bigint;
}

// An eighth: above every client's tenth, whatever is lost to rounding.
const BUMP_DIVISOR = 8n;
/** Percent of the limit that a first attempt may take: three replacements fit into the rest. */
const FIRST_SHARE = 70n;

/** What a replacement offers: enough for every client's rule, and for the market where that has moved further. */
export function bumpedFees(previous: Fees, market: MarketFees): Fees {
  const opening = openingFees(market);
  return {
    maxPriorityFeePerGas: larger(raised(previous.maxPriorityFeePerGas), opening.maxPriorityFeePerGas),
    maxFeePerGas: larger(raised(previous.maxFeePerGas), opening.maxFeePerGas),
  };
}

/**
 * The fees, brought under a limit on the worst case; `undefined` when that would leave a transaction that nobody takes:
 * under the present price, or under what replacing `previous` calls for. A first attempt leaves room for replacements: one
 * that took all could never be outbid, and would hold its nonce for as long as nobody mines it.
 * @param limit wei
 */
export function fittedFees(
  fees: Fees,
  market: MarketFees,
  gasLimit: number,
  limit: bigint,
  previous?: Fees,
): Fees | undefined {
  const room = previous ? limit : (limit * FIRST_SHARE) / 100n;
  const most = room / BigInt(gasLimit);
  if (fees.maxFeePerGas <= most) return fees;
  const least = larger(market.baseFee + market.tip, previous ? raised(previous.maxFeePerGas) : 0n);
  if (most < least || most < fees.maxPriorityFeePerGas) return undefined;
  return { maxPriorityFeePerGas: fees.maxPriorityFeePerGas, maxFeePerGas: most };
}

/** What a transaction costs at worst, in wei. */
export function worstCost(fees: Fees, gasLimit: number): bigint {
  return fees.maxFeePerGas * BigInt(gasLimit);
}

function raised(fee: bigint): bigint {
  return fee + fee / BUMP_DIVISOR + 1n;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
