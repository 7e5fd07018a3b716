/**
 * Keeps the log anchored: rounds of anchoring (rounds.ts), one after the other, for as long as the service runs. A chain
 * that does not answer makes the service unhealthy, never dishonest; a chain and a store that contradict each other end it.
 */
import { errorFact } from "../alarms/alarm-fact.ts";
import { alarmOfStop } from "../alarms/alarms.ts";
import { WarifuError, messageOf, type ErrorCode } from "../core/errors.ts";
import { RoundMemory, type RoundEvent, type RoundOptions } from "./round-memory.ts";
import { anchoringRound, beginAnchoring } from "./rounds.ts";
import type { Vitals } from "./vitals.ts";

/** How rounds work, how often they run, and whom to notify. */
export interface AnchoringOptions extends Omit<RoundOptions, "onEvent"> {
  /** Pause between two looks at the chain. */
  readonly pollMs: number;
  /** Called with what changed, for people and logs. */
  readonly onEvent: (event: AnchoringEvent) => void;
  /** Called once when the log must stop: chain and store contradict each other. */
  readonly onStop: (reason: WarifuError) => void;
}

export type AnchoringEvent = RoundEvent | { readonly event: "unreachable"; readonly error: WarifuError };

/** How anchoring stands. */
export interface AnchoringStatus {
  /** Size of the newest final anchor. */
  readonly finalizedSize: number;
  /** POSIX milliseconds of the last round in which the chain answered; 0 before the first. */
  readonly lastAnswerAt: number;
  /** When the oldest entry not covered by a final anchor was taken in, POSIX milliseconds; `undefined` when none waits. */
  readonly waitingSince: number | undefined;
}

const FATAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "STORE_BEHIND",
  "STORE_CORRUPT",
  "STORE_FAILED",
  "ANCHOR_MISMATCH",
  // From the pipeline, which enters beacons; the chain is not involved.
  "VAULT_FAILED",
  "CLOCK_AHEAD",
  "CLOCK_BACKWARDS",
]);

/** A chain that does not answer is asked less often: the pause grows up to this many times its length. */
const LONGEST_PAUSE = 16;

/** While nothing is needed from the chain, it is asked once in this many pauses, and at the latest after the time below. */
const QUIET_PAUSES = 12;
const LONGEST_QUIET_MS = 12_000;

/** The anchoring side of the ledger. */
export class Anchoring {
  readonly #options: AnchoringOptions;
  readonly #memory: RoundMemory;
  #timer: NodeJS.Timeout | undefined;
  #scheduled: Promise<void> = Promise.resolve();
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;
  #onlyWatches = false;
  #failures = 0;
  #quietPauses = 0;

  constructor(options: AnchoringOptions) {
    this.#options = options;
    this.#memory = new RoundMemory(options);
  }

  /**
   * Makes sure that contract and store match, deploying the contract if a local chain has none, and starts the rounds.
   * @throws STORE_BEHIND, STORE_CORRUPT, CHAIN_WRONG, CHAIN_UNREACHABLE
   */
  async start(): Promise<void> {
    await beginAnchoring(this.#memory);
    this.#schedule(0);
  }

  /** Where another service anchors: from time to time looks at what it has stored, and asks the chain nothing. */
  watch(): void {
    this.#onlyWatches = true;
    this.#schedule(0);
  }

  /** POSIX milliseconds, by the clock that anchoring uses. */
  now(): number {
    return this.#options.now();
  }

  get status(): AnchoringStatus {
    const { backlog, lastAnswerAt } = this.#memory;
    const { finalizedSize, waitingSince } = backlog;
    return { finalizedSize, lastAnswerAt, waitingSince };
  }

  /** Funds, heights and ages as last seen. */
  get vitals(): Vitals | undefined {
    return this.#memory.vitals.seen;
  }

  /** Runs one round; if one is already running, the new one comes after it. */
  round(): Promise<void> {
    const round = this.#running.then(() => {
      this.#quietPauses = 0;
      return anchoringRound(this.#memory);
    });
    this.#running = round.catch(() => undefined);
    return round;
  }

  /** Ends the rounds; a running one is finished first. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#scheduled;
    await this.#running;
  }

  #schedule(delayMs: number): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      const pause = (): number => this.#options.pollMs * Math.min(2 ** this.#failures, LONGEST_PAUSE);
      this.#scheduled = this.#guardedRound().then(() => this.#schedule(pause()));
    }, delayMs);
  }

  async #guardedRound(): Promise<void> {
    try {
      if (this.#onlyWatches) return await this.#memory.backlog.look();
      if (await this.#isQuiet()) return;
      await this.round();
      this.#failures = 0;
    } catch (cause) {
      this.#failures++;
      await this.#noteFailure(
        cause instanceof WarifuError ? cause : new WarifuError("STOPPED", messageOf(cause), { cause }),
      );
    }
  }

  /**
   * Whether a scheduled round can be skipped: nothing is due, followed or wrong, and the last round was recent.
   * Providers count requests, and there is no hurry: whether waiting records are due, or have waited too long, can be
   * determined without the chain.
   */
  async #isQuiet(): Promise<boolean> {
    await this.#memory.backlog.look();
    if (++this.#quietPauses >= Math.min(QUIET_PAUSES, LONGEST_QUIET_MS / this.#options.pollMs)) return false;
    return this.#memory.isIdle();
  }

  async #noteFailure(error: WarifuError): Promise<void> {
    const { alarms, lookAtChain, onStop, onEvent } = this.#options;
    const { vitals, backlog } = this.#memory;
    // Whatever the error was, identify the chain again.
    this.#memory.doubtIdentity();
    vitals.judgeEndpoints();
    if (FATAL.has(error.code)) alarmOfStop(alarms)(error);
    else alarms.raise(alarmOf(error), errorFact(error));
    // If the store fails here, that was already the reason for the failure.
    await backlog.look().catch(() => undefined);
    if (!FATAL.has(error.code)) return onEvent({ event: "unreachable", error });
    this.#isClosed = true;
    // Look once more: the contract may have recorded something after the last look, and that is evidence.
    await lookAtChain();
    onStop(error);
  }
}

function alarmOf({
  code,
}: WarifuError): "signer-failed" | "chain-wrong" | "endpoints-disagree" | "contract-closed" | "chain-unreachable" {
  if (code === "SIGNER_FAILED") return "signer-failed";
  if (code === "CHAIN_WRONG") return "chain-wrong";
  if (code === "CHAIN_MISMATCH") return "endpoints-disagree";
  if (code === "CONTRACT_CLOSED") return "contract-closed";
  return "chain-unreachable";
}
