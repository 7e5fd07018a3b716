// Medians, quartiles and extremes.

import { expect } from "chai";

import { spreadOf } from "../../src/core/spread.ts";

describe("how values lie", () => {
  it("is said by medians and quartiles, of an even number of values too, in any order", () => {
    // As R's quantile() gives them.
    expect(spreadOf([3, 1, 2])).to.deep.equal({ min: 1, lower: 1.5, median: 2, upper: 2.5, max: 3 });
    expect(spreadOf([4, 10, 1, 2])).to.deep.equal({ min: 1, lower: 1.75, median: 3, upper: 5.5, max: 10 });
    expect(spreadOf([5])).to.deep.equal({ min: 5, lower: 5, median: 5, upper: 5, max: 5 });
    expect(spreadOf([9, 1, 3, 7, 5])).to.deep.equal({ min: 1, lower: 3, median: 5, upper: 7, max: 9 });
    expect(spreadOf([]).median).to.be.NaN;
  });
});
