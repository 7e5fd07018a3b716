// Child process: runs the scenario and ends itself by SIGKILL at its n-th step, before the step is done. Says `killed
// <step>` and `ack <json>`, and `done` when it comes through.

import { writeSync } from "node:fs";

import { runScenario } from "./step-scenario.ts";
import "./keep-compiled.ts";

const [folder, rpcUrl, step] = process.argv.slice(2) as [string, string, string];
const say = (line: string): void => void writeSync(1, `${line}\n`);

await runScenario(
  folder,
  rpcUrl,
  Number(step),
  (name) => {
    say(`killed ${name}`);
    process.kill(process.pid, "SIGKILL");
  },
  (acknowledgement) => say(`ack ${JSON.stringify(acknowledgement)}`),
);
say("done");
