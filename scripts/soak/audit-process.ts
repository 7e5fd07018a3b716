/** Audits the data folder that the environment names, under the policy in the file that is named, and says what that took. */
import { readFileSync } from "node:fs";
import { auditLedger } from "../../src/audit/audit-folder.ts";
import { parseConfig } from "../../src/config.ts";
import { parsePolicy } from "../../src/core/policy.ts";

const settings = Object.entries(process.env).filter(([name]) => name.startsWith("WARIFU_"));
const begun = performance.now();
const report = await auditLedger({
  config: parseConfig(Object.fromEntries(settings)),
  policy: parsePolicy(readFileSync(process.argv[2] ?? "")),
});
const seconds = (performance.now() - begun) / 1000;
if (report.outcome !== "holds") {
  process.stderr.write(`${JSON.stringify(report.findings.slice(0, 3))}\n`);
  process.exit(1);
}
const { user, system } = process.cpuUsage();
const { entries } = report.checked;
process.stdout.write(
  JSON.stringify({
    auditedPerSecond: entries / seconds,
    auditUsPerLeaf: (user + system) / entries,
    auditMiB: process.resourceUsage().maxRSS / 1024,
  }),
);
