// What a transaction offers at first. What replacements offer, and the caps, are the writer's (test/anchor/fees.test.ts).

import { expect } from "chai";

import { openingFees } from "../../src/core/gas-fees.ts";

describe("the fees of a first attempt", () => {
  it("leave room for the base fee to double", () => {
    const offered = (baseFee: bigint, tip: bigint): bigint[] => {
      const { maxFeePerGas, maxPriorityFeePerGas } = openingFees({ baseFee, tip });
      return [maxFeePerGas, maxPriorityFeePerGas];
    };
    expect(offered(10n, 2n)).to.deep.equal([22n, 2n]);
    expect(offered(0n, 0n)).to.deep.equal([0n, 0n]);
  });
});
