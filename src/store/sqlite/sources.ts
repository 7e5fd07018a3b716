/**
 * Which numbers the sources of a SQLite ledger have used, for whoever looks for records that are missing. However long a
 * source's history, a look reads a bounded part of it; its records are counted once and then kept count of.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { SourceNumbers, SourceQuery } from "../ledger-store.ts";
import { all, first } from "./database.ts";

/** Numbers that one look goes through. */
export const SEQS_AT_ONCE = 10_000;

export class SqliteSources {
  readonly #page: StatementSync;
  readonly #ends: StatementSync;
  readonly #count: StatementSync;
  readonly #seqs: StatementSync;
  readonly #records = new Map<number, number>();

  constructor(db: DatabaseSync) {
    this.#page = db.prepare(
      "SELECT source_ref, name FROM source WHERE source_ref >= ? AND name <> ? ORDER BY source_ref LIMIT ?",
    );
    // Two look-ups in the index: asked together, SQLite would read all of it.
    this.#ends = db.prepare(`SELECT (SELECT min(seq) FROM entry WHERE source_ref = ?1) AS lowest,
      (SELECT max(seq) FROM entry WHERE source_ref = ?1) AS highest`);
    this.#count = db.prepare("SELECT count(*) AS records FROM entry WHERE source_ref = ?");
    this.#seqs = db.prepare("SELECT seq FROM entry WHERE source_ref = ? AND seq >= ? ORDER BY seq LIMIT ?");
  }

  /** Sources in the order in which they first sent, without the log itself. */
  page(from: number, limit: number, origin: string): { readonly place: number; readonly name: string }[] {
    return all(this.#page, from, origin, limit).map((row) => ({
      place: row["source_ref"] as number,
      name: row["name"] as string,
    }));
  }

  /** Told of each new entry. */
  added(ref: number): void {
    const records = this.#records.get(ref);
    if (records !== undefined) this.#records.set(ref, records + 1);
  }

  /** Precondition: the source has an entry. */
  numbersOf(ref: number, { from, ranges: most }: SourceQuery): SourceNumbers {
    const ends = first(this.#ends, ref);
    const [firstSeq, lastSeq] = [ends?.["lowest"] as number, ends?.["highest"] as number];
    const records = this.#recordsOf(ref);
    const missing = lastSeq + 1 - records;
    if (missing === 0) return { records, firstSeq, lastSeq, missing, ranges: [] };
    return { records, firstSeq, lastSeq, missing, ...this.#rangesFrom(ref, { from, ranges: most }, lastSeq) };
  }

  #rangesFrom(
    ref: number,
    { from, ranges: most }: SourceQuery,
    lastSeq: number,
  ): Pick<SourceNumbers, "ranges" | "next"> {
    const ranges: [number, number][] = [];
    let next = from;
    for (const row of all(this.#seqs, ref, from, SEQS_AT_ONCE)) {
      const seq = row["seq"] as number;
      if (seq > next) {
        if (ranges.length === most) break;
        ranges.push([next, seq - 1]);
      }
      next = seq + 1;
    }
    return next > lastSeq ? { ranges } : { ranges, next };
  }

  #recordsOf(ref: number): number {
    const records = this.#records.get(ref) ?? (first(this.#count, ref)?.["records"] as number);
    this.#records.set(ref, records);
    return records;
  }
}
