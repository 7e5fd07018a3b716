// What a thread of its own does in ../own-thread.test.ts: it counts its jobs, fails, before or after its answer, or does not end, as it is told.

import { workerData } from "node:worker_threads";

import { WarifuError } from "../../../src/core/errors.ts";
import { doJobs } from "../../../src/serve/own-thread.ts";

let done = 0;

doJobs<"count" | "fail" | "hang" | "crash" | "stumble", number>((job) => {
  if (job === "fail") throw new WarifuError("NOT_FOUND", "as told");
  if (job === "crash") process.exit(1);
  if (job === "stumble") setImmediate(stumble);
  if (job === "hang") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  return ++done;
});

/** Fails once its answer has been taken: which of the two would be heard of first is not certain otherwise. */
function stumble(): void {
  Atomics.wait(workerData as Int32Array, 0, 0);
  throw new Error("too late to be told");
}
