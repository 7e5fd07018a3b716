/**
 * The latest time that it can be now, according to the chain. A time, once signed, stays in the log forever, and every
 * later record would have to wait for it, so a clock that is ahead is refused before it signs anything.
 *
 * Invariant: a clock is judged only by a current answer. A machine that slept looks like one whose clock was set, and a
 * node that is syncing looks like a chain whose blocks are old: neither is a reason to refuse a clock.
 */
import type { Chain } from "../chain/chain.ts";
import { codeOf } from "../core/errors.ts";

const MINUTE_MS = 60_000;
/** A clock may be this far ahead of a chain that keeps producing blocks. */
const AHEAD_OF_A_LIVING_CHAIN_MS = 15 * MINUTE_MS;
/** A chain may be silent this long before a clock that is ahead of it counts as wrong. */
const LONGEST_SILENCE_MS = 30 * 86_400_000;
/** How long a chain is watched when the clock is ahead of its newest block: more than two blocks of Ethereum. */
const WATCHED_MS = 30_000;
const LOOK_EVERY_MS = 1_000;
/** In that time a chain's blocks advance by as much plus three slots at most; those of a syncing node by hours. */
const NEWEST_BLOCK_AGE_MS = 36_000;
/** A judgement against the clock holds this long without another look… */
const FRESH_MS = MINUTE_MS;
/** …and one that could not be made, or rests on a silent chain, is tried again after this. */
const TRY_AGAIN_MS = 5 * MINUTE_MS;

/** Sources of time, so that tests can supply their own. Milliseconds. */
export interface ChainClockParts {
  /** POSIX time as this machine has it, which may be wrong. */
  readonly now: () => number;
  /** Monotonic, from any starting point. It may stand still while the machine sleeps. */
  readonly elapsed: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
}

/** The latest time that it can be, and whether the chain should be looked at again. */
interface Judgement {
  /** POSIX milliseconds, as of the time of the judgement; infinite if nobody could say. */
  readonly latest: number;
  /** Whether the chain keeps producing blocks, so that no other look is needed while the clock agrees. */
  readonly isFinal: boolean;
}

const NOBODY_KNOWS: Judgement = { latest: Number.POSITIVE_INFINITY, isFinal: false };

/** One look at the chain: the time of its newest block, and when that was seen, by the monotonic clock. */
interface Sight {
  readonly time: number;
  readonly at: number;
}

/** The latest time that it can be now, according to one chain. */
export class ChainClock {
  readonly #chain: Pick<Chain, "block">;
  readonly #parts: ChainClockParts;
  #judged: Judgement & { readonly at: number; readonly wallAt: number };
  #judging: Promise<void> | undefined;
  /** The newest block at the end of the last look. */
  #lastSeen: Sight | undefined;
  #isClosed = false;

  private constructor(chain: Pick<Chain, "block">, parts: ChainClockParts, first: Judgement) {
    this.#chain = chain;
    this.#parts = parts;
    this.#judged = this.#dated(first);
  }

  /** Asks the chain, for half a minute if the clock is ahead of it. @throws CHAIN_UNREACHABLE */
  static async open(chain: Pick<Chain, "block">, parts: ChainClockParts): Promise<ChainClock> {
    const seen = await newestTime(chain);
    const clock = new ChainClock(chain, parts, NOBODY_KNOWS);
    clock.#judged = clock.#dated(await clock.#judgeFrom(seen));
    return clock;
  }

  /**
   * The latest time that it can be now, in POSIX milliseconds; it advances with the monotonic clock. That is some
   * minutes after the chain's newest block, if that block is recent by this machine's clock, or if new blocks come
   * while we watch. If blocks come more slowly, the time between two looks is added; if the chain is silent, it is a
   * month after its newest block. If the machine's clock is beyond what an earlier look allows, the chain is asked
   * again first.
   * @returns infinity if nobody can say: the node is syncing, does not answer, or its header cannot be read
   */
  latest(): number | Promise<number> {
    const { isFinal } = this.#judged;
    const latest = this.#latest();
    if (this.#parts.now() <= latest) {
      if (!isFinal && this.#age() > TRY_AGAIN_MS) void this.#judgeAgain();
      return latest;
    }
    if (this.#age() <= FRESH_MS && !this.#hasJumped()) return latest;
    return this.#judgeAgain().then(() => this.#latest());
  }

  /** From now on, no look takes longer than a second. */
  close(): void {
    this.#isClosed = true;
  }

  #latest(): number {
    return this.#judged.latest + this.#age();
  }

  #age(): number {
    return this.#parts.elapsed() - this.#judged.at;
  }

