/** Puts squares that are near each other on one map, with the outlines that lie there. */
import type { PlaceCount, Square } from "./api-sources.ts";
import { OUTLINES, type Outline } from "./outlines.ts";

/** Part of a map, degrees. */
export interface Box {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** What one map shows. */
export interface Region {
  readonly box: Box;
  readonly squares: readonly Square[];
  readonly outlines: readonly Outline[];
}

/** Squares further apart than this are on maps of their own. */
const APART_DEGREES = 0.5;
/** Ground around what is shown, as a share of it. */
const MARGIN = 0.06;

/** The regions, the one with the most records first. */
export function regionsOf(squares: readonly Square[], gridDegrees: number): Region[] {
  const regions: { box: Box; squares: Square[] }[] = [];
  for (const square of squares) {
    const { west, south } = square;
    const own = { west, south, east: west + gridDegrees, north: south + gridDegrees };
    const near = regions.filter(({ box }) => isNear(box, own));
    const others = near.flatMap((region) => region.squares);
    for (const region of near) regions.splice(regions.indexOf(region), 1);
    regions.push({ box: near.map(({ box }) => box).reduce(around, own), squares: [...others, square] });
  }
  return regions.map(withOutlines).sort((a, b) => recordsIn(b.squares) - recordsIn(a.squares));
}

/** Records at these places. */
export function recordsIn(places: readonly PlaceCount[]): number {
  return places.reduce((sum, { records }) => sum + records, 0);
}

function withOutlines({ box, squares }: { readonly box: Box; readonly squares: readonly Square[] }): Region {
  const outlines = OUTLINES.filter((outline) => meet(boxOf(outline), box));
  return { box: withMargin(outlines.map(boxOf).reduce(around, box)), squares, outlines };
}

function boxOf({ rings }: Outline): Box {
  const points = rings.flat();
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return { west: Math.min(...xs), south: Math.min(...ys), east: Math.max(...xs), north: Math.max(...ys) };
}

function around(a: Box, b: Box): Box {
  return {
    ...{ west: Math.min(a.west, b.west), south: Math.min(a.south, b.south) },
    ...{ east: Math.max(a.east, b.east), north: Math.max(a.north, b.north) },
  };
}

function withMargin({ west, south, east, north }: Box): Box {
  const margin = MARGIN * Math.max(east - west, north - south);
  return { west: west - margin, south: south - margin, east: east + margin, north: north + margin };
}

function isNear(a: Box, b: Box): boolean {
  const wider = { ...a, west: a.west - APART_DEGREES, east: a.east + APART_DEGREES };
  return meet({ ...wider, south: a.south - APART_DEGREES, north: a.north + APART_DEGREES }, b);
}

function meet(a: Box, b: Box): boolean {
  return a.west <= b.east && b.west <= a.east && a.south <= b.north && b.south <= a.north;
}
