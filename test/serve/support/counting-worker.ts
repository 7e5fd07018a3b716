// What a thread of its own does in ../own-thread.test.ts: it counts its jobs, fails, or does not end, as it is told.

import { WarifuError } from "../../../src/core/errors.ts";
import { doJobs } from "../../../src/serve/own-thread.ts";

let done = 0;

doJobs<"count" | "fail" | "hang" | "crash", number>((job) => {
  if (job === "fail") throw new WarifuError("NOT_FOUND", "as told");
  if (job === "crash") process.exit(1);
  while (job === "hang") done--;
  return ++done;
});
