// In which order calls are made that come at the same moment, of one service or several: one at a time, the next one drawn from
// the seed among services. Without it the event loop would decide, and the clock on the wall with it.
// Only who waits for its turn at the head of the log waits in PostgreSQL, behind whoever has it; the others go on meanwhile.

import { setImmediate } from "node:timers/promises";

import type { Around } from "../../support/interpose.ts";
import type { Chance } from "../../support/chance.ts";

/** Who makes calls. */
export interface Caller {
  readonly name: string;
  /** Whether it makes none any more. */
  readonly isKilled: boolean;
}

interface Call {
  readonly by: Caller;
  readonly method: string;
  /** Makes it. Settled when it has been answered. */
  readonly make: () => Promise<void>;
}

/** Of the event loop, after which whoever was answered has got as far as it can: to its next call. */
const TURNS = 3;

/** The order of one simulation's calls. */
export class CallOrder {
  readonly #chance: Chance;
  readonly #waiting: Call[] = [];
  /** Answers to those who wait for their turn, the first of them first. */
  readonly #behind: Promise<void>[] = [];
  #inTurn: Caller | undefined;
  #isGoing = false;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** Puts each call into the order. */
  around(by: Caller): Around {
    return (method, call) => {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      const answered = (answer: unknown): void => {
        if (method === "begin") this.#inTurn = by;
        resolve(answer);
      };
      this.#waiting.push({ by, method, make: async () => Promise.resolve(call()).then(answered, reject) });
      void this.#go();
      return promise;
    };
  }

  /** It has no turn any more. */
  leaveTurn(by: Caller): void {
    if (this.#inTurn === by) this.#inTurn = undefined;
    void this.#go();
  }

  async #go(): Promise<void> {
    if (this.#isGoing) return;
    this.#isGoing = true;
    while (this.#waiting.length > 0 || this.#isNextDue) {
      for (let turn = 0; turn < TURNS; turn++) await setImmediate();
      if (this.#isNextDue) await this.#behind.shift();
      else await this.#makeOne();
    }
    this.#isGoing = false;
  }

  get #isNextDue(): boolean {
    return this.#inTurn === undefined && this.#behind.length > 0;
  }

  async #makeOne(): Promise<void> {
    // Drawn among services, not among calls: whose call came first must not matter.
    const caller = this.#chance.pick([...new Set(this.#waiting.map(({ by }) => by.name))].sort());
    const at = this.#waiting.findIndex(({ by }) => by.name === caller);
    const [call] = this.#waiting.splice(at, 1);
    // Whoever has ended hears no more.
    if (!call || call.by.isKilled) return;
    const isBehind = call.method === "begin" && this.#inTurn !== undefined;
    const answered = call.make();
    if (isBehind) this.#behind.push(answered);
    else await answered;
    if (call.method === "end") this.leaveTurn(call.by);
  }
}
