// The simulation with two to four services that share one log in a real PostgreSQL: besides everything that goes wrong with the
// chain, they sleep past their lease, fall silent in their turn, lose their connections, end and start again. Invariant: there is
// one history; what was acknowledged is in it; what was signed and shown is in it; nothing is anchored twice; the audit holds.
//
//     WARIFU_SEED=123 npm test -- test/simulation/several-services.test.ts      one seed, with its trace
//     WARIFU_SEEDS=1000 WARIFU_FIRST_SEED=5001 WARIFU_SIMULATION_THREADS=2      as for simulation.test.ts

import { expect } from "chai";

import { thePostgres } from "../support/postgres.ts";
import { runSeeds, tell, wantedSeeds } from "./support/run-seeds.ts";
import { simulate } from "./support/simulation.ts";

const FILE = "test/simulation/several-services.test.ts";
const MS_A_SEED = 60_000;

describe("several services on the simulated chain", function () {
  const seeds = wantedSeeds(2);
  const digests = new Map<number, string>();
  this.timeout((seeds.length + 10) * MS_A_SEED);

  it(`share one history after everything that goes wrong in ${seeds.length} seeds`, async () => {
    const { url } = await thePostgres();
    const sums = await runSeeds({ file: FILE, seeds, server: url });
    for (const [seed, digest] of sums.digests) digests.set(seed, digest);
    expect(sums.leaseChanges).to.be.greaterThan(0);
  });

  it("do the same when a seed is run again, whatever PostgreSQL does at its own pace", async () => {
    const { url } = await thePostgres();
    const [seed = 1] = seeds;
    const first = digests.get(seed) ?? (await simulate(seed, url)).digest;
    const { digest, trace } = await simulate(seed, url);
    expect(digest).to.equal(first);
    tell(`seed ${seed}: ${trace.length} lines, SHA-256 ${digest}`);
  });
});
