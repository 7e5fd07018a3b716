/** Puts places of several looks at the log together; each look is at older records than the one before. */
import type { Area, PlaceCount, Places, Square } from "./api-sources.ts";

/** Places of all looks so far. */
export interface MergedPlaces {
  readonly gridDegrees: number;
  readonly squares: readonly Square[];
  readonly areas: readonly Area[];
  readonly looked: number;
  /** Where to continue: empty before the first look, `null` when nothing is left. */
  readonly next: string | null;
}

export const NO_PLACES: MergedPlaces = { gridDegrees: 1, squares: [], areas: [], looked: 0, next: "" };

/** @param further of older records than `known` */
export function mergePlaces(known: MergedPlaces, further: Places): MergedPlaces {
  return {
    gridDegrees: further.gridDegrees,
    squares: merged(known.squares, further.squares, ({ south, west }) => `${south} ${west}`),
    areas: merged(known.areas, further.areas, ({ area }) => area),
    looked: known.looked + further.looked,
    next: further.nextCursor,
  };
}

function merged<P extends PlaceCount>(known: readonly P[], further: readonly P[], nameOf: (place: P) => string): P[] {
  const places = new Map(known.map((place) => [nameOf(place), place]));
  for (const place of further) {
    const before = places.get(nameOf(place));
    places.set(nameOf(place), before ? together(before, place) : place);
  }
  return [...places.values()].sort((a, b) => b.records - a.records);
}

/** The newest is that of the first. */
function together<P extends PlaceCount>(a: P, b: P): P {
  const types = { ...a.types };
  for (const [type, count] of Object.entries(b.types)) types[type] = (types[type] ?? 0) + count;
  return { ...a, records: a.records + b.records, types };
}
