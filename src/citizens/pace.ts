/** How often one account does what enters the log: somebody with a script must not fill it. */
import { WarifuError } from "../core/errors.ts";

const HOUR_MS = 3_600_000;

/** Counts by the hour, for each account. */
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
  assertAllows(citizenId: string): void {
    if (Math.abs(this.#now() - this.#hourBegan) >= HOUR_MS) {
      this.#hourBegan = this.#now();
      this.#counts = new Map();
    }
    const count = (this.#counts.get(citizenId) ?? 0) + 1;
    if (count > this.#mostPerHour)
      throw new WarifuError("RATE_LIMITED", `an account may do this ${this.#mostPerHour} times an hour`);
    this.#counts.set(citizenId, count);
  }
}
