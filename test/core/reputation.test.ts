// What the log alone says of a source: each part, and how they make the score.

import { expect } from "chai";

import { LATE_AFTER_SECONDS, reputationOf, type SeenRecord } from "../../src/core/reputation.ts";

const AT = 1_795_334_400;
const seen = (more: Partial<SeenRecord> = {}): SeenRecord => ({
  receivedAt: AT,
  observedAt: AT - 5,
  isSigned: true,
  ...more,
});

describe("reputation", () => {
  it("is full where nothing is missing, late, unsigned or contradicted", () => {
    expect(reputationOf([0, 1], 2, [seen(), seen()], 0, [true])).to.deep.equal({
      ...{ window: [0, 1], complete: 1, punctual: 1, signed: 1, consistent: 1, trusted: 1, score: 100 },
    });
  });

  it("falls with each part by its weight", () => {
    const score = (present: number, records: SeenRecord[], conflicts = 0): number =>
      reputationOf([10, 13], present, records, conflicts, []).score;
    expect(score(2, [seen(), seen()])).to.equal(80);
    expect(score(4, [seen({ isSigned: false }), seen()])).to.equal(90);
    expect(score(4, [seen({ observedAt: AT - LATE_AFTER_SECONDS - 1 }), seen()])).to.equal(90);
    expect(score(4, [seen({ observedAt: AT - LATE_AFTER_SECONDS })])).to.equal(100);
    // A clock that runs ahead tells no more than one that stands still.
    expect(score(4, [seen({ observedAt: AT + LATE_AFTER_SECONDS + 1 }), seen()])).to.equal(90);
    expect(score(4, [seen({ observedAt: AT + LATE_AFTER_SECONDS })])).to.equal(100);
    expect([1, 3].map((conflicts) => score(4, [seen()], conflicts))).to.deep.equal([90, 85]);
    expect(score(0, [seen({ isSigned: false, observedAt: 0 })], 1_000_000)).to.equal(0);
  });

  it("counts what auditors say like each of the others, every auditor once", () => {
    const withReviews = (...reviews: boolean[]) => reputationOf([0, 0], 1, [seen()], 0, reviews);
    expect(withReviews(true, true, false)).to.include({ trusted: 0.667, score: 94 });
    expect(withReviews(false)).to.include({ trusted: 0, score: 83 });
  });

  it("leaves out what no record says", () => {
    const silent = { observedAt: undefined, isSigned: undefined };
    expect(reputationOf([0, 3], 2, [seen(silent)], 0, [])).to.deep.equal({
      ...{ window: [0, 3], complete: 0.5, punctual: null, signed: null, consistent: 1, trusted: null, score: 67 },
    });
    expect(reputationOf([0, 2], 1, [], 0, [])).to.include({ complete: 0.333, punctual: null });
  });
});
