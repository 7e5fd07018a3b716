/**
 * An index for hashes, which come in random order. In a B-tree of random keys every commit would touch pages all over the
 * file. Instead, every 65,536 entries form a segment, whose hashes are written once, sorted, in 256 buckets by their first
 * byte: sequential writes of a few bytes per entry.
 *
 * A bucket holds items: some bytes of the hash from its second on ‖ position within the segment (u16 BE). Items are only
 * hints: callers compare the whole hash.
 */
import { TILE_WIDTH } from "../../core/tile.ts";

/** Entries per segment. */
export const SEGMENT_ENTRIES = 65_536;
/** Full tiles per segment. */
export const SEGMENT_TILES: number = SEGMENT_ENTRIES / TILE_WIDTH;
/** Buckets per segment. */
export const SEGMENT_BUCKETS = 256;

/** Bytes of a leaf's hash in an item of its bucket. */
export const LEAF_PREFIX_BYTES = 2;

const PLACE_BYTES = 2;

/**
 * The buckets of a full segment. Byte by byte and without a view of each hash, because a commit waits for it.
 * @param runs hashes in leaf order, one or several to a run
 * @param hashBytes distance from one hash to the next within a run
 * @param prefixBytes bytes of each hash that an item holds
 */
export function segmentBuckets(runs: readonly Uint8Array[], hashBytes: number, prefixBytes: number): Uint8Array[] {
  const counts = new Uint32Array(SEGMENT_BUCKETS);
  for (const run of runs) for (let at = 0; at < run.length; at += hashBytes) (counts[run[at] as number] as number)++;
  const buckets = Array.from(counts, (count) => new Uint8Array(count * (prefixBytes + PLACE_BYTES)));
  const ends = new Uint32Array(SEGMENT_BUCKETS);
  let place = 0;
  for (const run of runs)
    for (let at = 0; at < run.length; at += hashBytes) {
      const number = run[at] as number;
      const bucket = buckets[number] as Uint8Array;
      let end = ends[number] as number;
      for (let byte = 1; byte <= prefixBytes; byte++) bucket[end++] = run[at + byte] as number;
      bucket[end++] = place >> 8;
      bucket[end++] = place++ & 0xff;
      ends[number] = end;
    }
  return buckets;
}

/** Positions within the segment whose hash may be `hash`. */
export function placesIn(bucket: Uint8Array, hash: Uint8Array, prefixBytes: number): number[] {
  const places: number[] = [];
  const itemBytes = prefixBytes + PLACE_BYTES;
  for (let at = 0; at + itemBytes <= bucket.length; at += itemBytes) {
    // Byte by byte: the first byte already distinguishes most items.
    let same = 0;
    while (same < prefixBytes && bucket[at + same] === hash[1 + same]) same++;
    if (same === prefixBytes)
      places.push(((bucket[at + prefixBytes] as number) << 8) | (bucket[at + prefixBytes + 1] as number));
  }
  return places;
}
