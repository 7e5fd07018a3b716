/**
 * JSON objects that were parsed before, by their exact text. A JSON text that begins with the text of a known object has
 * that object as its first value: a strict parser would read it again and stop after it.
 */
import type { JsonObject } from "./json.ts";

/** An object and all of its text, braces included. */
export interface KnownObject {
  readonly text: string;
  readonly value: JsonObject;
}

/** Two for each bundle, for as many anchors as a verifier remembers. */
const MOST_KNOWN = 32;
/** Shorter objects are parsed as fast as they are found; longer ones would take too much memory. */
const [SHORTEST, LONGEST] = [256, 65_536];

/** The newest few. Their values are handed out again and again, so callers must not change them. */
export class KnownObjects {
  readonly #objects: KnownObject[] = [];

  /** The known object whose text is at that place. */
  find(text: string, at: number): KnownObject | undefined {
    // Cut out and compared as a whole: seven times as fast as `startsWith`.
    return this.#objects.find((one) => text.slice(at, at + one.text.length) === one.text);
  }

  /** Precondition: a strict parser read `value` from `text`. */
  keep(text: string, value: JsonObject): void {
    if (text.length < SHORTEST || text.length > LONGEST) return;
    if (this.#objects.length === MOST_KNOWN) this.#objects.pop();
    this.#objects.unshift({ text, value });
  }
}
