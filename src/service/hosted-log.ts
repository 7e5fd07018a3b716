/**
 * One of several logs in a process: a whole service of its own, which shares only the server. If it does not start, or stops
 * by itself, the others go on, and requests to it are refused with an answer that names the log. It is started again after a
 * pause if the reason is one that may pass.
 */
import { once } from "node:events";
import type { RequestListener } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Alarms } from "../alarms/alarms.ts";
import { messageOf, WarifuError, type ErrorCode } from "../core/errors.ts";
import type { Ledger } from "../read/ledger.ts";
import type { HostedSetUp } from "./logs-file.ts";

/** The part of a running service that is used here. */
export interface HostedService {
  readonly ledger: Pick<Ledger, "health" | "stopReason" | "publishedSize">;
  readonly alarms: Pick<Alarms, "raise" | "clear">;
  /** Settles with the reason when the service stops by itself. */
  readonly stopped: Promise<WarifuError>;
  reopenLog(): void;
  close(): Promise<void>;
}

/**
 * Starts the service of a log, which passes what answers requests to `serve`.
 * @param leastSize entries that the log had when it ran before in this process; `undefined` if it has not
 */
export type StartHosted = (
  serve: (answer: RequestListener) => void,
  leastSize: number | undefined,
) => Promise<HostedService>;

/** The state of a log: without a failure, it is starting or running. */
export interface HostedState {
  readonly isRunning: boolean;
  readonly failure: WarifuError | undefined;
  /** How often it was restarted successfully since the process began. */
  readonly restarts: number;
  /** When it is tried again, POSIX milliseconds; `undefined` while it runs, or if a person is needed. */
  readonly triesAgainAt: number | undefined;
}

/** Pauses before a log is started again, in milliseconds. */
export interface Pauses {
  readonly first: number;
  /** Each pause is twice as long as the one before, up to this. */
  readonly longest: number;
  /** After running for this long, a log counts as recovered: the next pause is the first one again. */
  readonly steady: number;
}

/** Clock and pauses, passed in for tests. */
export interface PauseClock {
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
  /** Rejects when it is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

const CLOCK: PauseClock = {
  elapsed: () => performance.now(),
  wait: (ms, signal) => sleep(ms, undefined, { signal, ref: false }),
};

const PAUSES: Pauses = { first: 15_000, longest: 300_000, steady: 3_600_000 };

/**
 * Faults that may be gone at the next start: of a node, a signer, a disk, a database, another process. Any other needs a
 * person; above all a contradiction of what was signed, since a log that is restarted again and again would keep signing.
 */
const MAY_PASS: ReadonlySet<ErrorCode> = new Set([
  ...(["CHAIN_UNREACHABLE", "NODE_REFUSED", "SIGNER_FAILED"] as const),
  ...(["STORE_FAILED", "STORE_LOCKED", "VAULT_FAILED", "STOPPED"] as const),
]);

/** A log of several. */
export class HostedLog {
  readonly setUp: HostedSetUp;
  /** Settles with the reason once the log is down for good. */
  readonly down: Promise<WarifuError>;
  readonly #start: StartHosted;
  readonly #tell: (line: string) => void;
  readonly #pauses: Pauses;
  readonly #clock: PauseClock;
  readonly #closing = new AbortController();
  readonly #setDown: (reason: WarifuError) => void;
  #service: HostedService | undefined;
  #answer: RequestListener | undefined;
  #failure: WarifuError | undefined;
  #leastSize: number | undefined;
  /** Failures in a row, without a steady time between them. */
  #failures = 0;
  #restarts = 0;
  #triesAgainAt: number | undefined;
  #steadying = new AbortController();
  #running: Promise<void> = Promise.resolve();

  /** @param tell called with each step, in words for people */
  constructor(
    setUp: HostedSetUp,
    start: StartHosted,
    tell: (line: string) => void,
    pauses: Pauses = PAUSES,
    clock: PauseClock = CLOCK,
  ) {
    this.setUp = setUp;
    this.#start = start;
    this.#pauses = pauses;
    this.#clock = clock;
    this.#tell = (line) => tell(`${setUp.name}: ${line}`);
    const { promise, resolve } = Promise.withResolvers<WarifuError>();
    this.down = promise;
    this.#setDown = resolve;
  }

  /** Answers the requests to the log; `undefined` while it is down or starting. */
  get answer(): RequestListener | undefined {
    return this.#answer;
  }

  get state(): HostedState {
    return {
      ...{ isRunning: this.#answer !== undefined, failure: this.#failure },
      ...{ restarts: this.#restarts, triesAgainAt: this.#triesAgainAt },
    };
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
  }

  /** Runs until it is closed, or down for good. */
  async #run(onSettled: () => void): Promise<void> {
    const { signal } = this.#closing;
    const closed = once(signal, "abort").then(() => undefined);
    while (!signal.aborted) {
      const begun = this.#clock.elapsed();
      const refusal = await this.#attempt();
      onSettled();
      const reason = refusal ?? (await Promise.race([this.#service?.stopped, closed]));
      if (!reason) break;
      if (!refusal && this.#clock.elapsed() - begun >= this.#pauses.steady) this.#failures = 0;
      const pause = MAY_PASS.has(reason.code) ? this.#nextPause() : undefined;
      this.#fail(reason, refusal ? "did not start" : "stopped by itself", pause);
      await this.#end();
      if (pause === undefined) return this.#setDown(reason);
      await this.#clock.wait(pause, signal).catch(() => undefined);
    }
    await this.#end();
  }

  /** @returns the reason why it did not start */
  async #attempt(): Promise<WarifuError | undefined> {
    try {
      const service = await this.#start((answer) => (this.#answer = answer), this.#leastSize);
      this.#service = service;
      this.#noteStarted(service);
      return undefined;
    } catch (error) {
      this.#answer = undefined;
      if (error instanceof WarifuError) return error;
      return new WarifuError("STOPPED", messageOf(error), { cause: error });
    }
  }

  #noteStarted({ alarms }: HostedService): void {
    const failure = this.#failure;
    this.#failure = undefined;
    this.#triesAgainAt = undefined;
    if (!failure) return;
    this.#restarts++;
    this.#tell("red alarm log-stopped is over: this log was started again");
    const at = new Date().toISOString();
    alarms.raise("log-restarted", { id: "restarted", code: failure.code, at, restarts: this.#restarts });
    this.#steadying = new AbortController();
    const steady = this.#clock.wait(this.#pauses.steady, this.#steadying.signal);
    steady.then(() => alarms.clear("log-restarted")).catch(() => undefined);
  }

  #nextPause(): number {
    return Math.min(this.#pauses.first * 2 ** this.#failures++, this.#pauses.longest);
  }

  #fail(reason: WarifuError, how: string, pause: number | undefined): void {
    this.#failure = reason;
    this.#triesAgainAt = pause === undefined ? undefined : Date.now() + pause;
    const then = pause === undefined ? "a person is needed" : `it is started again in ${Math.ceil(pause / 1_000)} s`;
    this.#tell(`red alarm log-stopped: this log ${how} (${reason.code}), the others go on, ${then}: ${reason.message}`);
  }

  /** A service that must stop ends as it would alone. Errors while it ends must not keep other logs from ending. */
  async #end(): Promise<void> {
    const service = this.#service;
    this.#answer = undefined;
    this.#service = undefined;
    if (!service) return;
    this.#steadying.abort();
    this.#leastSize = service.ledger.publishedSize;
    await service.close().catch((error: unknown) => this.#tell(`did not end in order: ${messageOf(error)}`));
  }
}
