/**
 * What an anchor may offer for gas, given the clients' rules for replacing a transaction and the operator's spending
 * cap. EIP-1559; geth, Besu, Nethermind and Erigon accept a replacement when tip and fee cap are both at least a tenth
 * higher.
 *
 * Invariant: the worst case of what is offered (gas limit times fee cap) never exceeds the cap.
 */
import type { Fees, MarketFees } from "../chain/chain.ts";
import { openingFees } from "../core/gas-fees.ts";

/** The most that may be spent, in wei. */
export interface SpendingCaps {
  readonly perAnchor: bigint;
  /** Within 24 hours. */
  readonly perDay: bigint;
}

// An eighth: more than the tenth that every client requires, with room for rounding.
const BUMP_DIVISOR = 8n;
/** The share of the limit, in percent, that a first attempt may use: three replacements fit into the rest. */
const FIRST_SHARE = 70n;

/** What a replacement offers: enough for every client's rule, and for the market if it has risen further. */
export function bumpedFees(previous: Fees, market: MarketFees): Fees {
  const opening = openingFees(market);
  return {
    maxPriorityFeePerGas: larger(raised(previous.maxPriorityFeePerGas), opening.maxPriorityFeePerGas),
    maxFeePerGas: larger(raised(previous.maxFeePerGas), opening.maxFeePerGas),
  };
}

/**
 * The fees, reduced to keep the worst case under a limit; `undefined` when no node would accept the result because it
 * is below the present price or below what replacing `previous` requires. A first attempt leaves room for replacements:
 * a transaction that used up the limit could never be outbid, and would hold its nonce until somebody mined it.
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
