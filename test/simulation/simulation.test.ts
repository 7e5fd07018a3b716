// The simulation: the real stages against a chain that goes wrong in every way that follows from a seed. The model
// is in support/.
//
//     WARIFU_SEED=123 npm test -- test/simulation/simulation.test.ts      one seed, with its trace
//     WARIFU_SEEDS=1000 WARIFU_FIRST_SEED=5001 npm test -- …              other seeds than the first 8
//     WARIFU_SIMULATION_THREADS=4                                         so many at a time
import { expect } from "chai";

import { runSeeds, tell, wantedSeeds } from "./support/run-seeds.ts";
import { simulate } from "./support/simulation.ts";

const FILE = "test/simulation/simulation.test.ts";
const MS_A_SEED = 30_000;

describe("the simulated chain", function () {
  const seeds = wantedSeeds(8);
  this.timeout((seeds.length + 10) * MS_A_SEED);

  it(`settles after everything that goes wrong in ${seeds.length} seeds`, async () => {
    await runSeeds({ file: FILE, seeds });
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
