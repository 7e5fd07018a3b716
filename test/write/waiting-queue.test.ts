// The queue before the writer is fair: a flood of one sender, source or request delays itself, order is kept, and room is
// left for others.

import { expect } from "chai";
import fc from "fast-check";

import { WaitingQueue } from "../../src/write/waiting-queue.ts";
import { cpuMsOf } from "../support/cpu-time.ts";

describe("the waiting queue", () => {
  /** What everything came with, where that makes no difference. */
  const request = {};

  const flooded = (count: number, most = 1_000_000): WaitingQueue<string> => {
    const queue = new WaitingQueue<string>(most);
    for (let at = 0; at < count; at++) queue.add("flood", "f", request, `f${at}`);
    return queue;
  };

  it("takes all in their order when they fit into a batch", () => {
    const queue = new WaitingQueue<number>(100);
    for (let at = 0; at < 20; at++) queue.add(`k${at % 3}`, `s${at % 2}`, request, at);
    expect(queue.take(50)).to.deep.equal(Array.from({ length: 20 }, (_, at) => at));
    expect([queue.size, queue.take(50)]).to.deep.equal([0, []]);
  });

  it("takes what came last of a quiet source in the very next batch, behind a flood", () => {
    const queue = flooded(10_000);
    queue.add("quiet", "q", request, "q0");
    queue.add("flood", "beside it, of the same sender", request, "b0");
    const batch = queue.take(100);
    expect(batch).to.have.length(100).and.include.members(["q0", "b0"]);
    expect(batch.filter((one) => one.startsWith("f"))).to.deep.equal(Array.from({ length: 98 }, (_, at) => `f${at}`));
  });

  it("takes a single record in the very next batch, behind a flood of the same source that came with other requests", () => {
    const queue = flooded(10_000);
    const second = {};
    for (let at = 0; at < 10_000; at++) queue.add("flood", "f", second, `g${at}`);
    queue.add("flood", "f", {}, "single");
    const batch = queue.take(101);
    expect(batch.at(-1)).to.equal("single");
    expect(batch.filter((one) => one.startsWith("f"))).to.deep.equal(Array.from({ length: 50 }, (_, at) => `f${at}`));
    expect(batch.filter((one) => one.startsWith("g"))).to.deep.equal(Array.from({ length: 50 }, (_, at) => `g${at}`));
  });

  it("gives each of many sources its turn when a batch has not room for one of each", () => {
    const queue = new WaitingQueue<string>(1_000);
    for (const source of ["a", "b", "c", "d", "e"])
      for (let at = 0; at < 4; at++) queue.add("k", source, request, `${source}${at}`);
    const batches = Array.from({ length: 10 }, () => queue.take(2));
    expect(batches.slice(0, 5).flat()).to.include.members(["a0", "b0", "c0", "d0", "e0"]);
    expect(batches.flat()).to.have.length(20);
  });

  it("loses nothing, repeats nothing, and keeps the order of each source within a request", () => {
    const item = fc.tuple(fc.constantFrom("k1", "k2"), fc.constantFrom("a", "b", "c"), fc.nat({ max: 2 }));
    const requests = [{}, {}, {}];
    fc.assert(
      fc.property(
        fc.array(fc.array(item, { maxLength: 30 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        (turns, most) => {
          const queue = new WaitingQueue<{ lane: string; at: number }>(1_000);
          let at = 0;
          const taken: { lane: string; at: number }[] = [];
          for (const turn of turns) {
            for (const [sender, source, which] of turn)
              queue.add(sender, source, requests[which]!, { lane: `${sender}${source}${which}`, at: at++ });
            const batch = queue.take(most);
            expect(batch.length).to.be.at.most(most);
            expect(batch.map((one) => one.at)).to.deep.equal(batch.map((one) => one.at).sort((a, b) => a - b));
            taken.push(...batch);
          }
          while (queue.size > 0) taken.push(...queue.take(most));
          expect(new Set(taken.map((one) => one.at)).size).to.equal(at);
          for (const lane of new Set(taken.map((one) => one.lane))) {
            const own = taken.filter((one) => one.lane === lane).map((one) => one.at);
            expect(own).to.deep.equal([...own].sort((a, b) => a - b));
          }
        },
      ),
    );
  });

  it("leaves a part of its room to others, and takes any number when nothing waits", () => {
    const queue = flooded(0, 100);
    expect(queue.hasRoom("flood", 5_000)).to.equal(true);
    for (let at = 0; at < 75; at++) queue.add("flood", "f", request, "f");
    expect([queue.hasRoom("flood", 1), queue.hasRoom("quiet", 25), queue.hasRoom("quiet", 26)]).to.deep.equal([
      false,
      true,
      false,
    ]);
    expect(queue.hasRoom("", 25)).to.equal(true);
    queue.take(10);
    expect([queue.hasRoom("flood", 10), queue.hasRoom("flood", 11)]).to.deep.equal([true, false]);
  });

  it("takes a batch out of a long queue in little time", async () => {
    const queue = flooded(60_000);
    for (let at = 0; at < 5_000; at++) queue.add("many", `s${at}`, request, `m${at}`);
    let batches = 0;
    const spent = await cpuMsOf(() => {
      for (; queue.size > 0; batches++) queue.take(4_096);
    });
    expect(spent / batches).to.be.lessThan(50);
  });
});
