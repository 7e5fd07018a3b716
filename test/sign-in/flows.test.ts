// Sign-ins that were begun: each is finished once, in time; and who gives way when there are too many.

import { expect } from "chai";
import type { Request } from "express";

import { FLOW_MS, Flows, MOST_FLOWS } from "../../src/sign-in/flows.ts";
import { beginningAt } from "../../src/http/handling/page-cookies.ts";
import { pagedRandomBytes } from "../../src/core/random.ts";

describe("sign-ins that were begun", () => {
  let now: number;
  let flows: Flows<string>;
  beforeEach(() => {
    now = 0;
    flows = new Flows(pagedRandomBytes(), () => now);
  });

  /** From each of the networks in turn. @returns the ids, as many as asked for */
  const beginMany = (count: number, networks = 1): string[] =>
    Array.from({ length: count }, (_, at) => flows.begin("hostile", `network ${at % networks}`));

  it("are finished once, and in time", () => {
    const [id, late] = [flows.begin("first", "a"), flows.begin("second", "a")];
    expect([flows.finish(id), flows.finish(id), flows.finish(undefined), flows.finish("")]).to.deep.equal([
      ...["first", undefined, undefined, undefined],
    ]);
    now = FLOW_MS;
    expect(flows.finish(late)).to.equal(undefined);
  });

  for (const networks of [1, 300])
    it(`from ${networks} of the networks push out their own alone, the oldest of them first`, () => {
      const before = flows.begin("earlier", "elsewhere");
      const ids = beginMany(2 * MOST_FLOWS, networks);
      const after = flows.begin("later", "elsewhere");
      const left = ids.map((id) => flows.finish(id) !== undefined);
      expect(left.filter(Boolean).length).to.equal(MOST_FLOWS - 2);
      expect(left.lastIndexOf(false)).to.be.lessThan(left.indexOf(true) + networks);
      expect([flows.finish(before), flows.finish(after)]).to.deep.equal(["earlier", "later"]);
    });

  it("are those of the network that one customer has, whichever of its addresses they come from", () => {
    const clientAt = (ip: string): string => beginningAt("https://desk.example", { ip } as Request).client;
    expect(clientAt("2001:db8:0:1::1")).to.equal(clientAt("2001:db8:0:2::2"));
    expect(clientAt("2001:db8:0:1::1")).not.to.equal(clientAt("2001:db8:1:1::1"));
  });

  it("give way from the oldest on where everybody has as many", () => {
    const ids = beginMany(MOST_FLOWS + 1, MOST_FLOWS + 1);
    expect(ids.map((id) => flows.finish(id) !== undefined).indexOf(true)).to.equal(1);
  });

  it("do not count once nobody can finish them", () => {
    beginMany(MOST_FLOWS / 2, MOST_FLOWS / 2);
    now = FLOW_MS;
    const held = Array.from({ length: MOST_FLOWS }, () => flows.begin("held", "town hall"));
    expect(held.every((id) => flows.finish(id) !== undefined)).to.equal(true);
  });

  it("do not count once they are finished", () => {
    for (const id of beginMany(MOST_FLOWS - 1)) flows.finish(id);
    const first = flows.begin("first", "citizen");
    const second = flows.begin("second", "citizen");
    const ids = beginMany(MOST_FLOWS - 1, MOST_FLOWS - 1);
    // The citizen has two by now, everybody else one.
    expect([flows.finish(first), flows.finish(second)]).to.deep.equal([undefined, "second"]);
    expect(ids.every((id) => flows.finish(id) !== undefined)).to.equal(true);
  });
});
