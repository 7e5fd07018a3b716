/**
 * One of several logs in a process: a whole service of its own, which shares only the server. When it does not start, or stops
 * by itself, the others go on; what it was asked is then refused, and the service says which log it is.
 */
import type { RequestListener } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, WarifuError, type ErrorCode } from "../core/errors.ts";
import type { Ledger } from "../read/ledger.ts";
import type { HostedSetUp } from "./logs-file.ts";

/** As much of a running service as is needed here. */
export interface HostedService {
  readonly ledger: Pick<Ledger, "health" | "stopReason">;
  /** Settles with the reason when the service stops by itself. */
  readonly stopped: Promise<WarifuError>;
  reopenLog(): void;
  close(): Promise<void>;
}

/** Starts the service of a log, which has its requests answered by what it gives to `serve`. */
export type StartHosted = (serve: (answer: RequestListener) => void) => Promise<HostedService>;

/** How a log fares: without a failure it is starting, or runs. */
export interface HostedState {
  readonly isRunning: boolean;
  readonly failure: WarifuError | undefined;
}

/** How long a chain that does not answer is given before the log is started again. */
const RETRY_MS = 15_000;

/** Whatever else keeps a log from starting needs a person. */
const PASSES: ReadonlySet<ErrorCode> = new Set(["CHAIN_UNREACHABLE", "NODE_REFUSED", "SIGNER_FAILED"]);

/** A log of several. */
export class HostedLog {
  readonly setUp: HostedSetUp;
  /** Settles with the reason once the log is down for good. */
  readonly down: Promise<WarifuError>;
  readonly #start: StartHosted;
  readonly #tell: (line: string) => void;
  readonly #closing = new AbortController();
  readonly #setDown: (reason: WarifuError) => void;
  #service: HostedService | undefined;
  #answer: RequestListener | undefined;
  #failure: WarifuError | undefined;
  #running: Promise<void> = Promise.resolve();
  #ending: Promise<void> = Promise.resolve();

  /** @param tell called with each step, in words for people */
  constructor(setUp: HostedSetUp, start: StartHosted, tell: (line: string) => void) {
    this.setUp = setUp;
    this.#start = start;
    this.#tell = (line) => tell(`${setUp.name}: ${line}`);
    const { promise, resolve } = Promise.withResolvers<WarifuError>();
    this.down = promise;
    this.#setDown = resolve;
  }

  /** What answers the requests to the log; `undefined` while it is down or starting. */
  get answer(): RequestListener | undefined {
    return this.#answer;
  }

  get state(): HostedState {
    return { isRunning: this.#answer !== undefined, failure: this.#failure };
  }

  /** `undefined` while it does not run. */
  get ledger(): HostedService["ledger"] | undefined {
    return this.#answer && this.#service?.ledger;
  }

  /** Starts it, once. @returns when it runs, or the first attempt has failed */
  async start(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const onSettled = (): void => resolve(undefined);
    this.#running = this.#run(onSettled).finally(onSettled);
    await promise;
  }

  /** Reopens the log's own `service.log`. */
  reopenLog(): void {
    this.#service?.reopenLog();
  }

  /** Stops it, if it runs. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    await this.#end();
  }

  async #run(onSettled: () => void): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const failure = await this.#attempt();
      onSettled();
      if (failure === undefined) return;
      this.#fail(failure, `did not start (${failure.code})`);
      if (!PASSES.has(failure.code)) return this.#setDown(failure);
      await sleep(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #attempt(): Promise<WarifuError | undefined> {
    try {
      const service = await this.#start((answer) => (this.#answer = answer));
      this.#service = service;
      this.#failure = undefined;
      void service.stopped.then((reason) => this.#stopped(reason));
      return undefined;
    } catch (error) {
      this.#answer = undefined;
      if (error instanceof WarifuError) return error;
      return new WarifuError("STOPPED", messageOf(error), { cause: error });
    }
  }

  /** A service that must not go on ends as it would alone, and takes nothing else with it. */
  async #stopped(reason: WarifuError): Promise<void> {
    this.#fail(reason, `stopped by itself (${reason.code})`);
    await this.#end();
    this.#setDown(reason);
  }

  #fail(reason: WarifuError, how: string): void {
    this.#failure = reason;
    this.#tell(`red alarm log-stopped: this log ${how}, the others go on: ${reason.message}`);
  }

  /** What goes wrong at the end of one log must not keep the others from theirs. */
  async #end(): Promise<void> {
    const service = this.#service;
    this.#answer = undefined;
    this.#service = undefined;
    const onFailure = (error: unknown): void => this.#tell(`did not end in order: ${messageOf(error)}`);
    if (service) this.#ending = service.close().catch(onFailure);
    await this.#ending;
  }
}
