/**
 * Long work in turns: one thread answers everybody, so whoever has much to do on it stops every few milliseconds and lets the
 * others go first. Of several that have much to do, one goes on in each pass of the event loop: whoever asks for something
 * small waits for one stretch, and not for a stretch of each of them.
 */
import { setImmediate as nextPass } from "node:timers/promises";

/** How long one piece of work may hold the thread. */
const AT_A_STRETCH_MS = 5;

/** Those who stopped, the one who has waited longest in front. */
const line: (() => void)[] = [];

/** The turns of one piece of work. */
export class Turns {
  readonly #isInFront: boolean;
  #begun = performance.now();

  /** @param place `in front` goes on in the next pass, whoever waits: for work that those in the line wait for */
  constructor(place: "in line" | "in front" = "in line") {
    this.#isInFront = place === "in front";
  }

  /** Whether it is the others' turn; to be asked between two steps. */
  get isOver(): boolean {
    return performance.now() - this.#begun > AT_A_STRETCH_MS;
  }

  /** Waits for the next turn. */
  async end(): Promise<void> {
    await (this.#isInFront ? nextPass() : nextInLine());
    this.#begun = performance.now();
  }
}

function nextInLine(): Promise<void> {
  return new Promise((goOn) => {
    line.push(goOn);
    if (line.length === 1) setImmediate(callNext);
  });
}

/** What is called goes on right after this, and the next one not before the others had theirs. */
function callNext(): void {
  line.shift()?.();
  if (line.length > 0) setImmediate(callNext);
}
