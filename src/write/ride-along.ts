/**
 * Whose records may begin a batch. If each record of a source that has used up its quota began one, everybody else would
 * wait for the disk that much more often. So they begin none: they go along with the next batch, which begins with somebody
 * else's record, or when they have waited long enough.
 */

/** How long a record waits for company at most, in milliseconds. */
const LONGEST_MS = 25;

/** What waits, by whether it may begin a batch. */
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

  /** Whether what waits may be written now. */
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

  /** From now on nothing waits for company. */
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
