/**
 * Which records are of a source, and which of a type, so that a page of few among millions is found without reading the
 * whole log. Each full tile has one row for each source and each type that occurs in it, with one byte for each record: its
 * position in the tile. An index with a row for each record would cost several times as much. Entries after the last full
 * tile are too few to need one.
 *
 * Invariant: a list leads to records and says nothing about them. Code that finds a record by it checks whether the record
 * is of that source and type.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ENTRY_KINDS } from "../../core/entry.ts";
import { TILE_WIDTH } from "../../core/tile.ts";
import { placesInAll, sourceList, typeList, type ListedPlaces, type ListSearch } from "../rows/record-search.ts";
import { recordTypeIn, TYPE_BYTES } from "../rows/record-type.ts";
import type { Row } from "../rows/row.ts";
import { all, first, prepareAll, statement } from "./database.ts";
import { ROWS_IN_A_PAGE, rowsFrom } from "./pages.ts";

/** How many rows one search reads at most, if two lists have little in common. */
const MOST_LOOKS = 1_000;

/** The entries that lists are made from. */
export interface ListedEntry {
  /** As in the table. */
  readonly kind: number;
  readonly sourceRef: number;
  /** `undefined` if the body is withheld. */
  readonly type: string | undefined;
}

/** The entries of a tile, each at its position; a row that is missing leaves a hole. */
export type ListedTile = (ListedEntry | undefined)[];

/** The lists of a full tile. Events of the log have an index of their own. */
export function listsOf(entries: Readonly<ListedTile>): Map<string, Uint8Array> {
  // A list has a number for a source and a text for a type, which are named once rather than for each record.
  const places = new Map<number | string, number[]>();
  const add = (list: number | string, place: number): void => {
    const known = places.get(list);
    if (known) known.push(place);
    else places.set(list, [place]);
  };
  for (const [place, entry] of entries.entries()) {
    if (entry?.kind !== ENTRY_KINDS.record) continue;
    add(entry.sourceRef, place);
    if (entry.type !== undefined) add(entry.type, place);
  }
  const nameOf = (list: number | string): string => (typeof list === "number" ? sourceList(list) : typeList(list));
  return new Map([...places].map(([list, all]) => [nameOf(list), Uint8Array.from(all)]));
}

/** Writes the lists of one ledger. */
export class RecordListWriter {
  readonly #statements: Readonly<Record<keyof typeof WRITES, StatementSync>>;
  // Of the tile that is being filled.
  #entries: ListedTile = [];
  #tileIndex: number;

