/**
 * When a period set by law is over. Days and months are those of the calendar where the law applies, and end with the last
 * second of their last day there; the day of receipt does not count. In a month without the day, a period ends on the
 * month's last day: for a receipt on 31 January, that is the last day of February. Hours are hours.
 *
 * Weekends and holidays do not move a date: a date that is too early harms nobody.
 */
import { unreachable } from "../core/errors.ts";

/** A period; exactly one of its members is set. */
export interface Span {
  readonly months?: number;
  readonly days?: number;
  readonly hours?: number;
}

interface Day {
  readonly year: number;
  /** From 0. */
  readonly month: number;
  readonly day: number;
}

const HOUR = 3_600;

/** Whether the runtime knows a time zone of that name. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The last second, POSIX, of a period that starts at `from`, POSIX seconds too. */
export function endOf(span: Span, from: number, timeZone: string): number {
  const { months, days, hours } = span;
  if (hours !== undefined) return from + hours * HOUR;
  const start = dayAt(from, timeZone);
  if (months !== undefined) return lastSecondOf(monthsAfter(start, months), timeZone);
  if (days !== undefined) return lastSecondOf({ ...start, day: start.day + days }, timeZone);
  return unreachable("a span of nothing");
}

/** Two periods, one after the other, as one: the law counts the longer time from the receipt. */
export function together(first: Span, second: Span): Span {
  const [months, days] = [(first.months ?? 0) + (second.months ?? 0), (first.days ?? 0) + (second.days ?? 0)];
  return months > 0 ? { months } : { days };
}

/** The calendar day there at that second, as 2026-11-28. */
export function dateAt(second: number, timeZone: string): string {
  const { year, month, day } = dayAt(second, timeZone);
  return new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10);
}

function monthsAfter({ year, month, day }: Day, months: number): Day {
  const lastDay = new Date(Date.UTC(year, month + months + 1, 0)).getUTCDate();
  return { year, month: month + months, day: Math.min(day, lastDay) };
}

function lastSecondOf({ year, month, day }: Day, timeZone: string): number {
  const midnight = Date.UTC(year, month, day + 1) / 1_000;
  // The offset at that midnight: the first guess may be on the other side of a clock change.
  const guess = midnight - offsetAt(midnight, timeZone);
  return midnight - offsetAt(guess, timeZone) - 1;
}

function dayAt(second: number, timeZone: string): Day {
  const local = new Date((second + offsetAt(second, timeZone)) * 1_000);
  return { year: local.getUTCFullYear(), month: local.getUTCMonth(), day: local.getUTCDate() };
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Seconds that clocks there are ahead of UTC. */
function offsetAt(second: number, timeZone: string): number {
  const made = formats.get(timeZone) ?? new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  formats.set(timeZone, made);
  const name = made.formatToParts(second * 1_000).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours = "0", minutes = "0"] = /^GMT([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
  const distance = Number(hours) * HOUR + Number(minutes) * 60;
  return sign === "-" ? -distance : distance;
}
