// The thread in which `simulateAll` runs seeds: one in, its report out.
import { parentPort, workerData } from "node:worker_threads";

import { simulate } from "./simulation.ts";

const server = workerData as string | undefined;

parentPort?.on("message", (seed: number) => {
  // A rejection ends the thread with it, which is how the other side hears of it.
  void simulate(seed, server).then((report) => parentPort?.postMessage(report));
});
