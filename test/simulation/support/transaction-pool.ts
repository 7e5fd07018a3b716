// The pool of one node: which transactions it takes, what it keeps for a nonce, and in which words it refuses. The words
// are the clients' own (test/chain/rpc/send-refusal.test.ts).

import type { ChainState } from "./block-tree.ts";
import type { SentTransaction } from "./contract-model.ts";

export const CLIENTS = ["geth", "Besu", "Nethermind", "Erigon", "Hardhat", "anvil"] as const;
export type Client = (typeof CLIENTS)[number];

type Objection = "known" | "nonce" | "funds" | "replacement" | "price";

const WORDS: Record<Client, Record<Objection, string>> = {
  geth: {
    known: "already known",
    nonce: "nonce too low: next nonce 12, tx nonce 11",
    funds: "insufficient funds for gas * price + value: balance 0, tx cost 21, overshot 21",
    replacement: "replacement transaction underpriced: new tx gas fee cap 1 <= 2 queued",
    price: "transaction underpriced: tip needed 1, tip permitted 0",
  },
  Besu: {
    known: "Known transaction",
    nonce: "Nonce too low",
    funds: "Upfront cost exceeds account balance",
    replacement: "Replacement transaction underpriced",
    price: "Gas price below current base fee",
  },
  Nethermind: {
    known: "AlreadyKnown",
    nonce: "OldNonce, Current nonce: 12, nonce of rejected tx: 11",
    funds: "InsufficientFunds, Account balance: 0",
    replacement: "OwnNonceAlreadyUsed",
    price: "FeeTooLow, MaxFeePerGas too low. MaxFeePerGas: 50, BaseFee: 100",
  },
  Erigon: {
    known: "INTERNAL_ERROR: existing tx with same hash",
    nonce: "nonce too low",
    funds: "insufficient funds",
    replacement: "could not replace existing tx",
    price: "fee too low",
  },
  Hardhat: {
    known: "Known transaction: 0x12",
    nonce: "Nonce too low. Expected nonce to be 12 but got 11.",
    funds: "Sender doesn't have enough funds to send tx. The max upfront cost is: 2 and the sender's balance is: 1.",
    replacement:
      "Replacement transaction underpriced. A gasPrice/maxFeePerGas of at least 2 is necessary to replace it.",
    price: "Transaction maxFeePerGas (1) is too low for the next block, which has a baseFeePerGas of 2",
  },
  anvil: {
    known: "transaction already imported",
    nonce: "nonce too low",
    funds: "Insufficient funds for gas * price + value",
    replacement: "replacement transaction underpriced",
    price: "max fee per gas less than block base fee",
  },
};
const STRICT_ABOUT_PRICE: ReadonlySet<Client> = new Set(["Besu", "Hardhat", "anvil"]);
const PRICE_BUMP = 110n;

/** A transaction in a pool. */
interface Pooled {
  readonly sent: SentTransaction;
  /** When the builders get to see it, simulated milliseconds. */
  readonly visibleAt: number;
}

/** Transactions that wait, one a nonce. */
export class TransactionPool {
  readonly #client: Client;
  readonly #waiting = new Map<number, Pooled>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Takes a transaction. @returns the client's words when it does not */
  add(sent: SentTransaction, { nonce, balance }: ChainState, baseFee: bigint, visibleAt: number): string | undefined {
    const objection = this.#objection(sent, { nonce, balance }, baseFee);
    if (objection) return WORDS[this.#client][objection];
    this.#waiting.set(sent.nonce, { sent, visibleAt });
    return undefined;
  }

  #objection(
    sent: SentTransaction,
    { nonce, balance }: Pick<ChainState, "nonce" | "balance">,
    baseFee: bigint,
  ): Objection | undefined {
    const present = this.#waiting.get(sent.nonce)?.sent;
    if (present?.hash === sent.hash) return "known";
    if (sent.nonce < nonce) return "nonce";
    if (balance < BigInt(sent.gasLimit) * sent.maxFee) return "funds";
    if (STRICT_ABOUT_PRICE.has(this.#client) && sent.maxFee < baseFee) return "price";
    if (present && !outbids(sent, present)) return "replacement";
    return undefined;
  }

  has(transactionHash: string): boolean {
    return [...this.#waiting.values()].some(({ sent }) => sent.hash === transactionHash);
  }

  /** What the builders see, by nonce. */
  visible(now: number): SentTransaction[] {
    const seen = [...this.#waiting.values()].filter(({ visibleAt }) => visibleAt <= now).map(({ sent }) => sent);
    return seen.sort((a, b) => a.nonce - b.nonce);
  }

  /** Nonces below are used. */
  settle(nonce: number): void {
    for (const waiting of this.#waiting.keys()) if (waiting < nonce) this.#waiting.delete(waiting);
  }

  drop(transactionHash: string): void {
    for (const [nonce, { sent }] of this.#waiting) if (sent.hash === transactionHash) this.#waiting.delete(nonce);
  }

  /** The hashes that wait. */
  hashes(): string[] {
    return [...this.#waiting.values()].map(({ sent }) => sent.hash);
  }
}

function outbids(sent: SentTransaction, present: SentTransaction): boolean {
  return sent.maxFee * 100n >= present.maxFee * PRICE_BUMP && sent.maxTip * 100n >= present.maxTip * PRICE_BUMP;
}
