// Many seeds, one after another or in several threads, and what came of them in words.

import { expect } from "chai";

import { simulateAll } from "./simulate-all.ts";
import { SETTLES_WITHIN_MS, type SimulationReport } from "./simulation.ts";

const ONE_SEED = process.env["WARIFU_SEED"];
const FIRST_SEED = Number(process.env["WARIFU_FIRST_SEED"] ?? 1);
const THREADS = Number(process.env["WARIFU_SIMULATION_THREADS"] ?? 1);
/** Between two words on how far it has come: a long run has many. */
const SEEDS_A_WORD = 100;
const SHOWN_FAILURES = 5;

/** A test file's run. */
export interface Run {
  /** Which repeats a seed. */
  readonly file: string;
  readonly seeds: readonly number[];
  /** As {@link simulate} takes it. */
  readonly server?: string;
}

/** The seeds that the environment asks for, so many by default. */
export function wantedSeeds(byDefault: number): readonly number[] {
  if (ONE_SEED !== undefined) return [Number(ONE_SEED)];
  const count = Number(process.env["WARIFU_SEEDS"] ?? byDefault);
  return Array.from({ length: count }, (_, at) => FIRST_SEED + at);
}

/** Runs them, and expects everything to hold in each. */
export async function runSeeds({ file, seeds, server }: Run): Promise<Sums> {
  const sums = new Sums();
  const replayOf = ({ seed, failures }: SimulationReport): string =>
    `WARIFU_SEED=${seed} npm test -- ${file}   # ${failures.join("; ")}`;
  const onReport = (report: SimulationReport): void => {
    if (ONE_SEED !== undefined) tell(report.trace.join("\n"));
    sums.add(report);
    if (report.failures.length > 0) tell(`    ${replayOf(report)}`);
    if (sums.seeds % SEEDS_A_WORD === 0)
      tell(`    ${sums.seeds} of ${seeds.length} seeds, ${sums.failed.length} failed`);
  };
  await simulateAll(seeds, THREADS, onReport, server);
  tell(sums.text());
  expect(sums.failed.slice(0, SHOWN_FAILURES).map(replayOf)).to.deep.equal([]);
  return sums;
}

/** What came of many seeds. */
class Sums {
  readonly failed: SimulationReport[] = [];
  readonly digests: Map<number, string> = new Map();
  seeds = 0;
  leaseChanges = 0;
  readonly #faults = new Map<string, number>();
  readonly #services = new Map<number, number>();
  #simulatedMs = 0;
  #anchors = 0;
  #records = 0;
  #slowestMs = 0;

  add(report: SimulationReport): void {
    this.digests.set(report.seed, report.digest);
    const { services, simulatedMs, anchors, records, leaseChanges, settledAfterMs, failures, faults } = report;
    this.seeds++;
    this.#services.set(services, (this.#services.get(services) ?? 0) + 1);
    this.#simulatedMs += simulatedMs;
    this.#anchors += anchors;
    this.#records += records;
    this.leaseChanges += leaseChanges;
    if (settledAfterMs > this.#slowestMs) this.#slowestMs = settledAfterMs;
    if (failures.length > 0) this.failed.push(report);
    for (const [kind, count] of faults) this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + count);
  }

  text(): string {
    const services = [...this.#services].sort(([a], [b]) => a - b).map(([count, seeds]) => `${seeds} with ${count}`);
    const faults = [...this.#faults]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, count]) => `      ${kind}: ${count}`);
    const total = [...this.#faults.values()].reduce((sum, count) => sum + count, 0);
    return [
      `    ${this.seeds} seeds, ${(this.#simulatedMs / 3_600_000).toFixed(1)} simulated hours, ` +
        `${this.#records} records, ${this.#anchors} transactions mined, ${total} faults:`,
      ...faults,
      `    services: ${services.join(", ")}; the lease had another holder ${this.leaseChanges} times`,
      `    everything was final ${minutes(this.#slowestMs)} after the last fault at the latest; ${minutes(SETTLES_WITHIN_MS)} are allowed`,
    ].join("\n");
  }
}

function minutes(ms: number): string {
  return `${(ms / 60_000).toFixed(1)} simulated minutes`;
}

/** Says something of a run. */
export function tell(text: string): void {
  process.stdout.write(`${text}\n`);
}
