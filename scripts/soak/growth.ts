/**
 * `npm run soak -- growth [records]`: fills one log through the real service, as its clients would, and measures at each size
 * whether anything grows with it: what a record costs, a start, memory, a bundle, pages and searches, the disk, an audit.
 * Prints a table, and writes it as CSV to bench-results/. Ten million records take about 6 GB in `WARIFU_BENCH_DIR`, or else
 * in the system's temporary folder.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sendBatches, untilFinal, withCpuOf } from "../bench/sending.ts";
import { startBenchService } from "../bench/service.ts";
import { percentile } from "../bench/statistics.ts";
import type { Workload } from "../bench/workload.ts";
import { searchesOf, timesOf } from "./searches.ts";

const SIZES = [10_000, 100_000, 1_000_000, 3_000_000, 10_000_000, 30_000_000, 100_000_000];
/** Records whose cost is measured right after a start, when nothing is compiled yet: the same at each size. */
const FIRST = 10_000;
/** Of the steps in between, of which the last few count. */
const STEP = 100_000;
const COMPARED = 5;
const WORKLOAD: Workload = { seed: 1, shape: "reading" };
const AUDIT = fileURLToPath(new URL("./audit-process.ts", import.meta.url));

type Row = Readonly<Record<string, number>>;

const records = Number(process.argv[2] ?? 1_000_000);
if (!Number.isSafeInteger(records) || records < 1) throw new TypeError(`not a number of records: ${process.argv[2]}`);
const sizes = [...SIZES.filter((size) => size < records), records];
const rows: Row[] = [];
let service = await startBenchService();
let sent = 0;
try {
  for (const size of sizes) {
    const appended = await fill(size);
    const read = await measureReading();
    await service.stop();
    const stopped = measureStopped();
    rows.push({ records: size, ...appended, ...read, ...stopped, ...(await restart()) });
    print();
  }
} finally {
  await service.stop();
  if (process.env["GROWTH_KEEP"] === undefined) service.discard();
  else process.stderr.write(`kept in ${service.dataDir}\n`);
}

/** Sends until the log has so many records. @returns what a record cost, in microseconds of CPU, and the rate */
async function fill(size: number): Promise<Row> {
  const cold = await send(Math.min(FIRST, size - sent));
  const steps = [];
  while (sent < size) steps.push(await send(Math.min(STEP, size - sent)));
  const last = steps.slice(-COMPARED);
  return {
    usPerRecordAfterStart: cold.us,
    usPerRecord: median((last.length > 0 ? last : [cold]).map(({ us }) => us)),
    recordsPerSecond: median((last.length > 0 ? last : [cold]).map(({ perSecond }) => perSecond)),
  };
}

async function send(count: number): Promise<{ us: number; perSecond: number }> {
  const sending = { first: sent, records: count, batch: 2_000, connections: 4 };
  const { acknowledged, seconds, cpu } = await withCpuOf(service, () => sendBatches(service, WORKLOAD, sending));
  sent += acknowledged;
  return { us: cpu / acknowledged, perSecond: acknowledged / seconds };
}

/** What is asked of a running service: bundles, pages and searches; medians in milliseconds. */
async function measureReading(): Promise<Row> {
  await untilFinal(service);
  const mib = (await service.memory()).rss / 2 ** 20;
  const { treeSize } = await service.status();
  const [bundleMs, bundleBytes] = await bundles(treeSize);
  return { serviceMiB: mib, bundleMs, bundleBytes, ...(await timesOf(service, await searchesOf(service, treeSize))) };
}

/** Bundles of records all over the log. @returns the median time, and the size of the largest */
async function bundles(treeSize: number): Promise<[ms: number, bytes: number]> {
  const times: number[] = [];
  let largest = 0;
  for (let n = 0; n < 50; n++) {
    const place = Math.floor((treeSize * n) / 50);
    const page = (await (await fetch(`${service.target.url}/v1/records?limit=1&cursor=${place}`)).json()) as {
      readonly items: readonly { readonly id: string }[];
    };
    const begun = performance.now();
    const answer = await fetch(`${service.target.url}/v1/records/${page.items[0]?.id ?? ""}/bundle`);
    const { byteLength } = await answer.arrayBuffer();
    if (!answer.ok) throw new TypeError(`no bundle: ${answer.status}`);
    times.push(performance.now() - begun);
    largest = Math.max(largest, byteLength);
  }
  return [median(times), largest];
}

/** The disk, and an audit in a process of its own. */
function measureStopped(): Row {
  const bytesPerRecord = folderSize(service.dataDir) / sent;
  const { stdout, status } = spawnSync(process.execPath, [AUDIT, service.policyFile], {
    env: service.environment,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new TypeError("the audit did not hold");
  return { bytesPerRecord, ...(JSON.parse(stdout) as Row) };
}

async function restart(): Promise<Row> {
  const begun = performance.now();
  service = await startBenchService({}, service.dataDir);
  const startMs = performance.now() - begun;
  const { user, system } = (await service.memory()).cpu;
  return { startMs, startCpuMs: (user + system) / 1_000 };
}

function folderSize(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

function median(values: readonly number[]): number {
  return percentile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}

/** All that is known so far: a run that is cut off has said it. */
function print(): void {
  const names = Object.keys(rows[0] ?? {});
  const table = names.map((name) => [name, ...rows.map((row) => shown(row[name] ?? Number.NaN))]);
  process.stdout.write(
    `\n${table.map(([name = "", ...cells]) => name.padEnd(58) + cells.map((cell) => cell.padStart(12)).join("")).join("\n")}\n`,
  );
  mkdirSync("bench-results", { recursive: true });
  const csv = [names.join(","), ...rows.map((row) => names.map((name) => shown(row[name] ?? Number.NaN)).join(","))];
  writeFileSync(join("bench-results", "growth.csv"), `${csv.join("\n")}\n`);
}

function shown(value: number): string {
  return String(value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}
