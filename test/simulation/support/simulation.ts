// One simulation: a seed makes a chain, its nodes, a service over them or several that share a log, submitters, and everything
// that goes wrong. After a time the faults end, and all must become final. The same seed gives the same trace, byte for byte: time
// and chance come from the seed alone, also the order of calls of whatever happens at the same moment.

import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { messageOf } from "../../../src/core/errors.ts";
import { CallOrder } from "./call-order.ts";
import { checkEnd } from "./invariants.ts";
import { Service } from "./service.ts";
import { LEASE_MS, SharedDatabase } from "./shared-database.ts";
import { Troubles } from "./troubles.ts";
import { MINUTE_MS, Violation, World } from "./world.ts";

/** How a simulation ended. */
export interface SimulationReport {
  readonly seed: number;
  readonly services: number;
  /** A line an event, each with its simulated time. */
  readonly trace: readonly string[];
  /** SHA-256 of the trace, hexadecimal. */
  readonly digest: string;
  readonly simulatedMs: number;
  /** How often each kind of fault was injected. */
  readonly faults: ReadonlyMap<string, number>;
  readonly anchors: number;
  readonly records: number;
  /** How often the lease changed its holder. */
  readonly leaseChanges: number;
  /** From the end of the faults until everything was final. */
  readonly settledAfterMs: number;
  /** What did not hold; empty when all did. */
  readonly failures: readonly string[];
}

/** After the last fault everything is final within this time. */
export const SETTLES_WITHIN_MS = 45 * MINUTE_MS;

/** Starts, each by itself killed now and then, of which one at least takes a lease that is free. */
const TAKES = 100;

/** Memory where there is such a place: an fsync there costs nothing, and a killed process loses nothing either way. */
const BASE_FOLDER = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/**
 * Runs the simulation of a seed. Throws only for a defect of the simulation itself.
 * @param server database of a PostgreSQL server; with it, two to four services share a log there
 */
