/**
 * How many openings a key may fetch: far fewer than it may make other requests, so that a stolen key does not empty the
 * vault before somebody notices.
 */
import { Allowance } from "../../keys/api-keys.ts";
import { WarifuError } from "../../core/errors.ts";

/** Counts per key. */
export class OpeningsLimit {
  readonly #perMinute: number;
  readonly #now: () => number;
  readonly #byKey = new Map<string, Allowance>();

  constructor(perMinute: number, now: () => number) {
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /** @throws RATE_LIMITED */
  assertAllows(keyId: string): void {
    const allowance = this.#byKey.get(keyId) ?? new Allowance(this.#perMinute, this.#now);
    this.#byKey.set(keyId, allowance);
    if (allowance.take(1) < 1)
      throw new WarifuError("RATE_LIMITED", `a key may fetch openings ${this.#perMinute} times a minute`);
  }
}
