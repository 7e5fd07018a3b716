/** What readers notice of a slow disk while records come in, each of which waits for it. Needs a C compiler, and Linux. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { getOne, sendOne } from "../load.ts";
import { figure, measure, SEED } from "../measure.ts";
import { probe } from "../probing.ts";
import { withService } from "../sending.ts";
import { startBenchService } from "../service.ts";
import { percentile } from "../statistics.ts";
import { recordOf } from "../workload.ts";
import { latencies } from "./beside-batches.ts";

const SOURCE = fileURLToPath(new URL("../slow-fsync.c", import.meta.url));

export const slowDisk = measure({
  name: "slow-disk",
  title: "Reading while records come in, on a disk that is slow",
  isExtra: true,
  parameters: {
    milliseconds: { what: "milliseconds that each fsync takes longer", usual: 10, least: 0, most: 1_000 },
    seconds: { what: "seconds", usual: 10, quick: 4, least: 1, most: 600 },
    seed: SEED,
  },
  run: async ({ milliseconds, seconds, seed }) => {
    const folder = mkdtempSync(join(tmpdir(), "warifu-bench-"));
    const library = join(folder, "slow-fsync.so");
    try {
      execFileSync("cc", ["-shared", "-fPIC", "-o", library, SOURCE, "-ldl"]);
      const settings = { LD_PRELOAD: library, SLOW_FSYNC_US: String(milliseconds * 1_000) };
      return await withService(
        () => startBenchService(settings),
        async ({ target }) => {
          let next = 0;
          const send = () => sendOne(target, recordOf({ seed, shape: "reading" }, next++));
          await send();
          const [reads, records] = await Promise.all([
            probe(() => getOne(`${target.url}/v1/records?limit=1`), 200, { everyMs: 7, seconds }),
            probe(send, 201, { everyMs: 10, seconds }),
          ]);
          return [
            ...latencies("reading one record", reads),
            figure("one record sent, p50: as often as the disk is waited for", percentile(records, 0.5), "ms"),
          ];
        },
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
});
