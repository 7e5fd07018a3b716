/**
 * Finds entries by the digest of their body, for `/log/addenda/`. The newest digests are in memory; those of full segments
 * are in buckets with eight bytes of each (rows/hash-buckets.ts), ten bytes per entry.
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { HASH_BYTES } from "../../core/merkle.ts";
import { first, prepareAll } from "./database.ts";
import { placesIn, SEGMENT_BUCKETS, SEGMENT_ENTRIES, segmentBuckets, type BucketLayout } from "../rows/hash-buckets.ts";
import { NewestColumn } from "./newest-column.ts";

/** Eight bytes of each digest from its second on, by its first. */
export const DIGEST_LAYOUT: BucketLayout = { hashBytes: HASH_BYTES, bucketAt: 0, itemAt: 1, itemBytes: 8 };

/** The index of one ledger: the newest digests in memory, and the buckets in its database. */
export class DigestIndex {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;
  readonly #newest: NewestColumn;

  constructor(db: DatabaseSync) {
    this.#statements = prepareAll(db, STATEMENTS);
    this.#newest = new NewestColumn(db, "body_digest", HASH_BYTES);
  }

  /** Adds the digest of the next entry. Once a segment is full, its buckets are in the database. */
  add(digest: Uint8Array): void {
    this.#newest.add(digest);
  }

  /** Reads what {@link insert} goes on with: the digests of the entries below `treeSize`. */
  readUpTo(treeSize: number): void {
    this.#newest.readUpTo(treeSize);
  }

  /** Adds the digest of an entry that is being inserted, and writes the buckets of a segment that it fills. */
  insert(digest: Uint8Array): void {
    const { values, segments } = this.#newest;
    this.add(digest);
    if (this.#newest.segments === segments) return;
    for (const [bucket, items] of segmentBuckets([values.bytes], DIGEST_LAYOUT).entries())
      this.#statements.insertBucket.run(segments * SEGMENT_BUCKETS + bucket, items);
  }

  /** Leaf indexes below `treeSize` of bodies that may have the digest, newest segment first. */
  *placesOf(digest: Uint8Array, treeSize: number): Generator<number> {
    this.#newest.readUpTo(treeSize);
    const newest = this.#newest.placeOf(digest);
    if (newest !== undefined) yield newest;
    for (let segment = this.#newest.segments - 1; segment >= 0; segment--) {
      const bucket = first(this.#statements.bucket, segment * SEGMENT_BUCKETS + (digest[0] as number));
      for (const place of placesIn(bucket?.["items"] as Uint8Array, digest, DIGEST_LAYOUT))
        yield segment * SEGMENT_ENTRIES + place;
    }
  }
}

const STATEMENTS = {
  insertBucket: "INSERT INTO digest_bucket (bucket, items) VALUES (?, ?)",
  bucket: "SELECT items FROM digest_bucket WHERE bucket = ?",
} as const;
