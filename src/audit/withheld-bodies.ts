/**
 * The records whose bodies are withheld by events in a store. A running service may withhold more during the audit, so
 * events are read on before a record counts as not withheld. The event is committed before the body is removed.
 */
import type { LogStore } from "../store/log-store.ts";
import { withheldBy } from "../verify/later-withholdings.ts";

const PAGE = 1_000;

/** Reads each event once. */
export class WithheldBodies {
  readonly #store: Pick<LogStore, "events" | "origin">;
  // Leaf index of the event that withholds a record, by the record's.
  readonly #eventOf = new Map<number, number>();
  // The first leaf that was not read yet.
  #next = 0;

  constructor(store: Pick<LogStore, "events" | "origin">) {
    this.#store = store;
  }

  /** Whether an event withholds the body of a record. @throws STORE_FAILED, STORE_CORRUPT */
  async has(record: number): Promise<boolean> {
    if (!this.#eventOf.has(record)) await this.#readOn();
    return this.#eventOf.has(record);
  }

  /** The records that are withheld by events from leaf `size` on. @throws STORE_FAILED, STORE_CORRUPT */
  async above(size: number): Promise<ReadonlySet<number>> {
    await this.#readOn();
    return new Set([...this.#eventOf].filter(([, event]) => event >= size).map(([record]) => record));
  }

  async #readOn(): Promise<void> {
    for (let isLast = false; !isLast;) {
      const page = await this.#store.events(["erasure"], this.#next, PAGE);
      for (const event of page) {
        // A damaged event is reported by the walk.
        const record = withheldBy(event.leafIndex, event, event.body, this.#store.origin);
        if (record !== undefined && !this.#eventOf.has(record)) this.#eventOf.set(record, event.leafIndex);
      }
      isLast = page.length < PAGE;
      this.#next = (page.at(-1)?.leafIndex ?? this.#next - 1) + 1;
    }
  }
}
