/**
 * A chain that is asked for final data only once per round. The index, the stage that follows anchors and the chain's health
 * check all need the final height and blocks at or below it, and a provider counts each question.
 *
 * Invariants: nothing is kept from one round to the next, since a node may be restored from a backup in between. A block is
 * shared only if it was requested after the height that makes it final: a block requested earlier might have been replaced
 * by the time the chain became final there. Anything above that height, nonces and the contract's state are requested each
 * time. So is the hash at a height: it answers whether a block is still on the chain, and a reorg below finality can change
 * that within a round.
 */
import { codeOf } from "../core/errors.ts";
import type { BlockHeader, Chain } from "./chain.ts";

/** The chain, and how to end the sharing of its answers. */
export interface SharedLook {
  readonly chain: Chain;
  /** From here on everything is requested again. */
  renew(): void;
}

/** Shares what is final between the questions to a chain, from one `renew()` to the next. */
export function sharedLook(chain: Chain): SharedLook {
  let look = new Look(chain);
  const shared: Chain = {
    ...chain,
    // A getter, not a copy: it changes with a deployment.
    get contract() {
      return chain.contract;
    },
    finalizedHeight: () => look.finalizedHeight(),
    block: (which) =>
      which === "finalized" ? look.finalBlock() : which === "latest" ? chain.block(which) : look.blockAt(which),
  };
  return {
    chain: shared,
    renew: () => {
      look = new Look(chain);
    },
  };
}

class Look {
  readonly #chain: Chain;
  readonly #answers = new Map<string, Promise<unknown>>();
  #finalHeight: number | undefined;
  #final: BlockHeader | undefined;

  constructor(chain: Chain) {
    this.#chain = chain;
  }

  finalBlock(): Promise<BlockHeader | undefined> {
    return this.#once("final block", async () => {
      const block = await this.#chain.block("finalized");
      this.#final = block;
      this.#finalHeight = block?.number;
      return block;
    });
  }

  finalizedHeight(): Promise<number> {
    return this.#once("final height", async () => {
      const block = await this.finalBlock().catch((error: unknown) => {
        // The height is usable even if the header cannot be read or the nodes disagree on its hash.
        if (codeOf(error) !== "CHAIN_EVIDENCE_INVALID" && codeOf(error) !== "CHAIN_MISMATCH") throw error;
        return undefined;
      });
      return (this.#finalHeight = block?.number ?? (await this.#chain.finalizedHeight()));
    });
  }

  blockAt(height: number): Promise<BlockHeader | undefined> {
    if (height === this.#final?.number) return Promise.resolve(this.#final);
    if (!this.#isFinal(height)) return this.#chain.block(height);
    return this.#once(`block ${height}`, () => this.#chain.block(height));
  }

  #isFinal(height: number): boolean {
    return this.#finalHeight !== undefined && height <= this.#finalHeight;
  }

  /** A failure is not shared: the next caller asks again. */
  #once<T>(what: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(what) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const answer = ask();
    this.#answers.set(what, answer);
    answer.catch(() => this.#answers.delete(what));
    return answer;
  }
}
