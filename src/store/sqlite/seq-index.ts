/**
 * Finds entries by the number that their source gave them. The numbers of full groups (groups.ts) are in the database, the
 * newest in memory.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { first, prepareAll, statement } from "./database.ts";
import { GROUP_ENTRIES, groupedOf } from "./groups.ts";
import { NewestSeqs } from "./newest-seqs.ts";
import { sizeOf } from "./tree-size.ts";

/** The index of one ledger. */
export class SeqIndex {
  /** Whether others write to the ledger: then what they have written is read before each answer. */
  readonly followsOthers: boolean;
  readonly #db: DatabaseSync;
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;
  /** Entries in full groups. */
  #grouped: number;
  #newest = new NewestSeqs();

  constructor(db: DatabaseSync, treeSize: number, followsOthers: boolean) {
    this.#db = db;
    this.#statements = prepareAll(db, STATEMENTS);
    this.#statements.ungrouped.setReturnArrays(true);
    this.#statements.seqsFrom.setReturnArrays(true);
    this.followsOthers = followsOthers;
    this.#grouped = groupedOf(treeSize);
    if (!followsOthers) this.#readUpTo(treeSize);
  }

  /** Entries whose numbers are known. */
  get #size(): number {
    return this.#grouped + this.#newest.length;
  }

  /** Adds the number of the next entry. Once a group is full, its numbers are in the database. */
  add(sourceRef: number, seq: number): void {
    this.#newest.add(sourceRef, seq);
    if (this.#newest.length === GROUP_ENTRIES) this.#beginGroup(this.#size);
  }

  /** Adds the number of an entry that has just been inserted, and inserts those of the group that it fills. */
  insert(sourceRef: number, seq: number): void {
    const before = this.#grouped;
    this.add(sourceRef, seq);
    if (this.#grouped > before) insertSeqs(this.#db, before, this.#grouped);
  }

  /** Leaf index of the entry that has a number. */
  leafOf(sourceRef: number, seq: number): number | undefined {
    this.#catchUp();
    const place = this.#newest.of(sourceRef).get(seq);
    if (place !== undefined) return this.#grouped + place;
    return first(this.#statements.leafOf, sourceRef, seq, this.#grouped)?.["leaf_index"] as number | undefined;
  }

  /** How many entries a source has. */
  count(sourceRef: number): number {
    this.#catchUp();
    const grouped = first(this.#statements.count, sourceRef, this.#grouped)?.["n"] as number;
    return grouped + this.#newest.of(sourceRef).size;
  }

  /** The lowest number of a source. */
  lowest(sourceRef: number): number | undefined {
    this.#catchUp();
    const grouped = first(this.#statements.lowest, sourceRef, this.#grouped)?.["seq"] as number | undefined;
    return leastOf(grouped, this.#newest.of(sourceRef).keys());
  }

  /** The highest number of a source. */
  highest(sourceRef: number): number | undefined {
    this.#catchUp();
    const grouped = first(this.#statements.highest, sourceRef, this.#grouped)?.["seq"] as number | undefined;
    return greatestOf(grouped, this.#newest.of(sourceRef).keys());
  }

  /** The highest number that a source has used above a leaf index. Reads all of its numbers. */
  highestAbove(sourceRef: number, leafIndex: number): number | undefined {
    this.#catchUp();
    const row = first(this.#statements.highestAbove, sourceRef, leafIndex, this.#grouped);
    const newest = [...this.#newest.of(sourceRef)].filter(([, place]) => this.#grouped + place > leafIndex);
    return greatestOf(
      (row?.["seq"] ?? undefined) as number | undefined,
      newest.map(([seq]) => seq),
    );
  }

  /** The numbers of a source from one on, in order: the first so many. */
  from(sourceRef: number, from: number, limit: number): number[] {
    this.#catchUp();
    const rows = this.#statements.seqsFrom.all(sourceRef, from, this.#grouped, limit) as unknown as [seq: number][];
    const newest = [...this.#newest.of(sourceRef).keys()].filter((seq) => seq >= from);
    return [...rows.map(([seq]) => seq), ...newest].sort((a, b) => a - b).slice(0, limit);
  }

  #catchUp(): void {
    if (this.followsOthers) this.#readUpTo(sizeOf(this.#db));
  }

  /** Reads what others have written. Rows that are missing keep their places. */
  #readUpTo(treeSize: number): void {
    if (this.#size >= treeSize) return;
    if (groupedOf(treeSize) > this.#grouped) this.#beginGroup(groupedOf(treeSize));
    const rows = this.#statements.ungrouped.all(this.#size, treeSize) as unknown as UngroupedRow[];
    for (const [leafIndex, sourceRef, seq] of rows) {
      while (this.#size < leafIndex) this.add(NO_SOURCE, 0);
      this.add(sourceRef, seq);
    }
    while (this.#size < treeSize) this.add(NO_SOURCE, 0);
  }

  #beginGroup(begin: number): void {
    this.#grouped = begin;
    this.#newest = new NewestSeqs();
  }
}

/** Makes the index of a ledger that has none yet. */
export function makeSeqIndex(db: DatabaseSync): void {
  const grouped = groupedOf(sizeOf(db));
  for (let begin = 0; begin < grouped; begin += GROUP_ENTRIES) insertSeqs(db, begin, begin + GROUP_ENTRIES);
}

/** A number that two rows have, since one was changed, keeps its first entry: it is for the audit to report. */
function insertSeqs(db: DatabaseSync, begin: number, end: number): void {
  const sql = `INSERT OR IGNORE INTO source_seq SELECT source_ref, seq, leaf_index FROM entry
    WHERE leaf_index >= ? AND leaf_index < ? ORDER BY source_ref, seq, leaf_index`;
  statement(db, sql).run(begin, end);
}

function leastOf(first: number | undefined, others: Iterable<number>): number | undefined {
  let least = first;
  for (const one of others) if (least === undefined || one < least) least = one;
  return least;
}

function greatestOf(first: number | undefined, others: Iterable<number>): number | undefined {
  let greatest = first;
  for (const one of others) if (greatest === undefined || one > greatest) greatest = one;
  return greatest;
}

/** Stands for the source of an entry that is missing. */
const NO_SOURCE = -1;

/** Columns of the statement `ungrouped`. */
type UngroupedRow = [leafIndex: number, sourceRef: number, seq: number];

// Above `leaf_index < ?`, a commit of another thread may have inserted a group that is not known here yet.
const STATEMENTS = {
  leafOf: "SELECT leaf_index FROM source_seq WHERE source_ref = ? AND seq = ? AND leaf_index < ?",
  count: "SELECT count(*) AS n FROM source_seq WHERE source_ref = ? AND leaf_index < ?",
  lowest: "SELECT seq FROM source_seq WHERE source_ref = ? AND leaf_index < ? ORDER BY seq LIMIT 1",
  highest: "SELECT seq FROM source_seq WHERE source_ref = ? AND leaf_index < ? ORDER BY seq DESC LIMIT 1",
  highestAbove: "SELECT max(seq) AS seq FROM source_seq WHERE source_ref = ? AND leaf_index > ? AND leaf_index < ?",
  seqsFrom: "SELECT seq FROM source_seq WHERE source_ref = ? AND seq >= ? AND leaf_index < ? ORDER BY seq LIMIT ?",
  // A number out of range cannot be read: one that no entry has takes its place.
  ungrouped: `SELECT leaf_index, iif(source_ref BETWEEN 1 AND ${Number.MAX_SAFE_INTEGER}, source_ref, ${NO_SOURCE}),
    iif(seq BETWEEN 0 AND ${Number.MAX_SAFE_INTEGER}, seq, 0)
    FROM entry WHERE leaf_index >= ? AND leaf_index < ? ORDER BY leaf_index`,
} as const;