  constructor(db: DatabaseSync, treeSize: number) {
    this.#statements = prepareAll(db, WRITES);
    this.#tileIndex = Math.floor(treeSize / TILE_WIDTH);
    for (const { tileIndex, entries } of listedTiles(db, this.#tileIndex)) {
      if (this.#entries.length > 0) this.#endTile();
      [this.#tileIndex, this.#entries] = [tileIndex, entries];
    }
    if (this.#entries.length === TILE_WIDTH) this.#endTile();
  }

  /** Adds the next entry, which is being inserted, and inserts the lists of a tile that it fills. */
  insert(kind: number, sourceRef: number, body: Uint8Array): void {
    this.#entries.push({ kind, sourceRef, type: recordTypeIn(body) });
    if (this.#entries.length === TILE_WIDTH) this.#endTile();
  }

  #endTile(): void {
    const begin = this.#tileIndex * TILE_WIDTH;
    // Bodies may have been withheld since they were inserted.
    for (const { leaf_index: at } of all(this.#statements.withheld, begin, begin + TILE_WIDTH)) {
      const place = (at as number) - begin;
      this.#entries[place] = { ...(this.#entries[place] as ListedEntry), type: undefined };
    }
    for (const [list, places] of listsOf(this.#entries)) this.#statements.insert.run(list, this.#tileIndex, places);
    this.#entries = [];
    this.#tileIndex++;
  }
}

const WRITES = {
  insert: "INSERT INTO record_list (list, tile_index, places) VALUES (?, ?, ?)",
  withheld: "SELECT leaf_index FROM entry WHERE leaf_index >= ? AND leaf_index < ? AND body IS NULL",
} as const;

/** Makes the lists of a ledger that has none yet. */
export function makeLists(db: DatabaseSync): void {
  new RecordListWriter(db, 0);
}

/** Takes a record off the list of its type when its body is withheld: nothing may reveal its type any more. */
export function unlistType(db: DatabaseSync, leafIndex: number, body: Uint8Array): void {
  const type = recordTypeIn(body);
  if (type === undefined) return;
  const key = [typeList(type), Math.floor(leafIndex / TILE_WIDTH)] as const;
  const row = first(statement(db, "SELECT places FROM record_list WHERE list = ? AND tile_index = ?"), ...key);
  if (!row) return;
  const places = (row["places"] as Uint8Array).filter((place) => place !== leafIndex % TILE_WIDTH);
  const update = statement(db, "UPDATE record_list SET places = ? WHERE list = ? AND tile_index = ?");
  const remove = statement(db, "DELETE FROM record_list WHERE list = ? AND tile_index = ?");
  if (places.length > 0) update.run(places, ...key);
  else remove.run(...key);
}

/** The tiles from one on that have entries. */
export function* listedTiles(
  db: DatabaseSync,
  first: number,
): Generator<{ readonly tileIndex: number; readonly entries: ListedTile }> {
  const typeOf = typesByEnd();
  let [tileIndex, entries]: [number, ListedTile] = [first, []];
  for (const [leafIndex, kind, sourceRef, end] of rowsFrom<ListedRow>(db.prepare(LISTED), first * TILE_WIDTH)) {
    const tile = Math.floor(leafIndex / TILE_WIDTH);
    if (tile !== tileIndex) {
      if (entries.length > 0) yield { tileIndex, entries };
      [tileIndex, entries] = [tile, []];
    }
    entries[leafIndex % TILE_WIDTH] = { kind, sourceRef, type: typeOf(end) };
  }
  if (entries.length > 0) yield { tileIndex, entries };
}

/** Source and kind of an entry, and how its body ends, in hexadecimal; empty if the body is withheld. */
type ListedRow = readonly [leafIndex: number, kind: number, sourceRef: number, endOfBody: string];

// Numbers out of range cannot be read: one that no entry has takes their place, and a row without a position is skipped.
const LISTED = `SELECT leaf_index, iif(kind BETWEEN 1 AND 255, kind, 0),
    iif(source_ref BETWEEN 1 AND ${Number.MAX_SAFE_INTEGER}, source_ref, -1), hex(substr(body, -${TYPE_BYTES}))
  FROM entry WHERE leaf_index BETWEEN ? AND ${Number.MAX_SAFE_INTEGER} ORDER BY leaf_index LIMIT ${ROWS_IN_A_PAGE}`;
/** Ends of bodies that are remembered: there are a few for each source. */
const MOST_ENDS = 4_096;

/** Reads types from the ends of bodies, most of which repeat an earlier one. */
function typesByEnd(): (end: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  return (end) => {
    if (known.has(end)) return known.get(end);
    if (known.size === MOST_ENDS) known.clear();
    const type = recordTypeIn(Buffer.from(end, "hex"));
    known.set(end, type);
    return type;
  };
}

/** Reads the lists of one ledger. */
export class RecordLists {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;

  constructor(db: DatabaseSync) {
    this.#statements = prepareAll(db, STATEMENTS);
  }

  /** At least `limit` leaf indexes if there are so many. Precondition: `before` is in or at the end of full tiles. */
  find({ lists, from, before, isNewestFirst, limit }: ListSearch): ListedPlaces {
    const leafIndexes: number[] = [];
    let tile = isNewestFirst ? Math.ceil(before / TILE_WIDTH) - 1 : Math.floor(from / TILE_WIDTH);
    for (let looks = 0; from < before; looks += lists.length) {
      if (looks >= MOST_LOOKS)
        return { leafIndexes, next: isNewestFirst ? (tile + 1) * TILE_WIDTH : tile * TILE_WIDTH };
      const rows = lists.map((list) => this.#nearest(list, tile, isNewestFirst));
      if (!rows.every((row) => row !== undefined)) break;
      const tiles = rows.map((row) => row["tile_index"] as number);
      tile = isNewestFirst ? Math.min(...tiles) : Math.max(...tiles);
      if (isNewestFirst ? (tile + 1) * TILE_WIDTH <= from : tile * TILE_WIDTH >= before) break;
      if (tiles.some((one) => one !== tile)) continue;
      const places = placesInAll(rows.map((row) => row["places"] as Uint8Array)).map(
        (place) => tile * TILE_WIDTH + place,
      );
      const within = places.filter((leafIndex) => leafIndex >= from && leafIndex < before);
      leafIndexes.push(...(isNewestFirst ? within.reverse() : within));
      if (leafIndexes.length >= limit) break;
      tile += isNewestFirst ? -1 : 1;
    }
    return { leafIndexes };
  }

  #nearest(list: string, tile: number, isNewestFirst: boolean): Row | undefined {
    return first(isNewestFirst ? this.#statements.atOrBelow : this.#statements.atOrAbove, list, tile);
  }
}

const STATEMENTS = {
  atOrAbove: `SELECT tile_index, places FROM record_list WHERE list = ? AND tile_index >= ?
    ORDER BY tile_index LIMIT 1`,
  atOrBelow: `SELECT tile_index, places FROM record_list WHERE list = ? AND tile_index <= ?
    ORDER BY tile_index DESC LIMIT 1`,
} as const;
