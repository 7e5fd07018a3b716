/**
 * Long work in turns: one thread answers everybody, so whoever has much to do on it stops every few milliseconds and lets the
 * others go first.
 */
import { setImmediate as nextTurn } from "node:timers/promises";

/** How long one piece of work may hold the thread. */
const AT_A_STRETCH_MS = 10;

/** The turns of one piece of work. */
export class Turns {
  #begun = performance.now();

  /** Whether it is the others' turn; to be asked between two steps. */
  get isOver(): boolean {
    return performance.now() - this.#begun > AT_A_STRETCH_MS;
  }

  /** Waits for the next turn. */
  async end(): Promise<void> {
    await nextTurn();
    this.#begun = performance.now();
  }
}
