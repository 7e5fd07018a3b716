/**
 * Work in a process of its own, one job after another, with bounds on its memory and time: a job that ends the process or
 * takes too long costs that process and nothing else. It gets no environment, and so none of the service's secrets.
 */
import { fork, type ChildProcess } from "node:child_process";
import type { WarifuError } from "../core/errors.ts";

/** What runs in the process, and how much of it. */
export interface OwnProcessOptions {
  /** Path of the file that the process runs; it answers each message with one. */
  readonly script: string;
  readonly heapMib: number;
  /** Most memory of WebAssembly, in pages of 64 KiB. */
  readonly wasmPages: number;
  /** Without work for so long, the process is ended. */
  readonly idleMs: number;
  /** What is thrown for a job that did not end in time, and for one with which the process ended. */
  readonly errors: { readonly tooLate: () => WarifuError; readonly ended: () => WarifuError };
}

/** A process that is started when it is first needed. */
export class OwnProcess<Job extends object, Answer extends object> {
  readonly #options: OwnProcessOptions;
  #child: ChildProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: OwnProcessOptions) {
    this.#options = options;
  }

  /** Whether the process runs. */
  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /**
   * What the process answers to a job, once it is its turn.
   * @throws the errors that it was made with
   */
  run(job: Job, longestMs: number): Promise<Answer> {
    const answer = this.#turn.then(() => this.#run(job, longestMs));
    this.#turn = answer.catch(() => undefined);
    return answer;
  }

  /** Ends the process; the next job would start another. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }

  async #run(job: Job, longestMs: number): Promise<Answer> {
    const begun = performance.now();
    const isFirstJob = this.#child === undefined;
    const answer = await this.#try(job, longestMs);
    if (answer) return answer;
    // A process that has had other jobs may have ended just before this one came: only a second end is the job's fault.
    const again = isFirstJob ? undefined : await this.#try(job, longestMs - (performance.now() - begun));
    if (again) return again;
    throw this.#options.errors.ended();
  }

  /** @returns nothing if the process ended by itself */
  async #try(job: Job, longestMs: number): Promise<Answer | undefined> {
    clearTimeout(this.#idle);
    const { idleMs, errors } = this.#options;
    const child = (this.#child ??= this.#start());
    const { promise, resolve, reject } = Promise.withResolvers<Answer | undefined>();
    const fail = (error: WarifuError | undefined): void => {
      this.#giveUp(child);
      child.kill("SIGKILL");
      if (error) reject(error);
      else resolve(undefined);
    };
    const onEnd = (): void => fail(child.killed ? errors.ended() : undefined);
    const timer = setTimeout(() => fail(errors.tooLate()), longestMs);
    child.once("message", resolve).once("error", onEnd).once("exit", onEnd);
    try {
      child.send(job);
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#idle = setTimeout(() => void this.close(), idleMs).unref();
      child.off("message", resolve).off("error", onEnd).off("exit", onEnd);
    }
  }

  #start(): ChildProcess {
    const { script, heapMib, wasmPages } = this.#options;
    const child = fork(script, {
      serialization: "advanced",
      env: {},
      execArgv: [`--max-old-space-size=${heapMib}`, `--wasm-max-mem-pages=${wasmPages}`],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    // The process alone must not keep the service running.
    child.unref();
    child.channel?.unref();
    // Between two jobs, too: the system may end it for want of memory.
    child.once("exit", () => this.#giveUp(child)).on("error", () => this.#giveUp(child));
    return child;
  }

  /** The next job starts a new one. */
  #giveUp(child: ChildProcess): void {
    if (this.#child === child) this.#child = undefined;
  }
}
