/**
 * Why a node did not accept a signed transaction, determined from its words: there are no codes for it, and each client
 * words it differently. Known from geth, Besu, Nethermind, Erigon, Hardhat and anvil; an unknown sentence counts as "not
 * now", because the stage above tries again and raises the alarm when an anchor is late.
 */
import { WarifuError } from "../../core/errors.ts";
import type { SendRefusal } from "../chain.ts";

interface Refusal {
  readonly pattern: RegExp;
  readonly reason: SendRefusal["reason"];
  readonly advice: string;
}

const HAS_IT = /already ?known|already imported|known transaction|existing tx with same hash/i;

// The first that matches decides.
const REFUSALS: readonly Refusal[] = [
  {
    pattern: /nonce ?(?:is )?too ?low|old ?nonce|nonce has already been used/i,
    reason: "nonce-used",
    advice:
      "another transaction of the anchoring account has its nonce: check whether that one anchored, then sign again",
  },
  {
    pattern: /insufficient ?(?:funds|balance)|doesn't have enough funds|upfront cost exceeds account balance/i,
    reason: "no-funds",
    advice: "the anchoring account cannot pay for it: send funds to the account",
  },
  {
    pattern:
      /replacement.*underpriced|replacement fee too low|could not replace existing tx|OwnNonceAlreadyUsed|ReplacementNotAllowed/i,
    reason: "replacement-underpriced",
    advice: "another transaction waits at its nonce: replace it with a fee that is at least a tenth higher",
  },
  {
    pattern:
      /underpriced|fee ?too ?low|fee cap less than block base fee|max fee per gas less than block base fee|is too low for the next block|gas price below/i,
    reason: "fee-too-low",
    advice: "the chain's base fee has risen above its fee cap: sign again at the current fee",
  },
  {
    pattern: /intrinsic ?gas|requires at least \d+ gas|gas ?limit|floor data gas/i,
    reason: "gas-limit",
    advice: "its gas limit does not fit this chain",
  },
];

/** Whether these words say that the node has the transaction. */
export function saysHasIt(nodeMessage: string): boolean {
  return HAS_IT.test(nodeMessage);
}

/** Reason and advice when a transaction will never be accepted as it is; undefined when it may be later. */
export function refusalOf(nodeMessage: string): SendRefusal | undefined {
  const refusal = REFUSALS.find(({ pattern }) => pattern.test(nodeMessage));
  if (refusal === undefined) return undefined;
  const { reason, advice } = refusal;
  return { reason, message: `the chain does not take the transaction (${nodeMessage}): ${advice}` };
}

/** @throws CHAIN_REFUSED for callers that cannot handle a refusal any other way */
export function assertTaken(refusal: SendRefusal | undefined): void {
  if (refusal) throw new WarifuError("CHAIN_REFUSED", refusal.message, { details: { reason: refusal.reason } });
}
