/**
 * Which records are of a source, and which of a type: a row for each list and full tile, as SQLite has them
 * (sqlite/record-lists.ts). The server makes them from the entries of a tile, since several services may have filled it.
 *
 * Invariant: a list leads to records and says nothing about them. Whoever finds a record by it looks whether the record is
 * of that source and type.
 */
import { TILE_WIDTH } from "../../core/tile.ts";
import { placesInAll, typeList, type ListedPlaces, type ListSearch } from "../rows/record-search.ts";
import { recordTypeIn, TYPE_BYTES } from "../rows/record-type.ts";
import type { Row } from "../rows/row.ts";
import type { Queries } from "./sessions.ts";

/** How many tiles one search goes through where two lists may have little in common. */
const MOST_TILES = 4_096;

/** The end of a body, as {@link recordTypeIn} looks at it. */
const END = `encode(substr(body, greatest(1, octet_length(body) - ${TYPE_BYTES - 1})), 'escape')`;
const BEFORE_TYPE = '"vct":"warifu:';
/** The type that it says, whatever the version of its profile. A regular expression would take the server 30 times as long. */
const TYPE = `CASE WHEN position('${BEFORE_TYPE}' IN ${END}) > 0
  THEN split_part(split_part(${END}, '${BEFORE_TYPE}', -1), ':', 1) END`;

/** The lists of the tiles that have the entries `$1` <= leaf_index < `$2`. */
const LISTS = `SELECT list, leaf_index / ${TILE_WIDTH} AS tile_index,
    string_agg(set_byte('\\x00', 0, (leaf_index % ${TILE_WIDTH})::int), '' ORDER BY leaf_index) AS places
  FROM entry CROSS JOIN LATERAL
    (VALUES (('source ' || source_ref) COLLATE "C"), (('type ' || ${TYPE}) COLLATE "C")) AS listing (list)
  WHERE kind = 1 AND list IS NOT NULL AND leaf_index >= $1 AND leaf_index < $2
  GROUP BY list, leaf_index / ${TILE_WIDTH}`;

/** Inserts the lists of each tile that is full at the second size and was not at the first, after its entries. */
export async function insertLists(queries: Queries, sizeBefore: number, size: number): Promise<void> {
  const [begin, end] = [startOfTile(sizeBefore), startOfTile(size)];
  if (end > begin) await queries.run(`INSERT INTO record_list (list, tile_index, places) ${LISTS}`, begin, end);
}

/** Takes a record off the list of its type, whose body is being withheld: nothing may say any more what it was. */
export async function unlistType(queries: Queries, leafIndex: number, body: Uint8Array): Promise<void> {
  const type = recordTypeIn(body);
  if (type === undefined) return;
  const key = [typeList(type), Math.floor(leafIndex / TILE_WIDTH)] as const;
  const row = await queries.first("SELECT places FROM record_list WHERE list = $1 AND tile_index = $2", ...key);
  if (!row) return;
  const places = (row["places"] as Uint8Array).filter((place) => place !== leafIndex % TILE_WIDTH);
  if (places.length > 0)
    await queries.run("UPDATE record_list SET places = $3 WHERE list = $1 AND tile_index = $2", ...key, places);
  else await queries.run("DELETE FROM record_list WHERE list = $1 AND tile_index = $2", ...key);
}

/** At least `limit` leaf indexes if there are so many. Precondition: `before` is in or at the end of full tiles. */
export async function findInLists(queries: Queries, search: ListSearch): Promise<ListedPlaces> {
  const { lists, from, before, isNewestFirst, limit } = search;
  if (from >= before) return { leafIndexes: [] };
  const { first, end, isCut } = tilesToLookAt(search);
  const rows = await rowsIn(queries, lists, { first, end, isNewestFirst, limit });
  const leafIndexes = rows.flatMap((row) => {
    const tile = (row["tile_index"] as number) * TILE_WIDTH;
    const places = placesInAll(lists.map((_, at) => row[`places_${at}`] as Uint8Array)).map((place) => tile + place);
    const within = places.filter((leafIndex) => leafIndex >= from && leafIndex < before);
    return isNewestFirst ? within.reverse() : within;
  });
  return isCut ? { leafIndexes, next: (isNewestFirst ? first : end) * TILE_WIDTH } : { leafIndexes };
}

/** Those of a search, or as many of them as one look goes through. */
function tilesToLookAt({ lists, from, before, isNewestFirst }: ListSearch): {
  first: number;
  end: number;
  isCut: boolean;
} {
  const [first, end] = [Math.floor(from / TILE_WIDTH), Math.ceil(before / TILE_WIDTH)];
  if (lists.length === 1 || end - first <= MOST_TILES) return { first, end, isCut: false };
  return { ...(isNewestFirst ? { first: end - MOST_TILES, end } : { first, end: first + MOST_TILES }), isCut: true };
}

/** Rows of all tiles that all lists have, in the direction of the search; of a single list, as many as can be needed. */
function rowsIn(
  queries: Queries,
  lists: readonly string[],
  search: Pick<ListSearch, "isNewestFirst" | "limit"> & { readonly first: number; readonly end: number },
): Promise<Row[]> {
  const { first, end, isNewestFirst, limit } = search;
  const order = `ORDER BY l0.tile_index ${isNewestFirst ? "DESC" : ""}`;
  const range = "l0.tile_index >= $1 AND l0.tile_index < $2";
  // Places outside of the search can only be in its first and last tile.
  if (lists.length === 1)
    return queries.all(
      `SELECT tile_index, places AS places_0 FROM record_list l0 WHERE ${range} AND list = $3 ${order} LIMIT $4`,
      ...[first, end, lists[0] as string, limit + 1],
    );
  return queries.all(
    `SELECT tile_index, l0.places AS places_0, l1.places AS places_1
      FROM record_list l0 JOIN record_list l1 USING (tile_index)
      WHERE ${range} AND l0.list = $3 AND l1.list = $4 ${order}`,
    ...[first, end, ...lists],
  );
}

/** Names and tiles of lists that are not what the entries `begin` <= leafIndex < `end`, full tiles, say. */
export function wrongLists(queries: Queries, begin: number, end: number): Promise<Row[]> {
  const stored = `SELECT list, tile_index, places FROM record_list
    WHERE tile_index >= $1::bigint / ${TILE_WIDTH} AND tile_index < $2::bigint / ${TILE_WIDTH}`;
  const sql = `SELECT DISTINCT list, tile_index FROM (((${LISTS}) EXCEPT (${stored})) UNION ALL ((${stored}) EXCEPT (${LISTS}))) wrong
    ORDER BY tile_index, list`;
  return queries.all(sql, begin, end);
}

function startOfTile(leafIndex: number): number {
  return Math.floor(leafIndex / TILE_WIDTH) * TILE_WIDTH;
}
