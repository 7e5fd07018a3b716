/** Records that arrive in batches, as gateways send them: plain, with idempotency keys, and with concealed claims. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { bareHashes, bareInserts } from "../machine-limits.ts";
import { BATCH, connections, figure, measure, records, SEED, type Figure, type Values } from "../measure.ts";
import { sendBatches, withCpuOf, withService } from "../sending.ts";
import { startBenchService, type BenchService } from "../service.ts";
import { percentile } from "../statistics.ts";
import { REPORT_CLAIMS, writeReportProfile, type Workload } from "../workload.ts";

const SENT = { batch: BATCH, connections: connections(4), seed: SEED };
/** Sent first and not measured: the service is compiled, and its caches are filled. */
const WARM_UP = 40_000;
const LIMIT_SECONDS = 2;

export const ingest = measure({
  name: "ingest",
  title: "Ingest over HTTP, durable and acknowledged (NDJSON)",
  parameters: { ...SENT, records: records(400_000, 100_000) },
  run: (values) =>
    withService(startBenchService, async (service) => {
      const workload: Workload = { seed: values.seed, shape: "reading" };
      const { perSecond, bytesPerRecord, figures } = await sendAndMeasure(service, workload, values);
      return [
        figure("ingest in batches (NDJSON), records with 6 public claims", perSecond, "records/s"),
        ...figures,
        figure("storage per record (6 public claims, all tables)", bytesPerRecord, "bytes"),
        ...limitsOf(perSecond, bytesPerRecord),
      ];
    }),
});

export const keyed = measure({
  name: "keyed",
  title: "The same, each record with an idempotency key, in rising order",
  parameters: { ...SENT, records: records(100_000, 25_000) },
  run: (values) =>
    withService(startBenchService, async (service) => {
      const workload: Workload = { seed: values.seed, shape: "reading", isKeyed: true };
      const { perSecond, figures } = await sendAndMeasure(service, workload, values);
      return [
        figure("the same, each record with an idempotency key (keys in rising order)", perSecond, "records/s"),
        ...figures,
      ];
    }),
});

const concealedClaims = {
  what: "concealed claims, of six",
  usual: 4,
  least: 0,
  most: REPORT_CLAIMS.length,
};

export const concealed = measure({
  name: "concealed",
  title: "Records whose claims are partly concealed: salted, encrypted, kept in the vault",
  parameters: { ...SENT, records: records(50_000, 12_500), concealed: concealedClaims },
  run: async (values) => {
    const folder = mkdtempSync(join(tmpdir(), "warifu-bench-profile-"));
    const settings = { WARIFU_PROFILES_DIR: writeReportProfile(folder, values.concealed) };
    try {
      return await withService(
        () => startBenchService(settings),
        async (service) => {
          const { perSecond, figures } = await sendAndMeasure(service, { seed: values.seed, shape: "report" }, values);
          const name = `ingest in batches, records with ${values.concealed} of 6 claims concealed`;
          return [figure(name, perSecond, "records/s"), ...figures];
        },
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
});

type Sent = Values<"batch" | "connections" | "records">;

async function sendAndMeasure(
  service: BenchService,
  workload: Workload,
  { records, batch, connections }: Sent,
): Promise<{ perSecond: number; bytesPerRecord: number; figures: readonly Figure[] }> {
  const warmUp = Math.min(WARM_UP, records);
  await sendBatches(service, workload, { first: 0, records: warmUp, batch, connections });
  const before = storedBytes(service.dataDir);
  const { acknowledged, seconds, latencies, cpu } = await withCpuOf(service, () =>
    sendBatches(service, workload, { first: warmUp, records, batch, connections }),
  );
  return {
    perSecond: acknowledged / seconds,
    bytesPerRecord: (storedBytes(service.dataDir) - before) / acknowledged,
    figures: [
      figure("  CPU time of the service", cpu / acknowledged, "us/record"),
      figure("  p50 of a batch", percentile(latencies, 0.5), "ms"),
      figure("  p99 of a batch", percentile(latencies, 0.99), "ms"),
    ],
  };
}

/** The most that this machine could do, in the same run, and the ledger's share of it. */
function limitsOf(perSecond: number, bytesPerRecord: number): readonly Figure[] {
  const folder = mkdtempSync(join(tmpdir(), "warifu-bench-"));
  const inserts = bareInserts(folder, Math.max(1, Math.round(bytesPerRecord)), 4_096, LIMIT_SECONDS);
  const hashes = bareHashes(LIMIT_SECONDS / 2);
  rmSync(folder, { recursive: true, force: true });
  return [
    figure("upper bound: bare SQLite inserts, same size and durability, 4,096 per commit", inserts, "rows/s"),
    figure("  ingest in batches, as a share of that", perSecond / inserts, "x"),
    figure("bare SHA-256 of a tree node, one core", hashes, "hashes/s"),
    figure("  ingest in batches, as a share of that (three hashes per record)", (3 * perSecond) / hashes, "x"),
  ];
}

/** As the databases count it: at any moment, up to 64 MB are in the write-ahead log and not yet in the files. */
function storedBytes(folder: string): number {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".sqlite"))
    .reduce((sum, name) => {
      const db = new DatabaseSync(join(folder, name), { readOnly: true });
      const { bytes } = db
        .prepare("SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size")
        .get() as { bytes: number };
      db.close();
      return sum + bytes;
    }, 0);
}
