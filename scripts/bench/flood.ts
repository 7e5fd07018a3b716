/**
 * What others notice when one device sends ten times its quota: devices that send at a steady pace, measured without the
 * flood and beside it, in turns. The flood comes from a process of its own, so that those who measure do not wait for
 * those who flood.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { FloodCounts } from "./flood-sender.ts";
import { sendOne, type Target } from "./load.ts";
import { spreadOf } from "../../src/core/spread.ts";
import { percentile } from "./statistics.ts";
import { recordOf } from "./workload.ts";

/** Records a second that each source may send. */
export const QUOTA = 50;
const DEVICES = 20;
const PER_SECOND = 10;
const FLOOD_PER_SECOND = 10 * QUOTA;
/** What a sender takes to open its connections is its own cost, which others on the same cores would notice. */
const SETTLING_MS = 1_000;
const SENDER = fileURLToPath(new URL("./flood-sender.ts", import.meta.url));

/** Latencies in milliseconds. */
export interface FloodResult {
  readonly quietP99: number;
  readonly floodedP99: number;
  readonly floodTaken: number;
  readonly floodRefused: number;
}

/** Measures `rounds` times `seconds` of each, and takes the medians. */
export async function measureFlood(
  devices: Target,
  flooding: Target,
  { rounds, seconds, seed }: { readonly rounds: number; readonly seconds: number; readonly seed: number },
): Promise<FloodResult> {
  const [quiet, flooded]: [number[], number[]] = [[], []];
  const flood = { taken: 0, refused: 0 };
  let next = 20_000_000;
  const make = (source: string): string => recordOf({ seed, shape: "reading" }, next++, source);
  const steady = async (): Promise<number> => percentile(await paced(devices, seconds, make), 0.99);
  await steady();
  const sender = await startSender(flooding);
  for (let round = 0; round < rounds; round++) {
    quiet.push(await steady());
    sender.begin();
    await sleep(SETTLING_MS);
    flooded.push(await steady());
    const { taken, refused } = await sender.end();
    flood.taken += taken;
    flood.refused += refused;
  }
  sender.stop();
  const [quietP99, floodedP99] = [spreadOf(quiet).median, spreadOf(flooded).median];
  return { quietP99, floodedP99, floodTaken: flood.taken, floodRefused: flood.refused };
}

/** Devices that send one record each tenth of a second, not all at the same moment. */
async function paced(target: Target, seconds: number, make: (source: string) => string): Promise<number[]> {
  const latencies: number[] = [];
  const device = async (at: number): Promise<void> => {
    await sleep((at * 1_000) / (DEVICES * PER_SECOND));
    for (let count = 0; count < seconds * PER_SECOND; count++) {
      const begun = performance.now();
      const status = await sendOne(target, make(`bench/quiet-${at}`));
      if (status !== 201) throw new TypeError(`a device within its quota was answered ${status}`);
      latencies.push(performance.now() - begun);
      await sleep(Math.max(0, 1_000 / PER_SECOND - (performance.now() - begun)));
    }
  };
  await Promise.all(Array.from({ length: DEVICES }, (_, at) => device(at)));
  return latencies.sort((a, b) => a - b);
}

/** A process that floods between `begin` and `end`. */
async function startSender(target: Target) {
  const flood = JSON.stringify({ target, perSecond: FLOOD_PER_SECOND });
  const sender = fork(SENDER, { env: { ...process.env, FLOOD: flood } });
  await once(sender, "message");
  return {
    begin: () => void sender.send("begin"),
    end: async (): Promise<FloodCounts> => {
      sender.send("end");
      const [counts] = (await once(sender, "message")) as [FloodCounts];
      return counts;
    },
    stop: () => sender.disconnect(),
  };
}
