/**
 * Which records are of a source, and which of a type, so that a page of few among millions is found without reading the
 * whole log. Each full tile has one row for each source and each type that occurs in it, with one byte for each record: its
 * position in the tile. An index with a row for each record would cost several times as much. The rows are inserted for a
 * full group of entries at once (groups.ts); until then, the lists of a tile are made when they are asked for. Entries after
 * the last full tile are too few to need lists.
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
import { GROUP_ENTRIES, groupedOf } from "./groups.ts";
import { ROWS_IN_A_PAGE, rowsFrom } from "./pages.ts";
import { sizeOf } from "./tree-size.ts";

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
  /** First entry of the group that is being filled. */
  #begin: number;
  /** Of that group. */
  #entries: (ListedEntry | undefined)[] = [];

  constructor(db: DatabaseSync, treeSize: number) {
    this.#statements = prepareAll(db, WRITES);
    this.#begin = groupedOf(treeSize);
    // Entries whose rows are missing keep their places.
    this.#entries.length = treeSize - this.#begin;
    for (const { tileIndex, entries } of listedTiles(db, this.#begin / TILE_WIDTH))
      for (const [place, entry] of entries.entries())
        this.#entries[tileIndex * TILE_WIDTH + place - this.#begin] = entry;
  }

  /** Adds the next entry, which is being inserted, and inserts the lists of a group that it fills. */
  insert(kind: number, sourceRef: number, body: Uint8Array): void {
    this.#entries.push({ kind, sourceRef, type: recordTypeIn(body) });
    if (this.#entries.length === GROUP_ENTRIES) this.#endGroup();
  }

  #endGroup(): void {
    // Bodies may have been withheld since they were inserted.
    for (const { leaf_index: at } of all(this.#statements.withheld, this.#begin, this.#begin + GROUP_ENTRIES)) {
      const place = (at as number) - this.#begin;
      this.#entries[place] = { ...(this.#entries[place] as ListedEntry), type: undefined };
    }
    const tiles: (readonly [tileIndex: number, entries: ListedTile])[] = [];
    for (let place = 0; place < GROUP_ENTRIES; place += TILE_WIDTH)
      tiles.push([(this.#begin + place) / TILE_WIDTH, this.#entries.slice(place, place + TILE_WIDTH)]);
    insertLists(this.#statements.insert, tiles);
    this.#entries = [];
    this.#begin += GROUP_ENTRIES;
  }
}

/** Inserts the lists of some tiles in the order of the table. */
function insertLists(insert: StatementSync, tiles: Iterable<readonly [tileIndex: number, entries: ListedTile]>): void {
  const byList = new Map<string, [tileIndex: number, places: Uint8Array][]>();
  for (const [tileIndex, entries] of tiles)
    for (const [list, places] of listsOf(entries)) {
      const rows = byList.get(list) ?? [];
      rows.push([tileIndex, places]);
      byList.set(list, rows);
    }
  for (const list of [...byList.keys()].sort())
    for (const [tileIndex, places] of byList.get(list) ?? []) insert.run(list, tileIndex, places);
}

const WRITES = {
  insert: "INSERT INTO record_list (list, tile_index, places) VALUES (?, ?, ?)",
  withheld: "SELECT leaf_index FROM entry WHERE leaf_index >= ? AND leaf_index < ? AND body IS NULL",
} as const;

/** Makes the lists of a ledger that has none yet. */
export function makeLists(db: DatabaseSync): void {
  const insert = db.prepare(WRITES.insert);
  const end = groupedOf(sizeOf(db)) / TILE_WIDTH;
  for (const { tileIndex, entries } of listedTiles(db, 0)) {
    if (tileIndex >= end) return;
    insertLists(insert, [[tileIndex, entries]]);
  }
}

/** Removes the lists of tiles after the last full group, which an earlier version of the tables has. */
export function unlistUngrouped(db: DatabaseSync): void {
  db.prepare("DELETE FROM record_list WHERE tile_index >= ?").run(groupedOf(sizeOf(db)) / TILE_WIDTH);
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
  for (const [leafIndex, kind, sourceRef, end] of rowsFrom<ListedRow>(db.prepare(ALL_LISTED), first * TILE_WIDTH)) {
    const tile = Math.floor(leafIndex / TILE_WIDTH);
    if (tile !== tileIndex) {
      if (entries.length > 0) yield { tileIndex, entries };
      [tileIndex, entries] = [tile, []];
    }
    entries[leafIndex % TILE_WIDTH] = { kind, sourceRef, type: typeOf(end) };
  }
  if (entries.length > 0) yield { tileIndex, entries };
}

/** The entries of one tile. */
function listedTile(db: DatabaseSync, tileIndex: number): ListedTile {
  const entries: ListedTile = [];
  const typeOf = typesByEnd();
  const read = statement(db, TILE_LISTED);
  read.setReturnArrays(true);
  for (const [leafIndex, kind, sourceRef, end] of read.all(tileIndex * TILE_WIDTH) as unknown as ListedRow[])
    entries[leafIndex % TILE_WIDTH] = { kind, sourceRef, type: typeOf(end) };
  return entries;
}

/** Source and kind of an entry, and how its body ends, in hexadecimal; empty if the body is withheld. */
type ListedRow = readonly [leafIndex: number, kind: number, sourceRef: number, endOfBody: string];

// Numbers out of range cannot be read: one that no entry has takes their place, and a row without a position is skipped.
const LISTED = `SELECT leaf_index, iif(kind BETWEEN 1 AND 255, kind, 0),
    iif(source_ref BETWEEN 1 AND ${Number.MAX_SAFE_INTEGER}, source_ref, -1), hex(substr(body, -${TYPE_BYTES}))
  FROM entry WHERE leaf_index BETWEEN ?1 AND`;
const ALL_LISTED = `${LISTED} ${Number.MAX_SAFE_INTEGER} ORDER BY leaf_index LIMIT ${ROWS_IN_A_PAGE}`;
const TILE_LISTED = `${LISTED} ?1 + ${TILE_WIDTH - 1} ORDER BY leaf_index`;

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
  readonly #db: DatabaseSync;
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;
  /** Lists of full tiles after the last full group that were asked for, by tile. */
  readonly #newest = new Map<number, ReadonlyMap<string, Uint8Array>>();

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#statements = prepareAll(db, STATEMENTS);
  }

  /** At least `limit` leaf indexes if there are so many. Precondition: `before` is in or at the end of full tiles. */
  find(search: ListSearch, treeSize: number): ListedPlaces {
    const { lists, from, before, isNewestFirst, limit } = search;
    const leafIndexes: number[] = [];
    const tiles = { grouped: groupedOf(treeSize) / TILE_WIDTH, full: Math.floor(treeSize / TILE_WIDTH) };
    let tile = isNewestFirst ? Math.ceil(before / TILE_WIDTH) - 1 : Math.floor(from / TILE_WIDTH);
    for (let looks = 0; from < before; looks += lists.length) {
      if (looks >= MOST_LOOKS)
        return { leafIndexes, next: isNewestFirst ? (tile + 1) * TILE_WIDTH : tile * TILE_WIDTH };
      const rows = lists.map((list) => this.#nearest(list, tile, isNewestFirst, tiles));
      if (!rows.every((row) => row !== undefined)) break;
      const found = rows.map(({ tileIndex }) => tileIndex);
      tile = isNewestFirst ? Math.min(...found) : Math.max(...found);
      if (isNewestFirst ? (tile + 1) * TILE_WIDTH <= from : tile * TILE_WIDTH >= before) break;
      if (found.some((one) => one !== tile)) continue;
      const places = placesInAll(rows.map((row) => row.places)).map((place) => tile * TILE_WIDTH + place);
      const within = places.filter((leafIndex) => leafIndex >= from && leafIndex < before);
      leafIndexes.push(...(isNewestFirst ? within.reverse() : within));
      if (leafIndexes.length >= limit) break;
      tile += isNewestFirst ? -1 : 1;
    }
    return { leafIndexes };
  }

  /** The row of a list that is nearest to a tile, in the direction of the search. */
  #nearest(list: string, tile: number, isNewestFirst: boolean, { grouped, full }: TileCounts): ListRow | undefined {
    if (isNewestFirst) {
      for (let at = Math.min(tile, full - 1); at >= grouped; at--) {
        const places = this.#newestLists(at).get(list);
        if (places) return { tileIndex: at, places };
      }
      return rowOf(first(this.#statements.atOrBelow, list, Math.min(tile, grouped - 1)));
    }
    const row = tile < grouped ? first(this.#statements.atOrAbove, list, tile, grouped) : undefined;
    if (row) return rowOf(row);
    for (let at = Math.max(tile, grouped); at < full; at++) {
      const places = this.#newestLists(at).get(list);
      if (places) return { tileIndex: at, places };
    }
    return undefined;
  }

  /** The lists of a full tile after the last full group. */
  #newestLists(tile: number): ReadonlyMap<string, Uint8Array> {
    const known = this.#newest.get(tile);
    if (known) return known;
    if (this.#newest.size >= GROUP_ENTRIES / TILE_WIDTH) this.#newest.clear();
    const lists = listsOf(listedTile(this.#db, tile));
    this.#newest.set(tile, lists);
    return lists;
  }
}

/** How many tiles are in full groups, and how many are full. */
interface TileCounts {
  readonly grouped: number;
  readonly full: number;
}

interface ListRow {
  readonly tileIndex: number;
  readonly places: Uint8Array;
}

function rowOf(row: Row | undefined): ListRow | undefined {
  return row && { tileIndex: row["tile_index"] as number, places: row["places"] as Uint8Array };
}

const STATEMENTS = {
  atOrAbove: `SELECT tile_index, places FROM record_list WHERE list = ? AND tile_index >= ? AND tile_index < ?
    ORDER BY tile_index LIMIT 1`,
  atOrBelow: `SELECT tile_index, places FROM record_list WHERE list = ? AND tile_index <= ?
    ORDER BY tile_index DESC LIMIT 1`,
} as const;
