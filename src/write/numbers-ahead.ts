/**
 * Which sequence numbers sources have used in batches that are not in the store yet. The next batch, which is assembled
 * meanwhile, has to continue from them.
 */

/** A sequence number that a source has used. */
export interface Numbered {
  readonly sourceName: string;
  readonly seq: number;
}

/** The numbers in batches that are being written, the oldest batch first. */
export class NumbersAhead {
  readonly #batches: ReadonlyMap<string, number>[] = [];

  /** Adds a batch after the others. */
  add(batch: readonly Numbered[]): void {
    const highest = new Map<string, number>();
    for (const { sourceName, seq } of batch) highest.set(sourceName, Math.max(seq, highest.get(sourceName) ?? -1));
    this.#batches.push(highest);
  }

  /** Forgets the oldest batch, which is in the store now. */
  dropFirst(): void {
    this.#batches.shift();
  }

  /** The highest number of a source; -1 if there is none. */
  highestOf(source: string): number {
    return Math.max(-1, ...this.#batches.map((batch) => batch.get(source) ?? -1));
  }
}
