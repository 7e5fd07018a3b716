// The error type: what a caller and a person get to see of it.

import { expect } from "chai";

import { WarifuError, codeOf, isPassing, isWithoutAnswer, messageOf, unreachable } from "../../src/core/errors.ts";
import { expectCode } from "../support/expect-code.ts";

describe("errors", () => {
  it("carry a code, a message, details and their cause", () => {
    const cause = new TypeError("inner");
    const error = new WarifuError("TILE_INVALID", "outer", { cause, details: { width: 3 } });
    expect(error).to.be.instanceOf(Error);
    expect(error.name).to.equal("WarifuError");
    expect(error.code).to.equal("TILE_INVALID");
    expect(error.message).to.equal("outer");
    expect(error.cause).to.equal(cause);
    expect(error.details).to.deep.equal({ width: 3 });
  });

  it("have no cause and no details unless given", () => {
    const error = new WarifuError("USAGE", "plain");
    expect("cause" in error).to.equal(false);
    expect(error.details).to.deep.equal({});
  });

  it("codeOf knows ours and no others", () => {
    expect(codeOf(new WarifuError("BUSY", "later"))).to.equal("BUSY");
    expect(codeOf(new RangeError("other"))).to.equal(undefined);
    expect(codeOf("BUSY")).to.equal(undefined);
  });

  it("isWithoutAnswer is about a chain that told nothing, for whichever of two reasons", () => {
    const codes = ["CHAIN_UNREACHABLE", "NODE_REFUSED", "CHAIN_MISMATCH"] as const;
    expect(codes.map((code) => isWithoutAnswer(new WarifuError(code, "no")))).to.deep.equal([true, true, false]);
    expect(isWithoutAnswer(new RangeError("other"))).to.equal(false);
  });

  it("isPassing tells what may be sent again as it is from what never will be taken", () => {
    for (const code of ["BUSY", "RATE_LIMITED", "STOPPED", "STORE_FAILED", "VAULT_FAILED"] as const)
      expect(isPassing(new WarifuError(code, "later")), code).to.equal(true);
    for (const code of ["CLAIMS_INVALID", "SOURCE_SUSPENDED", "TOO_LARGE", "STORE_DAMAGED"] as const)
      expect(isPassing(new WarifuError(code, "never")), code).to.equal(false);
    expect(isPassing(new RangeError("other"))).to.equal(false);
  });

  it("messageOf prints any thrown value", () => {
    expect(messageOf(new RangeError("out of range"))).to.equal("out of range");
    expect(messageOf("text")).to.equal("text");
    expect(messageOf(undefined)).to.equal("undefined");
  });

  it("unreachable stops with what was reached", () => {
    expectCode("STOPPED", () => unreachable("a fifth quarter"), /a fifth quarter/);
  });
});
