/**
 * How many records go into one batch. Larger batches share an fsync among more records; but whoever sends a single one
 * waits for the batch before, and for its own. So a batch grows only as long as it is made durable in good time.
 */

/** What a full batch should take at most, in milliseconds. */
const WANTED_MS = 50;
/** Never smaller, however long a batch took: a disk may stall for a moment. */
const LEAST = 256;
/** What a log begins with. */
const FIRST = 1_024;

/** The size of the batches of one log, by how long the last ones took. */
export class BatchSize {
  readonly #most: number;
  #size: number;

  /** @param most records in a batch, however fast they are */
  constructor(most: number) {
    this.#most = most;
    this.#size = Math.min(FIRST, most);
  }

  /** Records that the next batch may have. */
  get size(): number {
    return this.#size;
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
