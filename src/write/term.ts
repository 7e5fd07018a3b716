/**
 * When a log takes records. Records of a year have a log of their own, and each log then says where the next ones go. What the
 * log records about itself, such as an erasure, has no term: people's rights do not end with the year.
 */
import { WarifuError } from "../core/errors.ts";

/** A period, open on the side that has no bound. */
export interface Term {
  /** POSIX seconds: the first second in which records are taken. */
  readonly from?: number | undefined;
  /** POSIX seconds: the first second in which they no longer are. */
  readonly until?: number | undefined;
  /** Origin of the log that takes them afterwards. */
  readonly successor?: string | undefined;
}

/**
 * Why a record that came at that time is not taken; `undefined` when it is.
 * @param at POSIX seconds, as the record's body would say
 */
export function refusalAt({ from, until, successor }: Term, at: number): WarifuError | undefined {
  if (from !== undefined && at < from)
    return new WarifuError("LOG_NOT_OPEN", `this log takes records from ${timeOf(from)} on`, {
      details: { from: timeOf(from) },
    });
  if (until === undefined || at < until) return undefined;
  const next = successor === undefined ? "" : `: send them to its successor, ${successor}`;
  return new WarifuError("LOG_NOT_OPEN", `this log took records until ${timeOf(until)}${next}`, {
    details: { until: timeOf(until), successor: successor ?? null },
  });
}

/** Whether the term is over. */
export function hasEnded({ until }: Term, at: number): boolean {
  return until !== undefined && at >= until;
}

/** A bound as text, RFC 3339. */
export function timeOf(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().replace(".000Z", "Z");
}
