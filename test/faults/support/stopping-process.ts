// Child process: a pipeline over a folder that sends numbered records, 20 at a time, until it stops by itself or has sent
// them all. Says `open`, `ack <json>` for each answer, and at the end `stopped <code>` or `through`.

import { writeSync } from "node:fs";

import { openLedger } from "../../support/ledger.ts";
import { recordsOf } from "./numbered-records.ts";
import "./keep-compiled.ts";

const [folder, first, last] = process.argv.slice(2) as [string, string, string];
const say = (line: string): void => void writeSync(1, `${line}\n`);

const ledger = await openLedger({ folder });
say("open");
for (let from = Number(first); from < Number(last) && ledger.stops.length === 0; from += 20) {
  const outcomes = await ledger.pipeline.submit(recordsOf(from, from + 20));
  for (const [i, outcome] of outcomes.entries())
    say(outcome.ok ? `ack ${JSON.stringify([from + i, outcome.acknowledgement])}` : `refused ${outcome.error.code}`);
}
say(ledger.stops[0] ? `stopped ${ledger.stops[0].code}` : "through");
// As after a fail stop: nothing is tidied up.
process.exit(0);
