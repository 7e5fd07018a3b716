/**
 * Finds leaves by their hash. The hashes are in the tiles. For full segments, two bytes of each are also in buckets
 * (rows/hash-buckets.ts), at four bytes per entry; after the last full segment, the tiles are searched.
 *
 * The bytes are three of those that a record's id has of its leaf hash, so records are found by their ids in the same
 * buckets (id-index.ts).
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { HASH_BYTES } from "../../core/merkle.ts";
import { all, first, prepareAll } from "./database.ts";
import {
  placesIn,
  SEGMENT_BUCKETS,
  SEGMENT_ENTRIES,
  SEGMENT_TILES,
  segmentBuckets,
  type BucketLayout,
} from "../rows/hash-buckets.ts";

/** Bytes 3 and 4 of each hash, by byte 1: an id has these in full, but bytes 0 and 2 only in part. */
export const LEAF_LAYOUT: BucketLayout = { hashBytes: HASH_BYTES, bucketAt: 1, itemAt: 3, itemBytes: 2 };

/** The hashes of a full segment, in leaf order and a tile in one; fewer if tiles are missing. */
export function leafTilesOf(db: DatabaseSync, segment: number): Uint8Array[] {
  const sql = "SELECT hashes FROM tile WHERE level = 0 AND tile_index >= ? AND tile_index < ? ORDER BY tile_index";
  const tiles = all(db.prepare(sql), segment * SEGMENT_TILES, (segment + 1) * SEGMENT_TILES);
  return tiles.map(({ hashes }) => hashes as Uint8Array);
}

/** Writes the buckets of one ledger. */
export class LeafIndexWriter {
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  /** Full segments. */
  #segments: number;

  constructor(db: DatabaseSync, treeSize: number) {
    this.#db = db;
    this.#insert = db.prepare("INSERT INTO leaf_bucket (bucket, items) VALUES (?, ?)");
    this.#segments = Math.floor(treeSize / SEGMENT_ENTRIES);
  }

  /** Writes the buckets of each segment that is full at a size, whose tiles are there. */
  growTo(treeSize: number): void {
    for (; (this.#segments + 1) * SEGMENT_ENTRIES <= treeSize; this.#segments++) {
      const buckets = segmentBuckets(leafTilesOf(this.#db, this.#segments), LEAF_LAYOUT);
      for (const [bucket, items] of buckets.entries())
        this.#insert.run(this.#segments * SEGMENT_BUCKETS + bucket, items);
    }
  }
}

/** Reads the buckets of one ledger. */
export class LeafIndex {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;

  constructor(db: DatabaseSync) {
    this.#statements = prepareAll(db, STATEMENTS);
  }

  /**
   * Leaf indexes of full segments at a size whose hash may be `hash`, ascending; `indexed` is the number of leaves in those
   * segments.
   */
  placesOf(hash: Uint8Array, treeSize: number): { readonly places: readonly number[]; readonly indexed: number } {
    const segments = Math.floor(treeSize / SEGMENT_ENTRIES);
    const places: number[] = [];
    for (let segment = 0; segment < segments; segment++) places.push(...this.placesInSegment(segment, hash));
    return { places, indexed: segments * SEGMENT_ENTRIES };
  }

  /** As {@link placesOf}, of one full segment. @param hash its first five bytes are enough */
  placesInSegment(segment: number, hash: Uint8Array): number[] {
    const row = first(this.#statements.bucket, segment * SEGMENT_BUCKETS + (hash[LEAF_LAYOUT.bucketAt] as number));
    const bucket = (row?.["items"] ?? new Uint8Array(0)) as Uint8Array;
    return placesIn(bucket, hash, LEAF_LAYOUT).map((place) => segment * SEGMENT_ENTRIES + place);
  }
}

const STATEMENTS = { bucket: "SELECT items FROM leaf_bucket WHERE bucket = ?" } as const;
