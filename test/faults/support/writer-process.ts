// Child process: a pipeline over a folder that takes records in until it is killed. Each line that it writes is out
// before the next thing happens: `sent <from> <to>` before a batch is submitted, `ack <json>` for each answer.

import { writeSync } from "node:fs";

import { openLedger } from "../../support/ledger.ts";
import { recordOf } from "./numbered-records.ts";
import "./keep-compiled.ts";

const [folder, first] = [process.argv[2] as string, Number(process.argv[3])];
const say = (line: string): void => void writeSync(1, `${line}\n`);

const { pipeline } = await openLedger({ folder, maxBatch: 50 });
say("open");
for (let from = first; ;) {
  // Two submissions under way at a time, of changing sizes: batches begin and end anywhere among them.
  const sizes = [1 + ((from * 7) % 40), 1 + ((from * 13) % 25)];
  const submissions = sizes.map(async (size) => {
    const [begin, end] = [from, (from += size)];
    say(`sent ${begin} ${end}`);
    const outcomes = await pipeline.submit(Array.from({ length: size }, (_, i) => recordOf(begin + i)));
    for (const [i, outcome] of outcomes.entries())
      say(outcome.ok ? `ack ${JSON.stringify([begin + i, outcome.acknowledgement])}` : `refused ${outcome.error.code}`);
  });
  await Promise.all(submissions);
}
