/**
 * Turns what a round found about our anchors into alarms about nodes, keys and finality. A finding is remembered until
 * the chain takes it back.
 */
import type { FactOf } from "../alarms/alarm-fact.ts";
import type { Alarms } from "../alarms/alarms.ts";
import type { Chain } from "../chain/chain.ts";
import type { AnchorJournal, StoredAnchor } from "../store/anchor-journal.ts";
import type { Confirmation } from "./follow-anchors.ts";

/** What judging works with. */
export interface ConfirmationParts {
  readonly store: AnchorJournal;
  readonly chain: Chain;
  readonly alarms: Alarms;
}

/** Remembers what was found. */
export class ConfirmationJudge {
  readonly #parts: ConfirmationParts;
  /** Size of the largest tree whose final anchor was taken back, until an anchor of at least that size is final again. */
  #takenBack = 0;
  #unexplained: readonly StoredAnchor[] = [];
  #failed: StoredAnchor | undefined;

  constructor(parts: ConfirmationParts) {
    this.#parts = parts;
  }

  /** Whether an anchor was mined but recorded nothing, and no anchor of its size has been recorded since. */
  get hasFailed(): boolean {
    return this.#failed !== undefined;
  }

  /** A failure in another contract does not concern this one. */
  forgetFailed(): void {
    this.#failed = undefined;
  }

  /** The finality of a lost chain no longer matters: its successor starts over. */
  forgetFinality(): void {
    this.#takenBack = 0;
  }

  /** Reports nodes that contradict themselves, anchors that recorded nothing, and nonces that somebody else has used. */
  async judge(confirmations: readonly Confirmation[]): Promise<void> {
    const { alarms } = this.#parts;
    const contradicted = confirmations.find(({ change }) => change === "contradicted");
    alarms.set(
      "node-contradicts",
      contradicted && {
        id: "evidence-inconsistent",
        transactionHash: contradicted.anchor.transactionHash,
        message: contradicted.reason ?? "",
      },
    );
    const givenUp = confirmations.filter(({ change }) => change === "orphaned").map(({ anchor }) => anchor);
    await this.#noteFailed(givenUp);
    this.#unexplained = await this.#withoutReason([...this.#unexplained, ...givenUp]);
    const [shared] = this.#unexplained;
    alarms.set("account-shared", shared && { id: "nonce-taken", account: shared.account, nonce: shared.nonce });
  }

  /**
   * Reports finality that is doubted or was taken back: red from the first sign until it is final again.
   * @returns whether either was seen in this round
   */
  judgeFinality(confirmations: readonly Confirmation[], finalizedSize: number): boolean {
    const lost = confirmations.filter(({ anchor, change }) => change === "reorged" && anchor.state === "finalized");
    this.#takenBack = Math.max(this.#takenBack, ...lost.map(({ anchor }) => anchor.treeSize));
    if (finalizedSize >= this.#takenBack) this.#takenBack = 0;
    const doubted = confirmations.find(({ change }) => change === "doubted")?.anchor;
    const fact = doubted === undefined ? takenBackUpTo(this.#takenBack) : doubtOn(doubted);
    this.#parts.alarms.set("reorg-beyond-finality", fact, "anchors");
    return doubted !== undefined || lost.length > 0;
  }

  /** Remembers an anchor that was mined but recorded nothing, until one of at least its size is recorded. */
  async #noteFailed(givenUp: readonly StoredAnchor[]): Promise<void> {
    const { store, alarms } = this.#parts;
    for (const { account, nonce, anchorId } of givenUp) {
      const rows = await store.anchorsFrom(account, nonce);
      this.#failed = rows.find((row) => row.anchorId === anchorId && row.paid !== null) ?? this.#failed;
    }
    const recorded = [...(await store.anchorsIn(["included"])), await store.newestFinalAnchor()];
    const { treeSize = Infinity } = this.#failed ?? {};
    if (recorded.some((one) => one !== undefined && one.treeSize >= treeSize)) this.#failed = undefined;
    const failed = this.#failed;
    alarms.set(
      "anchor-failed",
      failed && { id: "nothing-recorded", transactionHash: failed.transactionHash, treeSize: failed.treeSize },
    );
  }

  /** Those whose nonce was used by a transaction that, as far as we know, is not ours. */
  async #withoutReason(givenUp: readonly StoredAnchor[]): Promise<StoredAnchor[]> {
    const unexplained: StoredAnchor[] = [];
    for (const lost of givenUp) {
      const rows = await this.#parts.store.anchorsFrom(lost.account, lost.nonce);
      const isOurs = rows.some(
        ({ nonce, state, paid }) => nonce === lost.nonce && (state !== "orphaned" || paid !== null),
      );
      const isKnown = unexplained.some(({ account, nonce }) => account === lost.account && nonce === lost.nonce);
      if (!isOurs && !isKnown && !(await this.#wentElsewhere(lost))) unexplained.push(lost);
    }
    return unexplained;
  }

  /** Whether an anchor sent to an earlier contract used the nonce: those are no longer followed, so the chain is asked. */
  async #wentElsewhere({ account, nonce }: StoredAnchor): Promise<boolean> {
    const { store, chain } = this.#parts;
    for (const { transactionHash } of await store.formerAnchorsAt(account, nonce)) {
      // Without an answer nothing is explained: the alarm ends once there is one.
      const found = await chain.transactionState(transactionHash).catch(() => undefined);
      // Its price is known only once enough nodes agree: one node alone must not end the alarm.
      if (found !== undefined && "paid" in found && found.paid !== undefined) return true;
    }
    return false;
  }
}

function doubtOn({ blockNumber, treeSize }: StoredAnchor): FactOf<"reorg-beyond-finality"> {
  return { id: "final-anchor-doubted", blockNumber, treeSize };
}

function takenBackUpTo(treeSize: number): FactOf<"reorg-beyond-finality"> | undefined {
  return treeSize === 0 ? undefined : { id: "final-anchors-lost", treeSize };
}
