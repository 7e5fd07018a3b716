/**
 * What is known of sources: which numbers they used and left out, by their records; whether they are registered, with which
 * keys, and whether they are suspended, by the log's events. A source may have records and no events, or events and no records.
 */
import { WarifuError } from "../core/errors.ts";
import type { EventRegister } from "../events/register.ts";
import type { SourceState } from "../events/source.ts";
import type { LogStore, SourceNumbers, SourceQuery } from "../store/log-store.ts";

/** Places from here on are of sources that are registered and have sent nothing. */
const SILENT_PLACES = 2 ** 48;
const NOTHING_SENT: SourceNumbers = { records: 0, firstSeq: 0, lastSeq: 0, missing: 0, ranges: [] };

/** A source in the list of all. */
export interface ListedSource {
  readonly place: number;
  readonly name: string;
}

/** What is known of one source. */
export interface SourceFacts {
  /** All are 0 while `records` is. */
  readonly numbers: SourceNumbers;
  readonly state: SourceState;
}

/** Looks at the sources of one log. */
export class SourceList {
  readonly #store: Pick<LogStore, "sources" | "sourceNumbers">;
  readonly #events: Pick<EventRegister, "sources">;

  constructor(store: Pick<LogStore, "sources" | "sourceNumbers">, events: Pick<EventRegister, "sources">) {
    this.#store = store;
    this.#events = events;
  }

  /** Sources from a place on: in the order in which they first sent, then those that are registered and sent nothing. */
  async list(from: number, limit: number): Promise<readonly ListedSource[]> {
    const page = from < SILENT_PLACES ? [...(await this.#store.sources(from, limit))] : [];
    const registered = this.#events.sources.registered();
    for (let at = Math.max(0, from - SILENT_PLACES); at < registered.length && page.length < limit; at++) {
      const name = registered[at] as string;
      if (!(await this.#store.sourceNumbers(name, { from: 0, ranges: 0 })))
        page.push({ place: SILENT_PLACES + at, name });
    }
    return page;
  }

  /**
   * One source.
   * @throws NOT_FOUND it is not registered, and has sent nothing
   */
  async show(name: string, query: SourceQuery): Promise<SourceFacts> {
    const state = this.#events.sources.of(name);
    const numbers = await this.#store.sourceNumbers(name, query);
    if (!numbers && state.registeredAt === undefined)
      throw new WarifuError("NOT_FOUND", "no source of that name is registered, and no record of one is in the log");
    return { numbers: numbers ?? NOTHING_SENT, state };
  }
}
