/**
 * Which records may start a batch. If every record of a source that has nearly used up its quota started one, everybody
 * else would wait for the disk that much more often. So such records start none: they go along with the next batch,
 * which another record starts, or which starts when they have waited long enough.
 */

/** How long a record waits for company at most, in milliseconds. */
const LONGEST_MS = 25;

/** Counts the records that wait, by whether they may start a batch. */
export class RideAlong {
  readonly #onDue: () => void;
  /** Records that wait and may begin a batch. */
  #urgent = 0;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;
  #isClosed = false;

  /** @param onDue called when what has been waiting for company has waited long enough */
  constructor(onDue: () => void) {
    this.#onDue = onDue;
  }

  /** Whether a batch may be started now. */
  get mayBegin(): boolean {
    return this.#urgent > 0 || this.#isDue || this.#isClosed;
  }

  /** Notes a record that waits from now on. */
  add(isPatient: boolean): void {
    if (isPatient) this.#wait();
    else this.#urgent++;
  }

  /** Notes what a batch took, and whether something is left. */
  take(batch: readonly { readonly isPatient: boolean }[], isMore: boolean): void {
    this.#urgent -= batch.filter(({ isPatient }) => !isPatient).length;
    this.#isDue = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (isMore && !this.mayBegin) this.#wait();
  }

  /** From now on, no record waits for company. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#onDue();
  }

  #wait(): void {
    this.#timer ??= setTimeout(() => {
      this.#isDue = true;
      this.#onDue();
    }, LONGEST_MS);
  }
}
