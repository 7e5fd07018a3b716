/** What both engines share of a search for records: names of lists, and where a search continues. */
import type { FoundRecords, StoredEntry } from "../log-store.ts";

/** Name of the list of a source. */
export function sourceList(ref: number): string {
  return `source ${ref}`;
}

/** Name of the list of a type. */
export function typeList(type: string): string {
  return `type ${type}`;
}

/** What is searched. */
export interface ListSearch {
  /** Lists that a record must be in, all of them; there is at least one. */
  readonly lists: readonly string[];
  /** Only leaf indexes from this one on, and below the other. */
  readonly from: number;
  readonly before: number;
  readonly isNewestFirst: boolean;
  readonly limit: number;
}

/** Leaf indexes in the direction of the search; `next` says where to continue, if the search did not reach the end. */
export interface ListedPlaces {
  readonly leafIndexes: readonly number[];
  readonly next?: number;
}

/** Positions within a tile that occur in all lists; each list is sorted. */
export function placesInAll([shortest = new Uint8Array(), ...others]: readonly Uint8Array[]): number[] {
  return Array.from(shortest).filter((place) => others.every((list) => list.includes(place)));
}

/** @param rest where the search stopped before its end; absent if it reached the end */
export function foundIn(
  entries: readonly StoredEntry[],
  limit: number,
  isNewestFirst: boolean,
  rest: number | undefined,
): FoundRecords {
  const next = entries.length < limit ? rest : (entries.at(-1) as StoredEntry).leafIndex + (isNewestFirst ? 0 : 1);
  return next === undefined ? { entries } : { entries, next };
}
