/**
 * Work on a thread of its own, one job after another, so that none holds up the thread that accepts records. The queue is
 * bounded, and a job that takes too long costs its thread and nothing else.
 */
import { parentPort, Worker } from "node:worker_threads";
import { codeOf, messageOf, WarifuError, type ErrorCode } from "../core/errors.ts";
import { compileCache } from "./compile-cache.ts";

/** What runs on a thread, and how much of it. */
export interface OwnThreadOptions {
  /** The file that the thread runs; it calls {@link doJobs}. */
  readonly script: URL;
  /** What the thread is told at its start, as `workerData`. */
  readonly data?: unknown;
  readonly mostWaiting: number;
  /** For one job. */
  readonly longestMs: number;
  readonly heapMib: number;
  /** Without work for so long, the thread ends. It stays if this is left out. */
  readonly idleMs?: number;
  /** What is said when too many wait, and when a job did not end in time. */
  readonly says: { readonly tooMany: string; readonly tooLate: string };
}

type Answer<Result> =
  | { readonly result: Result }
  | { readonly failure: { readonly code: ErrorCode | undefined; readonly message: string } };

/** A thread that is started when it is first needed. */
export class OwnThread<Job, Result> {
  readonly #options: OwnThreadOptions;
  #worker: Worker | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: OwnThreadOptions) {
    this.#options = options;
  }

  /**
   * Does a job when its turn has come.
   * @param transfer what the thread gets instead of a copy of it
   * @throws BUSY when too many are already waiting, this one took too long, or no thread can be started; what the job throws
   */
  async run(job: Job, transfer: readonly ArrayBuffer[] = []): Promise<Result> {
    const { mostWaiting, says } = this.#options;
    if (this.#waiting >= mostWaiting) throw new WarifuError("BUSY", says.tooMany);
    this.#waiting++;
    const result = this.#turn.then(() => this.#do(job, transfer));
    this.#turn = result.catch(() => undefined);
    return result.finally(() => this.#waiting--);
  }

  /** Whether the thread runs. */
  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  /** Ends the thread; the next job would start another. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  async #do(job: Job, transfer: readonly ArrayBuffer[]): Promise<Result> {
    const { longestMs, says } = this.#options;
    clearTimeout(this.#idle);
    const worker = (this.#worker ??= this.#startOrRefuse());
    const { promise, resolve, reject } = Promise.withResolvers<Answer<Result>>();
    const fail = (): void => {
      this.#giveUp(worker);
      void worker.terminate();
      reject(new WarifuError("BUSY", says.tooLate));
    };
    const timer = setTimeout(fail, longestMs);
    worker.once("message", resolve).once("error", fail).once("exit", fail);
    try {
      worker.postMessage(job, transfer);
      const answer = await promise;
      if ("result" in answer) return answer.result;
      throw new WarifuError(answer.failure.code ?? "STOPPED", answer.failure.message);
    } finally {
      clearTimeout(timer);
      worker.off("message", resolve).off("error", fail).off("exit", fail);
      this.#rest();
    }
  }

  /** A system that allows no more threads, as in a container at its limit, may do so in a moment. */
  #startOrRefuse(): Worker {
    try {
      return this.#start();
    } catch (cause) {
      throw new WarifuError("BUSY", this.#options.says.tooLate, { cause });
    }
  }

  #start(): Worker {
    const { script, data, heapMib } = this.#options;
    const resourceLimits = { maxOldGenerationSizeMb: heapMib };
    const worker = new Worker(script, { workerData: data, resourceLimits, env: compileCache() });
    // The thread alone must not keep the service running.
    worker.unref();
    // Between two jobs, too: what a job left behind may fail when it has been answered.
    worker.once("exit", () => this.#giveUp(worker)).on("error", () => this.#giveUp(worker));
    return worker;
  }

  /** The next job starts a new one. */
  #giveUp(worker: Worker): void {
    if (this.#worker === worker) this.#worker = undefined;
  }

  #rest(): void {
    const { idleMs } = this.#options;
    if (idleMs !== undefined) this.#idle = setTimeout(() => void this.close(), idleMs).unref();
  }
}

/** On the thread: one job in, one answer out. */
export function doJobs<Job, Result>(work: (job: Job) => Result | Promise<Result>): void {
  const answer = async (job: Job): Promise<Answer<Result>> => {
    try {
      return { result: await work(job) };
    } catch (error) {
      return { failure: { code: codeOf(error), message: messageOf(error) } };
    }
  };
  parentPort?.on("message", (job: Job) => {
    void answer(job).then((one) => parentPort?.postMessage(one));
  });
}
