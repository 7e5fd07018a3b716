/**
 * The digests of bytes that were found to lead to the root of the tree. A full tile never changes: bytes with the digest of
 * what was proven in its place need no proof of their own, one hash instead of hundreds.
 */
import { hash } from "node:crypto";

/** Some ten megabytes. */
const MOST_DIGESTS = 65_536;

/** Remembers what was proven, the newest of it. */
export class ProvenDigests {
  /** By name, the oldest first. */
  readonly #digests = new Map<string, string>();

  /**
   * Whether the bytes are those that belong to a name.
   * @param prove finds out whether they are; asked unless the same bytes were proven before
   */
  async isProven(name: string, bytes: Uint8Array, prove: () => boolean | Promise<boolean>): Promise<boolean> {
    const digest = hash("sha256", bytes, "base64");
    if (this.#digests.get(name) === digest) return true;
    if (!(await prove())) return false;
    if (this.#digests.size >= MOST_DIGESTS) this.#digests.delete(this.#digests.keys().next().value as string);
    this.#digests.set(name, digest);
    return true;
  }
}
