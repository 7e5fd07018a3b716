/** Medians, quartiles and extremes. */

/** How values lie. */
export interface Spread {
  readonly min: number;
  /** A quarter of the values lies below. */
  readonly lower: number;
  readonly median: number;
  /** A quarter of the values lies above. */
  readonly upper: number;
  readonly max: number;
}

/**
 * Quartiles as R has them by default (type 7 of Hyndman and Fan, https://doi.org/10.1080/00031305.1996.10473566): between two
 * values, by how far the place is from each.
 */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    min: quantile(sorted, 0),
    lower: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    upper: quantile(sorted, 0.75),
    max: quantile(sorted, 1),
  };
}

function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const [below = Number.NaN, above = below] = sorted.slice(Math.floor(place), Math.floor(place) + 2);
  return below + (above - below) * (place - Math.floor(place));
}
