/** Counts by month as a row of numbers, the present month last. */

interface Counted {
  /** Such as `2026-11`. */
  readonly month: string;
  readonly entered: number;
}

/** @param now POSIX milliseconds */
export function lastMonths(months: readonly Counted[], wanted: number, now: number): number[] {
  const [year, month] = [new Date(now).getUTCFullYear(), new Date(now).getUTCMonth()];
  return Array.from({ length: wanted }, (_, at) => {
    const name = new Date(Date.UTC(year, month - (wanted - 1) + at)).toISOString().slice(0, "2026-11".length);
    return months.find((one) => one.month === name)?.entered ?? 0;
  });
}
