/**
 * Lines in the log about messages that were refused for ever. A sender can send any number of them, so each reason gets
 * one line a minute, and then a count of the others. The connector's state counts all of them besides.
 */
import type { Logger } from "pino";
import type { ErrorCode } from "../core/errors.ts";

/** A refusal as it is logged: nothing that came in, but for the hash of the payload. */
export interface Refusal {
  /** What the operator calls the way that it came. */
  readonly route: string;
  readonly code: ErrorCode;
  readonly reason: string;
  /** Of the payload, hexadecimal, with its length. */
  readonly sha256: string;
  readonly bytes: number;
}

/** How long the line about one refusal stands for others of its route and code. */
export const QUIET_MS = 60_000;

interface Quiet {
  readonly since: number;
  readonly refusal: Pick<Refusal, "route" | "code">;
  omitted: number;
}

/** The lines of one connector. */
export class RefusalLog {
  readonly #logger: Logger;
  readonly #now: () => number;
  /** By route and code: both are few. */
  readonly #quiet = new Map<string, Quiet>();

  constructor(logger: Logger, now: () => number) {
    this.#logger = logger;
    this.#now = now;
  }

  note(refusal: Refusal): void {
    const { route, code } = refusal;
    this.look();
    const quiet = this.#quiet.get(`${code} ${route}`);
    if (quiet) return void quiet.omitted++;
    this.#quiet.set(`${code} ${route}`, { since: this.#now(), refusal: { route, code }, omitted: 0 });
    this.#logger.warn(refusal, "refused for ever");
  }

  /** Says how many had no line of their own, once their minute is over, or now. */
  look(isEnd = false): void {
    for (const [name, { since, refusal, omitted }] of this.#quiet) {
      const age = this.#now() - since;
      if (!isEnd && age >= 0 && age < QUIET_MS) continue;
      this.#quiet.delete(name);
      if (omitted > 0) this.#logger.warn({ ...refusal, more: omitted }, "more were refused for ever");
    }
  }
}
