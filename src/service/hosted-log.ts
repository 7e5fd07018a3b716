/**
 * One of several logs in a process: a whole service of its own, which shares only the server. When it does not start, or stops
 * by itself, the others go on; what it was asked is then refused, and the service says which log it is. It is started again
 * after a pause if the reason is one that may pass.
 */
import { once } from "node:events";
import type { RequestListener } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Alarms } from "../alarms/alarms.ts";
import { messageOf, WarifuError, type ErrorCode } from "../core/errors.ts";
import type { Ledger } from "../read/ledger.ts";
import type { HostedSetUp } from "./logs-file.ts";

/** As much of a running service as is needed here. */
export interface HostedService {
  readonly ledger: Pick<Ledger, "health" | "stopReason" | "publishedSize">;
  readonly alarms: Pick<Alarms, "raise" | "clear">;
  /** Settles with the reason when the service stops by itself. */
  readonly stopped: Promise<WarifuError>;
  reopenLog(): void;
  close(): Promise<void>;
}

/**
 * Starts the service of a log, which has its requests answered by what it gives to `serve`.
 * @param leastSize entries that the log had when it ran before in this process; `undefined` if it has not
 */
export type StartHosted = (
  serve: (answer: RequestListener) => void,
  leastSize: number | undefined,
) => Promise<HostedService>;

/** How a log fares: without a failure it is starting, or runs. */
export interface HostedState {
  readonly isRunning: boolean;
  readonly failure: WarifuError | undefined;
  /** How often it came back by itself since the process began. */
  readonly restarts: number;
  /** When it is tried again, POSIX milliseconds; `undefined` while it runs, and when a person is needed. */
  readonly triesAgainAt: number | undefined;
}

/** How long to wait before a log is started again, in milliseconds. */
export interface Pauses {
  readonly first: number;
  /** Each is twice as long as the one before, up to this. */
  readonly longest: number;
  /** A log that has run for so long is over its fault: the next pause is the first again. */
  readonly steady: number;
}

/** What time is read from and spent with. */
export interface PauseClock {
  /** Milliseconds since whenever. */
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
 * Faults that may be gone at the next start: of a node, a signer, a disk, a database, another process. Anything else needs a
 * person. What contradicts what was signed is among that: a log that is started again and again would sign on.
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
  /** Failures in a row: neither of them after a steady time. */
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

  /** What answers the requests to the log; `undefined` while it is down or starting. */
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

  /** Until it is closed, or down for good. */
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

  /** @returns why it did not start */
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

  /** A service that must not go on ends as it would alone. What goes wrong then must keep no other log from its end. */
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
