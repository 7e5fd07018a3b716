/**
 * Finds entries by the digest of their body, for `/log/addenda/`. Digests are random, and with a B-tree of random keys
 * every commit would touch pages all over the file. Instead the newest digests stay in memory, and every 65,536 of them
 * are written once, sorted, in 256 buckets by their first byte: sequential writes of ten bytes per entry.
 *
 * A bucket holds items of 10 bytes: bytes 1 to 8 of the digest ‖ place within the segment (u16 BE). It is only a hint:
 * the whole digest of each entry found is compared.
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { all, first, prepareAll } from "./database.ts";

/** Entries per segment. */
export const SEGMENT_ENTRIES = 65_536;
/** Buckets per segment. */
export const SEGMENT_BUCKETS = 256;

const PREFIX_BYTES = 8;
const ITEM_BYTES = PREFIX_BYTES + 2;

/** The index of one ledger: the newest digests in memory, and the buckets in its database. */
export class DigestIndex {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;
  /** Full segments. */
  #segments: number;
  #tail: DigestTail;

  constructor(db: DatabaseSync, treeSize: number) {
    this.#statements = prepareAll(db, STATEMENTS);
    this.#segments = Math.floor(treeSize / SEGMENT_ENTRIES);
    const rows = all(this.#statements.digestsFrom, this.#segments * SEGMENT_ENTRIES);
    this.#tail = new DigestTail(rows.map((row) => row["body_digest"] as Uint8Array));
  }

  /** Adds the digest of the next entry. Once a segment is full, its buckets are in the database. */
  add(digest: Uint8Array): void {
    const { digests } = this.#tail;
    digests.push(digest);
    if (digests.length < SEGMENT_ENTRIES) return;
    this.#segments++;
    this.#tail = new DigestTail([]);
  }

  /** Adds the digest of an entry that is being inserted, and writes the buckets of a segment that it fills. */
  insert(digest: Uint8Array): void {
    const [{ digests }, segment] = [this.#tail, this.#segments];
    this.add(digest);
    if (this.#segments === segment) return;
    for (const [bucket, items] of segmentBuckets(digests).entries())
      this.#statements.insertBucket.run(segment * SEGMENT_BUCKETS + bucket, items);
  }

  /** Leaf indexes of bodies that may have the digest, newest segment first. */
  *placesOf(digest: Uint8Array): Generator<number> {
    const place = this.#tail.placeOf(digest);
    if (place !== undefined) yield this.#segments * SEGMENT_ENTRIES + place;
    for (let segment = this.#segments - 1; segment >= 0; segment--) {
      const bucket = first(this.#statements.bucket, segment * SEGMENT_BUCKETS + (digest[0] as number));
      for (const place of placesIn(bucket?.["items"] as Uint8Array, digest)) yield segment * SEGMENT_ENTRIES + place;
    }
  }
}

const STATEMENTS = {
  digestsFrom: "SELECT body_digest FROM entry WHERE leaf_index >= ? ORDER BY leaf_index",
  insertBucket: "INSERT INTO digest_bucket (bucket, items) VALUES (?, ?)",
  bucket: "SELECT items FROM digest_bucket WHERE bucket = ?",
} as const;

/** The digests since the last full segment, in leaf order. */
export class DigestTail {
  readonly digests: Uint8Array[];
  // Filled on first use, so that appending costs nothing. Keyed by the whole digest: prefixes can be made to collide.
  readonly #places = new Map<string, number>();

  constructor(digests: Uint8Array[]) {
    this.digests = digests;
  }

  /** Place of a digest; `undefined` when it is not among them. */
  placeOf(digest: Uint8Array): number | undefined {
    for (let place = this.#places.size; place < this.digests.length; place++)
      this.#places.set(nameOf(this.digests[place] as Uint8Array), place);
    return this.#places.get(nameOf(digest));
  }
}

function nameOf(digest: Uint8Array): string {
  return Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength).toString("latin1");
}

/** The buckets of a full segment, from its digests in leaf order. */
export function segmentBuckets(digests: readonly Uint8Array[]): Uint8Array[] {
  const buckets = Array.from({ length: SEGMENT_BUCKETS }, () => [] as Uint8Array[]);
  for (const [place, digest] of digests.entries()) {
    const item = new Uint8Array(ITEM_BYTES);
    item.set(digest.subarray(1, 1 + PREFIX_BYTES));
    item[PREFIX_BYTES] = place >> 8;
    item[PREFIX_BYTES + 1] = place & 0xff;
    (buckets[digest[0] as number] as Uint8Array[]).push(item);
  }
  return buckets.map((items) => Buffer.concat(items));
}

/** Places within the segment whose digest may be `digest`. */
export function placesIn(bucket: Uint8Array, digest: Uint8Array): number[] {
  const places: number[] = [];
  const wanted = Buffer.from(digest.subarray(1, 1 + PREFIX_BYTES));
  for (let at = 0; at + ITEM_BYTES <= bucket.length; at += ITEM_BYTES)
    if (wanted.equals(bucket.subarray(at, at + PREFIX_BYTES)))
      places.push(((bucket[at + PREFIX_BYTES] as number) << 8) | (bucket[at + PREFIX_BYTES + 1] as number));
  return places;
}
