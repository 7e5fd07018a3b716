/**
 * What the same records cost elsewhere, in the same run: PostgreSQL with a table and unique indexes like the ledger's, which
 * proves nothing; the ledger's own tables alone, without HTTP, checks, tree and signature: what no ledger with these indexes
 * can exceed on one thread; and, where there is Go, Tessera, which proves what it took and finds nothing but by its number,
 * and the store of immudb, which finds by a key. Each row has the same number of bytes, and all wait for the disk.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { freePort } from "../../free-port.ts";
import { startPostgres } from "../../postgres.ts";
import { ledgerInserts } from "../machine-limits.ts";
import { BATCH, connections, figure, measure, records, SEED, type Figure, type Values } from "../measure.ts";
import type { LoadResult } from "../load.ts";
import { buildGoPeers, runGoPeer, versionOf, type GoCost, type GoPeer } from "../go-peers.ts";
import { cpuSecondsBelow } from "../processes.ts";
import { sendBatches, sendSingles, singlesOf, withCpuOf, withService } from "../sending.ts";
import { startBenchService } from "../service.ts";
import { recordOf, type Workload } from "../workload.ts";

/** Sent first and not measured, in batches and alone: the service is compiled while it runs, its peers are compiled before. */
const WARM_UP = 20_000;
/** Records that are read back from a peer. */
const READS = 10_000;
/** A statement of PostgreSQL takes 65,535 values. */
const MOST_ROWS = 9_000;

export const peers = measure({
  name: "peers",
  title: "The same records into PostgreSQL, into the ledger's tables alone, into Tessera and into immudb",
  isExtra: true,
  parameters: {
    batch: { ...BATCH, most: MOST_ROWS },
    connections: connections(4),
    seed: SEED,
    records: records(200_000, 40_000),
    singles: { what: "records of which each is sent alone", usual: 10_000, quick: 2_000, least: 1, most: 1_000_000 },
    "singles-at-once": { what: "of those, sent at a time", usual: 32, least: 1, most: 256 },
  },
  run: async (values) => {
    const ourOwn = await ourRates(values);
    const { perSecond: ours, cpu: ourCpu } = ourOwn.batches;
    const tables = ledgerTables(values);
    const [theirs, theirCpu] = await postgresRate(values);
    return [
      figure("Warifu: acknowledged, proven, signed (NDJSON)", ours, "records/s"),
      figure("  CPU time of the service", ourCpu, "us/record"),
      figure("the fair limit: the ledger's own tables and indexes, one thread", tables.perSecond, "rows/s"),
      figure("  CPU time", tables.cpu, "us/row"),
      figure("  Warifu as a share of the fair limit", ours / tables.perSecond, "x"),
      figure("PostgreSQL: INSERT of a batch, three unique indexes, fsync", theirs, "rows/s"),
      ...theirCpu,
      figure("  Warifu as a share of PostgreSQL", ours / theirs, "x"),
      figure("Warifu: one record per request", ourOwn.singles.perSecond, "records/s"),
      figure("  CPU time of the service, one record per request", ourOwn.singles.cpu, "us/record"),
      ...(await goFigures(values, ourOwn)),
    ];
  },
});

type Given = Values<"batch" | "connections" | "records" | "seed" | "singles" | "singles-at-once">;

/** Records a second, and microseconds of CPU a record. */
interface Rate {
  readonly perSecond: number;
  readonly cpu: number;
}

interface OurRates {
  readonly batches: Rate;
  readonly singles: Rate;
}

async function ourRates(given: Given): Promise<OurRates> {
  const { batch, connections, records, seed, singles } = given;
  const workload: Workload = { seed, shape: "reading" };
  return withService(startBenchService, async (service) => {
    await sendBatches(service, workload, { first: 0, records: WARM_UP, batch, connections });
    const together = await withCpuOf(service, () =>
      sendBatches(service, workload, { first: WARM_UP, records, batch, connections }),
    );
    const warmUp = Math.min(WARM_UP, records);
    const first = WARM_UP + records;
    const atOnce = given["singles-at-once"];
    await sendSingles(service, singlesOf(workload, { first, records: warmUp }), atOnce);
    const bodies = singlesOf(workload, { first: first + warmUp, records: singles });
    const alone = await withCpuOf(service, () => sendSingles(service, bodies, atOnce));
    return { batches: rateOf(together), singles: rateOf(alone) };
  });
}

function rateOf({ acknowledged, seconds, cpu }: LoadResult & { readonly cpu: number }): Rate {
  return { perSecond: acknowledged / seconds, cpu: cpu / acknowledged };
}

const NAMES = { tessera: "Tessera", immudb: "immudb's store" } as const;
const KINDS = { batches: "batches", singles: "records that come alone", reads: "records read with a proof" } as const;

