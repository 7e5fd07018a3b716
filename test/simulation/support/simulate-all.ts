// Many simulations, in as many threads as are asked for. A simulation depends on its seed alone, so neither the number of
// threads nor the order in which they end shows in a report.
import { once } from "node:events";
import { Worker } from "node:worker_threads";

import type { SimulationReport } from "./simulation.ts";

/** Runs each seed once and hands its report on as soon as it is there. */
export async function simulateAll(
  seeds: readonly number[],
  threads: number,
  onReport: (report: SimulationReport) => void,
): Promise<void> {
  const waiting = seeds.values();
  // All threads draw from the one iterator, so each seed is run once.
  const draw = async (): Promise<void> => {
    const worker = new Worker(new URL("seed-worker.ts", import.meta.url));
    try {
      for (const seed of waiting) {
        worker.postMessage(seed);
        const [report] = (await once(worker, "message")) as [SimulationReport];
        onReport(report);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: threads }, draw));
}
