/**
 * Finds entries by the digest of their body, for `/log/addenda/`. The newest digests are in memory; those of full segments
 * are in buckets with eight bytes of each (rows/hash-buckets.ts), ten bytes per entry.
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { HASH_BYTES } from "../../core/merkle.ts";
import { all, first, prepareAll } from "./database.ts";
import { placesIn, SEGMENT_BUCKETS, SEGMENT_ENTRIES, segmentBuckets } from "../rows/hash-buckets.ts";

/** Bytes of a digest in an item of a bucket. */
export const DIGEST_PREFIX_BYTES = 8;

/** The index of one ledger: the newest digests in memory, and the buckets in its database. */
export class DigestIndex {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;
  /** Full segments. */
  #segments: number;
  #newest: DigestTail | undefined;

  /**
   * @param isLate whether the newest digests are read only when they are first needed, for readers who go through a whole
   *   log
   */
  constructor(db: DatabaseSync, treeSize: number, isLate = false) {
    this.#statements = prepareAll(db, STATEMENTS);
    this.#segments = Math.floor(treeSize / SEGMENT_ENTRIES);
    if (!isLate) this.#newest = this.#readTail();
  }

  get #tail(): DigestTail {
    return (this.#newest ??= this.#readTail());
  }

  #readTail(): DigestTail {
    const tail = new DigestTail();
    for (const row of all(this.#statements.digestsFrom, this.#segments * SEGMENT_ENTRIES)) tail.add(row["body_digest"]);
    return tail;
  }

  /** Adds the digest of the next entry. Once a segment is full, its buckets are in the database. */
  add(digest: Uint8Array): void {
    const tail = this.#tail;
    tail.add(digest);
    if (tail.length < SEGMENT_ENTRIES) return;
    this.#segments++;
    this.#newest = new DigestTail();
  }

  /** Adds the digest of an entry that is being inserted, and writes the buckets of a segment that it fills. */
  insert(digest: Uint8Array): void {
    const [tail, segment] = [this.#tail, this.#segments];
    this.add(digest);
    if (this.#segments === segment) return;
    for (const [bucket, items] of segmentBuckets([tail.bytes], HASH_BYTES, DIGEST_PREFIX_BYTES).entries())
      this.#statements.insertBucket.run(segment * SEGMENT_BUCKETS + bucket, items);
  }

  /** Leaf indexes of bodies that may have the digest, newest segment first. */
  *placesOf(digest: Uint8Array): Generator<number> {
    const place = this.#tail.placeOf(digest);
    if (place !== undefined) yield this.#segments * SEGMENT_ENTRIES + place;
    for (let segment = this.#segments - 1; segment >= 0; segment--) {
      const bucket = first(this.#statements.bucket, segment * SEGMENT_BUCKETS + (digest[0] as number));
      for (const place of placesIn(bucket?.["items"] as Uint8Array, digest, DIGEST_PREFIX_BYTES))
        yield segment * SEGMENT_ENTRIES + place;
    }
  }
}

const STATEMENTS = {
  digestsFrom: "SELECT body_digest FROM entry WHERE leaf_index >= ? ORDER BY leaf_index",
  insertBucket: "INSERT INTO digest_bucket (bucket, items) VALUES (?, ?)",
  bucket: "SELECT items FROM digest_bucket WHERE bucket = ?",
} as const;

/** Room for so many digests at first. */
const FEW = 64;

/**
 * The digests since the last full segment, in leaf order. They are copied into one piece of memory: kept as they come, each
 * would keep alive the block that it was read into, such as the bodies of its whole batch.
 */
export class DigestTail {
  #bytes = Buffer.alloc(FEW * HASH_BYTES);
  #length = 0;
  // Filled on first use, so that appending costs nothing. Keyed by the whole digest, since collisions of prefixes can be
  // constructed.
  readonly #places = new Map<string, number>();
  #named = 0;

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  /** All of them, one after the other. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length * HASH_BYTES);
  }

  /** Of a damaged row, anything may come. It keeps its place, and is not found. */
  add(digest: unknown): void {
    const begin = this.#length++ * HASH_BYTES;
    if (begin === this.#bytes.length) this.#grow();
    if (digest instanceof Uint8Array && digest.length === HASH_BYTES) this.#bytes.set(digest, begin);
  }

  /** Position of a digest; `undefined` if it is not among them. */
  placeOf(digest: Uint8Array): number | undefined {
    for (; this.#named < this.#length; this.#named++) {
      const begin = this.#named * HASH_BYTES;
      this.#places.set(nameOf(this.#bytes.subarray(begin, begin + HASH_BYTES)), this.#named);
    }
    return this.#places.get(nameOf(digest));
  }

  #grow(): void {
    const grown = Buffer.alloc(2 * this.#bytes.length);
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

function nameOf(digest: Uint8Array): string {
  return Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength).toString("latin1");
}
