/** Which texts were met lately, so that they need not be asked about again. Forgetting one costs no more than that. */
import { createHash } from "node:crypto";

/** A bounded memory of texts. */
export class RecentTexts {
  readonly #most: number;
  readonly #digests = new Set<string>();

  constructor(most = 100_000) {
    this.#most = most;
  }

  has(text: Uint8Array): boolean {
    return this.#digests.has(digestOf(text));
  }

  add(text: Uint8Array): void {
    this.#digests.add(digestOf(text));
    // In the order of their coming: the first is the oldest.
    for (const oldest of this.#digests) {
      if (this.#digests.size <= this.#most) break;
      this.#digests.delete(oldest);
    }
  }
}

function digestOf(text: Uint8Array): string {
  return createHash("sha256").update(text).digest("base64");
}
