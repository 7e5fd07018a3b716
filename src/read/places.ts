/**
 * Where records are from, as far as they say so in public: by squares of a grid, or by the name of an area. Places are made
 * coarse here whatever a record says, so that no map of them leads to a door.
 *
 * Invariant: one call reads a bounded part of the log, the newest records first, and says where to continue.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Body } from "../core/body.ts";
import { codeOf } from "../core/errors.ts";
import type { JsonValue } from "../core/json.ts";
import { formatRecordId, receivedAtOf } from "../core/record-id.ts";
import type { StoredEntry } from "../store/log-store.ts";
import type { OpenLog } from "../write/open-log.ts";
import { RecordFinder, type RecordQuery } from "./find-records.ts";

/** Side of a square in degrees: about half a kilometre. */
export const GRID_DEGREES = 0.005;
/** How many records one call reads. */
export const LOOKED_AT_ONCE = 500;
const AT_A_STRETCH = 50;
const [DIGITS, LONGEST_AREA] = [3, 64];

/** Records at one place. */
export interface PlaceCount {
  readonly records: number;
  /** Their number by type. */
  readonly types: Readonly<Record<string, number>>;
  /** The newest of them. */
  readonly newest: { readonly id: string; readonly at: number };
}

/** A square by its south-western corner, degrees. */
export interface Square extends PlaceCount {
  readonly south: number;
  readonly west: number;
}

/** An area that records name. */
export interface Area extends PlaceCount {
  readonly area: string;
}

/** The result of one call. */
export interface Places {
  readonly squares: readonly Square[];
  readonly areas: readonly Area[];
  /** How many records were read, with a place or without. */
  readonly looked: number;
  /** Where to continue; absent if the search is complete. */
  readonly next?: number;
}

/** Which records are read. */
export type PlaceQuery = Pick<RecordQuery, "from" | "source" | "type">;

/** Counts records by place. */
export class PlaceFinder {
  readonly #check: Pick<OpenLog["check"], "bodyOf">;
  readonly #finder: RecordFinder;

  constructor(log: ConstructorParameters<typeof RecordFinder>[0]) {
    this.#check = log.check;
    this.#finder = new RecordFinder(log);
  }

  /** @throws STORE_FAILED */
  async look(query: PlaceQuery): Promise<Places> {
    const { entries, next } = await this.#finder.find({ ...query, isNewestFirst: true, limit: LOOKED_AT_ONCE });
    const [squares, areas] = [new Map<string, Square>(), new Map<string, Area>()];
    for (const [at, entry] of entries.entries()) {
      if (at % AT_A_STRETCH === AT_A_STRETCH - 1) await nextTurn();
      const body = await this.#check.bodyOf(entry).catch(orNone);
      if (!body) continue;
      const [corner, area] = [cornerIn(body), body.content["area"]];
      if (corner) counted(squares, `${corner.south} ${corner.west}`, corner, entry, body);
      else if (typeof area === "string" && area.length <= LONGEST_AREA) counted(areas, area, { area }, entry, body);
    }
    const found = { squares: [...squares.values()], areas: [...areas.values()], looked: entries.length };
    return { ...found, ...(next !== undefined && { next }) };
  }
}

/** Counts one more record; the first one counted is the newest. */
function counted<P extends object>(
  places: Map<string, P & PlaceCount>,
  name: string,
  place: P,
  entry: StoredEntry,
  { vct }: Body,
): void {
  const known = places.get(name);
  const type = vct.split(":")[1] ?? "";
  places.set(name, {
    ...place,
    records: (known?.records ?? 0) + 1,
    types: { ...known?.types, [type]: (known?.types[type] ?? 0) + 1 },
    newest: known?.newest ?? { id: formatRecordId(entry.id), at: receivedAtOf(entry) },
  });
}

/** Coordinates are claims of that name, with or without a prefix, as numbers or, as some cities publish them, as text. */
function cornerIn({ content }: Body): { readonly south: number; readonly west: number } | undefined {
  const [latitude, longitude] = [degreesIn(content, "latitude", 90), degreesIn(content, "longitude", 180)];
  if (latitude === undefined || longitude === undefined) return undefined;
  return { south: lowerEdge(latitude), west: lowerEdge(longitude) };
}

function degreesIn(content: Body["content"], name: string, most: number): number | undefined {
  const found = Object.entries(content).find(([claim]) => claim === name || claim.endsWith(`:${name}`))?.[1];
  const degrees = numberIn(found);
  return degrees !== undefined && Math.abs(degrees) <= most ? degrees : undefined;
}

function numberIn(value: JsonValue | undefined): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d{1,3}(\.\d{1,15})?$/.test(value) ? Number(value) : undefined;
}

function lowerEdge(degrees: number): number {
  // Rounded to whole steps first: otherwise binary fractions would move a value that lies on an edge.
  return Number((Math.floor(Number((degrees / GRID_DEGREES).toFixed(6))) * GRID_DEGREES).toFixed(DIGITS));
}

/** Damage was already reported when it was found; such a record has no place. */
function orNone(error: unknown): undefined {
  if (codeOf(error) !== "STORE_DAMAGED") throw error;
}
