/** One after the other for each of many, such as accounts: whoever sends twice at once is counted twice. */

/** The turns. */
export class Turns {
  readonly #running = new Map<string, Promise<unknown>>();

  /** Does something once everything that the same one asked for before is done. */
  take<T>(whose: string, act: () => Promise<T>): Promise<T> {
    const before = this.#running.get(whose) ?? Promise.resolve();
    const done = before.then(act, act);
    const settled = done
      .catch(() => undefined)
      .finally(() => {
        if (this.#running.get(whose) === settled) this.#running.delete(whose);
      });
    this.#running.set(whose, settled);
    return done;
  }
}
