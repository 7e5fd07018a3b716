/**
 * A column of the newest entries, those after the last full segment, by its values. It is read when something is first looked
 * for, which takes some 25 ms for a segment: a start does not wait for it.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { SEGMENT_ENTRIES } from "../rows/hash-buckets.ts";
import { first } from "./database.ts";
import { NewestValues } from "./newest-values.ts";

/** The column of one ledger. */
export class NewestColumn {
  readonly #valueBytes: number;
  readonly #asText: StatementSync;
  readonly #asRows: StatementSync;
  /** Full segments. */
  #segments = 0;
  /** Of the entries after them; `undefined` until they are read. */
  #values: NewestValues | undefined;

  /** @param valueBytes bytes of each value */
  constructor(db: DatabaseSync, column: "id" | "body_digest", valueBytes: number) {
    this.#valueBytes = valueBytes;
    const within = "FROM entry WHERE leaf_index >= ? AND leaf_index < ? ORDER BY leaf_index";
    // One text costs a fifth of what rows do. A value of another length has a length of its own.
    this.#asText = db.prepare(`SELECT group_concat(hex(${column}), '') AS text, count(*) AS entries,
      min(length(${column})) AS shortest, max(length(${column})) AS longest FROM (SELECT ${column} ${within})`);
    this.#asRows = db.prepare(`SELECT leaf_index, ${column} ${within}`);
    this.#asRows.setReturnArrays(true);
  }

  /** Full segments, whose values are in the database. */
  get segments(): number {
    return this.#segments;
  }

  /** The values since then, which have been read. */
  get values(): NewestValues {
    return (this.#values ??= new NewestValues(this.#valueBytes));
  }

  /** Adds the value of the next entry, if those before it have been read; otherwise it is read with them. */
  add(value: unknown): void {
    if (!this.#values) return;
    this.#values.add(value);
    if (this.#values.length === SEGMENT_ENTRIES) this.#begin(this.#segments + 1);
  }

  /** Reads the values up to those of the entries below `treeSize`. Rows that are missing or damaged keep their places. */
  readUpTo(treeSize: number): void {
    const segments = Math.floor(treeSize / SEGMENT_ENTRIES);
    if (segments > this.#segments || !this.#values) this.#begin(segments);
    const begin = this.#size;
    if (begin >= treeSize) return;
    const { text, entries, shortest, longest } = first(this.#asText, begin, treeSize) ?? {};
    if (entries !== treeSize - begin || shortest !== this.#valueBytes || longest !== this.#valueBytes)
      return this.#readRows(begin, treeSize);
    this.values.addAll(Buffer.from(text as string, "hex"));
  }

  /** Leaf index of the entry that has a value. Precondition: it has been read. */
  placeOf(value: Uint8Array): number | undefined {
    const place = this.#values?.placeOf(value);
    return place === undefined ? undefined : this.#segments * SEGMENT_ENTRIES + place;
  }

  /** Entries whose values are known. */
  get #size(): number {
    return this.#segments * SEGMENT_ENTRIES + this.values.length;
  }

  #begin(segments: number): void {
    this.#segments = segments;
    this.#values = new NewestValues(this.#valueBytes);
  }

  #readRows(begin: number, end: number): void {
    for (const [leafIndex, value] of this.#asRows.all(begin, end) as unknown as [leafIndex: number, value: unknown][]) {
      while (this.#size < leafIndex) this.add(undefined);
      this.add(value);
    }
    while (this.#size < end) this.add(undefined);
  }
}
