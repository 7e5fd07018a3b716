// Used sequence numbers kept as ranges, held against a plain set.

import { expect } from "chai";

import { SeqRanges } from "../../src/verify/seq-ranges.ts";
import { cpuMsOf } from "../support/cpu-time.ts";

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

  it("truth D6: takes numbers that fall and leave gaps as quickly as any", async () => {
    const [ranges, rising] = [new SeqRanges(), new SeqRanges()];
    let taken = 0;
    const up = await cpuMsOf(() => {
      for (let seq = 2; seq <= 400_000; seq += 2) rising.add("a", seq);
    });
    const down = await cpuMsOf(() => {
      for (let seq = 400_000; seq > 0; seq -= 2) taken += Number(ranges.add("a", seq));
    });
    // Measured: about the same; a list that is moved at every number takes hundreds of times as long.
    expect(down).to.be.lessThan(30 * up);
    for (let seq = 1; seq < 400_000; seq += 4) taken += Number(ranges.add("a", seq));
    expect(taken).to.equal(300_000);
    const [gap] = [...ranges.gaps()];
    expect(gap).to.deep.include({ sourceId: "a", records: 300_000, firstSeq: 1, lastSeq: 400_000, missing: 100_001 });
    expect(gap?.ranges.slice(0, 2)).to.deep.equal([
      [0, 0],
      [3, 3],
    ]);
    expect(gap?.ranges).to.have.length(20);
    for (let seq = 399_999; seq >= 0; seq -= 1) ranges.add("a", seq);
    expect([...ranges.gaps()]).to.deep.equal([]);
  });

  it("truth A6: finds the numbers left out that a plain set finds", () => {
    for (let seed = 1; seed <= 100; seed++) {
      const [ranges, used] = [new SeqRanges(), new Set<number>()];
      let state = seed;
      for (let i = 0; i < 30; i++) {
        state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
        const seq = (state >> 8) % 50;
        ranges.add("a", seq);
        used.add(seq);
      }
      const last = Math.max(...used);
      const missing = Array.from({ length: last }, (_, seq) => seq).filter((seq) => !used.has(seq));
      const [gap] = [...ranges.gaps()];
      const listed = (gap?.ranges ?? []).flatMap(([from, to]) =>
        Array.from({ length: to - from + 1 }, (_, i) => from + i),
      );
      expect(listed, `seed ${seed}`).to.deep.equal(missing);
      expect([gap?.missing, gap?.records, gap?.lastSeq]).to.deep.equal([missing.length, used.size, last]);
    }
  });

  it("keeps sources apart", () => {
    const ranges = new SeqRanges();
    expect([ranges.add("a", 1), ranges.add("b", 1), ranges.add("a", 1)]).to.deep.equal([true, true, false]);
  });
});
