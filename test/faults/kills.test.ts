// A3: the pipeline's process is killed at random times while it takes records in. What it acknowledged is there, once,
// at the index and under the checkpoint that it said; what it did not acknowledge can be sent again by its key.
// WARIFU_KILLS asks for more rounds: the gate for 25.

import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { expectClean, temporaryFolder } from "../support/ledger.ts";
import { startChild } from "./support/child.ts";
import { acksIn, resend } from "./support/resume.ts";

const ROUNDS = Number(process.env["WARIFU_KILLS"] ?? 6);

describe("a pipeline that is killed at random", () => {
  it(`A3 loses nothing that it acknowledged and doubles nothing, in ${ROUNDS} kills`, async function () {
    this.timeout(300_000 + ROUNDS * 5_000);
    const folder = temporaryFolder();
    let next = 0;
    let acknowledged = 0;
    let inDoubt = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const child = await startChild("writer-process.ts", [folder, String(next)]);
      await child.said("open");
      // Before the first acknowledgement, or after it, however long that takes.
      if (round % 2 === 1) await child.said("ack");
      await sleep(Math.random() * 120);
      child.process.kill("SIGKILL");
      const { lines, signal } = await child.ended;
      expect(signal).to.equal("SIGKILL");
      expect(lines.filter((line) => line.startsWith("refused"))).to.deep.equal([]);
      const acks = acksIn(lines);
      const sent = lines.filter((line) => line.startsWith("sent ")).map((line) => Number(line.split(" ")[2]));
      const end = Math.max(next, ...sent);
      await resend(folder, next, end, acks);
      acknowledged += acks.size;
      inDoubt += end - next - acks.size;
      next = end;
      if (round % 6 === 5) await expectClean(folder);
    }
    const { checked } = await expectClean(folder);
    expect(checked.entries).to.equal(2 + next);
    // The kills met batches on their way, not only pauses.
    expect(acknowledged).to.be.greaterThan(ROUNDS);
    expect(inDoubt).to.be.greaterThan(0);
  });
});
