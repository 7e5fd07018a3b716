/**
 * Whether the log has every sequence number of a source within a range. Each entry states its source and number, under the
 * tree's root, so an auditor who has read all entries knows that none of the range was withheld from them.
 *
 * A missing number is named and decides nothing: the source may have skipped it, and the log alone cannot distinguish that
 * from a record that was never taken in. Acknowledgements and signed records that somebody kept can.
 */
import { toHex } from "../core/bytes.ts";
import type { Entry } from "../core/entry.ts";
import { WarifuError } from "../core/errors.ts";
import { sourceIdOf } from "../core/record.ts";
import type { AuditFindings } from "./audit-findings.ts";
import type { NumbersAsked } from "./finding-fact.ts";

/** Numbers of a source, both ends included. */
export interface NumberRange {
  readonly source: string;
  readonly from: number;
  readonly to: number;
}

/** Consecutive numbers at consecutive leaves. */
export interface PresentRange {
  readonly from: number;
  readonly to: number;
  /** Leaf index of the first; the others follow it. */
  readonly leafIndex: number;
}

/** What the log has of a range. */
export interface Completeness extends NumberRange {
  /**
   * `complete`: each number is there once; `gaps`: some below the source's highest are missing; `open`: some above it are
   * not there yet.
   */
  readonly state: "complete" | "gaps" | "open";
  /** The highest number of the source in the log; `null` when it has none. */
  readonly highest: number | null;
  /** How many entries were read. */
  readonly checkedSize: number;
  /** How many of them are covered by the newest anchor that they were compared with; `null` if there was none. */
  readonly anchoredSize: number | null;
  readonly present: readonly PresentRange[];
  /** Missing numbers below the highest, both ends included. */
  readonly missing: readonly (readonly [from: number, to: number])[];
  /** Missing numbers above the highest, both ends included. */
  readonly notYet: readonly (readonly [from: number, to: number])[];
}

/** How many numbers one audit may ask for. */
export const MOST_NUMBERS = 1_000_000;
const SHOWN_RANGES = 5;
const NOWHERE = -1;

/** Follows a walk over every leaf. */
export class CompletenessAudit {
  readonly #range: NumberRange;
  readonly #sourceId: string;
  /** Leaf index of each number, counted from the first of the range. */
  readonly #leaves: Float64Array;
  #highest = NOWHERE;

  /** @param origin name of the log @throws USAGE the range is empty, or too long */
  constructor(range: NumberRange, origin: string) {
    const { source, from, to } = range;
    if (from > to) throw new WarifuError("USAGE", "the range of numbers ends before it begins");
    if (to - from >= MOST_NUMBERS)
      throw new WarifuError("USAGE", `a range has ${MOST_NUMBERS} numbers at most: audit one part after the other`);
    this.#range = range;
    this.#sourceId = toHex(sourceIdOf(origin, source));
    this.#leaves = new Float64Array(to - from + 1).fill(NOWHERE);
  }

  /** Notes an entry of the log. A number that occurs twice is reported by the audit itself. */
  saw(leafIndex: number, { sourceId, seq }: Pick<Entry, "sourceId" | "seq">): void {
    if (toHex(sourceId) !== this.#sourceId) return;
    this.#highest = Math.max(this.#highest, seq);
    const { from, to } = this.#range;
    if (seq >= from && seq <= to) this.#leaves[seq - from] = leafIndex;
  }

  /** Draws the conclusion; missing numbers leave the audit undecided. */
  conclude(checkedSize: number, anchoredSize: number | null, findings: AuditFindings): Completeness {
    const present: PresentRange[] = [];
    const missing: [number, number][] = [];
    const notYet: [number, number][] = [];
    for (const [at, leafIndex] of this.#leaves.entries()) {
      const seq = this.#range.from + at;
      if (leafIndex !== NOWHERE) addPresent(present, seq, leafIndex);
      else addNumber(seq < this.#highest ? missing : notYet, seq);
    }
    const state = missing.length > 0 ? "gaps" : notYet.length > 0 ? "open" : "complete";
    const { source } = this.#range;
    if (missing.length > 0) findings.leaveOpen({ id: "numbers-missing", source, ...firstOf(missing) });
    if (notYet.length > 0) findings.leaveOpen({ id: "numbers-not-yet", source, ...firstOf(notYet) });
    const highest = this.#highest === NOWHERE ? null : this.#highest;
    return { ...this.#range, state, highest, checkedSize, anchoredSize, present, missing, notYet };
  }
}

function addPresent(ranges: PresentRange[], seq: number, leafIndex: number): void {
  const last = ranges.at(-1);
  if (last?.to === seq - 1 && last.leafIndex + (seq - last.from) === leafIndex)
    ranges[ranges.length - 1] = { ...last, to: seq };
  else ranges.push({ from: seq, to: seq, leafIndex });
}

function addNumber(ranges: [number, number][], seq: number): void {
  const last = ranges.at(-1);
  if (last?.[1] === seq - 1) last[1] = seq;
  else ranges.push([seq, seq]);
}

function firstOf(ranges: readonly [number, number][]): Pick<NumbersAsked, "ranges" | "hasMoreRanges"> {
  return { ranges: ranges.slice(0, SHOWN_RANGES), hasMoreRanges: ranges.length > SHOWN_RANGES };
}
