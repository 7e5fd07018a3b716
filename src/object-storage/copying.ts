/**
 * Keeps the copy of the log on object storage up to date, at regular intervals. The log does not wait for the storage;
 * alarms say when the copy lags, and when what is there contradicts the log.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Alarms } from "../alarms/alarms.ts";
import { codeOf, messageOf } from "../core/errors.ts";
import type { LogCopy } from "./log-copy.ts";

/** Parts and times. */
export interface CopyingOptions {
  readonly copy: LogCopy;
  /** For people: where the copy is. */
  readonly place: string;
  readonly everyMs: number;
  readonly alarms: Alarms;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

/** The rounds. */
export class Copying {
  readonly #options: CopyingOptions;
  readonly #stop = new AbortController();
  #rounds: Promise<void> = Promise.resolve();
  #failsSince: number | undefined;

  constructor(options: CopyingOptions) {
    this.#options = options;
  }

  /** Begins the rounds. */
  start(): void {
    this.#rounds = this.#everyNowAndThen();
  }

  /** One round; what goes wrong becomes an alarm. */
  async round(): Promise<void> {
    const { copy, alarms } = this.#options;
    try {
      await copy.update(this.#stop.signal);
      this.#failsSince = undefined;
      alarms.clear("copy-late");
      alarms.clear("copy-contradicts");
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#raise(error);
    }
  }

  /** Ends the rounds; of a running one, the files that are on their way are finished first. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#rounds;
  }

  #raise(error: unknown): void {
    const { alarms, place, now } = this.#options;
    const message = messageOf(error);
    if (codeOf(error) === "CONSISTENCY_MISMATCH") {
      alarms.raise("copy-contradicts", { id: "copy-contradicts", place, message });
      return;
    }
    this.#failsSince ??= now();
    const since = new Date(this.#failsSince).toISOString();
    alarms.raise("copy-late", { id: "copy-late", place, since, message });
  }

  async #everyNowAndThen(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.round();
      await sleep(this.#options.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
