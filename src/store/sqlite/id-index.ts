/**
 * Finds entries by their id. Within a second ids come in random order, so they are in no B-tree: the newest are in memory,
 * and those of full segments are found by the bytes that an id has of its leaf hash, in the buckets of the leaf hashes
 * (leaf-index.ts). Which segment that is, the time in the id tells, since it never falls from one entry to the next.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { leafHashIn, receivedAtOf, RECORD_ID_BYTES } from "../../core/record-id.ts";
import { SEGMENT_ENTRIES } from "../rows/hash-buckets.ts";
import { first } from "./database.ts";
import type { LeafIndex } from "./leaf-index.ts";
import { NewestColumn } from "./newest-column.ts";

/** The index of one ledger. */
export class IdIndex {
  readonly #begin: StatementSync;
  readonly #leaves: LeafIndex;
  /** When the first entry of each full segment was received, POSIX seconds; NaN if its row is damaged. */
  readonly #begins: number[] = [];
  readonly #newest: NewestColumn;

  constructor(db: DatabaseSync, leaves: LeafIndex) {
    this.#begin = db.prepare("SELECT id FROM entry WHERE leaf_index = ?");
    this.#leaves = leaves;
    this.#newest = new NewestColumn(db, "id", RECORD_ID_BYTES);
  }

  /** Adds the id of the next entry. Once a segment is full, its buckets are in the database. */
  add(id: Uint8Array): void {
    this.#newest.add(id);
  }

  /** Leaf indexes below `treeSize` of entries that may have the id, newest segment first. */
  *placesOf(id: Uint8Array, treeSize: number): Generator<number> {
    if (id.length !== RECORD_ID_BYTES) return;
    this.#newest.readUpTo(treeSize);
    const newest = this.#newest.placeOf(id);
    if (newest !== undefined) yield newest;
    const time = receivedAtOf({ id });
    for (let segment = this.#newest.segments - 1; segment >= 0; segment--)
      if (this.#mayReach(segment, time)) yield* this.#leaves.placesInSegment(segment, leafHashIn(id));
  }

  /** Whether entries of a full segment may have been received at a time. Nothing is excluded by a damaged row. */
  #mayReach(segment: number, time: number): boolean {
    return (
      !(this.#beginOf(segment) > time) && !(segment + 1 < this.#newest.segments && this.#beginOf(segment + 1) < time)
    );
  }

  #beginOf(segment: number): number {
    const known = this.#begins[segment];
    if (known !== undefined) return known;
    const id = first(this.#begin, segment * SEGMENT_ENTRIES)?.["id"];
    const begin = id instanceof Uint8Array && id.length === RECORD_ID_BYTES ? receivedAtOf({ id }) : Number.NaN;
    this.#begins[segment] = begin;
    return begin;
  }
}
