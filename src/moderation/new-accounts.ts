/** How much an account may say that was only just made: what floods a city comes from such accounts. */
import { WarifuError } from "../core/errors.ts";

/** What a city allows. */
export interface NewAccountLimits {
  /** How long an account counts as new. */
  readonly newAccountHours: number;
  readonly postsPerDay: number;
  readonly commentsPerDay: number;
}

const HOUR_MS = 3_600_000;

/** An account that is about to say something. */
export interface Speaking {
  readonly what: "post" | "comment";
  /** When it was made, and now: POSIX milliseconds. */
  readonly since: number;
  readonly now: number;
  /** How much of the kind it said in the last 24 hours. */
  readonly recent: number;
}

/** @throws RATE_LIMITED it is new, and has said as much as it may in a day */
export function assertMaySpeak({ what, since, now, recent }: Speaking, limits: NewAccountLimits): void {
  if (now - since >= limits.newAccountHours * HOUR_MS) return;
  const most = what === "post" ? limits.postsPerDay : limits.commentsPerDay;
  if (recent < most) return;
  throw new WarifuError("RATE_LIMITED", `a new account may send ${most} ${what}s in 24 hours: send this one later`);
}