async function goFigures(given: Given, ours: OurRates): Promise<readonly Figure[]> {
  const program = buildGoPeers();
  if (program === undefined) {
    process.stdout.write(
      "left out: Tessera and immudb, which are built with Go, which is not here or could not build them\n",
    );
    return [];
  }
  const { batch, connections, records, singles, seed } = given;
  const bodies = { bodyOf: (n: number) => bodyOf(seed, n) };
  const counts = { batches: records, singles, reads: Math.min(records, READS) };
  const work = { ...bodies, batch, connections, ...counts, records, singlesAtOnce: given["singles-at-once"] };
  const figures: Figure[] = [];
  for (const peer of ["tessera", "immudb"] as const) {
    const costs = await runGoPeer(program, peer, work);
    for (const kind of ["batches", "singles", "reads"] as const)
      figures.push(...figuresOf(peer, kind, costs[kind], counts[kind]));
    for (const kind of ["batches", "singles"] as const) {
      const theirs = counts[kind] / costs[kind].seconds;
      figures.push(figure(`  Warifu as a share of ${NAMES[peer]}, ${kind}`, ours[kind].perSecond / theirs, "x"));
    }
  }
  return figures;
}

/** A name stands for one figure of a run. */
function figuresOf(peer: GoPeer, kind: keyof typeof KINDS, { seconds, cpu }: GoCost, count: number): readonly Figure[] {
  return [
    figure(`${NAMES[peer]} ${versionOf(peer)}: ${KINDS[kind]}`, count / seconds, "records/s"),
    figure(`  CPU time of ${NAMES[peer]}, ${kind}`, (cpu * 1e6) / count, "us/record"),
  ];
}

function ledgerTables({ batch, records, seed }: Given): { perSecond: number; cpu: number } {
  const folder = mkdtempSync(join(process.env["WARIFU_BENCH_DIR"] ?? tmpdir(), "warifu-bench-tables-"));
  try {
    return ledgerInserts(folder, { rows: records, perCommit: batch, bodyOf: (n) => bodyOf(seed, n) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const TABLE = `CREATE TABLE entry (leaf_index bigint PRIMARY KEY, kind smallint NOT NULL, source_ref integer NOT NULL,
  seq bigint NOT NULL, id bytea NOT NULL UNIQUE, body_digest bytea NOT NULL, body bytea NOT NULL, UNIQUE (source_ref, seq))`;
const COLUMNS = 7;

async function postgresRate(given: Given): Promise<[perSecond: number, cpu: readonly Figure[]]> {
  const server = await startPostgres(await freePort(), process.env["WARIFU_BENCH_DIR"] ?? "/tmp");
  const pool = new pg.Pool({ connectionString: server.url, max: given.connections });
  // The server may end connections that are about to be closed; a query that fails is told to whoever asked.
  pool.on("error", () => undefined);
  try {
    await pool.query(TABLE);
    const before = cpuSecondsBelow(server.pid());
    const seconds = await insertAll(pool, given);
    const cpu = cpuSecondsBelow(server.pid());
    const perRow = before === undefined || cpu === undefined ? undefined : ((cpu - before) * 1e6) / given.records;
    const figures = perRow === undefined ? [] : [figure("  CPU time of the server", perRow, "us/row")];
    return [given.records / seconds, figures];
  } finally {
    await pool.end();
    await server.stop();
  }
}

/** @returns seconds */
async function insertAll(pool: pg.Pool, { batch, connections, records, seed }: Given): Promise<number> {
  const batches = Array.from({ length: Math.ceil(records / batch) }, (_, n) => {
    const count = Math.min(batch, records - n * batch);
    const values = Array.from({ length: count }, (__, at) => rowOf(seed, n * batch + at)).flat();
    return { name: `insert ${count}`, text: insertOf(count), values };
  });
  let next = 0;
  const started = performance.now();
  const work = async (): Promise<void> => {
    for (let one = batches[next++]; one; one = batches[next++]) await pool.query(one);
  };
  await Promise.all(Array.from({ length: connections }, work));
  return (performance.now() - started) / 1_000;
}

function insertOf(rows: number): string {
  const marks = Array.from({ length: rows }, (_, row) => {
    const own = Array.from({ length: COLUMNS }, (__, at) => `$${row * COLUMNS + at + 1}`);
    return `(${own.join(", ")})`;
  });
  return `INSERT INTO entry VALUES ${marks.join(", ")}`;
}

function rowOf(seed: number, n: number): readonly (number | Buffer)[] {
  const id = Buffer.alloc(16);
  id.writeUInt32BE(n, 0);
  return [n, 1, n % 50, Math.floor(n / 50), id, Buffer.alloc(32, n % 256), bodyOf(seed, n)];
}

/** As long as the body of a record in the log, which has the log's name and the source's id besides. */
function bodyOf(seed: number, n: number): Buffer {
  return Buffer.from(recordOf({ seed, shape: "reading" }, n).padEnd(300));
}
