/**
 * The log's clock: it never goes back, and is never ahead of what an independent clock allows. A time that was once signed
 * stays in the log forever, and every later record would have to wait for it.
 */
import { WarifuError } from "../core/errors.ts";

/** How long the machine's clock may go back before the log stops signing. */
const TOLERANCE_MS = 5_000;

/** Where the time comes from. */
export interface LogClockParts {
  /** POSIX milliseconds by this machine's clock. */
  readonly now: () => number;
  /** Latest plausible time (POSIX milliseconds) by an independent clock; infinite when there is none that can say. */
  readonly latestTime?: (() => number | Promise<number>) | undefined;
}

/** The clock of one log. */
export class LogClock {
  readonly #parts: LogClockParts;
  /** POSIX milliseconds. */
  #newest: number;

  /** @param newest when the newest entry was received, POSIX seconds; 0 for an empty log */
  constructor(parts: LogClockParts, newest: number) {
    this.#parts = parts;
    this.#newest = newest * 1000;
  }

  /** POSIX milliseconds by this machine's clock. */
  get now(): number {
    return this.#parts.now();
  }

  /** Notes an entry that another service has written: no later one may be older. @param receivedAt POSIX seconds */
  note(receivedAt: number): void {
    this.#newest = Math.max(this.#newest, receivedAt * 1000);
  }

  /**
   * POSIX seconds, never falling.
   * @throws CLOCK_BACKWARDS, CLOCK_AHEAD
   */
  async tick(): Promise<number> {
    const { now } = this;
    if (now < this.#newest - TOLERANCE_MS)
      throw new WarifuError(
        "CLOCK_BACKWARDS",
        `the clock went back: the newest entry is of ${shown(this.#newest)}, the clock says ${shown(now)}. Set it right ` +
          "and start the service again; if it is right, the log takes records from the former time on",
      );
    const latest = (await this.#parts.latestTime?.()) ?? Number.POSITIVE_INFINITY;
    if (now > latest)
      throw new WarifuError(
        "CLOCK_AHEAD",
        `the clock says ${shown(now)}, and by the chain's blocks it cannot be later than ${shown(latest)}: set it right, then ` +
          "start the service again; nothing was signed with that time",
      );
    this.#newest = Math.max(now, this.#newest);
    return Math.floor(this.#newest / 1000);
  }
}

function shown(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
