/**
 * Which sequence numbers each source has used, as ranges: memory grows with the number of sources and of their gaps, not
 * with the number of records, so that a log of any length can be gone through.
 */

/** A run of used numbers, `begin` <= seq < `end`. */
type Run = [begin: number, end: number];

export class SeqRanges {
  readonly #runsOf = new Map<string, Run[]>();

  /** Notes a number. @returns whether the source had not used it before */
  add(source: string, seq: number): boolean {
    const runs = this.#runsOf.get(source);
    if (!runs) {
      this.#runsOf.set(source, [[seq, seq + 1]]);
      return true;
    }
    const at = firstRunEndingFrom(runs, seq);
    const run = runs[at];
    if (run && run[0] <= seq && seq < run[1]) return false;
    const before = run?.[1] === seq ? run : undefined;
    const after = runs[before ? at + 1 : at];
    const touchesAfter = after?.[0] === seq + 1;
    if (before && touchesAfter) runs.splice(at, 2, [before[0], after[1]]);
    else if (before) before[1] = seq + 1;
    else if (touchesAfter) after[0] = seq;
    else runs.splice(at, 0, [seq, seq + 1]);
    return true;
  }
}

/** Index of the first run that ends at `seq` or later. Mostly the last one, since numbers rise. */
function firstRunEndingFrom(runs: readonly Run[], seq: number): number {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle] as Run)[1] < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
