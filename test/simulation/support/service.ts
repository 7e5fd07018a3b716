// A service as its operator has it: a folder, a process that a supervisor starts again whenever it has ended, and a judgement on
// each thing that it does: what a bad day explains is noted, everything else must never be.

import { codeOf, messageOf, type ErrorCode } from "../../../src/core/errors.ts";
import type { Outcome } from "../../../src/write/outcome.ts";
import type { CallOrder } from "./call-order.ts";
import type { Chance } from "../../support/chance.ts";
import { checkFinal } from "./invariants.ts";
import { DISK_FAILURE } from "./mishaps.ts";
import { SimulatedProcess, type Ending } from "./process.ts";
import type { SharedDatabase } from "./shared-database.ts";
import type { SignedHead } from "./signed-heads.ts";
import type { Submitted } from "./submitter.ts";
import { Violation, type World } from "./world.ts";

// What a round may meet on a bad day. Everything else is a defect: one node must not be able to stop the service.
const TOLERATED: ReadonlySet<ErrorCode | undefined> = new Set([
  "CHAIN_UNREACHABLE",
  "NODE_REFUSED",
  "CHAIN_MISMATCH",
  "NOT_ANCHORED_YET",
]);

// How a service ends without its connections, or without its lease.
const ENDS: ReadonlySet<ErrorCode | undefined> = new Set(["STORE_FAILED", "VAULT_FAILED", "STOPPED"]);

/** What one life of a service has signed, and whether something befell it. */
export interface Life {
  readonly name: string;
  readonly heads: readonly SignedHead[];
  readonly wasHurt: boolean;
}

export interface ServiceOptions {
  readonly world: World;
  readonly name: string;
  readonly folder: string;
  readonly chance: Chance;
  readonly shared?: SharedDatabase | undefined;
  /** In which calls are made, its own and those of whoever shares with it. */
  readonly order: CallOrder;
}

/** One service. */
export class Service {
  readonly #options: ServiceOptions;
  readonly #lives: SimulatedProcess[] = [];
  #starts = 0;
  process: SimulatedProcess;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.process = this.#newProcess(options.folder);
  }

  get lives(): readonly Life[] {
    return this.#lives.map(({ name, signed: { heads }, wasHurt }) => ({ name, heads, wasHurt }));
  }

  /** Starts it, again and again until it runs. */
  async start(): Promise<void> {
    const { world, chance, shared } = this.#options;
    for (;;) {
      this.#starts++;
      world.note(`start ${this.#starts}${this.#of}`);
      await shared?.tick(world.model.now);
      const ending = await this.process.open();
      this.#judge("start", ending);
      if (ending.ended === "done" && !this.process.isDown) return;
      await this.process.kill();
      // Or a start that needs the chain would wait for ever for a network that is silent.
      world.pass(shared ? chance.between(10_000, 90_000) : chance.between(5_000, 30_000));
      this.process = this.#newProcess(this.process.folder);
    }
  }

  /** What an operator's supervisor does: starts what has ended. */
  async restartIfDown(): Promise<void> {
    if (this.process.isDown) await this.crash();
  }

  /** Ends it without a word, and starts it again a while later. */
  async crash(): Promise<void> {
    const { world, chance } = this.#options;
    await this.process.kill();
    world.model.advance(chance.between(1_000, 60_000));
    this.process = this.#newProcess(this.process.folder);
    await this.start();
  }

  /** Stops it in good order, and starts it again. */
  async restart(): Promise<void> {
    await this.process.stop();
    this.process = this.#newProcess(this.process.folder);
    await this.start();
  }

  async round(): Promise<void> {
    this.#judge("round", await this.process.round());
  }

  async submit(submission: readonly Submitted[]): Promise<readonly Outcome[]> {
    const { world } = this.#options;
    const begun = world.model.now;
    const ending = await this.process.submit(submission.map(({ value }) => value));
    this.#judge("submission", ending);
    const outcomes = ending.ended === "done" ? ending.value : [];
    const left = outcomes.filter(({ ok }) => ok).length;
    world.note(`submitted ${submission.length}${this.#of}, acknowledged ${left}`, begun);
    return outcomes;
  }

  /** @returns the head that it shows; `undefined` when it shows none any more */
  async look(): Promise<SignedHead | undefined> {
    const ending = await this.process.look();
    this.#judge("look", ending);
    return ending.ended === "done" ? ending.value : undefined;
  }

  /** Keeps the lease that it took, as it thinks. */
  async renew(): Promise<void> {
    const ending = await this.process.renew();
    this.#judge("renewal", ending);
    if (ending.ended === "done" && this.process.isOutOfPlace)
      throw new Violation(`${this.process.name} has renewed a lease that it had lost`);
  }

  #judge(what: string, ending: Ending<unknown>): void {
    for (const reason of this.process.stops) this.#excuse(`the writer of ${this.process.name}`, reason);
    if (ending.ended === "failed" && !TOLERATED.has(codeOf(ending.error)))
      this.#excuse(`a ${what} of ${this.process.name}`, ending.error);
    else if (ending.ended === "failed") this.#options.world.note(`${what}: ${saidBy(ending.error)}`);
  }

  /** Whether it was for something that was done to it, after which a service ends. */
  #excuse(who: string, error: unknown): void {
    const isTheEnd = this.process.isBeyondWriting && ENDS.has(codeOf(error));
    // In which words a connection ends is the server's affair.
    this.#options.world.note(`${who} met ${isTheEnd ? String(codeOf(error)) : saidBy(error)}`);
    if (!isTheEnd && !isDiskFailure(error))
      throw new Violation(`${who} met ${saidBy(error)}\n${String((error as Error).stack)}`);
    this.process.hasStopped = true;
  }

  get #of(): string {
    const { shared, name } = this.#options;
    return shared ? ` of ${name}` : "";
  }

  #newProcess(folder: string): SimulatedProcess {
    const { world, name, chance, shared, order } = this.#options;
    const { model, nodes, signer, settings, crashes } = world;
    const process = new SimulatedProcess({
      ...{ folder, shared, order, model, nodes, signer, settings, crashes },
      name: `${name}_${this.#starts}`,
      chance: chance.fork(`process ${this.#starts}`),
      onEvent: (event) => world.note(event),
      onFault: (kind) => world.count(kind),
      onViolation: (what) => world.failures.push(what),
      onFinal: (anchor) => {
        const problem = checkFinal(model, anchor);
        if (problem !== undefined) world.failures.push(problem);
      },
    });
    this.#lives.push(process);
    return process;
  }
}

function saidBy(error: unknown): string {
  return `${codeOf(error) ?? "?"} ${messageOf(error)}`;
}

function isDiskFailure(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) if (at.message === DISK_FAILURE) return true;
  return false;
}
