/**
 * Pushes what the log shows to its mirrors, at regular intervals. The log does not wait for them; an alarm says which
 * of them are behind.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Alarms } from "../alarms/alarms.ts";
import { messageOf } from "../core/errors.ts";
import type { Mirror } from "./mirror.ts";

/** What the rounds use. */
export interface MirroringOptions {
  readonly mirrors: readonly Mirror[];
  /** The signed note to push; `undefined` in an empty log. */
  readonly checkpoint: () => Promise<string | undefined>;
  readonly everyMs: number;
  readonly alarms: Alarms;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

/** The rounds. */
export class Mirroring {
  readonly #options: MirroringOptions;
  readonly #stop = new AbortController();
  // Since when a mirror is behind, POSIX milliseconds, by its name.
  readonly #behindSince = new Map<string, number>();
  #rounds: Promise<void> = Promise.resolve();

  constructor(options: MirroringOptions) {
    this.#options = options;
  }

  /** Starts the rounds. */
  start(): void {
    this.#rounds = this.#everyNowAndThen();
  }

  /** One round: brings each mirror up to what is shown; a failure becomes an alarm. */
  async round(): Promise<void> {
    const { mirrors, checkpoint, alarms } = this.#options;
    const reasons = new Map<string, string>();
    // A store that cannot be read raises alarms of its own.
    const note = await checkpoint().catch(() => undefined);
    if (note === undefined) return;
    await Promise.all(mirrors.map((mirror) => this.#push(mirror, note, reasons)));
    if (this.#stop.signal.aborted) return;
    const [first] = this.#behindSince;
    if (!first) return alarms.clear("mirror-behind");
    const [mirror, since] = first;
    const fact = { count: this.#behindSince.size, mirror, since: new Date(since).toISOString() };
    alarms.raise("mirror-behind", { id: "mirror-behind", ...fact, message: reasons.get(mirror) ?? "" });
  }

  /** Ends the rounds; requests in progress are finished first. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#rounds;
  }

  async #push(mirror: Mirror, note: string, reasons: Map<string, string>): Promise<void> {
    const { name } = mirror;
    try {
      await mirror.push(note, this.#stop.signal);
      this.#behindSince.delete(name);
    } catch (error) {
      reasons.set(name, messageOf(error));
      if (!this.#behindSince.has(name)) this.#behindSince.set(name, this.#options.now());
    }
  }

  async #everyNowAndThen(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.round();
      await sleep(this.#options.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
