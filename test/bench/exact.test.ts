// Measures without a clock: the same figures in every run.

import { expect } from "chai";

import { MEASURES } from "../../scripts/bench/measures.ts";
import type { Figure, Values } from "../../scripts/bench/measure.ts";

async function run(name: string, values: Values): Promise<readonly Figure[]> {
  const measure = MEASURES.find((each) => each.name === name);
  return (await measure?.run(values)) ?? [];
}

describe("measures without a clock", () => {
  it("give proofs the size that RFC 9162 gives them", async () => {
    const of = async (size: number) => run("proof-size", { size, sample: 200, seed: 1 });
    const hashes = async (size: number) => (await of(size)).slice(0, 2).map(({ value }) => value);
    expect(await hashes(1)).to.deep.equal([0, 0]);
    expect(await hashes(1_024)).to.deep.equal([10, 10]);
    expect(await hashes(2 ** 32)).to.deep.equal([32, 32]);
    expect(await of(1_000)).to.deep.equal(await of(1_000));
  });

  it("give a day of fees again to the digit, and another for another seed", async () => {
    const hour = async (seed: number) => run("fees", { due: 15, seed });
    const first = await hour(1);
    expect(await hour(1)).to.deep.equal(first);
    expect(await hour(2)).to.not.deep.equal(first);
    expect(first[2]).to.include({ name: "Warifu: transactions mined", unit: "" });
  });
});
