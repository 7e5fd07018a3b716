/**
 * The sources of a SQLite ledger: their names and ids, and which numbers they have used. However long a source's
 * history is, one search for missing numbers reads a bounded part of it; its records are counted once, and the count is
 * kept up to date.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { WarifuError } from "../../core/errors.ts";
import type { RepairedAt } from "../../core/source-event.ts";
import type { NewEntry, Numbering, SourceNumbers, SourceQuery } from "../log-store.ts";
import type { Row } from "../rows/row.ts";
import { first, prepareAll } from "./database.ts";
import type { SeqIndex } from "./seq-index.ts";

/** How many numbers one search covers. */
export const SEQS_AT_ONCE = 10_000;

/** Sources kept in memory: a bound on memory, beyond which a look-up is needed now and then. */
export const MAX_CACHED_SOURCES = 50_000;

/** A source, with what is known about it so far. */
export interface SourceRow {
  readonly ref: number;
  readonly name: string;
  readonly sourceId: Uint8Array;
  /** Highest seq, once it has been asked for; -1 before the first entry. */
  highest: number | undefined;
  /** Highest seq above a leaf index, once it has been asked for. */
  since: { readonly leafIndex: number; highest: number } | undefined;
  /** How many of the adopted entries are its own, once they have been counted. */
  records: number | undefined;
}

/** The sources of one ledger. */
export class SqliteSources {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;
  readonly #seqs: SeqIndex;
  readonly #byName = new Map<string, SourceRow>();
  readonly #byRef = new Map<number, SourceRow>();

  constructor(db: DatabaseSync, seqs: SeqIndex) {
    this.#statements = prepareAll(db, STATEMENTS);
    this.#seqs = seqs;
  }

