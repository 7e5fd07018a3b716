// Work on a thread of its own: in turn, bounded, and without harm when a job never ends.

import { expect } from "chai";

import { OwnThread, type OwnThreadOptions } from "../../src/serve/own-thread.ts";
import { expectRejection } from "../support/expect-rejection.ts";

type Job = "count" | "fail" | "hang" | "crash" | "stumble";

describe("a thread of its own", () => {
  const says = { tooMany: "too many wait", tooLate: "it took too long" };
  const script = new URL("./support/counting-worker.ts", import.meta.url);
  const opened: OwnThread<Job, number>[] = [];
  function threadWith(options: Partial<OwnThreadOptions> = {}): OwnThread<Job, number> {
    const thread = new OwnThread<Job, number>({
      ...{ script, mostWaiting: 8, longestMs: 60_000, heapMib: 64, says },
      ...options,
    });
    opened.push(thread);
    return thread;
  }
  afterEach(() => Promise.all(opened.splice(0).map((thread) => thread.close())));

  it("starts when it is first needed, and does jobs in the order in which they came", async () => {
    const thread = threadWith();
    expect(thread.isRunning).to.equal(false);
    expect(await Promise.all([1, 2, 3].map(() => thread.run("count")))).to.deep.equal([1, 2, 3]);
    expect(thread.isRunning).to.equal(true);
  });

  it("refuses what comes when enough is waiting, and takes it when there is room again", async () => {
    const thread = threadWith({ mostWaiting: 2 });
    const taken = [thread.run("count"), thread.run("count")];
    await expectRejection("BUSY", thread.run("count"), /^too many wait$/);
    await Promise.all(taken);
    expect(await thread.run("count")).to.equal(3);
  });

  it("passes on why a job failed, and goes on", async () => {
    const thread = threadWith();
    await expectRejection("NOT_FOUND", thread.run("fail"), /^as told$/);
    expect(await thread.run("count")).to.equal(1);
  });

  for (const job of ["hang", "crash"] as const)
    it(`gives up a job that would ${job}, with its thread, and does the next one on another`, async () => {
      const thread = threadWith({ longestMs: job === "hang" ? 4_000 : 60_000 });
      const [first, second] = [thread.run(job), thread.run("count")];
      await expectRejection("BUSY", first, /^it took too long$/);
      expect(await second).to.equal(1);
    });

  it("gives up a job when no thread can be started, and is ready for the next one", async () => {
    // What cannot be passed to a thread keeps it from being made, as a limit for threads does.
    const thread = threadWith({ data: () => undefined });
    await expectRejection("BUSY", thread.run("count"), /^it took too long$/);
    await expectRejection("BUSY", thread.run("count"), /^it took too long$/);
  });

  it("does the next job on another where its thread ended after it had answered", async () => {
    const isAnswered = new Int32Array(new SharedArrayBuffer(4));
    const thread = threadWith({ data: isAnswered });
    expect(await thread.run("stumble")).to.equal(1);
    isAnswered[0] = 1;
    Atomics.notify(isAnswered, 0);
    while (thread.isRunning) await new Promise(setImmediate);
    expect(await thread.run("count")).to.equal(1);
  });

  it("ends the thread that has nothing to do for long enough, and starts another", async () => {
    const thread = threadWith({ idleMs: 1 });
    expect(await thread.run("count")).to.equal(1);
    while (thread.isRunning) await new Promise(setImmediate);
    expect(await thread.run("count")).to.equal(1);
  });
});
