// Tessera and immudb in the bench: the program that drives them appends and reads what it is told to, and the versions that the
// table names are those that it is built from. TEST_BENCH_PEERS names the program, and .ci/run builds it.

import { expect } from "chai";

import { runGoPeer, versionOf } from "../../scripts/bench/go-peers.ts";

const PROGRAM = process.env["TEST_BENCH_PEERS"] || undefined;

describe("peers of the bench in Go", () => {
  it("are named by the versions that are built", () => {
    for (const peer of ["tessera", "immudb"] as const)
      expect(versionOf(peer), peer).to.match(/^[0-9]+\.[0-9]+\.[0-9]+$/);
  });
});

if (PROGRAM === undefined)
  process.stdout.write("left out: Tessera and immudb in the bench, because TEST_BENCH_PEERS names no program\n");
else measuredWith(PROGRAM);

function measuredWith(program: string): void {
  describe("Tessera and immudb in the bench", () => {
    const work = { batch: 300, connections: 2, singlesAtOnce: 64, records: 1_000, singles: 200, reads: 100 };
    const bodyOf = (n: number): Buffer => Buffer.from(String(n).padStart(300));

    for (const peer of ["tessera", "immudb"] as const)
      it(`${peer} takes batches and singles, and gives them back with proofs`, async () => {
        const costs = await runGoPeer(program, peer, { ...work, bodyOf });
        expect(Object.keys(costs).sort()).to.deep.equal(["batches", "reads", "singles"]);
        for (const { seconds, cpu } of Object.values(costs)) {
          expect(seconds).to.be.greaterThan(0);
          expect(cpu).to.be.greaterThan(0);
        }
      });

    it("says when it is given too little to append", async () => {
      const outcome = await runGoPeer(program, "tessera", { ...work, singles: 0, bodyOf }).catch(
        (error: unknown) => error,
      );
      expect(String(outcome)).to.match(/not a number: 0/);
    });
  });
}
