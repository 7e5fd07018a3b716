// One simulation: a seed makes a chain, its nodes, a service over them, submitters, and everything that goes wrong. After a
// time the faults end, and all must become final. The same seed gives the same trace, byte for byte: time and chance come
// from the seed alone.

import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ChainNode } from "../../../src/chain/chain.ts";
import { openLocalSigner } from "../../../src/chain/signers/local-signer.ts";
import { codeOf, messageOf, type ErrorCode } from "../../../src/core/errors.ts";
import { Chance } from "./chance.ts";
import { ChainModel, GWEI } from "./chain-model.ts";
import { CHAIN_ID } from "./contract-model.ts";
import { checkEnd, checkFinal } from "./invariants.ts";
import { modelNode, type Ailments } from "./model-node.ts";
import { DISK_FAILURE, SimulatedProcess, type Crashes, type Ending, type Settings } from "./process.ts";
import { Submitter } from "./submitter.ts";
import { CLIENTS } from "./transaction-pool.ts";
import { Weather } from "./weather.ts";

/** How a simulation ended. */
export interface SimulationReport {
  readonly seed: number;
  /** A line an event, each with its simulated time. */
  readonly trace: readonly string[];
  /** SHA-256 of the trace, hexadecimal. */
  readonly digest: string;
  readonly simulatedMs: number;
  /** How often each kind of fault was injected. */
  readonly faults: ReadonlyMap<string, number>;
  readonly anchors: number;
  readonly records: number;
  /** From the end of the faults until everything was final. */
  readonly settledAfterMs: number;
  /** What did not hold; empty when all did. */
  readonly failures: readonly string[];
}

/** After the last fault everything is final within this time. */
export const SETTLES_WITHIN_MS = 45 * 60_000;

const BEGIN = Date.UTC(2026, 10, 22);
const MINUTE_MS = 60_000;
const KEY = `0x${"4b".repeat(32)}`;
const SIGNER = openLocalSigner(KEY, CHAIN_ID);
const ETHER = 10n ** 18n;
/** Memory where there is such a place: an fsync there costs nothing, and a killed process loses nothing either way. */
const BASE_FOLDER = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

// What a round may meet on a bad day. Everything else is a defect: one node must not be able to stop the service.
const TOLERATED: ReadonlySet<ErrorCode | undefined> = new Set([
  "CHAIN_UNREACHABLE",
  "NODE_REFUSED",
  "CHAIN_MISMATCH",
  "NOT_ANCHORED_YET",
]);

