/**
 * An index for hashes, which come in random order. In a B-tree of random keys every commit would touch pages all over the
 * file. Instead, every 65,536 entries form a segment, whose hashes are written once, sorted, in 256 buckets by one of
 * their bytes: sequential writes of a few bytes per entry.
 *
 * A bucket holds items: some bytes of the hash ‖ position within the segment (u16 BE). Items are only hints: callers compare
 * the whole hash.
 */
import { TILE_WIDTH } from "../../core/tile.ts";

/** Entries per segment. */
export const SEGMENT_ENTRIES = 65_536;
/** Full tiles per segment. */
export const SEGMENT_TILES: number = SEGMENT_ENTRIES / TILE_WIDTH;
/** Buckets per segment. */
export const SEGMENT_BUCKETS = 256;

const PLACE_BYTES = 2;

/** What an index takes from a hash. */
export interface BucketLayout {
  /** Distance from one hash to the next where several lie one after the other. */
  readonly hashBytes: number;
  /** Which byte of a hash names its bucket. */
  readonly bucketAt: number;
  /** Where the bytes that an item holds begin in the hash. */
  readonly itemAt: number;
  /** How many bytes of the hash an item holds. */
  readonly itemBytes: number;
}

/**
 * The buckets of a full segment. Byte by byte and without a view of each hash, because a commit waits for it.
 * @param runs hashes in leaf order, one or several to a run
 */
export function segmentBuckets(runs: readonly Uint8Array[], layout: BucketLayout): Uint8Array[] {
  const { hashBytes, bucketAt, itemAt, itemBytes } = layout;
  const counts = new Uint32Array(SEGMENT_BUCKETS);
  for (const run of runs)
    for (let at = bucketAt; at < run.length; at += hashBytes) (counts[run[at] as number] as number)++;
  const buckets = Array.from(counts, (count) => new Uint8Array(count * (itemBytes + PLACE_BYTES)));
  const ends = new Uint32Array(SEGMENT_BUCKETS);
  let place = 0;
  for (const run of runs)
    for (let at = 0; at < run.length; at += hashBytes) {
      const number = run[at + bucketAt] as number;
      const bucket = buckets[number] as Uint8Array;
      let end = ends[number] as number;
      for (let byte = itemAt; byte < itemAt + itemBytes; byte++) bucket[end++] = run[at + byte] as number;
      bucket[end++] = place >> 8;
      bucket[end++] = place++ & 0xff;
      ends[number] = end;
    }
  return buckets;
}

/** Positions within the segment whose hash may be `hash`, of which only the bytes that the layout names are looked at. */
export function placesIn(bucket: Uint8Array, hash: Uint8Array, { itemAt, itemBytes }: BucketLayout): number[] {
  const places: number[] = [];
  for (let at = 0; at + itemBytes + PLACE_BYTES <= bucket.length; at += itemBytes + PLACE_BYTES) {
    // Byte by byte: the first byte already distinguishes most items.
    let same = 0;
    while (same < itemBytes && bucket[at + same] === hash[itemAt + same]) same++;
    if (same === itemBytes)
      places.push(((bucket[at + itemBytes] as number) << 8) | (bucket[at + itemBytes + 1] as number));
  }
  return places;
}
