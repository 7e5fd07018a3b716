// Many simulations, in as many threads as are asked for. A simulation depends on its seed alone, so neither the number of
// threads nor the order in which they end shows in a report.
import { once } from "node:events";
import { Worker } from "node:worker_threads";

import type { SimulationReport } from "./simulation.ts";

/**
 * A killed service lets go of its index's files only when its thread ends, so a thread runs so many seeds and no more.
 */
const SEEDS_A_THREAD = 500;

/**
 * Runs each seed once and hands its report on as soon as it is there.
 * @param server as {@link simulate} takes it
 */
export async function simulateAll(
  seeds: readonly number[],
  threads: number,
  onReport: (report: SimulationReport) => void,
  server?: string,
): Promise<void> {
  const waiting = [...seeds];
  const draw = async (): Promise<void> => {
    while (waiting.length > 0) await runSome(waiting, onReport, server);
  };
  await Promise.all(Array.from({ length: threads }, draw));
}

/** Runs what waits, one seed after another, in a thread of its own. */
async function runSome(
  waiting: number[],
  onReport: (report: SimulationReport) => void,
  server: string | undefined,
): Promise<void> {
  const worker = new Worker(new URL("seed-worker.ts", import.meta.url), { workerData: server });
  try {
    for (let left = SEEDS_A_THREAD; left > 0; left--) {
      const seed = waiting.shift();
      if (seed === undefined) return;
      worker.postMessage(seed);
      const [report] = (await once(worker, "message")) as [SimulationReport];
      onReport(report);
    }
  } finally {
    await worker.terminate();
  }
}
