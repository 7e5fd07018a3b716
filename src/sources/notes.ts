/**
 * What a reader has to say beside the records: how the bytes were taken, what looks damaged, what was left behind.
 * Never a value of a record. A note that comes again, as when a file is gone through twice, counts once.
 */
const MAX_NOTES = 20;

/** Collects notes. */
export class Notes {
  readonly #notes = new Set<string>();
  #more = 0;
  #respelled = 0;

  add(note: string): void {
    if (this.#notes.has(note)) return;
    if (this.#notes.size < MAX_NOTES) this.#notes.add(note);
    else this.#more++;
  }

  /** Notes a number that is kept, and written otherwise than it came, such as 1.10 as 1.1. */
  readonly countRespelled = (): void => void this.#respelled++;

  /** How many numbers will be written otherwise than they came. */
  get respelled(): number {
    return this.#respelled;
  }

  /** The first ones, and that there were more. */
  list(): string[] {
    return this.#more === 0 ? [...this.#notes] : [...this.#notes, "… and more of the kind"];
  }
}
