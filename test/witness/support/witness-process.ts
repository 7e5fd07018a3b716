// A witness as a process of its own, over a data folder. With a word for when, it ends by SIGKILL at that place: before
// its memory has moved, or after it has and before anything is answered.
//   node witness-process.ts FOLDER [before|after]

import { openSqliteWitness } from "../../../src/witness/sqlite-store.ts";
import { Witness } from "../../../src/witness/witness.ts";
import { startWitnessServer } from "../../../src/witness/server.ts";
import { interpose } from "../../support/interpose.ts";
import { witnessSigner } from "./open-witness.ts";
import { smallLog } from "./small-log.ts";

const [folder = "", when] = process.argv.slice(2);
const die = (): void => {
  process.kill(process.pid, "SIGKILL");
};

const store = interpose(openSqliteWitness(`${folder}/witness.sqlite`), async (method, call) => {
  if (method !== "advance") return call();
  if (when === "before") die();
  const result = await call();
  if (when === "after") die();
  return result;
});
const nothing = (): void => undefined;
const witness = await Witness.open({
  store,
  signer: witnessSigner(21),
  logs: [smallLog().listed],
  now: Date.now,
  onConflict: nothing,
  onStop: nothing,
});
const { url } = await startWitnessServer({ witness, host: "127.0.0.1", port: 0 });
process.stdout.write(`at ${url}\n`);
