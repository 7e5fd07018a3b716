/**
 * Sign-ins that were begun and not finished. What the answer is compared with stays here; the browser has a random id in a
 * cookie. Each can be finished once, in time, by the browser that began it. They are lost with a restart.
 */
import { toBase64Url } from "../core/bytes.ts";
import type { RandomBytes } from "../core/random.ts";

/** As long as a person may take. */
export const FLOW_MS = 300_000;
/** At once; of more, the oldest is given up. */
const MOST_FLOWS = 4_096;

interface Flow<T> {
  readonly value: T;
  readonly until: number;
}

/** Sign-ins of one kind. */
export class Flows<T> {
  readonly #flows = new Map<string, Flow<T>>();
  readonly #randomBytes: RandomBytes;
  readonly #now: () => number;

  constructor(randomBytes: RandomBytes, now: () => number) {
    this.#randomBytes = randomBytes;
    this.#now = now;
  }

  /** @returns the id under which the browser finishes it */
  begin(value: T): string {
    const id = toBase64Url(this.#randomBytes(32));
    this.#flows.set(id, { value, until: this.#now() + FLOW_MS });
    const [oldest] = this.#flows.keys();
    if (this.#flows.size > MOST_FLOWS && oldest !== undefined) this.#flows.delete(oldest);
    return id;
  }

  /** Takes it out, whatever comes of it: it cannot be tried again. */
  finish(id: string | undefined): T | undefined {
    const flow = this.#flows.get(id ?? "");
    if (!flow) return undefined;
    this.#flows.delete(id ?? "");
    return this.#now() < flow.until ? flow.value : undefined;
  }
}
