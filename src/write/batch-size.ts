/**
 * How many records go into one batch. A larger batch shares one fsync among more records, but whoever sends a single
 * record waits for the batch before it and then for its own. So batches grow only while they become durable quickly,
 * and stay small while somebody sends little.
 */

/** The longest that a full batch should take, in milliseconds. */
const WANTED_MS = 50;
/** The smallest size, however long a batch took: a disk may stall for a moment. */
const LEAST = 256;
/** The size at the start. */
const FIRST = 1_024;
/** A submission of this many records or fewer is small: a person or a device waits for it, not a file. */
const LITTLE = 16;
/** How long after a small submission another one is expected, in milliseconds. */
const EXPECTED_MS = 1_000;

/** The batch size of one log, adjusted to how long the last batches took. */
export class BatchSize {
  readonly #most: number;
  readonly #now: () => number;
  #size: number;
  #littleSentAt = -Infinity;

  /** @param most records in a batch, however fast they are @param now monotonic milliseconds */
  constructor(most: number, now = (): number => performance.now()) {
    this.#most = most;
    this.#now = now;
    this.#size = Math.min(FIRST, most);
  }

  /** The most records that the next batch may have. */
  get size(): number {
    const isLittleExpected = this.#now() - this.#littleSentAt < EXPECTED_MS;
    return isLittleExpected ? Math.min(LEAST, this.#most) : this.#size;
  }

  /** Notes how many records somebody submits at once. */
  submitted(records: number): void {
    if (records <= LITTLE) this.#littleSentAt = this.#now();
  }

  /** Notes how long a batch took. Batches that were not full do not count: most of their time was the disk's. */
  note(records: number, milliseconds: number): void {
    if (records < this.#size) return;
    const factor = Math.min(2, Math.max(1 / 2, WANTED_MS / milliseconds));
    // Small changes are ignored: a size that changes with every batch would only make waiting times uneven.
    if (factor > 0.8 && factor < 1.5) return;
    this.#size = Math.min(this.#most, Math.max(Math.min(LEAST, this.#most), Math.round(this.#size * factor)));
  }
}
