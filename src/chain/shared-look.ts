/**
 * A chain of which what is final is asked for once a round. The index, the stage that follows anchors and the look at the
 * chain's health all want the final height and blocks at or below it, and a provider counts each question.
 *
 * Invariants: nothing is kept from one round to the next, since a node may be put back in between. A block is shared only
 * if it was asked for after the height that makes it final: asked for before, it could be one that was replaced by the time
 * the chain became final there. What is above that height, nonces and the contract's state are asked for each time. So is
 * the hash at a height: that is the question whether a block is still on the chain, which a reorg below finality can turn
 * into a no within a round.
 */
import { codeOf } from "../core/errors.ts";
import type { BlockHeader, Chain } from "./chain.ts";

/** The chain, and the end of what its answers are shared for. */
export interface SharedLook {
  readonly chain: Chain;
  /** From here on everything is asked for anew. */
  renew(): void;
}

/** Shares what is final between the questions to a chain, from one `renew()` to the next. */
export function sharedLook(chain: Chain): SharedLook {
  let look = new Look(chain);
  const shared: Chain = {
    ...chain,
    // Not copied with the rest: it changes with a deployment.
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
      [this.#final, this.#finalHeight] = [block, block?.number];
      return block;
    });
  }

  finalizedHeight(): Promise<number> {
    return this.#once("final height", async () => {
      const block = await this.finalBlock().catch((error: unknown) => {
        // The height needs no header that can be read, and no word of the others on its hash.
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

  /** No answer is none to share: the next question is asked again. */
  #once<T>(what: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(what) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const answer = ask();
    this.#answers.set(what, answer);
    answer.catch(() => this.#answers.delete(what));
    return answer;
  }
}
