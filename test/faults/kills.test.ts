// A3: the pipeline's process is killed at random times while it takes records in. What it acknowledged is there, once,
// at the index and under the checkpoint that it said; what it did not acknowledge can be sent again by its key.
// WARIFU_KILLS asks for more rounds.

import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import type { Acknowledgement } from "../../src/pipeline.ts";
import { expectClean, openLedger, temporaryFolder } from "../support/ledger.ts";
import { startChild } from "./support/child.ts";
import { recordsOf } from "./support/numbered-records.ts";

const ROUNDS = Number(process.env["WARIFU_KILLS"] ?? 25);

describe("a pipeline that is killed at random", () => {
  it(`A3 loses nothing that it acknowledged and doubles nothing, in ${ROUNDS} kills`, async function () {
    this.timeout(60_000 + ROUNDS * 5_000);
    const folder = temporaryFolder();
    let next = 0;
    let acknowledged = 0;
    let inDoubt = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const child = startChild("writer-process.ts", [folder, String(next)]);
      await child.said("open");
      await sleep(Math.random() * 120);
      child.process.kill("SIGKILL");
      const { lines, signal } = await child.ended;
      expect(signal).to.equal("SIGKILL");
      expect(lines.filter((line) => line.startsWith("refused"))).to.deep.equal([]);
      const acks = new Map(
        lines
          .filter((line) => line.startsWith("ack "))
          .map((line) => JSON.parse(line.slice("ack ".length)) as [number, Acknowledgement]),
      );
      const end = Math.max(next, ...lines.filter((line) => line.startsWith("sent ")).map((line) => Number(line.split(" ")[2])));
      await settle(folder, next, end, acks);
      acknowledged += acks.size;
      inDoubt += end - next - acks.size;
      next = end;
      if (round % 8 === 7) await expectClean(folder);
    }
    const { checked } = await expectClean(folder);
    expect(checked.entries).to.equal(2 + next);
    // The kills met batches on their way, not only pauses.
    expect(acknowledged).to.be.greaterThan(ROUNDS);
    expect(inDoubt).to.be.greaterThan(0);
  });
});

/** Opens the folder as it was left and sends everything of the round again: no manual step in between. */
async function settle(
  folder: string,
  from: number,
  to: number,
  acks: ReadonlyMap<number, Acknowledgement>,
): Promise<void> {
  const ledger = await openLedger({ folder });
  const outcomes = await ledger.pipeline.submit(recordsOf(from, to));
  for (const [i, outcome] of outcomes.entries()) {
    if (!outcome.ok) throw outcome.error;
    const first = acks.get(from + i);
    if (!first) continue;
    expect(outcome.isNew, `record ${from + i} was acknowledged, and is gone`).to.equal(false);
    expect(outcome.acknowledgement).to.deep.equal(first);
  }
  expect(ledger.pipeline.tree.publishedSize).to.equal(2 + to);
  await ledger.close();
}
