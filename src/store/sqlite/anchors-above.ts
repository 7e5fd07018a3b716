/**
 * Remembers which anchor covers which leaves: bundles and pages of records ask for the same few anchors thousands of times,
 * and each row has kilobytes of evidence.
 *
 * Invariant: everything is forgotten whenever a row of an anchor is written. Only the process that holds the writer's lock
 * may remember any.
 */
import type { StoredAnchor } from "../anchor-journal.ts";

/** The answer for the leaves `from` <= leaf < `to`. */
interface Span {
  from: number;
  readonly to: number;
  readonly anchor: StoredAnchor | undefined;
}

/** More than are needed between two anchors. */
const MOST_KEPT = 64;

/** The spans of one ledger. */
export class AnchorsAbove {
  #spans: Span[] = [];

  /** The span that a leaf lies in, if it is known. */
  over(leafIndex: number): Pick<Span, "anchor"> | undefined {
    return this.#spans.find(({ from, to }) => from <= leafIndex && leafIndex < to);
  }

  /**
   * Remembers the anchor that was found for a leaf. It is the answer for all leaves from there up to the anchor's size:
   * anchors nearer to finality, or as near and smaller, do not reach that leaf.
   */
  keep(leafIndex: number, anchor: StoredAnchor | undefined): StoredAnchor | undefined {
    const to = anchor?.treeSize ?? Infinity;
    const known = this.#spans.find((span) => span.to === to);
    if (known) known.from = Math.min(known.from, leafIndex);
    else {
      if (this.#spans.length >= MOST_KEPT) this.#spans.shift();
      this.#spans.push({ from: leafIndex, to, anchor });
    }
    return anchor;
  }

  forget(): void {
    this.#spans = [];
  }
}
