/** One device that sends far more than its quota, in a process of its own: from when it is told to begin, until to end. */
import { setTimeout as sleep } from "node:timers/promises";
import { sendOne, type Target } from "./load.ts";
import { recordOf } from "./workload.ts";

/** What became of the flood. */
export interface FloodCounts {
  readonly taken: number;
  readonly refused: number;
}

const { target, perSecond } = JSON.parse(process.env["FLOOD"] ?? "") as { target: Target; perSecond: number };
/** Sent at once, since a timer is not exact to a few milliseconds. */
const AT_ONCE = 5;
let next = 30_000_000;
let isOn = false;

async function sendFlood(): Promise<FloodCounts> {
  const counts = { taken: 0, refused: 0 };
  isOn = true;
  const sent: Promise<void>[] = [];
  const begun = performance.now();
  for (let count = 0; isOn; count += AT_ONCE) {
    for (let at = 0; at < AT_ONCE; at++) sent.push(sendAndCount(counts));
    await sleep(Math.max(0, begun + ((count + AT_ONCE) * 1_000) / perSecond - performance.now()));
  }
  await Promise.all(sent);
  return counts;
}

async function sendAndCount(counts: { taken: number; refused: number }): Promise<void> {
  const status = await sendOne(target, recordOf({ seed: 1, shape: "reading" }, next++, "bench/wild"));
  if (status === 201) counts.taken++;
  else if (status === 429) counts.refused++;
  else throw new TypeError(`the flooding device was answered ${status}`);
}

let flood: Promise<FloodCounts> | undefined;
process.on("message", (message) => {
  if (message === "begin") flood = sendFlood();
  else {
    isOn = false;
    void flood?.then((counts) => process.send?.(counts));
  }
});
process.send?.("ready");
