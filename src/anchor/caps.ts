/**
 * What an anchor may cost at present: compares the operator's caps per anchor and per day with the market and the day's
 * spending so far. Checked once per anchor, before a beacon is entered for it.
 */
import type { FactOf } from "../alarms/alarm-fact.ts";
import type { Chain, Fees, MarketFees } from "../chain/chain.ts";
import { openingFees } from "../core/gas-fees.ts";
import type { AnchorJournal } from "../store/anchor-journal.ts";
import { bumpedFees, fittedFees, worstCost, type SpendingCaps } from "./fees.ts";

/** What pricing works with. */
export interface PriceParts {
  readonly store: AnchorJournal;
  readonly chain: Chain;
  /** POSIX milliseconds. */
  readonly now: () => number;
  readonly spending: SpendingCaps;
}

/** What one look at the market and the journal found. */
export interface Price {
  readonly market: MarketFees;
  readonly spending: SpendingCaps;
  /** Wei left of the day's cap. */
  readonly left: bigint;
}

/** No fees that a node would accept fit under the caps. */
export interface TooDear {
  readonly step: "blocked";
  readonly obstacle: "fee-cap" | "daily-cap";
  readonly fact: FactOf<"fee-cap" | "daily-cap">;
}

const DAY_MS = 86_400_000;

/**
 * Fetches what determines the price of an anchor at that nonce.
 * @throws CHAIN_UNREACHABLE, STORE_FAILED
 */
export async function askPrice(parts: PriceParts, nonce: number): Promise<Price> {
  const { store, chain, spending, now } = parts;
  const market = await chain.marketFees();
  const left = spending.perDay - (await store.spentSince(now() - DAY_MS)) - (await unseenCost(parts, nonce));
  return { market, spending, left };
}

/**
 * What to offer for a call with that gas limit, or why nothing can be offered.
 * @param previous the fees of the transaction to be replaced
 */
export function offerAt({ market, spending, left }: Price, gasLimit: number, previous?: Fees): Fees | TooDear {
  const wanted = previous ? bumpedFees(previous, market) : openingFees(market);
  const isDayShort = left < spending.perAnchor;
  const fees = fittedFees(wanted, market, gasLimit, isDayShort ? left : spending.perAnchor, previous);
  if (fees) return fees;
  const costWei = String(worstCost(wanted, gasLimit));
  if (!isDayShort) {
    const fact = { id: "above-anchor-cap", costWei, capWei: String(spending.perAnchor) } as const;
    return { step: "blocked", obstacle: "fee-cap", fact };
  }
  const fact = { id: "above-daily-cap", costWei, capWei: String(spending.perDay), leftWei: String(left) } as const;
  return { step: "blocked", obstacle: "daily-cap", fact };
}

/** Upper bound on what was spent at used nonces whose cost has not been settled yet. */
async function unseenCost({ store, chain, spending }: PriceParts, nonce: number): Promise<bigint> {
  const open = await store.anchorsIn(["pending", "submitted", "included"]);
  const used = open.filter((row) => row.account === chain.account && row.nonce < nonce).map((row) => row.nonce);
  if (used.length === 0) return 0n;
  const rows = await store.anchorsFrom(chain.account, Math.min(...used));
  const settled = new Set(rows.filter(({ paid }) => paid !== null).map((row) => row.nonce));
  return BigInt(new Set(used.filter((one) => !settled.has(one))).size) * spending.perAnchor;
}
