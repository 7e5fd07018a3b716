/** What others notice while batches come in: the service's health, single records, and how long its thread is held. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { BatchSending } from "../batch-sender.ts";
import { getOne, sendOne } from "../load.ts";
import { BATCH, connections, figure, measure, SEED, type Figure } from "../measure.ts";
import { probe } from "../probing.ts";
import { sendBatches, withService } from "../sending.ts";
import { startBenchService } from "../service.ts";
import { percentile } from "../statistics.ts";
import { recordOf } from "../workload.ts";

const SENDER = fileURLToPath(new URL("../batch-sender.ts", import.meta.url));
const WARM_UP = 20_000;
const FIRST_SINGLE = 40_000_000;
const EVERY_MS = 25;

export const besideBatches = measure({
  name: "beside-batches",
  title: "What others notice while batches come in",
  parameters: {
    seconds: { what: "seconds of load", usual: 25, quick: 4, least: 1, most: 600 },
    batch: BATCH,
    connections: connections(4),
    seed: SEED,
  },
  run: ({ seconds, batch, connections, seed }) =>
    withService(startBenchService, async (service) => {
      const starting = await service.loop();
      const workload = { seed, shape: "reading" } as const;
      await sendBatches(service, workload, { first: 0, records: WARM_UP, batch, connections });
      const sender = await startSender({ target: service.target, batch, connections, seed, first: WARM_UP });
      const warming = await service.loop();
      let next = FIRST_SINGLE;
      const pace = { everyMs: EVERY_MS, seconds };
      const [health, singles] = await Promise.all([
        probe(() => getOne(`${service.target.url}/healthz`), 200, pace),
        probe(() => sendOne(service.target, recordOf(workload, next++)), 201, pace),
      ]);
      const loaded = await service.loop();
      const perSecond = await sender.end();
      return [
        figure("longest that the service's thread is held until it is ready", starting.longestHoldMs, "ms"),
        figure("  by the first batches", warming.longestHoldMs, "ms"),
        figure("  by those after them", loaded.longestHoldMs, "ms"),
        ...latencies("GET /healthz beside batches", health),
        ...latencies("one record beside batches", singles),
        figure("records of the batches", perSecond, "records/s"),
      ];
    }),
});

/** Median and 99th percentile. */
export function latencies(what: string, sorted: readonly number[]): Figure[] {
  return [
    figure(`${what}, p50`, percentile(sorted, 0.5), "ms"),
    figure(`${what}, p99`, percentile(sorted, 0.99), "ms"),
  ];
}

/** A process that has begun to send. `end` gives the records a second that were acknowledged. */
async function startSender(sending: BatchSending): Promise<{ end(): Promise<number> }> {
  const sender = fork(SENDER, { env: { ...process.env, SENDING: JSON.stringify(sending) } });
  await once(sender, "message");
  return {
    end: async () => {
      sender.send("end");
      return ((await once(sender, "message")) as [number])[0];
    },
  };
}
