/** When something that failed is tried again. Pure. */
import type { Failure } from "../api.ts";

/** What a failure means for a post that waits. */
export type Meaning =
  /** Nobody is signed in any more. */
  | "signed-out"
  /** The service will never take it as it is. */
  | "refused"
  /** It may be taken later. */
  | "later";

const [FIRST_MS, LONGEST_MS] = [2_000, 300_000];
/** Starting over resolves conflicts, and finds uploads that are gone meanwhile. */
const PASSING = new Set([0, 404, 408, 409, 423, 425, 429]);
/** A short time is no use where the session is over. */
const UNAUTHENTICATED = 401;
/** After that, a failure that should pass is not believed to do so. */
const MOST_CONFLICTS = 8;

/** What it means. @param tries how often it was tried before */
export function meaningOf({ status }: Failure, tries: number): Meaning {
  if (status === UNAUTHENTICATED) return "signed-out";
  if (status >= 500) return "later";
  if (!PASSING.has(status)) return "refused";
  return (status === 404 || status === 409) && tries >= MOST_CONFLICTS ? "refused" : "later";
}

/**
 * How long to wait, in milliseconds: twice as long each time, and not all phones at the same moment.
 * @param chance from 0 to 1
 */
export function waitAfter(tries: number, { retryAfter = 0 }: Failure, chance = Math.random()): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries, 20));
  return Math.max(retryAfter * 1_000, whole * (0.5 + chance / 2));
}
