// Used sequence numbers kept as ranges, held against a plain set.

import { expect } from "chai";

import { SeqRanges } from "../../src/verify/seq-ranges.ts";

describe("SeqRanges", () => {
  it("tells a number that was used before from one that was not, in any order, as a set does", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const [ranges, used] = [new SeqRanges(), new Set<number>()];
      let state = seed;
      for (let i = 0; i < 60; i++) {
        state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
        const seq = (state >> 8) % 40;
        expect(ranges.add("a", seq), `seed ${seed}, step ${i}`).to.equal(!used.has(seq));
        used.add(seq);
      }
    }
  });

  it("keeps sources apart", () => {
    const ranges = new SeqRanges();
    expect([ranges.add("a", 1), ranges.add("b", 1), ranges.add("a", 1)]).to.deep.equal([true, true, false]);
  });
});
