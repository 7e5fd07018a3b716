// A process that works for another: it may end at any time, and that costs no more than what it was doing.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { WarifuError } from "../../src/core/errors.ts";
import { OwnProcess } from "../../src/serve/own-process.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { temporaryFolder } from "../support/ledger.ts";

interface Job {
  /** Instead of an answer. */
  readonly then?: "end" | "wait";
}

/** Notes each job, and does what it says. */
const SCRIPT = `import { appendFileSync } from "node:fs";
process.on("message", ({ then }) => {
  appendFileSync(new URL("jobs", import.meta.url), "x");
  if (then === "end") process.exit();
  if (then !== "wait") process.send({ pid: process.pid });
});`;

describe("a process of one's own", () => {
  const folder = temporaryFolder();
  const ended = (): WarifuError => new WarifuError("STOPPED", "the process ended");
  let working: OwnProcess<Job, { readonly pid: number }>;
  beforeEach(() => {
    const script = join(folder, "answers.mjs");
    writeFileSync(script, SCRIPT);
    writeFileSync(join(folder, "jobs"), "");
    working = new OwnProcess({
      ...{ script, heapMib: 64, wasmPages: 16, idleMs: 600_000 },
      errors: { tooLate: () => new WarifuError("BUSY", "it took too long"), ended },
    });
  });
  afterEach(() => working.close());

  const run = (job: Job = {}): Promise<{ readonly pid: number }> => working.run(job, 60_000);
  /** How many times a process was given a job. */
  const jobs = (): number => readFileSync(join(folder, "jobs")).length;

  it("that ended between two jobs is replaced, and costs neither of them", async () => {
    const { pid } = await run();
    expect((await run()).pid).to.equal(pid);
    process.kill(pid, "SIGKILL");
    while (isThere(pid)) await sleep(5);
    expect((await run()).pid).to.not.equal(pid);
  });

  it("that ended without having been noticed yet is replaced too", async () => {
    const { pid } = await run();
    process.kill(pid, "SIGKILL");
    expect((await run()).pid).to.not.equal(pid);
  });

  it("costs the job that ends it: at once if it is the first, otherwise when it has ended a second one", async () => {
    await expectRejection("STOPPED", run({ then: "end" }));
    expect(jobs()).to.equal(1);
    await run();
    await expectRejection("STOPPED", run({ then: "end" }));
    expect(jobs()).to.equal(4);
    expect(working.isRunning).to.equal(false);
  });

  it("is not started again for a job in the middle of which it is closed", async () => {
    await run();
    const refused = expectRejection("STOPPED", run({ then: "wait" }));
    while (jobs() < 2) await sleep(5);
    await working.close();
    await refused;
    expect([jobs(), working.isRunning]).to.deep.equal([2, false]);
  });
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
