/**
 * Points in time as people write them on the command line: a day, a minute or a second, or how long ago. Without a zone,
 * UTC. Ends lie ahead: how long from now on, or a day that counts to its end.
 */
import { InvalidArgumentError } from "commander";
import { isTimestamp } from "../core/timestamp.ts";
import { frame } from "./texts/frame/en.ts";

const UNIT_SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 } as const;
const SPAN = /^([1-9][0-9]{0,8})([smhdw])$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DATE = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?$/;

/** Not beyond the year 9999, which no protocol writes. */
const LAST_SECOND = 253_402_300_799;

/** A point in time in POSIX seconds, at the time `now` in POSIX milliseconds. */
export function pointInTime(text: string, _before?: unknown, now = Date.now()): number {
  const span = spanOf(text);
  const time = span === undefined ? timeOf(text) : Math.max(0, Math.floor(now / 1000) - span);
  if (time === undefined) throw new InvalidArgumentError(frame().values.time);
  return time;
}

/** When something ends, in POSIX seconds, at the time `now` in POSIX milliseconds. */
export function endTime(text: string, _before?: unknown, now = Date.now()): number {
  const span = spanOf(text);
  const time = span === undefined ? timeOf(text) : Math.floor(now / 1000) + span;
  const end = time !== undefined && DAY.test(text) ? time + UNIT_SECONDS.d : time;
  if (end === undefined || end > LAST_SECOND) throw new InvalidArgumentError(frame().values.endTime);
  return end;
}

function spanOf(text: string): number | undefined {
  const [, count, unit] = SPAN.exec(text) ?? [];
  return unit === undefined ? undefined : Number(count) * UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS];
}

function timeOf(text: string): number | undefined {
  const [, day, minute = "00:00", second = ":00", zone = "Z"] = DATE.exec(text) ?? [];
  const full = `${day}T${minute}${second}${zone}`;
  return isTimestamp(full) ? Date.parse(full) / 1000 : undefined;
}
