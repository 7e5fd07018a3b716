// What is watched of each source: rates by spans of time, refusals by code, and numbers that it passed over.

import { expect } from "chai";

import { SPAN_SECONDS, SPANS, TrafficWatch } from "../../src/write/source-traffic.ts";

describe("the watch of traffic", () => {
  const START = 1_795_334_400;
  let now: number;
  let watch: TrafficWatch;
  beforeEach(() => {
    now = START * 1_000;
    watch = new TrafficWatch(() => now);
  });
  const pass = (seconds: number): void => {
    now += seconds * 1_000;
  };
  const shown = (name: string) => watch.all().find((one) => one.name === name)!;
  const jumpsOf = (name: string) => shown(name).jumps.map(({ from, to }) => [from, to]);

  it("counts new records by spans, the present one last, and forgets those of an hour ago", () => {
    for (let n = 0; n < 3; n++) watch.note("a", "new");
    pass(SPAN_SECONDS);
    watch.note("a", "new");
    expect(shown("a").recent.slice(-3)).to.deep.equal([0, 3, 1]);
    pass((SPANS - 1) * SPAN_SECONDS);
    expect(shown("a").recent).to.deep.equal([1, ...Array<number>(SPANS - 1).fill(0)]);
    pass(10 * SPANS * SPAN_SECONDS);
    expect(shown("a").recent).to.deep.equal(Array<number>(SPANS).fill(0));
    expect(shown("a").counts.new).to.equal(4);
  });

  it("keeps what was passed over until it comes, also if it comes from the middle", () => {
    watch.noteNumber("a", 9, 3);
    expect(jumpsOf("a")).to.deep.equal([[3, 8]]);
    for (const [seq, left] of [
      [5, [3, 4, 6, 8]],
      [3, [4, 4, 6, 8]],
      [8, [4, 4, 6, 7]],
    ] as const) {
      watch.noteNumber("a", seq);
      expect(jumpsOf("a").flat()).to.deep.equal(left);
    }
    for (const seq of [4, 6, 7]) watch.noteNumber("a", seq);
    expect(jumpsOf("a")).to.deep.equal([]);
  });

  it("shows what is wrong first, the newest of it, then whatever was heard of last", () => {
    for (const name of ["old", "gap", "refused", "well"]) {
      watch.note(name, "new");
      pass(1);
    }
    watch.noteNumber("gap", 5, 4);
    pass(1);
    watch.note("refused", "CLAIMS_INVALID");
    expect(watch.all().map(({ name }) => name)).to.deep.equal(["refused", "gap", "well", "old"]);
    expect(shown("refused")).to.deep.include({ refusals: { CLAIMS_INVALID: 1 }, lastRefusedAt: START + 5 });
  });

  it("stays bounded, whoever sends under whatever names, and keeps those that were heard of last", () => {
    for (let n = 0; n < 6_000; n++) {
      watch.note(`s${n}`, n % 2 === 0 ? "new" : "RECORD_INVALID");
      if (n % 100 === 0) pass(1);
      watch.noteNumber("busy", 2 * n + 2, 2 * n + 1);
    }
    const all = watch.all();
    expect(all.length).to.be.within(4_000, 5_000);
    expect(all.some(({ name }) => name === "s5999")).to.equal(true);
    expect(jumpsOf("busy")).to.have.length(16);
  });
});