  /** How many are in memory. */
  get cached(): number {
    return Math.max(this.#byName.size, this.#byRef.size);
  }

  named(name: string): SourceRow | undefined {
    return this.#byName.get(name) ?? this.#cache(first(this.#statements.byName, name));
  }

  at(ref: number): SourceRow | undefined {
    return this.#byRef.get(ref) ?? this.#cache(first(this.#statements.byRef, ref));
  }

  /** The source of a new entry, which is created with its first entry. */
  ofNew({ sourceName, sourceId }: NewEntry): SourceRow {
    return (this.named(sourceName) ?? this.#cache(first(this.#statements.insert, sourceName, sourceId))) as SourceRow;
  }

  /**
   * Notes the number of an entry that has just been inserted.
   * @throws STORE_FAILED the source has used it before
   */
  insertSeq(source: SourceRow, seq: number): void {
    const { ref, name } = source;
    if (seq <= this.highestOf(source) && this.#seqs.leafOf(ref, seq) !== undefined)
      throw new WarifuError("STORE_FAILED", `the source "${name}" has used its number ${seq} before`);
    this.#seqs.insert(ref, seq);
    source.highest = Math.max(this.highestOf(source), seq);
  }

  /** Counts an entry: from now on, what is known of its source includes it. */
  adopt({ sourceName, seq }: NewEntry): void {
    const source = this.named(sourceName);
    this.#seqs.add(source?.ref ?? -1, seq);
    if (!source) return;
    if (source.highest !== undefined) source.highest = Math.max(source.highest, seq);
    if (source.since) source.since.highest = Math.max(source.since.highest, seq);
    if (source.records !== undefined) source.records++;
  }

  /** The highest number that a source has ever used; -1 before its first. */
  highestOf(source: SourceRow): number {
    return (source.highest = this.#remembered(source.highest) ?? this.#seqs.highest(source.ref) ?? -1);
  }

  /** Leaf index of the entry that has a number of a source. */
  leafOf({ ref }: SourceRow, seq: number): number | undefined {
    return this.#seqs.leafOf(ref, seq);
  }

  /** Sources in the order in which they first sent, without the log itself. */
  page({ from, limit, origin }: { readonly from: number; readonly limit: number; readonly origin: string }): {
    readonly place: number;
    readonly name: string;
  }[] {
    const sources: { place: number; name: string }[] = [];
    for (const row of this.#statements.page.iterate(from, origin) as Iterable<Row>) {
      if (sources.length === limit) break;
      const [place, name] = [row["source_ref"] as number, row["name"] as string];
      // A batch may already be in the tables, and be adopted only a moment later.
      if (this.#seqs.lowest(place) !== undefined) sources.push({ place, name });
    }
    return sources;
  }

  numbering(source: SourceRow, repair?: RepairedAt): Numbering {
    const highest = this.highestOf(source);
    if (!repair) return { last: highest, highest };
    return { last: Math.max(repair.from - 1, this.#highestSince(source, repair)), highest };
  }

  /** The lowest number from `from` on that the source has not used. */
  firstFreeSeq({ ref }: SourceRow, from: number): number {
    let free = from;
    // Mostly one of the first few is free.
    for (let most = 16; ; most = Math.min(2 * most, SEQS_AT_ONCE)) {
      const used = this.#seqs.from(ref, free, most);
      for (const seq of used) {
        if (seq !== free) return free;
        free++;
      }
      if (used.length < most) return free;
    }
  }

  numbersOf(source: SourceRow, query: SourceQuery): SourceNumbers | undefined {
    const firstSeq = this.#seqs.lowest(source.ref);
    if (firstSeq === undefined) return undefined;
    const lastSeq = this.highestOf(source);
    const records = (source.records = this.#remembered(source.records) ?? this.#seqs.count(source.ref));
    const missing = lastSeq + 1 - records;
    if (missing === 0) return { records, firstSeq, lastSeq, missing, ranges: [] };
    return { records, firstSeq, lastSeq, missing, ...this.#rangesFrom(source, query, lastSeq) };
  }

  #rangesFrom(
    { ref }: SourceRow,
    { from, ranges: most }: SourceQuery,
    lastSeq: number,
  ): Pick<SourceNumbers, "ranges" | "next"> {
    const ranges: [number, number][] = [];
    let next = from;
    for (const seq of this.#seqs.from(ref, from, SEQS_AT_ONCE)) {
      if (seq > next) {
        if (ranges.length === most) break;
        ranges.push([next, seq - 1]);
      }
      next = seq + 1;
    }
    return next > lastSeq ? { ranges } : { ranges, next };
  }

  /** Remembered like the overall highest: finding it reads all of the source's entries. */
  #highestSince(source: SourceRow, { leafIndex }: RepairedAt): number {
    const known = this.#remembered(source.since);
    if (known?.leafIndex === leafIndex) return known.highest;
    const highest = this.#seqs.highestAbove(source.ref, leafIndex) ?? -1;
    source.since = { leafIndex, highest };
    return highest;
  }

  /** What was found out before, unless others may have written since. */
  #remembered<T>(known: T | undefined): T | undefined {
    return this.#seqs.followsOthers ? undefined : known;
  }

  #cache(row: Row | undefined): SourceRow | undefined {
    if (!row) return undefined;
    const ref = row["source_ref"] as number;
    const source: SourceRow = {
      ref,
      name: row["name"] as string,
      sourceId: row["source_id"] as Uint8Array,
      highest: undefined,
      since: undefined,
      records: undefined,
    };
    if (this.cached >= MAX_CACHED_SOURCES) {
      this.#byName.clear();
      this.#byRef.clear();
    }
    this.#byName.set(source.name, source);
    this.#byRef.set(ref, source);
    return source;
  }
}

const STATEMENTS = {
  insert: "INSERT INTO source (name, source_id) VALUES (?, ?) RETURNING source_ref, name, source_id",
  byName: "SELECT source_ref, name, source_id FROM source WHERE name = ?",
  byRef: "SELECT source_ref, name, source_id FROM source WHERE source_ref = ?",
  page: "SELECT source_ref, name FROM source WHERE source_ref >= ? AND name <> ? ORDER BY source_ref",
} as const;
