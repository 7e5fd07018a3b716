// A pool of threads whose threads die: everybody who waits for one hears of it, nobody gets another's answer, and the next job
// finds a thread again.

import { expect } from "chai";

import { codeOf } from "../../src/core/errors.ts";
import { SharedCores, ThreadPool } from "../../src/serve/thread-pool.ts";

const DEATHS = {
  "an exception": "throw new Error('x')",
  "an exception that cannot be shown": "throw { get stack() { throw new Error('x'); } }",
  "a rejection": "Promise.reject(new Error('x')); return",
  "its own end": "process.exit(0)",
  "an answer that cannot be sent": "parentPort.postMessage(() => undefined)",
};

/** Sends back what it is told, and dies of one word. */
function echo(death: string): URL {
  const lines = `import { parentPort } from "node:worker_threads";
    parentPort.on("message", (job) => { if (job === "die") { ${death}; } parentPort.postMessage(job); });`;
  return new URL(`data:text/javascript,${encodeURIComponent(lines)}`);
}

describe("threads that die", () => {
  for (const [cause, death] of Object.entries(DEATHS))
    for (const mostThreads of [1, 3])
      it(`of ${cause}, ${mostThreads} at a time`, async () => {
        const pool = new ThreadPool<string, string>({ script: echo(death), mostThreads, saysEnded: "it has ended" });
        const jobs = Array.from({ length: 12 }, (_, at) => (at === 4 ? "die" : `job ${at}`));
        const outcomes = await Promise.allSettled(jobs.map((job) => pool.ask(job)));
        for (const [at, outcome] of outcomes.entries()) {
          // With one thread, those before it were answered, and none after it was.
          const isLost = at === 4 || (mostThreads === 1 ? at > 4 : outcome.status === "rejected");
          if (isLost) expect(codeOf((outcome as PromiseRejectedResult).reason), jobs[at]).to.equal("BUSY");
          else expect(outcome).to.deep.equal({ status: "fulfilled", value: jobs[at] });
        }
        expect(await pool.ask("again")).to.equal("again");
        await pool.close();
      });
});

describe("threads of several pools that share their cores", () => {
  /** Says which thread it is. */
  const script = new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort, threadId } from "node:worker_threads";
    parentPort.on("message", () => parentPort.postMessage(threadId));`)}`,
  );
  const poolOn = (cores: SharedCores): ThreadPool<string, number> =>
    new ThreadPool({ script, mostThreads: 3, cores, saysEnded: "it has ended" });
  const threadsOf = async (pool: ThreadPool<string, number>): Promise<number> =>
    new Set(await Promise.all([1, 2, 3, 4].map((job) => pool.ask(`job ${job}`)))).size;

  it("are one for each pool, more while there are cores, and as many again once others have ended", async () => {
    const cores = new SharedCores(3);
    const [first, second, third] = [poolOn(cores), poolOn(cores), poolOn(cores)];
    try {
      expect([await threadsOf(first), await threadsOf(second), await threadsOf(third)]).to.deep.equal([3, 1, 1]);
      await first.close();
      expect(await threadsOf(second)).to.equal(2);
    } finally {
      await Promise.all([first.close(), second.close(), third.close()]);
    }
  });
});
