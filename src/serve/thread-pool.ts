/**
 * Threads that do small jobs of one kind. Each job goes to the one with the fewest, and a thread is started when all that run
 * have work. What a thread is asked is answered in order.
 */
import { Worker } from "node:worker_threads";
import { WarifuError } from "../core/errors.ts";
import { compileCache } from "./compile-cache.ts";

/** What the threads run, and how many there may be. */
export interface ThreadPoolOptions {
  /** The file that a thread runs: it answers each message with one. */
  readonly script: URL;
  /** What a thread is told at its start, as `workerData`. */
  readonly data?: unknown;
  readonly mostThreads: number;
  /** What it shares with other pools. */
  readonly cores?: SharedCores;
  /** How much memory a thread may have for objects that have just been made; what the engine takes if left out. */
  readonly youngMib?: number;
  /** What is said to whom a thread leaves without an answer. */
  readonly saysEnded: string;
}

/**
 * Cores that several pools share: each may have a thread, so that none waits for the others, and more only while all of them
 * together have fewer than so many.
 */
export class SharedCores {
  readonly #most: number;
  #running = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether there is a core for another thread of a pool that has one. */
  get isOneFree(): boolean {
    return this.#running < this.#most;
  }

  /** A thread runs until it exits. */
  run(worker: Worker): void {
    this.#running++;
    worker.once("exit", () => this.#running--);
  }
}

/** As many threads as have work. */
export class ThreadPool<Job, Result> {
  readonly #options: ThreadPoolOptions;
  #threads: PoolThread<Job, Result>[] = [];

  constructor(options: ThreadPoolOptions) {
    this.#options = options;
  }

  /**
   * Does a job.
   * @param transfer what the thread gets instead of a copy of it
   * @throws BUSY its thread ended before it answered, or there was none and the system has no room for one
   */
  async ask(job: Job, transfer: readonly ArrayBuffer[] = []): Promise<Result> {
    return this.#leastBusy().ask(job, transfer);
  }

  /** Ends the threads; the next job would start another. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.splice(0).map((thread) => thread.close()));
  }

  #leastBusy(): PoolThread<Job, Result> {
    const [first] = this.#threads.toSorted((a, b) => a.jobs - b.jobs);
    if (first && (first.jobs === 0 || !this.#mayHaveAnother)) return first;
    try {
      return this.#start();
    } catch (cause) {
      if (first) return first;
      throw new WarifuError("BUSY", this.#options.saysEnded, { cause });
    }
  }

  get #mayHaveAnother(): boolean {
    const { mostThreads, cores } = this.#options;
    return this.#threads.length < mostThreads && (cores === undefined || cores.isOneFree);
  }

  /** A new thread. It throws at once where the system allows no more: a container has a limit for them. */
  #start(): PoolThread<Job, Result> {
    const thread = new PoolThread<Job, Result>(this.#options, () => this.#forget(thread));
    this.#threads.push(thread);
    return thread;
  }

  /** Forgets a thread that has ended; the next job may start a new one. */
  #forget(thread: PoolThread<Job, Result>): void {
    this.#threads = this.#threads.filter((one) => one !== thread);
  }
}

/** Who waits for an answer. */
interface Asked<Result> {
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: WarifuError) => void;
}

class PoolThread<Job, Result> {
  readonly #worker: Worker;
  readonly #saysEnded: string;
  /** In the order in which they are answered. */
  readonly #asked: Asked<Result>[] = [];

  /** @param onEnd called when it ends */
  constructor({ script, data, youngMib, cores, saysEnded }: ThreadPoolOptions, onEnd: () => void) {
    this.#saysEnded = saysEnded;
    const limits = youngMib === undefined ? {} : { resourceLimits: { maxYoungGenerationSizeMb: youngMib } };
    this.#worker = new Worker(script, { env: compileCache(), workerData: data, ...limits });
    cores?.run(this.#worker);
    // The thread alone must not keep the service running.
    this.#worker.unref();
    this.#worker.on("message", (result: Result) => this.#asked.shift()?.resolve(result));
    this.#worker.once("error", onEnd).once("exit", () => {
      onEnd();
      this.#refuse();
    });
  }

  /** How many jobs wait for an answer. */
  get jobs(): number {
    return this.#asked.length;
  }

  ask(job: Job, transfer: readonly ArrayBuffer[]): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ resolve, reject });
      this.#worker.postMessage(job, transfer);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #refuse(): void {
    const error = new WarifuError("BUSY", this.#saysEnded);
    for (const { reject } of this.#asked.splice(0)) reject(error);
  }
}
