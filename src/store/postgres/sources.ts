/**
 * The sources of a PostgreSQL ledger: which numbers they have used. Nothing of it is remembered: other services may have
 * written since.
 */
import type { RepairedAt } from "../../core/source-event.ts";
import type { Numbering, SourceNumbers, SourceQuery } from "../log-store.ts";
import type { Queries } from "./sessions.ts";

/** How many numbers one search goes through. */
const SEQS_AT_ONCE = 10_000;
const REF_OF = "(SELECT source_ref FROM source WHERE name = $1)";

/** The sources of one ledger. */
export class PostgresSources {
  readonly #queries: Queries;

  constructor(queries: Queries) {
    this.#queries = queries;
  }

  /** Sources in the order in which they first sent, without the log itself. */
  async page(from: number, limit: number, origin: string): Promise<{ place: number; name: string }[]> {
    const sql =
      "SELECT source_ref, name FROM source WHERE source_ref >= $1 AND name <> $2 ORDER BY source_ref LIMIT $3";
    const rows = await this.#queries.all(sql, from, origin, limit);
    return rows.map((row) => ({ place: row["source_ref"] as number, name: row["name"] as string }));
  }

  /** One question for all of them, and one more for each that was repaired. */
  async numberings(sources: ReadonlyMap<string, RepairedAt | undefined>): Promise<ReadonlyMap<string, Numbering>> {
    const sql = `SELECT name, source_ref, (SELECT max(seq) FROM entry e WHERE e.source_ref = s.source_ref) AS highest
      FROM source s WHERE name = ANY($1::text[])`;
    const found = new Map<string, Numbering>();
    for (const row of await this.#queries.all(sql, [...sources.keys()])) {
      const [name, highest] = [row["name"] as string, (row["highest"] ?? -1) as number];
      const repair = sources.get(name);
      const last = repair ? await this.#lastSince(row["source_ref"] as number, repair) : highest;
      found.set(name, { last, highest });
    }
    return found;
  }

  async #lastSince(ref: number, { from, leafIndex }: RepairedAt): Promise<number> {
    const sql = "SELECT coalesce(max(seq), -1) AS seq FROM entry WHERE source_ref = $1 AND leaf_index > $2";
    return Math.max(from - 1, (await this.#queries.first(sql, ref, leafIndex))?.["seq"] as number);
  }

  /** The lowest number from `from` on that the source has not used. */
  async firstFreeSeq(name: string, from: number): Promise<number> {
    const sql = `SELECT seq FROM entry WHERE source_ref = ${REF_OF} AND seq >= $2 ORDER BY seq LIMIT $3`;
    for (let free = from; ;) {
      const rows = await this.#queries.all(sql, name, free, SEQS_AT_ONCE);
      for (const { seq } of rows) if (seq === free) free++;
      if (rows.length < SEQS_AT_ONCE || rows.at(-1)?.["seq"] !== free - 1) return free;
    }
  }

  async numbersOf(name: string, query: SourceQuery): Promise<SourceNumbers | undefined> {
    const sql = `SELECT count(*) AS records, min(seq) AS lowest, max(seq) AS highest FROM entry WHERE source_ref = ${REF_OF}`;
    const ends = await this.#queries.first(sql, name);
    const records = ends?.["records"] as number;
    if (records === 0) return undefined;
    const [firstSeq, lastSeq] = [ends?.["lowest"] as number, ends?.["highest"] as number];
    const missing = lastSeq + 1 - records;
    if (missing === 0) return { records, firstSeq, lastSeq, missing, ranges: [] };
    return { records, firstSeq, lastSeq, missing, ...(await this.#rangesFrom(name, query, lastSeq)) };
  }

  async #rangesFrom(
    name: string,
    { from, ranges: most }: SourceQuery,
    lastSeq: number,
  ): Promise<Pick<SourceNumbers, "ranges" | "next">> {
    const sql = `SELECT seq FROM entry WHERE source_ref = ${REF_OF} AND seq >= $2 ORDER BY seq LIMIT $3`;
    const ranges: [number, number][] = [];
    let next = from;
    for (const row of await this.#queries.all(sql, name, from, SEQS_AT_ONCE)) {
      const seq = row["seq"] as number;
      if (seq > next) {
        if (ranges.length === most) break;
        ranges.push([next, seq - 1]);
      }
      next = seq + 1;
    }
    return next > lastSeq ? { ranges } : { ranges, next };
  }
}
