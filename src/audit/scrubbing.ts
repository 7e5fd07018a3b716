/**
 * Slowly checks everything that is stored: each entry against the tree, each body against its digest, each record that
 * conceals something against the vault. So damage is found while a good copy still exists, and not when somebody asks for
 * the record years later. It starts over when it is finished; the check itself reports what it finds.
 *
 * Invariant: it only reads, a bounded number of entries per second, and its failures stop nothing.
 */
import { setImmediate as nextPass } from "node:timers/promises";
import type { Logger } from "pino";
import { codeOf, messageOf } from "../core/errors.ts";
import type { OpenLog } from "../write/open-log.ts";
import type { StoredEntry } from "../store/log-store.ts";

/** Entries read at a time, and the pause in between: some 250 a second, an hour for a million. */
const PAGE_ENTRIES = 32;
const PAUSE_MS = 125;
/** At the start, this many of the newest entries are searched for records that conceal something… */
const NEWEST_ENTRIES = 16_384;
/** …until this many have been compared with the vault: a torn file lacks its newest rows, an emptied one all. */
const NEWEST_CONCEALING = 64;

const CONCEALS = Buffer.from('"_sd":[');

/** The scrub of one ledger. */
export class Scrubbing {
  readonly #log: Pick<OpenLog, "store" | "check" | "tree">;
  readonly #logger: Pick<Logger, "warn">;
  #next = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(log: Pick<OpenLog, "store" | "check" | "tree">, logger: Pick<Logger, "warn">) {
    this.#log = log;
    this.#logger = logger;
  }

  /** Compares the newest records that conceal something with the vault, then goes on in the background. */
  async start(): Promise<void> {
    await this.compareNewest();
    this.#schedule();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Looks at the newest entries, newest first. */
  async compareNewest(): Promise<void> {
    const { store, tree } = this.#log;
    const lowest = Math.max(0, tree.publishedSize - NEWEST_ENTRIES);
    let compared = 0;
    for (let end = tree.publishedSize; end > lowest && compared < NEWEST_CONCEALING; end -= PAGE_ENTRIES) {
      const page = await store.entries(Math.max(lowest, end - PAGE_ENTRIES), end);
      const concealing = page.filter(
        ({ body }) => body && Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(CONCEALS),
      );
      for (const entry of concealing) await this.#look(entry);
      compared += concealing.length;
      // A start looks through hundreds of pages, while others may be served.
      await nextPass();
    }
  }

  /** Looks at the next page of entries. @returns whether it was the last one */
  async lookOn(): Promise<boolean> {
    const { store, check, tree } = this.#log;
    const end = Math.min(this.#next + PAGE_ENTRIES, tree.publishedSize);
    for (const entry of await store.entries(this.#next, end)) await this.#look(entry);
    for (const leafIndex of await store.missing(this.#next, end, PAGE_ENTRIES)) check.missing(leafIndex);
    const isLast = end >= tree.publishedSize;
    this.#next = isLast ? 0 : end;
    return isLast;
  }

  async #look(entry: StoredEntry): Promise<void> {
    const { check } = this.#log;
    try {
      await check.openingsOf(entry.leafIndex, await check.bodyOf(entry));
    } catch (error) {
      if (codeOf(error) !== "STORE_DAMAGED") throw error;
    }
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#running = this.lookOn()
        .then(() => undefined)
        .catch((error: unknown) => {
          this.#logger.warn({ code: codeOf(error), reason: messageOf(error) }, "the store could not be looked through");
          this.#next += PAGE_ENTRIES;
        })
        .finally(() => this.#schedule());
    }, PAUSE_MS);
    this.#timer.unref();
  }
}
