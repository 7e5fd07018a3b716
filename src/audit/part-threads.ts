/**
 * Threads that work ahead of a walk through a log, part by part: each part is given to one of them, a few parts in advance.
 *
 * Invariant: only a few parts are held, however long the log is; and if a thread ends, its unfinished parts are answered
 * with `undefined`.
 */
import { Worker } from "node:worker_threads";
import { TILE_WIDTH } from "../core/tile.ts";
import { compileCache } from "../serve/compile-cache.ts";

/** How many entry bundles make a part: enough to be worth a message. */
export const BUNDLES_IN_A_PART = 16;
export const LEAVES_IN_A_PART: number = BUNDLES_IN_A_PART * TILE_WIDTH;
/** From how many leaves on threads pay: starting one takes about as long as checking this many. */
export const WORTH_THREADS = 20_000;
/** How many parts each thread may be ahead. */
const PARTS_AHEAD = 2;
/** Room for short-lived objects, which are nearly all that a thread makes: with four times as much it was not faster. */
const YOUNG_MB = 8;
/** Far more than a thread needs; without a bound, garbage would pile up during a long audit. */
const OLD_MB = 96;

/** What a thread answers, with the number of the part. */
export interface PartAnswer {
  readonly part: number;
}

/** A thread, and the parts that it has not answered yet. */
interface PartThread<Answer> {
  readonly worker: Worker;
  readonly asked: Map<number, (answer: Answer | undefined) => void>;
  hasEnded: boolean;
}

/** Threads that run the same program. Close them at the end. */
export class PartThreads<Answer extends PartAnswer> {
  readonly #threads: readonly PartThread<Answer>[];
  readonly #parts = new Map<number, Promise<Answer | undefined>>();
  #next = 0;

  /**
   * @param program a module that answers each message, the number of a part
   * @param data what it is told at its start
   */
  constructor(program: URL, data: unknown, threads: number) {
    this.#threads = Array.from({ length: threads }, () => startThread(program, data));
  }

  /** The answer for a part. Answers for earlier parts are dropped, and the next parts are asked for. */
  answerTo(part: number, parts: number = Number.POSITIVE_INFINITY): Promise<Answer | undefined> {
    for (const before of this.#parts.keys()) if (before < part) this.#parts.delete(before);
    this.#next = Math.max(this.#next, part);
    const end = Math.min(parts, part + PARTS_AHEAD * this.#threads.length);
    while (this.#next < end) this.#ask(this.#next++);
    return this.held(part);
  }

  /** The answer for a part, if that was asked for and is still held. */
  async held(part: number): Promise<Answer | undefined> {
    return this.#parts.get(part);
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #ask(part: number): void {
    const thread = this.#threads[part % this.#threads.length] as PartThread<Answer>;
    const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
    this.#parts.set(part, promise);
    if (thread.hasEnded) return resolve(undefined);
    thread.asked.set(part, resolve);
    thread.worker.postMessage(part);
  }
}

/**
 * Starts a thread whose memory is bounded. It opens ledger and vault itself, so it has the environment of this process,
 * which may name a proxy or a password file of PostgreSQL.
 */
export function startAuditThread(program: URL, data: unknown): Worker {
  return new Worker(program, {
    workerData: data,
    env: { ...process.env, ...compileCache() },
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB },
  });
}

function startThread<Answer extends PartAnswer>(program: URL, data: unknown): PartThread<Answer> {
  const worker = startAuditThread(program, data);
  const thread: PartThread<Answer> = { worker, asked: new Map(), hasEnded: false };
  const settle = (part: number, answer: Answer | undefined): void => {
    thread.asked.get(part)?.(answer);
    thread.asked.delete(part);
  };
  const end = (): void => {
    thread.hasEnded = true;
    for (const part of thread.asked.keys()) settle(part, undefined);
  };
  worker.on("message", (answer: Answer) => settle(answer.part, answer));
  worker.once("error", end).once("exit", end);
  return thread;
}
