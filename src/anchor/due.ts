/**
 * When a new anchor is due: after a set number of entries, or a set time after the last one.
 */
import type { LogTree } from "../write/log-tree.ts";

/** The operator's rule. */
export interface DueOptions {
  readonly tree: Pick<LogTree, "publishedSize">;
  /** POSIX milliseconds. */
  readonly now: () => number;
  /** Anchor when this many entries are not anchored … */
  readonly everyRecords: number;
  /** … or this long after the last anchor, if there are any. */
  readonly everyMs: number;
  /**
   * The time between anchors is extended by a random share up to this one: a fixed rhythm would reveal when a report
   * came in.
   */
  readonly jitter: number;
  /** 0 <= random() < 1 */
  readonly random: () => number;
}

/** The rule, and when it was last followed. */
export class DueRule {
  readonly #options: DueOptions;
  #lastAnchorAt = 0;
  #interval: number;

  constructor(options: DueOptions) {
    this.#options = options;
    this.#interval = this.#drawInterval();
  }

  /** @param hasFailed the last anchor was paid for and recorded nothing */
  isDue(anchoredSize: number, hasFailed: boolean): boolean {
    const { everyRecords, now, tree } = this.#options;
    const waiting = tree.publishedSize - anchoredSize;
    // A clock that was set back says nothing about how long it has been: err on the early side.
    const isTime = Math.abs(now() - this.#lastAnchorAt) >= this.#interval;
    // The next anchor may fail for the same reason and costs as much, so do not retry at every look, however many
    // records wait.
    return waiting > 0 && (isTime || (waiting >= everyRecords && !hasFailed));
  }

  /** A new anchor was sent. */
  noteAnchored(): void {
    this.#lastAnchorAt = this.#options.now();
    this.#interval = this.#drawInterval();
  }

  #drawInterval(): number {
    const { everyMs, jitter, random } = this.#options;
    return everyMs * (1 + jitter * random());
  }
}