/** Runs the simulation of a seed. Throws only for a defect of the simulation itself. */
export async function simulate(seed: number): Promise<SimulationReport> {
  const folder = mkdtempSync(join(BASE_FOLDER, "warifu-simulation-"));
  try {
    return await new Simulation(seed, join(folder, "run~0")).run();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class Simulation {
  readonly #seed: number;
  readonly #chance: Chance;
  readonly #trace: string[] = [];
  readonly #faults = new Map<string, number>();
  readonly #failures: string[] = [];
  readonly #model: ChainModel;
  readonly #nodes: [ChainNode, ...ChainNode[]];
  readonly #weather: Weather;
  readonly #settings: Settings;
  readonly #submitter: Submitter;
  readonly #crashes: Crashes;
  readonly #pollMs: number;
  readonly #submitMs: number;
  #process: SimulatedProcess;
  #starts = 0;

  constructor(seed: number, folder: string) {
    this.#seed = seed;
    this.#chance = new Chance(seed);
    const chance = this.#chance.fork("set-up");
    const onEvent = (event: string): void => this.#note(event);
    const onFault = (kind: string): void => this.#count(kind);
    const usualFee = chance.between(2, 25) * Number(GWEI);
    const count = chance.pick([1, 2, 3, 3, 3, 3, 3]);
    this.#model = new ChainModel({
      begin: BEGIN,
      chance: this.#chance.fork("chain"),
      clients: Array.from({ length: count }, () => chance.pick(CLIENTS)),
      balance: 50n * ETHER,
      demand: () => usualFee,
      onEvent,
    });
    const ailing = this.#model.nodes.map((view) => {
      const ailments: Ailments = { silence: 0, silentlyDone: 0, lies: undefined };
      return { view, ailments };
    });
    const questions = this.#chance.fork("questions");
    this.#nodes = ailing.map((node) => modelNode({ ...node, model: this.#model, chance: questions, onFault })) as [
      ChainNode,
    ];
    this.#weather = new Weather({
      model: this.#model,
      nodes: ailing,
      chance: this.#chance.fork("weather"),
      onEvent,
      onFault,
    });
    this.#settings = {
      everyRecords: chance.whole(10, 60),
      everyMs: chance.whole(3, 8) * MINUTE_MS,
      bumpAfterMs: chance.whole(1, 3) * MINUTE_MS,
      spending: { perAnchor: ETHER / BigInt(chance.pick([10, 100, 200])), perDay: 5n * ETHER },
      maxLagMs: 60 * MINUTE_MS,
    };
    this.#crashes = { perChange: chance.pick([0, 0.01, 0.03]), perQuestion: chance.pick([0, 0.0003]) };
    this.#pollMs = chance.whole(25, 60) * 1000;
    this.#submitMs = chance.whole(40, 120) * 1000;
    this.#submitter = new Submitter(this.#chance.fork("submitter"));
    this.#process = this.#newProcess(folder);
  }

  async run(): Promise<SimulationReport> {
    const { now } = this.#model;
    this.#note(
      `seed ${this.#seed}: ${this.#nodes.map(({ name }, at) => `${name} ${this.#model.nodes[at]?.client}`).join(", ")}`,
    );
    let settledAfterMs = Number.NaN;
    try {
      await this.#start();
      const faultsEnd = now + this.#chance.whole(30, 55) * MINUTE_MS;
      await this.#go(faultsEnd, true);
      Object.assign(this.#crashes, { perChange: 0, perQuestion: 0 });
      this.#weather.clear();
      settledAfterMs = await this.#settle();
      await this.#process.stop();
      this.#failures.push(...(await checkEnd(this.#model, this.#process, this.#submitter, this.#settings)));
    } catch (error) {
      this.#failures.push(
        error instanceof Violation ? error.message : `${messageOf(error)}\n${(error as Error).stack}`,
      );
      await this.#process.kill();
    }
    for (const failure of this.#failures) this.#note(`FAILED: ${failure}`);
    const digest = createHash("sha256").update(this.#trace.join("\n")).digest("hex");
    return {
      seed: this.#seed,
      trace: this.#trace,
      digest,
      simulatedMs: this.#model.now - now,
      faults: this.#faults,
      anchors: this.#model.tip.state.nonce,
      records: this.#submitter.acknowledged.size,
      settledAfterMs,
      failures: this.#failures,
    };
  }

  /** Rounds, submissions and weather until a time. */
  async #go(end: number, submits: boolean): Promise<void> {
    let [roundAt, submitAt] = [this.#model.now, this.#model.now];
    while (this.#model.now < end) {
      this.#model.advanceTo(
        Math.min(roundAt, submits ? submitAt : Number.POSITIVE_INFINITY, this.#weather.nextAt, end),
      );
      const { now } = this.#model;
      if (this.#weather.nextAt <= now) this.#weather.change();
      const work: Promise<void>[] = [];
      if (roundAt <= now) {
        work.push(this.#round());
        roundAt = now + this.#pollMs;
      }
      // Both at once now and then, as a service does.
      if (submits && submitAt <= now + (work.length > 0 ? 5_000 : 0)) {
        work.push(this.#submit(this.#chance.whole(1, 6)));
        submitAt = now + Math.round(this.#submitMs * this.#chance.between(0.5, 1.5));
      }
      await Promise.all(work);
      await this.#restartIfDown();
    }
  }

  /** Without faults: until everything is final. @returns how long that took, simulated */
  async #settle(): Promise<number> {
    const begun = this.#model.now;
    while (this.#submitter.hasWaiting) {
      await this.#submit(0);
      await this.#restartIfDown();
    }
    while (!(await this.#isSettled())) {
      if (this.#model.now - begun > SETTLES_WITHIN_MS)
        throw new Violation(`not final after ${SETTLES_WITHIN_MS / MINUTE_MS} minutes: ${await this.#unsettled()}`);
      await this.#go(this.#model.now + MINUTE_MS, false);
    }
    const took = this.#model.now - begun;
    this.#note(`settled after ${Math.round(took / 1000)} s`);
    return took;
  }

  async #isSettled(): Promise<boolean> {
    return (await this.#unsettled()) === "";
  }

  async #unsettled(): Promise<string> {
    const { ledger, alarms } = this.#process;
    const size = (await ledger.store.newestFinalAnchor())?.treeSize ?? 0;
    // One that a larger final anchor has overtaken may wait until new records call for its nonce.
    const open = (await ledger.store.anchorsIn(["pending", "submitted", "included"])).filter(
      ({ treeSize }) => treeSize > size,
    );
    const red = alarms.active().filter(({ severity }) => severity === "red");
    // A beacon at the end waits for the records that come after it.
    const last = await ledger.store.newestOfKind("beacon");
    const { publishedSize } = ledger.log.tree;
    const wanted = last?.leafIndex === publishedSize - 1 ? publishedSize - 1 : publishedSize;
    return [
      ...(size < wanted ? [`${size} of ${wanted} entries are final`] : []),
      ...open.map(({ anchorId, state, nonce }) => `anchor ${anchorId} (nonce ${nonce}) is ${state}`),
      ...red.map(({ code, message }) => `alarm ${code}: ${message}`),
    ].join("; ");
  }

  async #round(): Promise<void> {
    const ending = await this.#process.round();
    this.#judge("round", ending);
  }

  async #submit(count: number): Promise<void> {
    const submission = this.#submitter.next(count);
    if (submission.length === 0) return;
    const ending = await this.#process.submit(submission.map(({ value }) => value));
    this.#judge("submission", ending);
    if (ending.ended === "done")
      for (const problem of this.#submitter.answered(submission, ending.value)) throw new Violation(problem);
    const left = ending.ended === "done" ? ending.value.filter(({ ok }) => ok).length : 0;
    this.#note(`submitted ${submission.length}, acknowledged ${left}`);
  }

  #judge(what: string, ending: Ending<unknown>): void {
    if (ending.ended !== "failed") return;
    const { error } = ending;
    const code = codeOf(error);
    this.#note(`${what}: ${code ?? "?"} ${messageOf(error)}`);
    if (TOLERATED.has(code) || this.#isStopped(error)) return;
    throw new Violation(`a ${what} met ${code ?? String((error as Error).stack)}: ${messageOf(error)}`);
  }

  /** Whether it was for a failure that was injected, after which the service ends. */
  #isStopped(error: unknown): boolean {
    for (let at: unknown = error; at instanceof Error; at = at.cause)
      if (at.message === DISK_FAILURE) this.#process.hasStopped = true;
    return this.#process.hasStopped;
  }

  /** What an operator's supervisor does: starts what has ended. */
  async #restartIfDown(): Promise<void> {
    if (!this.#process.isDown) return;
    await this.#process.kill();
    this.#model.advance(this.#chance.between(1_000, 60_000));
    this.#process = this.#newProcess(this.#process.folder);
    await this.#start();
  }

  async #start(): Promise<void> {
    for (;;) {
      this.#starts++;
      this.#note(`start ${this.#starts}`);
      const ending = await this.#process.open();
      this.#judge("start", ending);
      if (ending.ended === "done" && !this.#process.isDown) return;
      await this.#process.kill();
      this.#model.advance(this.#chance.between(5_000, 30_000));
      // Or a start that needs the chain would wait for ever for a network that is silent.
      if (this.#weather.nextAt <= this.#model.now) this.#weather.change();
      this.#process = this.#newProcess(this.#process.folder);
    }
  }

  #newProcess(folder: string): SimulatedProcess {
    return new SimulatedProcess({
      folder,
      model: this.#model,
      nodes: this.#nodes,
      signer: SIGNER,
      chance: this.#chance.fork(`process ${this.#starts}`),
      settings: this.#settings,
      crashes: this.#crashes,
      onEvent: (event) => this.#note(event),
      onFault: (kind) => this.#count(kind),
      onFinal: (anchor) => {
        const problem = checkFinal(this.#model, anchor);
        if (problem !== undefined) this.#failures.push(problem);
      },
    });
  }

  #count(kind: string): void {
    this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + 1);
  }

  #note(event: string): void {
    const time = new Date(this.#model.now - BEGIN).toISOString().slice(11, -1);
    this.#trace.push(`${time} ${event}`);
  }
}

/** Something that must never be. */
class Violation extends Error {}
