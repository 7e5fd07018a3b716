/**
 * Reads lines of NDJSON, and takes them through ingest and conceal, on threads of their own: the main thread has less to do
 * for each record, and nobody waits while it does that. Until a thread is ready, and where there is only one core, lines are
 * parsed on the main thread, and go the way of a single record.
 */
import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { codeOf } from "../core/errors.ts";
import type { Packed } from "../core/packing.ts";
import type { ProfileDocument, Profiles } from "../profiles/profile.ts";
import { SharedCores, ThreadPool } from "../serve/thread-pool.ts";
import { parseLinesInTurns } from "../sources/submitted-values.ts";
import { unpackLines } from "./concealed-lines.ts";
import type { Submitted } from "./signed-submission.ts";

const WORKER = new URL(`./line-worker${extname(import.meta.filename)}`, import.meta.url);
/** One core is left to the main thread. */
const MOST_THREADS = Math.min(4, availableParallelism() - 1);
/** Of the threads of all logs of a service. */
const CORES = new SharedCores(MOST_THREADS);
/** Hardly anything outlives its record there, so more would only be more memory. */
const YOUNG_MIB = 48;
/** What each thread has at a time, so that it need not wait for the next: the rest waits here, where it needs no copy. */
const AT_A_THREAD = 2;
/** Without work for so long, in milliseconds, the threads end. */
const IDLE_MS = 60_000;

/** What a thread is told at its start. */
export interface LineThreadData {
  readonly documents: readonly ProfileDocument[];
  readonly origin: string;
}

/** The threads of one log. */
export class LineThreads {
  readonly #profiles: Profiles;
  readonly #mostThreads: number;
  readonly #threads: ThreadPool<Uint8Array, Packed>;
  /** Whether a thread is ready; false while one starts, `undefined` if none does. */
  #isReady: boolean | undefined;
  #idle: NodeJS.Timeout | undefined;
  #atThreads = 0;
  /** Lines that wait until the threads have room for them. */
  readonly #waiting: (() => void)[] = [];

  /** @param origin of the log */
  constructor(profiles: Profiles, origin: string, mostThreads = MOST_THREADS) {
    this.#profiles = profiles;
    this.#mostThreads = mostThreads;
    const data: LineThreadData = { documents: [...profiles.values()].map(({ document }) => document), origin };
    this.#threads = new ThreadPool({
      ...{ script: WORKER, data, mostThreads, cores: CORES, youngMib: YOUNG_MIB },
      saysEnded: "the thread that reads lines has ended",
    });
  }

  /** What to submit: a value for each line that is not empty. */
  async read(lines: Buffer): Promise<readonly Submitted[]> {
    if (this.#mostThreads < 1) return parseLinesInTurns(lines);
    this.#rest();
    if (this.#isReady === undefined) void this.ready();
    const packed = this.#isReady ? await this.#inTurn(lines) : undefined;
    return packed ? unpackLines(lines, packed, this.#profiles) : parseLinesInTurns(lines);
  }

  /** Starts a thread if there is none. @returns whether one is ready */
  async ready(): Promise<boolean> {
    this.#isReady ??= false;
    // It answers what it is asked in order, so it is ready once it has read nothing.
    const isReady = (await this.#packed(Buffer.alloc(0))) !== undefined;
    // If it could not start, the next lines start another.
    this.#isReady = isReady || undefined;
    return isReady;
  }

  /** Ends the threads; lines that are read later start others. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    this.#idle = undefined;
    await this.#threads.close();
    this.#isReady = undefined;
  }

  /** As {@link #packed}, once the threads have room for it. */
  async #inTurn(lines: Buffer): Promise<Packed | undefined> {
    if (this.#atThreads < AT_A_THREAD * this.#mostThreads) this.#atThreads++;
    else await new Promise<void>((goOn) => this.#waiting.push(goOn));
    try {
      return this.#isReady ? await this.#packed(lines) : undefined;
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#atThreads--;
    }
  }

  /** What a thread made of lines; `undefined` if it ended before. */
  async #packed(lines: Buffer): Promise<Packed | undefined> {
    const copy = new Uint8Array(lines);
    try {
      return await this.#threads.ask(copy, [copy.buffer]);
    } catch (error) {
      if (codeOf(error) !== "BUSY") throw error;
      this.#isReady = undefined;
      return undefined;
    }
  }

  #rest(): void {
    this.#idle ??= setTimeout(() => void this.close(), IDLE_MS).unref();
    this.#idle.refresh();
  }
}
