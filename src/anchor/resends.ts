/**
 * What waits at the account's next nonce and is shown by no node, although they took it: how often it was sent again, and
 * since when nobody shows it. A node that swallows transactions takes them as often as they come, so each try waits longer.
 *
 * Kept in memory alone: after a restart the first look sends it again, which is harmless.
 */
import type { FactOf } from "../alarms/alarm-fact.ts";
import type { StoredAnchor } from "../store/anchor-journal.ts";

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 300_000;
/** What was taken and is not shown for so long was not just on its way. */
const SWALLOWED_MS = 60_000;

interface Waiting {
  readonly nonce: number;
  /** Times that it was sent again and taken, by whichever transaction has the nonce. */
  tries: number;
  /** POSIX milliseconds of the last of them. */
  triedAt: number;
  unseen: { readonly anchor: StoredAnchor; readonly since: number } | undefined;
}

/** The memory for one account. */
export class Resends {
  #waiting: Waiting | undefined;

  /** What is at another nonce is settled; without one, all is. */
  keepOnly(nonce: number | undefined): void {
    if (this.#waiting?.nonce !== nonce) this.#waiting = undefined;
  }

  /** Whether it is time to send what waits at that nonce again: at once for the first time. */
  isDue(nonce: number, now: number): boolean {
    const { tries, triedAt } = this.#at(nonce);
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS);
    // A clock that was set says nothing about how long it has been: rather early than late.
    return tries === 0 || Math.abs(now - triedAt) >= pause;
  }

  /** It was sent again, and taken. */
  noteTaken(nonce: number, now: number): void {
    const waiting = this.#at(nonce);
    waiting.tries++;
    waiting.triedAt = now;
  }

  /** Whether any node shows the newest transaction that waits at its nonce. */
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
