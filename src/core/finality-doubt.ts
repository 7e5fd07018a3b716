/**
 * When to believe that what was final is gone: one rule for anchors and for the index of what the contract recorded.
 */

/** Another block that was seen in place of one that was final. */
export interface Doubt {
  readonly hash: string;
  /** How often in a row it was seen. */
  readonly looks: number;
  /** POSIX milliseconds of the first of these looks. */
  readonly since: number;
}

/** What was final is given up after this many consecutive looks that contradict it … */
export const DOUBT_LOOKS = 3;
/** … over at least this long, in milliseconds: a sick node is likelier than a broken chain. */
export const DOUBT_MS = 60_000;

/** The doubt after one more look that found `theirs` in place of what was final. */
export function doubtAfter(before: Doubt | undefined, theirs: string, now: number): Doubt {
  const { looks, since } = before?.hash === theirs ? before : { looks: 0, since: now };
  return { hash: theirs, looks: looks + 1, since };
}

/** Whether a doubt has lasted long enough; the node must call the contradicting block final as well. */
export function hasLasted({ looks, since }: Doubt, now: number, leastLooks = DOUBT_LOOKS, leastMs = DOUBT_MS): boolean {
  return looks >= leastLooks && now - since >= leastMs;
}
