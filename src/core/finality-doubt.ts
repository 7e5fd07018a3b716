/**
 * When to believe that something final was undone: one rule for anchors and for the index of what the contract recorded.
 */

/** The block that was seen in place of a final one. */
export interface Doubt {
  readonly hash: string;
  /** How many times in a row it was seen. */
  readonly looks: number;
  /** POSIX milliseconds of the first of these looks. */
  readonly since: number;
}

/** What was final is given up after this many consecutive looks that contradict it … */
export const DOUBT_LOOKS = 3;
/** … over at least this long, in milliseconds: a sick node is likelier than a broken chain. */
export const DOUBT_MS = 60_000;

/** The doubt after another look that found `theirs` in place of the final block. */
export function doubtAfter(before: Doubt | undefined, theirs: string, now: number): Doubt {
  const { looks, since } = before?.hash === theirs ? before : { looks: 0, since: now };
  return { hash: theirs, looks: looks + 1, since };
}

/** Whether a doubt has lasted long enough. The node must also call the contradicting block final. */
export function hasLasted({ looks, since }: Doubt, now: number, leastLooks = DOUBT_LOOKS, leastMs = DOUBT_MS): boolean {
  return looks >= leastLooks && now - since >= leastMs;
}
