/**
 * Finds leaves by their hash, as SQLite does (sqlite/leaf-index.ts): hashes of full segments are in buckets with two bytes of
 * each (rows/hash-buckets.ts), written once by whoever fills the segment.
 */
import { equalBytes } from "../../core/bytes.ts";
import { HASH_BYTES } from "../../core/merkle.ts";
import {
  placesIn,
  SEGMENT_BUCKETS,
  SEGMENT_ENTRIES,
  SEGMENT_TILES,
  segmentBuckets,
  type BucketLayout,
} from "../rows/hash-buckets.ts";
import type { Row } from "../rows/row.ts";
import type { Queries } from "./sessions.ts";

/** Two bytes of each hash from its second on, by its first. */
const LAYOUT: BucketLayout = { hashBytes: HASH_BYTES, bucketAt: 0, itemAt: 1, itemBytes: 2 };

/** Inserts the buckets of each segment that is full at the second size and was not at the first, after its tiles. */
export async function insertLeafBuckets(queries: Queries, sizeBefore: number, size: number): Promise<void> {
  const end = Math.floor(size / SEGMENT_ENTRIES);
  for (let segment = Math.floor(sizeBefore / SEGMENT_ENTRIES); segment < end; segment++) {
    const buckets = segmentBuckets(await leafTilesOf(queries, segment), LAYOUT);
    const numbers = buckets.map((_, at) => segment * SEGMENT_BUCKETS + at);
    const sql = "INSERT INTO leaf_bucket (bucket, items) SELECT * FROM unnest($1::bigint[], $2::bytea[])";
    await queries.run(sql, numbers, buckets);
  }
}

/** Leaf indexes of full segments at a size whose hash may be `hash`, ascending; `indexed`: how many leaves that is about. */
export async function leafPlaces(
  queries: Queries,
  hash: Uint8Array,
  treeSize: number,
): Promise<{ readonly places: readonly number[]; readonly indexed: number }> {
  const segments = Math.floor(treeSize / SEGMENT_ENTRIES);
  const numbers = Array.from(
    { length: segments },
    (_, segment) => segment * SEGMENT_BUCKETS + (hash[LAYOUT.bucketAt] as number),
  );
  const sql = "SELECT bucket, items FROM leaf_bucket WHERE bucket = ANY($1::bigint[]) ORDER BY bucket";
  const rows = segments === 0 ? [] : await queries.all(sql, numbers);
  const places = rows.flatMap(({ bucket, items }) => {
    const begin = Math.floor((bucket as number) / SEGMENT_BUCKETS) * SEGMENT_ENTRIES;
    return placesIn(items as Uint8Array, hash, LAYOUT).map((place) => begin + place);
  });
  return { places, indexed: segments * SEGMENT_ENTRIES };
}

/** Numbers of the buckets of a full segment that are not what the tiles say. */
export async function wrongBuckets(queries: Queries, segment: number): Promise<number[]> {
  const first = segment * SEGMENT_BUCKETS;
  const sql = "SELECT bucket, items FROM leaf_bucket WHERE bucket >= $1 AND bucket < $2";
  const stored = await queries.all(sql, first, first + SEGMENT_BUCKETS);
  const byNumber = new Map(stored.map(({ bucket, items }: Row) => [bucket as number, items as Uint8Array]));
  return segmentBuckets(await leafTilesOf(queries, segment), LAYOUT).flatMap((items, at) =>
    equalBytes(items, byNumber.get(first + at) ?? new Uint8Array()) ? [] : [first + at],
  );
}

/** The hashes of a full segment, in leaf order and a tile in one; fewer if tiles are missing. */
async function leafTilesOf(queries: Queries, segment: number): Promise<Uint8Array[]> {
  const sql = "SELECT hashes FROM tile WHERE level = 0 AND tile_index >= $1 AND tile_index < $2 ORDER BY tile_index";
  const tiles = await queries.all(sql, segment * SEGMENT_TILES, (segment + 1) * SEGMENT_TILES);
  return tiles.map(({ hashes }) => hashes as Uint8Array);
}
