// Child process: erases and withholds records of a ledger and ends itself by SIGKILL before its n-th step. Says `killed <step>`,
// `erased <records>` once a call has returned, and `done` when it comes through.

import { writeSync } from "node:fs";

import { eraseRecords, withholdRecords } from "../../../src/privacy/erasure.ts";
import { interpose } from "../../support/interpose.ts";
import { openLedger } from "../../support/ledger.ts";
import "./keep-compiled.ts";

const [folder, step, erased, withheld] = process.argv.slice(2) as [string, string, string, string];
const say = (line: string): void => void writeSync(1, `${line}\n`);
const STEPS = new Set(["commit", "forget", "keep", "eraseAll"]);

let left = Infinity;
const around = (method: string, call: () => unknown): unknown => {
  if (STEPS.has(method) && --left === 0) {
    say(`killed ${method}`);
    process.kill(process.pid, "SIGKILL");
  }
  return call();
};
const ledger = await openLedger({
  folder,
  wrapStore: (store) => interpose(store, around),
  wrapVault: (vault) => interpose(vault, around),
});
left = Number(step);
const numbers = (list: string): number[] => list.split(",").map(Number);
await eraseRecords(numbers(erased), { basis: "gdpr-17-1-a" }, ledger.log);
say(`erased ${erased}`);
await withholdRecords(numbers(withheld), { reason: "personal-data" }, ledger.log);
say(`erased ${withheld}`);
left = Infinity;
await ledger.close();
say("done");
