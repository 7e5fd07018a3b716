/**
 * Erases records about people once the retention period of their profile is over, and then what the log's own events conceal
 * (event-retention.ts). It runs alongside writing, in small pieces.
 *
 * Records are in the log in the order of time, so for each type it is enough to remember the leaf index below which all are
 * done. That is kept in a file; without the file, the log is searched again, and nothing is erased twice. A record whose use
 * is restricted is kept, and checked again each time.
 */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { receivedAtOf } from "../core/record-id.ts";
import { writeWholeFile } from "../files/whole-file.ts";
import type { StoredEntry } from "../store/log-store.ts";
import type { OpenLog } from "../write/open-log.ts";
import { eraseRecords } from "./erasure.ts";
import { TIMED_EVENTS, type EventRetention, type TimedEvents } from "./event-retention.ts";
import { intactBodyOf, recordsOfType, typeOf } from "./records-of-type.ts";

/** The basis that such erasures state. */
export const RETENTION_BASIS = "retention";

export interface RetentionParts {
  readonly log: Pick<OpenLog, "store" | "check" | "events" | "profiles" | "writer">;
  /** The file that remembers how far each type is done. */
  readonly file: string;
  /** POSIX milliseconds. */
  readonly now: () => number;
  /** Whether a record must be kept although its retention period is over. */
  readonly isRestricted?: ((leafIndex: number) => Promise<boolean>) | undefined;
  readonly events?: EventRetention | undefined;
}

/** The result of a run, or of a dry run. */
export interface RetentionReport {
  readonly items: readonly {
    readonly type: string;
    readonly retentionDays: number;
    /** Records whose retention period is over: erased now or, in a dry run, to be erased. */
    readonly records: number;
  }[];
  /** Records whose retention period is over and that are kept because their use is restricted. */
  readonly restricted: number;
  /** The log's own events whose concealed claims are erased now or, in a dry run, to be erased. */
  readonly statements: readonly { readonly what: TimedEvents; readonly events: number }[];
  /** Whether nothing is left to look at; otherwise the next run continues. */
  readonly complete: boolean;
}

export interface RetentionOptions {
  /** Only counts, without erasing. */
  readonly dryRun?: boolean;
}

const PAGE = 256;
/** Entries that one run reads for a type. */
const MOST_LOOKED_AT = 200_000;
const EVERY_MS = 3_600_000;
const DAY_SECONDS = 86_400;

/**
 * How far each type is done, which records below that are kept, and in which month events were last compared with erased
 * records.
 */
const stateSchema = z.object({
  next: z.record(z.string(), z.int().min(0)),
  kept: z.array(z.int().min(0)),
  month: z.string().exactOptional(),
});
type State = z.infer<typeof stateSchema>;

/** A type whose records have a retention period. */
interface TimedType {
  readonly type: string;
  readonly retentionDays: number;
}

/** The retention of one log. */
export class Retention {
  readonly #parts: RetentionParts;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  /** Runs now and every hour. */
  start(onFailure: (error: unknown) => void): void {
    const run = (): void => void this.run().catch(onFailure);
    this.#timer = setInterval(run, EVERY_MS).unref();
    run();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  /**
   * Erases what is due, one run at a time.
   * @throws as {@link eraseRecords}; what was erased before the error stays erased
   */
  run(options: RetentionOptions = {}): Promise<RetentionReport> {
    const done = this.#running.then(() => this.#run(options.dryRun ?? false));
    this.#running = done.catch(() => undefined);
    return done;
  }

  async #run(isDry: boolean): Promise<RetentionReport> {
    const state = this.#read();
    const kept = new Set<number>();
    const items = [];
    let complete = true;
    const again = await this.#due(state.kept, kept);
    if (!isDry) await this.#erase(again);
    const released = this.#countByType(again, await this.#typesOf(again));
    for (const timed of this.#timedTypes()) {
      const from = state.next[timed.type] ?? 0;
      const { next, due, isLast } = await this.#runType(timed, from, isDry, kept);
      if (!isDry) state.next[timed.type] = next;
      items.push({ ...timed, records: due + (released.get(timed.type) ?? 0) });
      complete &&= isLast;
    }
    const statements = await this.#runEvents(isDry, state);
    if (!isDry) this.#write({ ...state, kept: [...kept].sort((a, b) => a - b) });
    return { items, restricted: kept.size, statements, complete };
  }

