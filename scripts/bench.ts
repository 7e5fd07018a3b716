/**
 * `npm run bench`: measures the real service with real HTTP, SQLite with fsync and a local Hardhat chain, and in the same
 * run the most that the machine could do. Prints a table and writes JSON to bench-results/.
 *
 *     npm run bench                  everything, a few minutes
 *     npm run bench -- --quick       shorter runs
 *     npm run bench -- --large       also 2 million records into one log: memory and append cost
 *     npm run bench -- --fees        only this: a day of anchoring on a simulated fee market, the same in every run
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { arch, cpus, platform, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { auditLedger } from "../src/audit/audit-folder.ts";
import { parseConfig } from "../src/config.ts";
import { parsePolicy } from "../src/core/policy.ts";
import { verifyBundle } from "../src/verify/verify-bundle.ts";
import { createClient } from "../src/client/client.ts";
import { feeMarketDays } from "./bench/fee-market.ts";
import { measureFlood, QUOTA } from "./bench/flood.ts";
import { measureIndexer } from "./bench/indexer.ts";
import { percentile, runLoad, type LoadResult } from "./bench/load.ts";
import { bareHashes, bareInserts } from "./bench/machine-limits.ts";
import { startBenchService, type BenchService } from "./bench/service.ts";
import { batchOf, recordOf, signedBatchOf, signingDevices, type Shape } from "./bench/workload.ts";

const BATCH = 2_000;
const BATCH_CONNECTIONS = 4;
const SINGLE_CONNECTIONS = 32;
const LARGE_RECORDS = 2_000_000;

const USAGE = `usage: npm run bench -- [--quick] [--large] [--fees]

  --quick   shorter runs
  --large   also 2 million records into one log: memory and append cost
  --fees    only this: a day of anchoring on a simulated fee market`;

const { quick, large, fees } = readArguments();
const results: Record<string, number | string> = {};

/** Read before anything is measured: a misspelt option must not cost minutes. */
function readArguments(): { quick: boolean; large: boolean; fees: boolean } {
  const off = { type: "boolean", default: false } as const;
  try {
    const { values } = parseArgs({ options: { quick: off, large: off, fees: off, help: { ...off, short: "h" } } });
    if (!values.help) return values;
    console.log(USAGE);
    process.exit(0);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

function note(name: string, value: number | string, unit = ""): void {
  results[name] = typeof value === "number" ? Number(value.toPrecision(5)) : value;
  const text =
    typeof value === "number" ? value.toLocaleString("en", { maximumFractionDigits: value < 100 ? 2 : 0 }) : value;
  process.stdout.write(`  ${name.padEnd(82)} ${text.padStart(12)} ${unit}\n`);
}

function heading(text: string): void {
  process.stdout.write(`\n${text}\n`);
}

/** Sends batches of one shape until `records` have been sent. */
function sendBatches(
  service: BenchService,
  shape: Shape,
  first: number,
  records: number,
  keyed = false,
): Promise<LoadResult> {
  return runLoad(service.target, "application/x-ndjson", BATCH_CONNECTIONS, (n) =>
    n * BATCH >= records ? undefined : { text: batchOf(shape, first + n * BATCH, BATCH, keyed), records: BATCH },
  );
}

async function measureIngest(service: BenchService): Promise<{ perSecond: number; bytesPerRecord: number }> {
  heading(`Ingest over HTTP, durable and acknowledged (NDJSON of ${BATCH} records, ${BATCH_CONNECTIONS} connections)`);
  await sendBatches(service, "public", 0, 40_000);
  const before = storedBytes(service.dataDir);
  const count = quick ? 100_000 : 400_000;
  const plain = await sendBatches(service, "public", 100_000, count);
  const perSecond = plain.acknowledged / plain.seconds;
  note("ingest in batches (NDJSON), records with 6 public claims", perSecond, "records/s");
  const bytesPerRecord = (storedBytes(service.dataDir) - before) / count;
  const keyed = await sendBatches(service, "public", 1_000_000, count / 4, true);
  note(
    "the same, each record with an idempotency key (keys in rising order)",
    keyed.acknowledged / keyed.seconds,
    "records/s",
  );
  const concealed = await sendBatches(service, "concealed", 2_000_000, count / 8);
  note(
    "ingest in batches, records with 4 of 6 claims concealed",
    concealed.acknowledged / concealed.seconds,
    "records/s",
  );
  return { perSecond, bytesPerRecord };
}

async function measureSigned(service: BenchService): Promise<void> {
  heading(
    `Signed records: each a JWS (Ed25519) that is verified (NDJSON of ${BATCH} records, ${BATCH_CONNECTIONS} connections)`,
  );
  const devices = await signingDevices();
  const officer = createClient({ url: service.target.url, apiKey: service.officerKey });
  for (const { source, key } of devices) await officer.registerSource(source, { key });
  const bodies: string[] = [];
  for (let at = 0; at < (quick ? 20 : 80); at++) bodies.push(await signedBatchOf(devices, at * BATCH, BATCH));
  const { acknowledged, seconds } = await runLoad(service.target, "application/x-ndjson", BATCH_CONNECTIONS, (n) => {
    const text = bodies[n];
    return text === undefined ? undefined : { text, records: BATCH };
  });
  note("ingest in batches, each record signed by its source", acknowledged / seconds, "records/s");
}

async function measureFairness(): Promise<void> {
  heading("One device sends ten times its quota; 20 others send 10 records a second each");
  const service = await startBenchService({ WARIFU_SOURCE_RECORDS_PER_SECOND: String(QUOTA) });
  const admin = createClient({ url: service.target.url, apiKey: service.adminKey });
  const { key } = await admin.issueKey("wild", "submitter", { sources: ["bench/wild"] });
  const rounds = { rounds: quick ? 1 : 5, seconds: quick ? 5 : 10 };
  const { quietP99, floodedP99, ...flood } = await measureFlood(
    service.target,
    { ...service.target, apiKey: key },
    rounds,
  );
  await service.stop();
  service.discard();
  note("  p99 of the others, without it", quietP99, "ms");
  note("  p99 of the others, beside it", floodedP99, "ms");
  note("  ratio of the two", floodedP99 / quietP99, "x");
  note("records of the flood that were taken", flood.floodTaken);
  note("records of the flood that were refused", flood.floodRefused);
}

async function measureSingles(service: BenchService): Promise<number> {
  heading("One record per request, 6 public claims");
  const count = quick ? 10_000 : 40_000;
  const { acknowledged, seconds, latencies } = await runLoad(
    service.target,
    "application/json",
    SINGLE_CONNECTIONS,
    (n) => (n >= count ? undefined : { text: recordOf("public", 5_000_000 + n), records: 1 }),
  );
  note(`ingest one record per request, ${SINGLE_CONNECTIONS} connections`, acknowledged / seconds, "records/s");
  note("  p50", percentile(latencies, 0.5), "ms");
  note("  p99", percentile(latencies, 0.99), "ms");
  return acknowledged / seconds;
}

async function measureProofs(service: BenchService): Promise<void> {
  heading("Proofs");
  const ids = await acknowledgedIds(service);
  await untilFinal(service);
  const bundles: Uint8Array[] = [];
  const started = performance.now();
  const work = async (): Promise<void> => {
    for (let id = ids.pop(); id; id = ids.pop()) {
      const response = await fetch(`${service.target.url}/v1/records/${id}/bundle`);
      if (!response.ok) throw new TypeError(`no bundle: ${response.status} ${await response.text()}`);
      bundles.push(new Uint8Array(await response.arrayBuffer()));
    }
  };
  const total = ids.length;
  await Promise.all(Array.from({ length: 8 }, work));
  note("proof bundles built and served", total / ((performance.now() - started) / 1000), "bundles/s");
  note("size of a proof bundle", bundles[0]?.length ?? 0, "bytes");
  const policy = parsePolicy(readFileSync(service.policyFile));
  const verified = performance.now();
  for (const bundle of bundles)
    if ((await verifyBundle(bundle, policy)).outcome !== "holds")
      throw new TypeError("a bundle of the bench does not verify");
  note("proof bundles verified offline", total / ((performance.now() - verified) / 1000), "bundles/s");
}

async function acknowledgedIds(service: BenchService): Promise<string[]> {
  const response = await fetch(`${service.target.url}/v1/records`, {
    method: "POST",
    headers: { authorization: `Bearer ${service.target.apiKey}`, "content-type": "application/x-ndjson" },
    body: batchOf("public", 6_000_000, quick ? 500 : 2_000),
  });
  const lines = (await response.text()).trim().split("\n");
  return lines.map((line) => (JSON.parse(line) as { id: string }).id);
}

async function untilFinal(service: BenchService): Promise<void> {
  const { treeSize } = await service.status();
  for (let waited = 0; (await service.status()).finalizedSize < treeSize; waited += 250) {
    if (waited > 60_000) throw new TypeError("the log was not anchored within a minute");
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function measureAudit(service: BenchService): Promise<void> {
  heading("Audit of the stopped service: every leaf, tile, checkpoint, body and opening");
  const started = performance.now();
  const report = await auditLedger({
    config: parseConfig(warifuSettings(service.environment)),
    policy: parsePolicy(readFileSync(service.policyFile)),
  });
  if (report.outcome !== "holds") throw new TypeError(`the audit found: ${JSON.stringify(report.findings[0])}`);
  note("audit of a data folder", report.checked.entries / ((performance.now() - started) / 1000), "leaves/s");
  note("entries in that log", report.checked.entries);
}

function warifuSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith("WARIFU_")));
}

function measureGas(): void {
  heading("Gas (real transactions on Hardhat's simulated chain)");
  const hardhat = fileURLToPath(new URL("../node_modules/hardhat/dist/src/cli.js", import.meta.url));
  const script = fileURLToPath(new URL("./bench/gas.ts", import.meta.url));
  const output = execFileSync(process.execPath, [hardhat, "run", script], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gas = JSON.parse(/^GAS (.*)$/m.exec(output)?.[1] ?? "{}") as {
    anchor: Record<string, { gas: number }>;
    perRecord: { recordsPerAnchor: number; meanGas: number; gasPerRecord: number }[];
  };
  note(
    "gas per anchor at a million entries, from tile boundary to tile boundary, at worst",
    gas.anchor["worstTileToTile"]?.gas ?? Number.NaN,
    "gas",
  );
  note(
    "gas per anchor at a million entries, from other sizes, at worst",
    gas.anchor["worstSize"]?.gas ?? Number.NaN,
    "gas",
  );
  for (const { recordsPerAnchor, meanGas, gasPerRecord } of gas.perRecord) {
    note(`gas per anchor of ${recordsPerAnchor.toLocaleString("en")} records`, meanGas, "gas");
    note(`gas per record, at ${recordsPerAnchor.toLocaleString("en")} records per anchor`, gasPerRecord, "gas");
  }
}

async function measureIndex(): Promise<void> {
  heading("Index of anchors, steady state on anvil: one round per block, an anchor in every twentieth block");
  const cost = await measureIndexer(quick ? 60 : 200);
  note("blocks followed", cost.blocks);
  note("following one block of the chain (index of anchors)", cost.cpuMsPerBlock, "ms CPU");
  note("requests to the node per block", cost.requestsPerBlock);
  note("  of those, searches for events", cost.searchesPerBlock);
  note("a round that finds no new block", cost.cpuMsPerIdleRound, "ms CPU");
  note("requests to the node in such a round", cost.requestsPerIdleRound);
}

async function measureLarge(): Promise<void> {
  heading(`${LARGE_RECORDS.toLocaleString("en")} records into one log`);
  const service = await startBenchService();
  const step = 100_000;
  const cpuPerRecord: number[] = [];
  const rss: number[] = [];
  await sendBatches(service, "public", 0, 20_000);
  for (let sent = 20_000; sent < LARGE_RECORDS; sent += step) {
    const before = await service.memory();
    const { acknowledged, seconds } = await sendBatches(service, "public", sent, step);
    const after = await service.memory();
    const spent = after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system;
    cpuPerRecord.push(spent / acknowledged);
    rss.push(after.rss);
    process.stderr.write(
      `  ${sent + step} records: ${Math.round(acknowledged / seconds)} records/s, ` +
        `${(spent / acknowledged).toFixed(1)} us CPU per record, ${Math.round(after.rss / 2 ** 20)} MiB\n`,
    );
  }
  await service.stop();
  const [start, end] = [median(cpuPerRecord.slice(0, 5)), median(cpuPerRecord.slice(-5))];
  note("cost per record at the start (20,000 to 520,000, median of five)", start, "us CPU");
  note("cost per record at the end (the last 500,000, median of five)", end, "us CPU");
  note("ratio of the two", end / start);
  note("memory of the service after 220,000 records", (rss[1] ?? Number.NaN) / 2 ** 20, "MiB");
  note("memory of the service at the end", (rss.at(-1) ?? Number.NaN) / 2 ** 20, "MiB");
  service.discard();
}

function median(values: readonly number[]): number {
  return percentile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

/** As the databases count it: at any moment, up to 64 MB are in the write-ahead log and not yet in the files. */
function storedBytes(folder: string): number {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".sqlite"))
    .reduce((sum, name) => {
      const db = new DatabaseSync(join(folder, name), { readOnly: true });
      const { bytes } = db
        .prepare("SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size")
        .get() as {
        bytes: number;
      };
      db.close();
      return sum + bytes;
    }, 0);
}

async function measureFees(): Promise<void> {
  for (const day of await feeMarketDays()) {
    heading(`A day of 1,440 anchors on a simulated fee market with price spikes: ${day.writer}`);
    const say = (name: string, value: number, unit = ""): void => note(`${day.writer}: ${name}`, value, unit);
    say("money spent", day.spentEther, "ETH");
    say("most expensive transaction", day.dearestEther, "ETH");
    say("transactions mined", day.mined);
    say("replaced", day.replaced);
    say("median lag from due to mined", day.medianLagSeconds, "s");
    say("longest lag", day.longestLagSeconds, "s");
    say("share of the anchors due that a later one covered", 100 * day.coveredLater, "%");
  }
}

function writeResults(): void {
  mkdirSync("bench-results", { recursive: true });
  const file = join("bench-results", `${new Date().toISOString().replaceAll(":", "-").slice(0, 19)}.json`);
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  process.stdout.write(`\nwritten to ${file}\n`);
}

async function main(): Promise<void> {
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim() ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()} ${arch()}`;
  process.stdout.write(`Warifu bench: Node ${process.version} on ${machine}; client and service share the cores\n`);
  results["machine"] = machine;
  const service = await startBenchService();
  const { perSecond, bytesPerRecord } = await measureIngest(service);
  const singles = await measureSingles(service);
  await measureProofs(service);
  await measureSigned(service);
  await service.stop();
  heading("Storage");
  note("storage per record (6 public claims, all tables)", bytesPerRecord, "bytes");
  await measureAudit(service);
  service.discard();
  await measureFairness();
  measureGas();
  await measureIndex();
  heading("The machine's limits in the same run, and our share of them");
  const folder = mkdtempSync(join(tmpdir(), "warifu-bench-"));
  const batched = bareInserts(folder, Math.round(bytesPerRecord), 4_096, quick ? 2 : 5);
  const few = bareInserts(folder, Math.round(bytesPerRecord), 16, quick ? 2 : 5);
  const hashes = bareHashes(quick ? 1 : 3);
  rmSync(folder, { recursive: true, force: true });
  note("upper bound: bare SQLite inserts, same size and durability, 4,096 per commit", batched, "rows/s");
  note("  ingest in batches, as a share of that", perSecond / batched, "x");
  note("upper bound: bare SQLite inserts, same size and durability, 16 per commit", few, "rows/s");
  note("  ingest one record per request, as a share of that", singles / few, "x");
  note("bare SHA-256 of a tree node, one core", hashes, "hashes/s");
  note("  ingest in batches, as a share of that (three hashes per record)", (3 * perSecond) / hashes, "x");
  if (large) await measureLarge();
  writeResults();
}

if (fees) {
  await measureFees();
  writeResults();
} else await main();
