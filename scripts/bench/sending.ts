/** Sends a workload in batches to the service under test, and says what that cost it. */
import { runLoad, type LoadResult } from "./load.ts";
import type { BenchService } from "./service.ts";
import { batchOf, type Workload } from "./workload.ts";

/** How a workload is sent. */
export interface Sending {
  /** Number of the first record. */
  readonly first: number;
  readonly records: number;
  readonly batch: number;
  readonly connections: number;
}

/** Sends until all records are acknowledged; the last batch has what is left. */
export function sendBatches(service: BenchService, workload: Workload, sending: Sending): Promise<LoadResult> {
  const { first, records, batch, connections } = sending;
  return runLoad(service.target, "application/x-ndjson", connections, (n) => {
    const count = Math.min(batch, records - n * batch);
    return count <= 0 ? undefined : { text: batchOf(workload, first + n * batch, count), records: count };
  });
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
