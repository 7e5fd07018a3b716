/**
 * How hashes are indexed that nobody can foresee. With a B-tree of random keys every commit would touch pages all over the file.
 * Instead, every 65,536 entries are a segment, whose hashes are written once, sorted, in 256 buckets by their first byte:
 * sequential writes of a few bytes per entry.
 *
 * A bucket holds items: some bytes of the hash from its second on ‖ place within the segment (u16 BE). It is only a hint: whoever
 * finds a place compares the whole hash.
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
 * The buckets of a full segment.
 * @param hashes in leaf order
 * @param prefixBytes bytes of each hash that an item holds
 */
export function segmentBuckets(hashes: readonly Uint8Array[], prefixBytes: number): Uint8Array[] {
  const itemBytes = prefixBytes + PLACE_BYTES;
  const counts = new Uint32Array(SEGMENT_BUCKETS);
  for (const hash of hashes) counts[hash[0] as number] = (counts[hash[0] as number] as number) + 1;
  const buckets = Array.from(counts, (count) => new Uint8Array(count * itemBytes));
  const ends = new Uint32Array(SEGMENT_BUCKETS);
  for (const [place, hash] of hashes.entries()) {
    const number = hash[0] as number;
    const [bucket, at] = [buckets[number] as Uint8Array, ends[number] as number];
    bucket.set(hash.subarray(1, 1 + prefixBytes), at);
    bucket[at + prefixBytes] = place >> 8;
    bucket[at + prefixBytes + 1] = place & 0xff;
    ends[number] = at + itemBytes;
  }
  return buckets;
}

/** Places within the segment whose hash may be `hash`. */
export function placesIn(bucket: Uint8Array, hash: Uint8Array, prefixBytes: number): number[] {
  const places: number[] = [];
  const itemBytes = prefixBytes + PLACE_BYTES;
  for (let at = 0; at + itemBytes <= bucket.length; at += itemBytes) {
    // Byte by byte: the first one already tells most items apart.
    let same = 0;
    while (same < prefixBytes && bucket[at + same] === hash[1 + same]) same++;
    if (same === prefixBytes)
      places.push(((bucket[at + prefixBytes] as number) << 8) | (bucket[at + prefixBytes + 1] as number));
  }
  return places;
}