export async function simulate(seed: number, server?: string): Promise<SimulationReport> {
  const folder = mkdtempSync(join(BASE_FOLDER, "warifu-simulation-"));
  const schema = `seed_${seed}_${process.pid}_${Date.now()}`;
  const shared = server === undefined ? undefined : await SharedDatabase.open(server, schema);
  const { now } = performance;
  try {
    const simulation = new Simulation(seed, folder, shared);
    // How long a turn of the event loop takes must not decide what is done in it.
    performance.now = () => simulation.now;
    return await simulation.run();
  } finally {
    performance.now = now;
    await shared?.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

class Simulation {
  readonly #world: World;
  readonly #shared: SharedDatabase | undefined;
  readonly #services: readonly [Service, ...Service[]];
  readonly #troubles: Troubles | undefined;

  constructor(seed: number, folder: string, shared: SharedDatabase | undefined) {
    const world = new World(seed, shared !== undefined);
    this.#world = world;
    this.#shared = shared;
    const { chance } = world;
    const names = ["a", "b", "c", "d"].slice(0, shared ? chance.fork("services").whole(2, 4) : 1);
    const order = new CallOrder(chance.fork("order"));
    this.#services = names.map((name) => {
      const own = { name, folder: join(folder, `${name}~0`), chance: chance.fork(name) };
      return new Service({ world, ...own, shared, order });
    }) as [Service, ...Service[]];
    const submitTo = (services: readonly Service[]): Promise<void> => this.#submit(services, chance.whole(1, 6));
    this.#troubles =
      shared && new Troubles({ world, services: this.#services, shared, chance: chance.fork("troubles"), submitTo });
  }

  /** Simulated, in milliseconds. */
  get now(): number {
    return this.#world.model.now;
  }

  async run(): Promise<SimulationReport> {
    const { model, seed, failures, trace, faults, submitter } = this.#world;
    const { now } = model;
    let settledAfterMs = Number.NaN;
    try {
      for (const service of this.#services) await service.start();
      await this.#go(now + this.#world.chance.whole(...this.#stormMinutes) * MINUTE_MS, true);
      this.#world.calm();
      settledAfterMs = await this.#settle();
      for (const service of this.#services) await service.process.stop();
      failures.push(...(await checkEnd(this.#world, this.#services, this.#shared)));
    } catch (error) {
      failures.push(error instanceof Violation ? error.message : `${messageOf(error)}\n${(error as Error).stack}`);
      for (const { process } of this.#services) await process.kill();
    }
    for (const failure of failures) this.#world.note(`FAILED: ${failure}`);
    return {
      seed,
      services: this.#services.length,
      trace,
      digest: createHash("sha256").update(trace.join("\n")).digest("hex"),
      simulatedMs: model.now - now,
      faults,
      anchors: model.tip.state.nonce,
      records: submitter.acknowledged.size,
      leaseChanges: Math.max(0, (this.#shared?.fence ?? 0) - 1),
      settledAfterMs,
      failures,
    };
  }

  /** Several services have more happen to them in less time. */
  get #stormMinutes(): [number, number] {
    return this.#shared ? [8, 14] : [30, 55];
  }

  /** Rounds, submissions, troubles and weather until a time. */
  async #go(end: number, isStormy: boolean): Promise<void> {
    const { model, weather, chance, pollMs, submitMs } = this.#world;
    let [roundAt, submitAt] = [model.now, model.now];
    const troubles = isStormy ? this.#troubles : undefined;
    while (model.now < end) {
      const next = [roundAt, weather.nextAt, end, ...(isStormy ? [submitAt, troubles?.nextAt ?? end] : [])];
      model.advanceTo(Math.min(...next));
      const { now } = model;
      if (weather.nextAt <= now) weather.change();
      const work: Promise<void>[] = [];
      if (roundAt <= now) {
        const anchoring = this.#anchoring ?? (await this.#takeOver());
        work.push(anchoring.round());
        roundAt = now + pollMs;
      }
      // Both at once now and then, as services do.
      if (isStormy && submitAt <= now + (work.length > 0 ? 5_000 : 0)) {
        work.push(this.#submit(this.#someServices(), chance.whole(1, 6)));
        submitAt = now + Math.round(submitMs * chance.between(0.5, 1.5));
      }
      await allDone(work);
      await this.#restartThoseDown();
      if (troubles && troubles.nextAt <= now) {
        await troubles.happen();
        await this.#restartThoseDown();
      }
    }
  }

  /** Without faults: until everything is final. @returns how long that took, simulated */
  async #settle(): Promise<number> {
    const { model, submitter } = this.#world;
    const begun = model.now;
    while (submitter.hasWaiting) {
      await this.#submit(this.#someServices(), 0);
      await this.#restartThoseDown();
    }
    while (!(await this.#isSettled())) {
      if (model.now - begun > SETTLES_WITHIN_MS)
        throw new Violation(`not final after ${SETTLES_WITHIN_MS / MINUTE_MS} minutes: ${await this.#unsettled()}`);
      await this.#go(model.now + MINUTE_MS, false);
    }
    const took = model.now - begun;
    this.#world.note(`settled after ${Math.round(took / 1000)} s`);
    return took;
  }

  async #isSettled(): Promise<boolean> {
    return (await this.#unsettled()) === "";
  }

  async #unsettled(): Promise<string> {
    const anchoring = this.#anchoring;
    if (!anchoring) return "nobody anchors";
    const { ledger, alarms } = anchoring.process;
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

  /** Whoever anchors at present. */
  get #anchoring(): Service | undefined {
    return this.#services.find(({ process }) => process.anchors);
  }

  /** One that waited for the lease of another that is gone, and starts in its place. */
  async #takeOver(): Promise<Service> {
    for (let left = TAKES; left > 0; left--) {
      this.#world.pass(LEASE_MS);
      const successor = this.#world.chance.pick(this.#services);
      await successor.restart();
      if (successor.process.anchors) return successor;
    }
    throw new Violation(`a lease that nobody holds was not to be had in ${TAKES} starts`);
  }

  /** One of them, or two at once. */
  #someServices(): readonly Service[] {
    const { chance } = this.#world;
    if (this.#services.length === 1) return this.#services;
    const [first, second] = [chance.pick(this.#services), chance.pick(this.#services)];
    return chance.happens(0.3) && first !== second ? [first, second] : [first];
  }

  /** So many new records, and what waits, to each of them at the same moment. */
  async #submit(services: readonly Service[], count: number): Promise<void> {
    const { submitter } = this.#world;
    const submission = submitter.next(count);
    if (submission.length === 0) return;
    const answers = await allDone(services.map((service) => service.submit(submission)));
    for (const problem of submitter.answered(submission, answers)) throw new Violation(problem);
  }

  async #restartThoseDown(): Promise<void> {
    for (const service of this.#services) await service.restartIfDown();
  }
}

/** Waits for all of them, and throws what the first of them that failed has thrown. */
async function allDone<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
