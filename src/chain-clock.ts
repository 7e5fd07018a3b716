/**
 * What time it cannot be yet, by the chain's clock. A time that is signed once stands in the log for good, and every later
 * record would have to wait for it, so a clock that is ahead is refused before it signs anything.
 */
import type { Chain } from "./chain/chain.ts";
import { codeOf } from "./core/errors.ts";

/** A clock may be this far ahead of a chain whose blocks come. */
const AHEAD_OF_A_LIVING_CHAIN_MS = 15 * 60_000;
/** A chain may be silent this long before a clock that is ahead of it counts as wrong. */
const LONGEST_SILENCE_MS = 30 * 86_400_000;
/** How long a chain is watched for a new block when the clock is ahead of its newest one: two blocks of Ethereum and more. */
const WATCHED_MS = 30_000;
const LOOK_EVERY_MS = 1_000;

/** Time, so that tests can supply their own. Milliseconds. */
export interface ChainClockParts {
  /** POSIX time as this machine has it, which may be wrong. */
  readonly now: () => number;
  /** A clock that nobody sets, from any start. */
  readonly elapsed: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
}

/**
 * The latest time that it can be, POSIX milliseconds, going on by a clock that nobody sets. Minutes after the chain's newest
 * block, if that is recent by this machine's clock, or a new one comes while we watch; a month where the chain is silent.
 * @returns a clock without bound where the newest header cannot be read, as after a fork: an alarm tells of that
 */
export async function latestTimeBy(chain: Pick<Chain, "block">, parts: ChainClockParts): Promise<() => number> {
  const { now, elapsed, pause } = parts;
  const newestTime = async (): Promise<number> => {
    try {
      return ((await chain.block("latest"))?.time ?? Number.POSITIVE_INFINITY) * 1000;
    } catch (error) {
      if (codeOf(error) === "CHAIN_EVIDENCE_INVALID") return Number.POSITIVE_INFINITY;
      throw error;
    }
  };
  const from = (time: number): (() => number) => {
    const begun = elapsed();
    return () => time + elapsed() - begun;
  };
  const seen = await newestTime();
  if (now() <= seen + AHEAD_OF_A_LIVING_CHAIN_MS) return from(seen + AHEAD_OF_A_LIVING_CHAIN_MS);
  for (let watched = 0; watched < WATCHED_MS; watched += LOOK_EVERY_MS) {
    await pause(LOOK_EVERY_MS);
    const time = await newestTime();
    if (time > seen) return from(time + AHEAD_OF_A_LIVING_CHAIN_MS);
  }
  return from(seen + LONGEST_SILENCE_MS);
}
