/** Audits of one log: from outside while its service runs, and of its folder once it is stopped. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportLog } from "../../../src/administer/export-log.ts";
import { auditLedger } from "../../../src/audit/audit-folder.ts";
import { openServedLog, type LogPlace } from "../../../src/audit/served-log.ts";
import { parseConfig } from "../../../src/config.ts";
import { parsePolicy } from "../../../src/core/policy.ts";
import type { AuditReport } from "../../../src/verify/audit-findings.ts";
import { auditLog } from "../../../src/verify/audit-log.ts";
import { BATCH, figure, measure, records, SEED, type Values } from "../measure.ts";
import { fillLog, untilFinal, withCpuOf } from "../sending.ts";
import { startBenchService, type BenchService } from "../service.ts";

export const audit = measure({
  name: "audit",
  title: "Audit of every leaf, tile and body: over HTTP, and of the stopped service with its checkpoints and openings",
  parameters: { batch: BATCH, records: records(400_000, 100_000), seed: SEED },
  run: async ({ batch, records, seed }) => {
    const service = await startBenchService();
    try {
      const outside = await filledAndAudited(service, { batch, records, seed }).finally(() => service.stop());
      const files = await asFiles(service);
      const inside = await timed(() => auditLedger({ config: configOf(service), policy: policyOf(service) }));
      return [
        figure("audit over HTTP with bodies", outside.perSecond, "leaves/s"),
        figure("  the auditor's CPU time", outside.cpu / outside.entries, "us/leaf"),
        figure("  the service's CPU time", outside.serviceCpu / outside.entries, "us/leaf"),
        figure("audit of exported files with bodies", files.perSecond, "leaves/s"),
        figure("  CPU time of exported files", files.cpu / files.entries, "us/leaf"),
        figure("audit of a data folder", inside.perSecond, "leaves/s"),
        figure("  CPU time", inside.cpu / inside.entries, "us/leaf"),
        figure("entries in that log", inside.entries),
      ];
    } finally {
      service.discard();
    }
  },
});

async function filledAndAudited(
  service: BenchService,
  { batch, records, seed }: Values<"batch" | "records" | "seed">,
): Promise<FromOutside> {
  await fillLog(service, { seed, shape: "reading" }, { first: 0, records, batch, connections: 4 });
  await untilFinal(service);
  return fromOutside(service);
}

/** What an audit took, in microseconds of CPU, and how fast it was. */
interface Timed {
  readonly entries: number;
  readonly perSecond: number;
  readonly cpu: number;
}

interface FromOutside extends Timed {
  readonly serviceCpu: number;
}

async function fromOutside(service: BenchService): Promise<FromOutside> {
  const place = { url: `${service.target.url}/log` };
  const { outside, cpu } = await withCpuOf(service, async () => ({ outside: await auditAt(place, service) }));
  return { ...outside, serviceCpu: cpu };
}

/** As of object storage: nobody serves them. */
async function asFiles(service: BenchService): Promise<Timed> {
  const folder = mkdtempSync(join(process.env["WARIFU_BENCH_DIR"] ?? tmpdir(), "warifu-bench-files-"));
  try {
    await exportLog({ config: configOf(service), policy: policyOf(service), folder, hasBundles: false });
    return await auditAt({ folder }, service);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function auditAt(place: LogPlace, service: BenchService): Promise<Timed> {
  const policy = policyOf(service);
  const served = openServedLog(place, policy.log.name);
  try {
    return await timed(() => auditLog({ log: served.reader, policy }));
  } finally {
    await served.close();
  }
}

async function timed(audit: () => Promise<AuditReport>): Promise<Timed> {
  const [started, before] = [performance.now(), process.cpuUsage()];
  const report = await audit();
  const { user, system } = process.cpuUsage(before);
  if (report.outcome !== "holds") throw new TypeError(`the audit found: ${JSON.stringify(report.findings[0])}`);
  const { entries } = report.checked;
  return { entries, perSecond: entries / ((performance.now() - started) / 1000), cpu: user + system };
}

function policyOf({ policyFile }: BenchService) {
  return parsePolicy(readFileSync(policyFile));
}

function configOf({ environment }: BenchService) {
  return parseConfig(Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith("WARIFU_"))));
}
