// A process that works for another: it may end at any time, and that costs no more than what it was doing.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { WarifuError } from "../../src/core/errors.ts";
import { OwnProcess } from "../../src/serve/own-process.ts";
import { temporaryFolder } from "../support/ledger.ts";

describe("a process of one's own", () => {
  it("that ended between two jobs is replaced, and costs neither of them", async () => {
    const script = join(temporaryFolder(), "answers.mjs");
    writeFileSync(script, 'process.on("message", () => process.send({ pid: process.pid }));');
    const failed = (): WarifuError => new WarifuError("STOPPED", "the process ended");
    const working = new OwnProcess<object, { readonly pid: number }>({
      ...{ script, heapMib: 64, wasmPages: 16, idleMs: 600_000 },
      errors: { tooLate: failed, ended: failed },
    });
    const { pid } = await working.run({}, 60_000);
    expect((await working.run({}, 60_000)).pid).to.equal(pid);
    process.kill(pid, "SIGKILL");
    while (isThere(pid)) await sleep(5);
    expect((await working.run({}, 60_000)).pid).to.not.equal(pid);
    await working.close();
  });
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
