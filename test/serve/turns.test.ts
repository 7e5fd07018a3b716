// Long work in turns: nobody waits for more than one stretch of what others have to do.

import { setImmediate as nextPass } from "node:timers/promises";

import { expect } from "chai";

import { Turns } from "../../src/serve/turns.ts";

describe("long work in turns", () => {
  /** Work of so many stretches. */
  const work = async (name: string, stretches: number, done: string[], turns = new Turns()): Promise<void> => {
    for (let at = 0; at < stretches; at++) {
      await turns.end();
      done.push(name);
    }
  };

  it("goes on for one in each pass of the event loop, the one who has waited longest", async () => {
    const done: string[] = [];
    const all = ["a", "b", "c"].map((name) => work(name, 3, done));
    const passes: number[] = [];
    for (let pass = 0; pass < 9; pass++) {
      await nextPass();
      passes.push(done.length);
    }
    await Promise.all(all);
    expect(done.join("")).to.equal("abcabcabc");
    for (const [at, after] of passes.entries()) expect(after - (passes[at - 1] ?? 0)).to.be.at.most(1);
  });

  it("does not make what is in front wait in the line", async () => {
    const done: string[] = [];
    const all = ["a", "b", "c", "d"].map((name) => work(name, 3, done));
    await work("front", 2, done, new Turns("in front"));
    expect(done.filter((name) => name !== "front").length).to.be.at.most(2);
    await Promise.all(all);
  });

  it("is somebody else's turn after some milliseconds", async () => {
    // In one try of ten: the system may take the processor away between any two steps.
    const fresh = Array.from({ length: 10 }, () => new Turns().isOver);
    expect(fresh).to.include(false);
    const turns = new Turns();
    for (const begun = performance.now(); performance.now() - begun < 20;);
    expect(turns.isOver).to.equal(true);
    const next: boolean[] = [];
    while (next.length < 10) {
      await turns.end();
      next.push(turns.isOver);
    }
    expect(next).to.include(false);
  });
});
