// The simulation: the real stages against a chain that goes wrong in every way that follows from a seed. The model
// is in support/.
//
//     WARIFU_SEED=123 npm test -- test/simulation/simulation.test.ts      one seed, with its trace
//     WARIFU_SEEDS=1000 WARIFU_FIRST_SEED=5001 npm test -- …              other seeds than the first 30
//     WARIFU_SIMULATION_THREADS=4                                         so many at a time
import { expect } from "chai";

import { simulateAll } from "./support/simulate-all.ts";
import { simulate, SETTLES_WITHIN_MS, type SimulationReport } from "./support/simulation.ts";

const ONE_SEED = process.env["WARIFU_SEED"];
const FIRST_SEED = Number(process.env["WARIFU_FIRST_SEED"] ?? 1);
const SEEDS = Number(process.env["WARIFU_SEEDS"] ?? 30);
const THREADS = Number(process.env["WARIFU_SIMULATION_THREADS"] ?? 1);
const MS_A_SEED = 30_000;
/** Between two words on how far it has come: a long run has many. */
const SEEDS_A_WORD = 100;
const SHOWN_FAILURES = 5;

describe("the simulated chain", function () {
  const seeds = ONE_SEED === undefined ? Array.from({ length: SEEDS }, (_, at) => FIRST_SEED + at) : [Number(ONE_SEED)];
  this.timeout((seeds.length + 10) * MS_A_SEED);

  it(`settles after everything that goes wrong in ${seeds.length} seeds`, async () => {
    const sums = new Sums();
    await simulateAll(seeds, THREADS, (report) => {
      if (ONE_SEED !== undefined) tell(report.trace.join("\n"));
      sums.add(report);
      if (report.failures.length > 0) tell(`    ${replayOf(report)}`);
      if (sums.seeds % SEEDS_A_WORD === 0)
        tell(`    ${sums.seeds} of ${seeds.length} seeds, ${sums.failed.length} failed`);
    });
    tell(sums.text());
    expect(sums.failed.slice(0, SHOWN_FAILURES).map(replayOf)).to.deep.equal([]);
  });

  it("leaves the same trace when a seed is run again", async () => {
    const [seed = 1] = seeds;
    const [first, second] = [await simulate(seed), await simulate(seed)];
    expect(second.trace).to.deep.equal(first.trace);
    expect(second.digest).to.equal(first.digest);
    expect(first.trace.length).to.be.greaterThan(50);
    tell(`seed ${seed}: ${first.trace.length} lines, SHA-256 ${first.digest}`);
  });
});

/** What came of many seeds. */
class Sums {
  readonly failed: SimulationReport[] = [];
  seeds = 0;
  readonly #faults = new Map<string, number>();
  #simulatedMs = 0;
  #anchors = 0;
  #records = 0;
  #slowestMs = 0;

  add(report: SimulationReport): void {
    const { simulatedMs, anchors, records, settledAfterMs, failures, faults } = report;
    this.seeds++;
    this.#simulatedMs += simulatedMs;
    this.#anchors += anchors;
    this.#records += records;
    if (settledAfterMs > this.#slowestMs) this.#slowestMs = settledAfterMs;
    if (failures.length > 0) this.failed.push(report);
    for (const [kind, count] of faults) this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + count);
  }

  text(): string {
    const faults = [...this.#faults]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, count]) => `      ${kind}: ${count}`);
    const total = [...this.#faults.values()].reduce((sum, count) => sum + count, 0);
    return [
      `    ${this.seeds} seeds, ${(this.#simulatedMs / 3_600_000).toFixed(1)} simulated hours, ` +
        `${this.#records} records, ${this.#anchors} transactions mined, ${total} faults:`,
      ...faults,
      `    everything was final ${minutes(this.#slowestMs)} after the last fault at the latest; ${minutes(SETTLES_WITHIN_MS)} are allowed`,
    ].join("\n");
  }
}

/** What failed in a seed, and the command that shows it. */
function replayOf({ seed, failures }: SimulationReport): string {
  return `WARIFU_SEED=${seed} npm test -- test/simulation/simulation.test.ts   # ${failures.join("; ")}`;
}

function minutes(ms: number): string {
  return `${(ms / 60_000).toFixed(1)} simulated minutes`;
}

function tell(text: string): void {
  process.stdout.write(`${text}\n`);
}
