/**
 * Memory that all requests together may hold. A limit on each request alone still lets many of them fill the memory.
 */
import { WarifuError } from "../core/errors.ts";

/** So many bytes at a time. */
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
