/**
 * Sends a workload to the service under test, in batches or one record per request, and says what that cost it. All that is
 * sent is made before time is taken: whoever makes it shares the cores with the service, and a peer gets it ready-made too.
 */
import { runLoad, type Body, type LoadResult } from "./load.ts";
import type { BenchService } from "./service.ts";
import { batchOf, recordOf, type Workload } from "./workload.ts";

/** Which records of a workload. */
export interface Span {
  /** Number of the first one. */
  readonly first: number;
  readonly records: number;
}

/** How they are sent in batches. */
interface Sending extends Span {
  readonly batch: number;
  readonly connections: number;
}

/** What makes a log large is made in such steps: ten million records would not fit into memory. */
const STEP = 200_000;

/** Sends until all records are acknowledged; the last batch has what is left. */
export function sendBatches(service: BenchService, workload: Workload, sending: Sending): Promise<LoadResult> {
  return sendBodies(service, batchesOf(workload, sending), sending.connections);
}

/** Fills a log with any number of records, for what is measured then. */
export async function fillLog(service: BenchService, workload: Workload, sending: Sending): Promise<void> {
  const { first, records, ...how } = sending;
  for (let sent = 0; sent < records; sent += STEP)
    await sendBatches(service, workload, { first: first + sent, records: Math.min(STEP, records - sent), ...how });
}

/** Bodies of batches. */
export function batchesOf(workload: Workload, { first, records, batch }: Span & { readonly batch: number }): Body[] {
  return Array.from({ length: Math.ceil(records / batch) }, (_, n) => {
    const count = Math.min(batch, records - n * batch);
    return { bytes: Buffer.from(batchOf(workload, first + n * batch, count)), records: count };
  });
}

/** Bodies of one record each. */
export function singlesOf(workload: Workload, { first, records }: Span): Body[] {
  return Array.from({ length: records }, (_, n) => ({ bytes: Buffer.from(recordOf(workload, first + n)), records: 1 }));
}

/** Sends batches over so many connections, over each the next one as soon as one is answered. */
export function sendBodies(service: BenchService, bodies: readonly Body[], connections: number): Promise<LoadResult> {
  return runLoad(service.target, "application/x-ndjson", connections, (n) => bodies[n]);
}

/** The same with bodies of one record. */
export function sendSingles(service: BenchService, bodies: readonly Body[], connections: number): Promise<LoadResult> {
  return runLoad(service.target, "application/json", connections, (n) => bodies[n]);
}

/** Does some work, and takes the CPU time of the service meanwhile, in microseconds: of all its threads, not its chain. */
export async function withCpuOf<T>(
  service: BenchService,
  work: () => Promise<T>,
): Promise<T & { readonly cpu: number }> {
  const before = (await service.memory()).cpu;
  const result = await work();
  const after = (await service.memory()).cpu;
  return { ...result, cpu: after.user + after.system - before.user - before.system };
}

/** Starts a service, has it used, stops it, and removes its folder, whatever happens. */
export async function withService<T>(
  start: () => Promise<BenchService>,
  use: (service: BenchService) => Promise<T>,
): Promise<T> {
  const service = await start();
  try {
    return await use(service);
  } finally {
    await service.stop();
    service.discard();
  }
}

/** Waits until the whole log is under a final anchor. */
export async function untilFinal(service: BenchService): Promise<void> {
  const { treeSize } = await service.status();
  for (let waited = 0; (await service.status()).finalizedSize < treeSize; waited += 250) {
    if (waited > 60_000) throw new TypeError("the log was not anchored within a minute");
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
