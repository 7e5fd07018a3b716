// What a sample says of the rest, and a draw that anybody can repeat.

import { createHash } from "node:crypto";

import { expect } from "chai";

import { mostAlteredPercent, seededBytes } from "../../src/verify/confidence.ts";
import { drawLeaves, seededSample } from "../../src/verify/sample.ts";

describe("confidence in a sample", () => {
  it("bounds the share of altered leaves as the binomial does, rounded up", () => {
    expect([1, 10, 59, 100, 299, 1_000, 3_000].map(mostAlteredPercent)).to.deep.equal([95, 26, 5, 3, 1, 0.3, 0.1]);
    for (const leaves of [1, 2, 7, 59, 298, 299, 1_000, 4_321, 100_000]) {
      const share = mostAlteredPercent(leaves) / 100;
      // The chance that a sample misses them all.
      expect((1 - share) ** leaves, String(leaves)).to.be.at.most(0.05 + 1e-9);
      expect((1 - share * 0.9) ** leaves, String(leaves)).to.be.greaterThan(0.05);
    }
  });

  it("draws the same leaves from the same seed, others from another, and none twice", () => {
    const draw = (seed: string): number[] => drawLeaves(seededSample(500, seed), 1_000_000) as number[];
    expect(draw("lottery of 2026-12-24")).to.deep.equal(draw("lottery of 2026-12-24"));
    expect(draw("a")).not.to.deep.equal(draw("b"));
    expect(new Set(draw("a")).size).to.equal(500);
    const quarters = [0, 0, 0, 0];
    for (const leaf of draw("a")) quarters[Math.floor(leaf / 250_000)]!++;
    for (const count of quarters) expect(count).to.be.within(80, 170);
  });

  it("hands out the bytes that the format says, whatever the pieces", () => {
    const block = (counter: number): Buffer => createHash("sha256").update(`warifu-sample/1\nx\n${counter}`).digest();
    const bytes = seededBytes("x");
    const pieces = [6, 6, 30, 1, 21].map((length) => bytes(length));
    expect(Buffer.concat(pieces)).to.deep.equal(Buffer.concat([block(0), block(1)]));
  });
});
