/**
 * Which sequence numbers each source has used, as ranges: memory grows with the number of sources and of their gaps, not
 * with the number of records, so that a log of any length can be processed. Whatever the order of the numbers, each costs a
 * binary search and a move within one short piece.
 */

/** Numbers below its highest that a source has not used. */
export interface SourceGap {
  /** Hexadecimal. */
  readonly sourceId: string;
  /** Its name, if known. */
  readonly source?: string | undefined;
  readonly records: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** How many numbers are missing from 0 up to `lastSeq`. */
  readonly missing: number;
  /** The lowest missing ranges, both ends included; at most {@link MAX_LISTED_RANGES}. */
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

/** The most ranges listed per source; further ones are counted. */
const MAX_LISTED_RANGES = 20;

/** The ranges in a form that survives JSON. */
export type KeptRanges = readonly (readonly [sourceId: string, ends: readonly number[]])[];

/** A run of used numbers, `begin` <= seq < `end`. */
type Run = [begin: number, end: number];

const MAX_PIECE = 512;

export class SeqRanges {
  readonly #runsOf = new Map<string, Runs>();

  /** Notes a number. @returns whether the source had not used it before */
  add(source: string, seq: number): boolean {
    const runs = this.#runsOf.get(source);
    if (runs) return runs.add(seq);
    this.#runsOf.set(source, Runs.of([[seq, seq + 1]]));
    return true;
  }

  /** All runs, for {@link SeqRanges.from}: for each source its id, then where its runs begin and end. */
  kept(): KeptRanges {
    return [...this.#runsOf].map(([sourceId, runs]) => [sourceId, [...runs].flat()]);
  }

  /** Restores ranges that were kept. */
  static from(kept: KeptRanges): SeqRanges {
    const ranges = new SeqRanges();
    for (const [sourceId, ends] of kept) {
      const runs = Array.from({ length: ends.length / 2 }, (_, at): Run => [
        ends[2 * at] as number,
        ends[2 * at + 1] as number,
      ]);
      ranges.#runsOf.set(sourceId, Runs.of(runs));
    }
    return ranges;
  }

  /** The sources that skipped numbers, in the order in which they first appeared. */
  *gaps(): Generator<SourceGap> {
    for (const [sourceId, runs] of this.#runsOf) {
      const gap = gapOf(sourceId, runs);
      if (gap.missing > 0) yield gap;
    }
  }
}

function gapOf(sourceId: string, runs: Runs): SourceGap {
  const ranges: [number, number][] = [];
  let [next, missing] = [0, 0];
  for (const [begin, end] of runs) {
    missing += begin - next;
    if (begin > next && ranges.length < MAX_LISTED_RANGES) ranges.push([next, begin - 1]);
    next = end;
  }
  const lastSeq = next - 1;
  return { sourceId, records: next - missing, firstSeq: runs.first, lastSeq, missing, ranges };
}

/** The runs of one source, in order, in pieces that are short enough to insert into. */
class Runs {
  readonly #pieces: Run[][];

  constructor(pieces: Run[][]) {
    this.#pieces = pieces;
  }

  /** These runs, in order; at least one. */
  static of(runs: readonly Run[]): Runs {
    const pieces: Run[][] = [];
    for (let at = 0; at < runs.length; at += MAX_PIECE / 2) pieces.push(runs.slice(at, at + MAX_PIECE / 2));
    return new Runs(pieces);
  }

  /** The lowest number. */
  get first(): number {
    return beginOf(this.#pieces[0] as Run[]);
  }

  *[Symbol.iterator](): Iterator<Run> {
    for (const piece of this.#pieces) yield* piece;
  }

  /** @returns whether the number is new */
  add(seq: number): boolean {
    const place = Math.max(0, lastFrom(this.#pieces, seq, beginOf));
    const piece = this.#pieces[place] as Run[];
    const at = lastFrom(piece, seq, ([begin]) => begin);
    const before = piece[at];
    if (before && seq < before[1]) return false;
    const after = piece[at + 1] ?? this.#pieces[place + 1]?.[0];
    const touchesBefore = before?.[1] === seq;
    const touchesAfter = after?.[0] === seq + 1;
    if (touchesAfter) after[0] = touchesBefore ? before[0] : seq;
    else if (touchesBefore) before[1] = seq + 1;
    else this.#insert(place, at + 1, [seq, seq + 1]);
    if (touchesAfter && touchesBefore) this.#remove(place, at);
    return true;
  }

  #insert(place: number, at: number, run: Run): void {
    const piece = this.#pieces[place] as Run[];
    piece.splice(at, 0, run);
    if (piece.length > MAX_PIECE) this.#pieces.splice(place + 1, 0, piece.splice(MAX_PIECE / 2));
  }

  #remove(place: number, at: number): void {
    const piece = this.#pieces[place] as Run[];
    piece.splice(at, 1);
    if (piece.length === 0) this.#pieces.splice(place, 1);
  }
}

function beginOf(piece: readonly Run[]): number {
  return (piece[0] as Run)[0];
}

/** Index of the last item that begins at `seq` or before; -1 when none does. */
function lastFrom<T>(items: readonly T[], seq: number, begin: (item: T) => number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (begin(items[middle] as T) <= seq) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
