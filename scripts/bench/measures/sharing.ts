/** A log in PostgreSQL: what one service takes there, and what several that share it take together. */
import { copyFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Wallet } from "ethers";
import { LOCAL_DEV_KEY } from "../../../src/chain/signers/development-keys.ts";
import { freePort } from "../../free-port.ts";
import { startPostgres } from "../../postgres.ts";
import type { Body, LoadResult } from "../load.ts";
import { BATCH, connections, figure, measure, records, SEED, type Figure, type Values } from "../measure.ts";
import { cpuSecondsBelow } from "../processes.ts";
import { batchesOf, sendBodies, sendSingles, singlesOf, withCpuOf, type Span } from "../sending.ts";
import { startBenchService, type BenchService } from "../service.ts";
import { percentile } from "../statistics.ts";
import type { Workload } from "../workload.ts";

const WARM_UP = 10_000;
/** Which a front end has copies of; the last one is for whoever sends. */
const KEY_FILES = ["log.key", "vault.key", "issuer.key", "api-keys.json"];

export const sharing = measure({
  name: "sharing",
  title: "A log in PostgreSQL, with one service and with several",
  isExtra: true,
  parameters: {
    services: { what: "services that share the log", usual: 2, least: 2, most: 8 },
    batch: BATCH,
    connections: { ...connections(4), what: "connections that send batches to each service" },
    records: records(100_000, 20_000),
    singles: { what: "records of which each is sent alone", usual: 10_000, quick: 2_000, least: 1, most: 1_000_000 },
    "singles-at-once": { what: "of those, sent at a time to each service", usual: 32, least: 1, most: 256 },
    seed: SEED,
  },
  run: async (values) => [...(await figuresOf(1, values)), ...(await figuresOf(values.services, values))],
});

type Given = Values<"batch" | "connections" | "records" | "singles" | "singles-at-once" | "seed">;

async function figuresOf(count: number, given: Given): Promise<readonly Figure[]> {
  const server = await startPostgres(await freePort(), process.env["WARIFU_BENCH_DIR"] ?? "/tmp");
  const services: BenchService[] = [];
  try {
    const first = await startBenchService({ WARIFU_DATABASE: server.url });
    services.push(first);
    while (services.length < count) services.push(await startFrontEnd(first, server.url));
    return await measureAll(services, given, () => cpuSecondsBelow(server.pid()));
  } finally {
    // Those on its chain before the one that started it.
    for (const service of services.toReversed()) {
      await service.stop();
      service.discard();
    }
    await server.stop();
  }
}

function startFrontEnd({ dataDir, environment }: BenchService, database: string): Promise<BenchService> {
  const folder = mkdtempSync(join(process.env["WARIFU_BENCH_DIR"] ?? tmpdir(), "warifu-bench-front-end-"));
  for (const file of KEY_FILES) copyFileSync(join(dataDir, file), join(folder, file));
  const chain = `http://127.0.0.1:${environment["WARIFU_CHAIN_PORT"]}`;
  const { address } = new Wallet(LOCAL_DEV_KEY);
  return startBenchService(
    { WARIFU_DATABASE: database, WARIFU_FRONT_END: "on", WARIFU_RPC_URL: chain, WARIFU_ANCHOR_ADDRESS: address },
    folder,
  );
}

async function measureAll(
  services: readonly BenchService[],
  given: Given,
  databaseSeconds: () => number | undefined,
): Promise<readonly Figure[]> {
  const { batch, connections, records, singles } = given;
  const workload: Workload = { seed: given.seed, shape: "reading" };
  const sendAll = (span: Span): Promise<Sent> =>
    together(services, {
      ...{ span, make: (share) => batchesOf(workload, { ...share, batch }) },
      send: (service, bodies) => sendBodies(service, bodies, connections),
    });
  const sendAlone = (span: Span): Promise<Sent> =>
    together(services, {
      ...{ span, make: (share) => singlesOf(workload, share) },
      send: (service, bodies) => sendSingles(service, bodies, given["singles-at-once"]),
    });
  await sendAll({ first: 0, records: WARM_UP });
  const whose = services.length === 1 ? "one service" : `${services.length} services`;
  const inBatches = await withDatabase(databaseSeconds, () => sendAll({ first: WARM_UP, records }));
  const alone = await withDatabase(databaseSeconds, () => sendAlone({ first: WARM_UP + records, records: singles }));
  return [
    ...figuresFor(`ingest in batches, ${whose} on one PostgreSQL`, "in batches", whose, inBatches),
    ...figuresFor(`ingest one record per request, ${whose} on one PostgreSQL`, "alone", whose, alone),
    figure(`  p99 of a record, ${whose}`, percentile(alone.latencies, 0.99), "ms"),
  ];
}

/** What was acknowledged by all of them, and the CPU time that it took them, in microseconds. */
type Sent = LoadResult & { readonly cpu: number };

/** What is sent to services that share a log. */
interface Shared {
  readonly span: Span;
  readonly make: (share: Span) => readonly Body[];
  readonly send: (service: BenchService, bodies: readonly Body[]) => Promise<LoadResult>;
}

/** Sends each service its share, all at the same time. */
async function together(services: readonly BenchService[], { span, make, send }: Shared): Promise<Sent> {
  const records = Math.ceil(span.records / services.length);
  const shares = services.map((service, at) => ({
    service,
    bodies: make({ first: span.first + at * records, records }),
  }));
  const started = performance.now();
  const all = await Promise.all(shares.map(({ service, bodies }) => withCpuOf(service, () => send(service, bodies))));
  return {
    acknowledged: all.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
    seconds: (performance.now() - started) / 1_000,
    latencies: all.flatMap(({ latencies }) => latencies).sort((a, b) => a - b),
    cpu: all.reduce((sum, { cpu }) => sum + cpu, 0),
  };
}

type Measured = Sent & { readonly databaseCpu: number | undefined };

async function withDatabase(seconds: () => number | undefined, send: () => Promise<Sent>): Promise<Measured> {
  const before = seconds();
  const sent = await send();
  const after = seconds();
  return { ...sent, databaseCpu: before === undefined || after === undefined ? undefined : (after - before) * 1e6 };
}

function figuresFor(name: string, how: string, whose: string, measured: Measured): readonly Figure[] {
  const { acknowledged, seconds, cpu, databaseCpu } = measured;
  return [
    figure(name, acknowledged / seconds, "records/s"),
    figure(`  CPU time of ${whose}, ${how}`, cpu / acknowledged, "us/record"),
    ...(databaseCpu === undefined
      ? []
      : [figure(`  CPU time of PostgreSQL under ${whose}, ${how}`, databaseCpu / acknowledged, "us/record")]),
  ];
}
