/** One record per request, over many connections, as devices send them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bareInserts } from "../machine-limits.ts";
import { connections, figure, measure, records, SEED } from "../measure.ts";
import { sendSingles, singlesOf, withCpuOf, withService } from "../sending.ts";
import { startBenchService } from "../service.ts";
import { percentile } from "../statistics.ts";
import type { Workload } from "../workload.ts";

/** About what a record takes in all tables. */
const BYTES_PER_RECORD = 500;
/** Sent first and not measured: the service is compiled, which takes some ten thousand requests. */
const WARM_UP = 20_000;

export const singles = measure({
  name: "singles",
  title: "One record per request, 6 public claims",
  parameters: { connections: connections(32), records: records(40_000, 20_000), seed: SEED },
  run: ({ connections, records, seed }) =>
    withService(startBenchService, async (service) => {
      const workload: Workload = { seed, shape: "reading" };
      const warmUp = Math.min(WARM_UP, records);
      await sendSingles(service, singlesOf(workload, { first: 0, records: warmUp }), connections);
      const bodies = singlesOf(workload, { first: warmUp, records });
      const { acknowledged, seconds, latencies, cpu } = await withCpuOf(service, () =>
        sendSingles(service, bodies, connections),
      );
      const perSecond = acknowledged / seconds;
      const folder = mkdtempSync(join(tmpdir(), "warifu-bench-"));
      const inserts = bareInserts(folder, BYTES_PER_RECORD, 16, 2);
      rmSync(folder, { recursive: true, force: true });
      return [
        figure("ingest one record per request", perSecond, "records/s"),
        figure("  CPU time of the service", cpu / acknowledged, "us/record"),
        figure("  p50", percentile(latencies, 0.5), "ms"),
        figure("  p99", percentile(latencies, 0.99), "ms"),
        figure("upper bound: bare SQLite inserts, same size and durability, 16 per commit", inserts, "rows/s"),
        figure("  ingest one record per request, as a share of that", perSecond / inserts, "x"),
      ];
    }),
});
