/** Medians, quartiles and extremes. */

/** How values are distributed. */
export interface Spread {
  readonly min: number;
  /** The lower quartile. */
  readonly lower: number;
  readonly median: number;
  /** The upper quartile. */
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