  async #runEvents(isDry: boolean, state: State): Promise<RetentionReport["statements"]> {
    const { events } = this.#parts;
    if (!events) return [];
    const { month } = events;
    const statements = [];
    for (const what of TIMED_EVENTS) {
      const due = await events.due(what, state.month !== month);
      if (!isDry) await this.#erase(due);
      statements.push({ what, events: due.length });
    }
    state.month = month;
    return statements;
  }

  /** Reads the records of a type from a leaf on. A dry run goes to the end, since it cannot continue later. */
  async #runType(
    timed: TimedType,
    from: number,
    isDry: boolean,
    kept: Set<number>,
  ): Promise<{ next: number; due: number; isLast: boolean }> {
    const over = this.#parts.now() / 1_000 - timed.retentionDays * DAY_SECONDS;
    const end = isDry ? Infinity : from + MOST_LOOKED_AT;
    let [next, due] = [from, 0];
    while (next < end && !this.#isClosed) {
      const page = await this.#parts.log.store.entries(next, next + PAGE);
      const old = page.filter((entry) => receivedAtOf(entry) < over);
      const ofType = await recordsOfType(timed.type, old, this.#parts.log.check);
      const records = await this.#due(
        ofType.map(({ entry }) => entry.leafIndex),
        kept,
      );
      if (!isDry) await this.#erase(records);
      due += records.length;
      next = old.length === 0 ? next : (old.at(-1) as StoredEntry).leafIndex + 1;
      if (old.length < PAGE) return { next, due, isLast: true };
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { next, due, isLast: false };
  }

  /** The records to be erased; those whose use is restricted are added to the kept ones. */
  async #due(records: readonly number[], kept: Set<number>): Promise<number[]> {
    const { log, isRestricted } = this.#parts;
    const due: number[] = [];
    for (const record of records) {
      if (log.events.erasures.erasedBy(record) !== undefined) continue;
      if (await isRestricted?.(record)) kept.add(record);
      else due.push(record);
    }
    return due;
  }

  async #erase(records: readonly number[]): Promise<void> {
    if (records.length > 0) await eraseRecords(records, { basis: RETENTION_BASIS }, this.#parts.log);
  }

  #timedTypes(): TimedType[] {
    return [...this.#parts.log.profiles.values()].flatMap(({ document: { type, concernsPeople, retentionDays } }) =>
      concernsPeople && retentionDays !== null ? [{ type, retentionDays }] : [],
    );
  }

  /** Types of records, by their leaf indexes. */
  async #typesOf(records: readonly number[]): Promise<Map<number, string | undefined>> {
    const types = new Map<number, string | undefined>();
    for (const record of records) {
      const [entry] = await this.#parts.log.store.entries(record, record + 1);
      types.set(record, entry && typeOf(await intactBodyOf(entry, this.#parts.log.check)));
    }
    return types;
  }

  #countByType(records: readonly number[], types: ReadonlyMap<number, string | undefined>): Map<string, number> {
    const counts = new Map<string, number>();
    for (const record of records) {
      const type = types.get(record) ?? "";
      counts.set(type, (counts.get(type) ?? 0) + 1);
    }
    return counts;
  }

  /** Starts from the beginning if the file is missing or incomplete. */
  #read(): State {
    try {
      return stateSchema.parse(JSON.parse(readFileSync(this.#parts.file, "utf8")));
    } catch {
      return { next: {}, kept: [] };
    }
  }

  #write(state: State): void {
    writeWholeFile(this.#parts.file, `${JSON.stringify(state)}\n`);
  }
}
