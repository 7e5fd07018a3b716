/**
 * How many records go into one batch. Larger batches share an fsync among more records; but whoever sends a single one
 * waits for the batch before, and for its own. So a batch grows only as long as it is made durable in good time, and stays
 * small while somebody sends little.
 */

/** What a full batch should take at most, in milliseconds. */
const WANTED_MS = 50;
/** Never smaller, however long a batch took: a disk may stall for a moment. */
const LEAST = 256;
/** What a log begins with. */
const FIRST = 1_024;
/** A submission of so many records is little: a person or a device waits for it, and not a file. */
const LITTLE = 16;
/** For so long after it, another one is expected, in milliseconds. */
const EXPECTED_MS = 1_000;

/** The size of the batches of one log, by how long the last ones took. */
export class BatchSize {
  readonly #most: number;
  readonly #now: () => number;
  #size: number;
  #littleSentAt = -Infinity;

  /**
   * @param most records in a batch, however fast they are
   * @param now milliseconds that only grow
   */
  constructor(most: number, now = (): number => performance.now()) {
    this.#most = most;
    this.#now = now;
    this.#size = Math.min(FIRST, most);
  }

  /** Records that the next batch may have. */
  get size(): number {
    const isLittleExpected = this.#now() - this.#littleSentAt < EXPECTED_MS;
    return isLittleExpected ? Math.min(LEAST, this.#most) : this.#size;
  }

  /** Notes how many records somebody submits at once. */
  submitted(records: number): void {
    if (records <= LITTLE) this.#littleSentAt = this.#now();
  }

  /** Notes how long a batch took. One that was not full says nothing: most of its time was the disk's. */
  note(records: number, milliseconds: number): void {
    if (records < this.#size) return;
    const factor = Math.min(2, Math.max(1 / 2, WANTED_MS / milliseconds));
    // Not for a little: sizes that go up and down with every batch would only make the waiting uneven.
    if (factor > 0.8 && factor < 1.5) return;
    this.#size = Math.min(this.#most, Math.max(Math.min(LEAST, this.#most), Math.round(this.#size * factor)));
  }
}
