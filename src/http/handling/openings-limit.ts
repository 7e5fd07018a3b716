/**
 * How many openings a key may fetch: far fewer than its other requests, so that a stolen key does not empty the vault
 * before somebody notices. Each attempt counts here; the security log has only those that returned something.
 */
import type { Request } from "express";
import { Allowance } from "../../keys/api-keys.ts";
import { WarifuError } from "../../core/errors.ts";
import type { Guard } from "./authorisation.ts";
import { routeOf } from "./problem-answers.ts";

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

/** Notes that a key was given what is concealed of a record: once it was read, and not where there was nothing to give. */
export function noteOpening(keyId: string, leafIndex: number, request: Request, { security }: Guard): void {
  security.note("openings-given", { keyId, route: routeOf(request), leafIndex });
}
