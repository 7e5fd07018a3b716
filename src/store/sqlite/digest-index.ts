/**
 * Finds entries by the digest of their body, for `/log/addenda/`. The newest digests are in memory; those of full segments
 * are in buckets with eight bytes of each (rows/hash-buckets.ts), ten bytes per entry.
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { HASH_BYTES } from "../../core/merkle.ts";
import { first, prepareAll } from "./database.ts";
import { placesIn, SEGMENT_BUCKETS, SEGMENT_ENTRIES, segmentBuckets, type BucketLayout } from "../rows/hash-buckets.ts";
import { NewestValues } from "./newest-values.ts";

/** Eight bytes of each digest from its second on, by its first. */
export const DIGEST_LAYOUT: BucketLayout = { hashBytes: HASH_BYTES, bucketAt: 0, itemAt: 1, itemBytes: 8 };

/** The index of one ledger: the newest digests in memory, and the buckets in its database. */
export class DigestIndex {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;
  /** Full segments. */
  #segments: number;
  #newest: NewestValues | undefined;

  /**
   * @param isLate whether the newest digests are read only when they are first needed, for readers who go through a whole
   *   log
   */
  constructor(db: DatabaseSync, treeSize: number, isLate = false) {
    this.#statements = prepareAll(db, STATEMENTS);
    this.#statements.digestsFrom.setReturnArrays(true);
    this.#segments = Math.floor(treeSize / SEGMENT_ENTRIES);
    if (!isLate) this.#newest = this.#readTail();
  }

  get #tail(): NewestValues {
    return (this.#newest ??= this.#readTail());
  }

  #readTail(): NewestValues {
    const tail = new NewestValues(HASH_BYTES);
    // As arrays: a start waits for up to 65,535 of them, and objects take a third longer.
    const rows = this.#statements.digestsFrom.all(this.#segments * SEGMENT_ENTRIES) as unknown as [digest: unknown][];
    for (const [digest] of rows) tail.add(digest);
    return tail;
  }

  /** Adds the digest of the next entry. Once a segment is full, its buckets are in the database. */
  add(digest: Uint8Array): void {
    const tail = this.#tail;
    tail.add(digest);
    if (tail.length < SEGMENT_ENTRIES) return;
    this.#segments++;
    this.#newest = new NewestValues(HASH_BYTES);
  }

  /** Adds the digest of an entry that is being inserted, and writes the buckets of a segment that it fills. */
  insert(digest: Uint8Array): void {
    const [tail, segment] = [this.#tail, this.#segments];
    this.add(digest);
    if (this.#segments === segment) return;
    for (const [bucket, items] of segmentBuckets([tail.bytes], DIGEST_LAYOUT).entries())
      this.#statements.insertBucket.run(segment * SEGMENT_BUCKETS + bucket, items);
  }

  /** Leaf indexes of bodies that may have the digest, newest segment first. */
  *placesOf(digest: Uint8Array): Generator<number> {
    const place = this.#tail.placeOf(digest);
    if (place !== undefined) yield this.#segments * SEGMENT_ENTRIES + place;
    for (let segment = this.#segments - 1; segment >= 0; segment--) {
      const bucket = first(this.#statements.bucket, segment * SEGMENT_BUCKETS + (digest[0] as number));
      for (const place of placesIn(bucket?.["items"] as Uint8Array, digest, DIGEST_LAYOUT))
        yield segment * SEGMENT_ENTRIES + place;
    }
  }
}

const STATEMENTS = {
  digestsFrom: "SELECT body_digest FROM entry WHERE leaf_index >= ? ORDER BY leaf_index",
  insertBucket: "INSERT INTO digest_bucket (bucket, items) VALUES (?, ?)",
  bucket: "SELECT items FROM digest_bucket WHERE bucket = ?",
} as const;
