/**
 * The sources of a SQLite ledger: their names and ids, and which numbers they have used. However long a source's
 * history is, one search for missing numbers reads a bounded part of it; its records are counted once, and the count is
 * kept up to date.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { RepairedAt } from "../../core/source-event.ts";
import type { NewEntry, Numbering, SourceNumbers, SourceQuery } from "../log-store.ts";
import type { Row } from "../rows/row.ts";
import { all, first, prepareAll } from "./database.ts";

/** How many numbers one search covers. */
export const SEQS_AT_ONCE = 10_000;

/** Sources kept in memory: a bound on memory, beyond which a look-up is needed now and then. */
export const MAX_CACHED_SOURCES = 50_000;

/** A source, with what is known about it so far. */
export interface SourceRow {
  readonly ref: number;
  readonly name: string;
  readonly sourceId: Uint8Array;
  /** Highest seq; -1 before the first entry. */
  highest: number;
  /** Highest seq above a leaf index, once it has been asked for. */
  since: { readonly leafIndex: number; highest: number } | undefined;
  /** How many of the adopted entries are its own, once they have been counted. */
  records: number | undefined;
}

/** The sources of one ledger. */
export class SqliteSources {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;
  readonly #byName = new Map<string, SourceRow>();
  readonly #byRef = new Map<number, SourceRow>();

  constructor(db: DatabaseSync) {
    this.#statements = prepareAll(db, STATEMENTS);
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

  /** The number of a new entry's source, which is created with its first entry. */
  refOf({ sourceName, sourceId }: NewEntry): number {
    const source = this.named(sourceName) ?? this.#cache(first(this.#statements.insert, sourceName, sourceId));
    return (source as SourceRow).ref;
  }

  /** Counts an entry: from now on, what is known of its source includes it. */
  adopt({ sourceName, seq }: NewEntry): void {
    const source = this.#byName.get(sourceName);
    if (!source) return;
    source.highest = Math.max(source.highest, seq);
    if (source.since) source.since.highest = Math.max(source.since.highest, seq);
    if (source.records !== undefined) source.records++;
  }

  /** Sources of a log of that size in the order in which they first sent, without the log itself. */
  page(
    { from, limit, origin }: { readonly from: number; readonly limit: number; readonly origin: string },
    treeSize: number,
  ): { readonly place: number; readonly name: string }[] {
    return all(this.#statements.page, from, origin, treeSize, limit).map((row) => ({
      place: row["source_ref"] as number,
      name: row["name"] as string,
    }));
  }

  numbering(source: SourceRow, repair?: RepairedAt): Numbering {
    const { highest } = source;
    if (!repair) return { last: highest, highest };
    return { last: Math.max(repair.from - 1, this.#highestSince(source, repair)), highest };
  }

  /** The lowest number from `from` on that the source has not used. */
  firstFreeSeq({ ref }: SourceRow, from: number): number {
    let free = from;
    for (const { seq } of this.#statements.seqsFrom.iterate(ref, from) as Iterable<Row>) {
      if (seq !== free) break;
      free++;
    }
    return free;
  }

  /** As of a log of that size: a batch may already be in the tables, and be counted only a moment later. */
  numbersOf(source: SourceRow, query: SourceQuery, treeSize: number): SourceNumbers | undefined {
    const { ref } = source;
    const ends = first(this.#statements.ends, ref, treeSize);
    const [firstSeq, lastSeq] = [ends?.["lowest"] as number | null, ends?.["highest"] as number];
    if (firstSeq === null) return undefined;
    source.records ??= first(this.#statements.count, ref, treeSize)?.["records"] as number;
    const { records } = source;
    const missing = lastSeq + 1 - records;
    if (missing === 0) return { records, firstSeq, lastSeq, missing, ranges: [] };
    return { records, firstSeq, lastSeq, missing, ...this.#rangesFrom({ ref, treeSize }, query, lastSeq) };
  }

  #rangesFrom(
    { ref, treeSize }: { readonly ref: number; readonly treeSize: number },
    { from, ranges: most }: SourceQuery,
    lastSeq: number,
  ): Pick<SourceNumbers, "ranges" | "next"> {
    const ranges: [number, number][] = [];
    let next = from;
    for (const row of all(this.#statements.seqs, ref, from, treeSize, SEQS_AT_ONCE)) {
      const seq = row["seq"] as number;
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
    if (source.since?.leafIndex !== leafIndex) {
      const highest = Number(first(this.#statements.highestSince, source.ref, leafIndex)?.["seq"]);
      source.since = { leafIndex, highest };
    }
    return source.since.highest;
  }

  #cache(row: Row | undefined): SourceRow | undefined {
    if (!row) return undefined;
    const ref = row["source_ref"] as number;
    const source: SourceRow = {
      ref,
      name: row["name"] as string,
      sourceId: row["source_id"] as Uint8Array,
      highest: Number(first(this.#statements.highest, ref)?.["seq"]),
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
  page: `SELECT source_ref, name FROM source WHERE source_ref >= ? AND name <> ?
    AND EXISTS (SELECT 1 FROM entry WHERE entry.source_ref = source.source_ref AND leaf_index < ?)
    ORDER BY source_ref LIMIT ?`,
  highest: "SELECT coalesce(max(seq), -1) AS seq FROM entry WHERE source_ref = ?",
  highestSince: "SELECT coalesce(max(seq), -1) AS seq FROM entry WHERE source_ref = ? AND leaf_index > ?",
  seqsFrom: "SELECT seq FROM entry WHERE source_ref = ? AND seq >= ? ORDER BY seq",
  // Two look-ups in the index: in one query, SQLite would read all of it.
  ends: `SELECT (SELECT min(seq) FROM entry WHERE source_ref = ?1 AND leaf_index < ?2) AS lowest,
    (SELECT max(seq) FROM entry WHERE source_ref = ?1 AND leaf_index < ?2) AS highest`,
  count: "SELECT count(*) AS records FROM entry WHERE source_ref = ? AND leaf_index < ?",
  seqs: "SELECT seq FROM entry WHERE source_ref = ? AND seq >= ? AND leaf_index < ? ORDER BY seq LIMIT ?",
} as const;
