/** How often somebody does what enters the log: a script must not fill it. */
import { WarifuError } from "../core/errors.ts";

const HOUR_MS = 3_600_000;

/** Counts by the hour, for each account or address. */
export class Pace {
  readonly #mostPerHour: number;
  readonly #now: () => number;
  #hourBegan: number;
  #counts = new Map<string, number>();

  constructor(mostPerHour: number, now: () => number) {
    this.#mostPerHour = mostPerHour;
    this.#now = now;
    this.#hourBegan = now();
  }

  /** @throws RATE_LIMITED */
  assertAllows(who: string): void {
    if (!this.allows(who)) throw new WarifuError("RATE_LIMITED", `this may be done ${this.#mostPerHour} times an hour`);
  }

  /** Whether it may be done once more, which is counted. */
  allows(who: string): boolean {
    if (Math.abs(this.#now() - this.#hourBegan) >= HOUR_MS) {
      this.#hourBegan = this.#now();
      this.#counts = new Map();
    }
    const count = (this.#counts.get(who) ?? 0) + 1;
    if (count > this.#mostPerHour) return false;
    this.#counts.set(who, count);
    return true;
  }
}
