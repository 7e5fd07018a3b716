/**
 * Memory that all requests together may use. With a limit per request alone, many requests could still fill the memory.
 */
import { WarifuError } from "../core/errors.ts";

/** A number of bytes that may be held at a time. */
export class ByteBudget {
  readonly #most: number;
  #held = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get held(): number {
    return this.#held;
  }

  /** @throws BUSY when others hold too much */
  take(bytes: number): void {
    if (this.#held + bytes > this.#most)
      throw new WarifuError("BUSY", "the bodies of other requests fill the memory set aside for them: send this again");
    this.#held += bytes;
  }

  give(bytes: number): void {
    this.#held -= bytes;
  }
}
