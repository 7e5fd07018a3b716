/**
 * Sign-ins that were begun and not finished. What the answer is compared with stays here; the browser has a random id in a
 * cookie. Each can be finished once, in time, by the browser that began it. They are lost with a restart.
 *
 * Anybody can begin one, so there is room for a fixed number, and who has begun the most gives way first: whoever fills it
 * from a few networks pushes out what is begun there, and nobody elsewhere.
 */
import { toBase64Url } from "../core/bytes.ts";
import type { RandomBytes } from "../core/random.ts";

/** As long as a person may take. */
export const FLOW_MS = 300_000;
/** At once. */
export const MOST_FLOWS = 4_096;

/** Where somebody begins. */
export interface Beginning {
  /** Of the page. */
  readonly origin: string;
  /** Whoever shares the room that one may take: a network, as limits on requests have it. */
  readonly client: string;
}

interface Flow<T> {
  readonly value: T;
  readonly client: string;
  readonly until: number;
}

/** Sign-ins of one kind. */
export class Flows<T> {
  /** The oldest first. */
  readonly #flows = new Map<string, Flow<T>>();
  /** How many each client has begun: none has zero. */
  readonly #counts = new Map<string, number>();
  readonly #randomBytes: RandomBytes;
  readonly #now: () => number;

  constructor(randomBytes: RandomBytes, now: () => number) {
    this.#randomBytes = randomBytes;
    this.#now = now;
  }

  /** @returns the id under which the browser finishes it */
  begin(value: T, client: string): string {
    this.#forgetLate();
    const id = toBase64Url(this.#randomBytes(32));
    this.#flows.set(id, { value, client, until: this.#now() + FLOW_MS });
    this.#counts.set(client, (this.#counts.get(client) ?? 0) + 1);
    // With the new one among them: otherwise of two clients that have as many, one could take from the other.
    if (this.#flows.size > MOST_FLOWS) this.#giveUpOne();
    return id;
  }

  /** Takes it out, whatever comes of it: it cannot be tried again. */
  finish(id: string | undefined): T | undefined {
    const flow = this.#flows.get(id ?? "");
    if (!flow) return undefined;
    this.#remove(id ?? "", flow);
    return this.#now() < flow.until ? flow.value : undefined;
  }

  /** Nobody can finish them any more: they must not count. */
  #forgetLate(): void {
    const now = this.#now();
    for (const [id, flow] of this.#flows) {
      if (now < flow.until) return;
      this.#remove(id, flow);
    }
  }

  /** The oldest of those who have the most. */
  #giveUpOne(): void {
    const most = Math.max(...this.#counts.values());
    for (const [id, flow] of this.#flows) if (this.#counts.get(flow.client) === most) return this.#remove(id, flow);
  }

  #remove(id: string, { client }: Flow<T>): void {
    this.#flows.delete(id);
    const left = (this.#counts.get(client) ?? 1) - 1;
    if (left > 0) this.#counts.set(client, left);
    else this.#counts.delete(client);
  }
}
