// Child process: one of several services that write to one log, until it is killed. Each line that it writes is out before the
// next thing happens: `signed <size> <root>` before a head is signed, `sent <from> <to>` before records are submitted, `ack <json>`
// for each answer.

import { writeSync } from "node:fs";

import { toHex } from "../../../../src/core/bytes.ts";
import { recordOf } from "../../../faults/support/numbered-records.ts";
import { SIGNER } from "../../../support/ledger.ts";
import { openSharedLedger } from "./shared-ledger.ts";

const [database = "", dataDir = "", first = "0", pause = "0"] = process.argv.slice(2);
const say = (line: string): void => void writeSync(1, `${line}\n`);

const signer = {
  key: SIGNER.key,
  sign: (message: Uint8Array): Uint8Array => {
    const [, size = "", root = ""] = new TextDecoder().decode(message).split("\n");
    say(`signed ${size} ${toHex(Buffer.from(root, "base64"))}`);
    return SIGNER.sign(message);
  },
};
const { log } = await openSharedLedger({ database, dataDir }, signer);
say("open");
for (let from = Number(first); ;) {
  const [begin, end] = [from, (from += 1 + ((from * 7) % 40))];
  say(`sent ${begin} ${end}`);
  const outcomes = await log.pipeline.submit(Array.from({ length: end - begin }, (_, i) => recordOf(begin + i)));
  for (const [i, outcome] of outcomes.entries())
    say(outcome.ok ? `ack ${JSON.stringify([begin + i, outcome.acknowledgement])}` : `refused ${outcome.error.code}`);
  await new Promise((resolve) => setTimeout(resolve, Number(pause)));
}
