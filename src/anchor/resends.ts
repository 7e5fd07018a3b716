/**
 * The transaction at the account's next nonce, if nodes accepted it but none shows it: how often it was sent again, and
 * since when no node shows it. A node that swallows transactions accepts them every time, so each retry waits longer.
 *
 * Kept in memory alone: after a restart the first look sends it again, which is harmless.
 */
import type { FactOf } from "../alarms/alarm-fact.ts";
import type { StoredAnchor } from "../store/anchor-journal.ts";

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 300_000;
/** An accepted transaction that is not shown for this long is no longer just on its way. */
const SWALLOWED_MS = 60_000;

interface Waiting {
  readonly nonce: number;
  /** How often it was sent again and accepted, whichever transaction has the nonce. */
  tries: number;
  /** POSIX milliseconds of the last time. */
  triedAt: number;
  unseen: { readonly anchor: StoredAnchor; readonly since: number } | undefined;
}

/** The memory for one account. */
export class Resends {
  #waiting: Waiting | undefined;

  /** Whatever is at another nonce is settled; without a nonce, everything is. */
  keepOnly(nonce: number | undefined): void {
    if (this.#waiting?.nonce !== nonce) this.#waiting = undefined;
  }

  /** Whether it is time to send the transaction at that nonce again; the first time is always right away. */
  isDue(nonce: number, now: number): boolean {
    const { tries, triedAt } = this.#at(nonce);
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS);
    // A clock that was set says nothing about the time passed: err on the early side.
    return tries === 0 || Math.abs(now - triedAt) >= pause;
  }

  /** It was sent again, and accepted. */
  noteTaken(nonce: number, now: number): void {
    const waiting = this.#at(nonce);
    waiting.tries++;
    waiting.triedAt = now;
  }

  /** Records whether any node shows the newest transaction at its nonce. */
  noteLook(anchor: StoredAnchor, isSeen: boolean, now: number): void {
    const waiting = this.#at(anchor.nonce);
    waiting.unseen = isSeen ? undefined : { anchor, since: waiting.unseen?.since ?? now };
  }

  /** What was swallowed, for an alarm; `undefined` when nothing was. */
  swallowed(now: number): FactOf<"anchor-swallowed"> | undefined {
    const { unseen, tries = 0 } = this.#waiting ?? {};
    if (unseen === undefined || tries === 0 || Math.abs(now - unseen.since) < SWALLOWED_MS) return undefined;
    const { transactionHash, treeSize } = unseen.anchor;
    const since = new Date(unseen.since).toISOString();
    return { id: "anchor-not-shown", transactionHash, treeSize, since, tries };
  }

  #at(nonce: number): Waiting {
    this.keepOnly(nonce);
    this.#waiting ??= { nonce, tries: 0, triedAt: 0, unseen: undefined };
    return this.#waiting;
  }
}
