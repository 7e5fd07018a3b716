/**
 * Points in time as text: RFC 3339 with a time zone, of a date that exists, from 1990 to 2100. `Date` would turn
 * 30 February into 2 March.
 */

/** The last POSIX second of the year 9999, which every date format can still show. */
export const LAST_SECOND = 253_402_300_799;

/** POSIX seconds up to {@link LAST_SECOND} as text, UTC, such as 2026-11-22T09:00:00Z. */
export function formatSecond(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

const TIMESTAMP =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:0\d|1[0-4]):[0-5]\d)$/;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether `text` is such a timestamp. A leap second (":60") is refused: no clock of ours can show it. */
export function isTimestamp(text: string): boolean {
  if (!TIMESTAMP.test(text)) return false;
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10))];
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && isLeap ? 29 : (DAYS[month - 1] as number);
  return year >= 1990 && year <= 2100 && day <= days;
}
