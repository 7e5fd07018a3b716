/**
 * Finds entries by their id. Within a second ids come in random order, so they are in no B-tree: the newest are in memory,
 * and those of full segments are found by the bytes that an id has of its leaf hash, in the buckets of the leaf hashes
 * (leaf-index.ts). Which segment that is, the time in the id tells, since it never falls from one entry to the next.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { leafHashIn, receivedAtOf, RECORD_ID_BYTES } from "../../core/record-id.ts";
import { SEGMENT_ENTRIES } from "../rows/hash-buckets.ts";
import { first, prepareAll } from "./database.ts";
import type { LeafIndex } from "./leaf-index.ts";
import { NewestValues } from "./newest-values.ts";

/** The index of one ledger. */
export class IdIndex {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;
  readonly #leaves: LeafIndex;
  /** When the first entry of each full segment was received, POSIX seconds; NaN if its row is damaged. */
  readonly #begins: number[] = [];
  /** Full segments. */
  #segments: number;
  /** Those of the entries after them. */
  #newest = new NewestValues(RECORD_ID_BYTES);

  /** @param treeSize entries whose ids are read now: for readers who go through a whole log, the others when one is asked for */
  constructor(db: DatabaseSync, leaves: LeafIndex, treeSize: number) {
    this.#statements = prepareAll(db, STATEMENTS);
    this.#statements.ids.setReturnArrays(true);
    this.#leaves = leaves;
    this.#segments = Math.floor(treeSize / SEGMENT_ENTRIES);
    this.#readUpTo(treeSize);
  }

  /** Entries whose ids are known. */
  get #size(): number {
    return this.#segments * SEGMENT_ENTRIES + this.#newest.length;
  }

  /** Adds the id of the next entry. Once a segment is full, its buckets are in the database. */
  add(id: unknown): void {
    this.#newest.add(id);
    if (this.#newest.length < SEGMENT_ENTRIES) return;
    this.#segments++;
    this.#newest = new NewestValues(RECORD_ID_BYTES);
  }

  /** Leaf indexes below `treeSize` of entries that may have the id, newest segment first. */
  *placesOf(id: Uint8Array, treeSize: number): Generator<number> {
    if (id.length !== RECORD_ID_BYTES) return;
    this.#readUpTo(treeSize);
    const place = this.#newest.placeOf(id);
    if (place !== undefined) yield this.#segments * SEGMENT_ENTRIES + place;
    const time = receivedAtOf({ id });
    for (let segment = this.#segments - 1; segment >= 0; segment--)
      if (this.#mayReach(segment, time)) yield* this.#leaves.placesInSegment(segment, leafHashIn(id));
  }

  /** Whether entries of a full segment may have been received at a time. Nothing is excluded by a damaged row. */
  #mayReach(segment: number, time: number): boolean {
    return !(this.#beginOf(segment) > time) && !(segment + 1 < this.#segments && this.#beginOf(segment + 1) < time);
  }

  #beginOf(segment: number): number {
    const known = this.#begins[segment];
    if (known !== undefined) return known;
    const id = first(this.#statements.id, segment * SEGMENT_ENTRIES)?.["id"];
    const begin = id instanceof Uint8Array && id.length === RECORD_ID_BYTES ? receivedAtOf({ id }) : Number.NaN;
    this.#begins[segment] = begin;
    return begin;
  }

  /** Reads what others have written. Rows that are missing keep their places. */
  #readUpTo(treeSize: number): void {
    if (this.#size >= treeSize) return;
    // As arrays: a start waits for up to 65,535 of them, and objects take a third longer.
    const rows = this.#statements.ids.all(this.#size, treeSize) as unknown as IdRow[];
    for (const [leafIndex, id] of rows) {
      while (this.#size < leafIndex) this.add(undefined);
      this.add(id);
    }
    while (this.#size < treeSize) this.add(undefined);
  }
}

/** Columns of the statement `ids`. */
type IdRow = [leafIndex: number, id: unknown];

const STATEMENTS = {
  id: "SELECT id FROM entry WHERE leaf_index = ?",
  ids: "SELECT leaf_index, id FROM entry WHERE leaf_index >= ? AND leaf_index < ? ORDER BY leaf_index",
} as const;
