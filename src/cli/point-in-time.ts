/**
 * Points in time as people write them on the command line: a day, a minute or a second, or how long ago. Without a zone,
 * UTC.
 */
import { InvalidArgumentError } from "commander";
import { isTimestamp } from "../core/timestamp.ts";

const UNIT_SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 } as const;
const AGO = /^([1-9][0-9]{0,8})([smhdw])$/;
const DATE = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?$/;

/** A point in time in POSIX seconds, at the time `now` in POSIX milliseconds. */
export function pointInTime(text: string, _before?: unknown, now = Date.now()): number {
  const ago = AGO.exec(text);
  if (ago) {
    const [, count, unit] = ago;
    return Math.max(0, Math.floor(now / 1000) - Number(count) * UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS]);
  }
  const [, day, minute = "00:00", second = ":00", zone = "Z"] = DATE.exec(text) ?? [];
  const full = `${day}T${minute}${second}${zone}`;
  if (!isTimestamp(full))
    throw new InvalidArgumentError("It is a time such as 2026-11-01, 2026-11-01T10:00Z or 90m, 12h, 2d ago.");
  return Date.parse(full) / 1000;
}