  /** Whether the machine has slept since, or its clock was set. */
  #hasJumped(): boolean {
    return Math.abs(this.#parts.now() - this.#judged.wallAt - this.#age()) > FRESH_MS;
  }

  #dated(judgement: Judgement): Judgement & { readonly at: number; readonly wallAt: number } {
    return { ...judgement, at: this.#parts.elapsed(), wallAt: this.#parts.now() };
  }

  #judgeAgain(): Promise<void> {
    this.#judging ??= this.#judgeFrom(undefined).then((judgement) => {
      this.#judged = this.#dated(judgement);
      this.#judging = undefined;
    });
    return this.#judging;
  }

  /** @param first time of the newest block, if it was asked for just now */
  async #judgeFrom(first: number | undefined): Promise<Judgement> {
    const { elapsed, now, pause } = this.#parts;
    const begun = elapsed();
    const before = this.#lastSeen;
    let seen: Sight | undefined;
    let last: Sight | undefined;
    let newest = first ?? (await this.#newestOrNot());
    for (;;) {
      if (newest === Number.POSITIVE_INFINITY) return NOBODY_KNOWS;
      if (newest !== undefined) last = this.#lastSeen = { time: newest, at: elapsed() };
      seen ??= last;
      if (newest !== undefined && now() <= newest + AHEAD_OF_A_LIVING_CHAIN_MS) return living(newest);
      if (this.#isClosed || elapsed() - begun >= WATCHED_MS) break;
      await pause(LOOK_EVERY_MS);
      newest = later(newest, await this.#newestOrNot());
    }
    if (seen === undefined || last === undefined) return NOBODY_KNOWS;
    if (last.time > seen.time) return isCatchingUp(seen, last) ? NOBODY_KNOWS : living(last.time);
    return slowOrSilent(before, last);
  }

  /** While the service runs, a chain that does not answer judges nothing and stops nothing. */
  async #newestOrNot(): Promise<number | undefined> {
    try {
      return await newestTime(this.#chain);
    } catch {
      return undefined;
    }
  }
}

/** Whether a node is catching up: a chain's blocks advance with time, and no faster. */
function isCatchingUp(from: Sight, to: Sight): boolean {
  return to.time - from.time > to.at - from.at + NEWEST_BLOCK_AGE_MS;
}

/**
 * The judgement when no block came while we watched. A block that is new since the look before is no older than that
 * look.
 */
function slowOrSilent(before: Sight | undefined, seen: Sight): Judgement {
  if (before === undefined || seen.time <= before.time)
    return { latest: seen.time + LONGEST_SILENCE_MS, isFinal: false };
  if (isCatchingUp(before, seen)) return NOBODY_KNOWS;
  return { latest: seen.time + (seen.at - before.at) + AHEAD_OF_A_LIVING_CHAIN_MS, isFinal: false };
}

/** The later of two, since nodes that take turns may be some blocks apart. */
function later(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
}

function living(newest: number): Judgement {
  return { latest: newest + AHEAD_OF_A_LIVING_CHAIN_MS, isFinal: true };
}

/** POSIX milliseconds; infinite if the newest header cannot be read, as after a fork: an alarm reports that. */
async function newestTime(chain: Pick<Chain, "block">): Promise<number> {
  try {
    return ((await chain.block("latest"))?.time ?? Number.POSITIVE_INFINITY) * 1000;
  } catch (error) {
    if (codeOf(error) === "CHAIN_EVIDENCE_INVALID") return Number.POSITIVE_INFINITY;
    throw error;
  }
}
