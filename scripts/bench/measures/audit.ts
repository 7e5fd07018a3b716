/** Audit of the folder of a stopped service. */
import { readFileSync } from "node:fs";
import { auditLedger } from "../../../src/audit/audit-folder.ts";
import { parseConfig } from "../../../src/config.ts";
import { parsePolicy } from "../../../src/core/policy.ts";
import { BATCH, figure, measure, records, SEED } from "../measure.ts";
import { sendBatches, untilFinal } from "../sending.ts";
import { startBenchService } from "../service.ts";

export const audit = measure({
  name: "audit",
  title: "Audit of the stopped service: every leaf, tile, checkpoint, body and opening",
  parameters: { batch: BATCH, records: records(400_000, 100_000), seed: SEED },
  run: async ({ batch, records, seed }) => {
    const service = await startBenchService();
    try {
      await sendBatches(service, { seed, shape: "reading" }, { first: 0, records, batch, connections: 4 });
      await untilFinal(service);
    } finally {
      await service.stop();
    }
    const [started, before] = [performance.now(), process.cpuUsage()];
    const report = await auditLedger({
      config: parseConfig(warifuSettings(service.environment)),
      policy: parsePolicy(readFileSync(service.policyFile)),
    });
    const { user, system } = process.cpuUsage(before);
    service.discard();
    if (report.outcome !== "holds") throw new TypeError(`the audit found: ${JSON.stringify(report.findings[0])}`);
    const { entries } = report.checked;
    return [
      figure("audit of a data folder", entries / ((performance.now() - started) / 1000), "leaves/s"),
      figure("  CPU time", (user + system) / entries, "us/leaf"),
      figure("entries in that log", entries),
    ];
  },
});

function warifuSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith("WARIFU_")));
}
