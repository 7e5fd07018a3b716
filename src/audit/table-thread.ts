/** The thread of {@link AuditThreads} on which a store checks its own tables. Faults are handed over a piece at a time. */
import { parentPort, workerData } from "node:worker_threads";
import { readLedger } from "../store/open.ts";
import type { StoreFault } from "../store/ledger-store.ts";
import type { AuditThreadData, FaultsAnswer } from "./audit-threads.ts";

/** More than are listed in a report. */
const FAULTS_IN_A_PIECE = 1_024;

const store = await readLedger((workerData as AuditThreadData).place);
let isWanted = Promise.withResolvers<undefined>();
parentPort?.on("message", () => isWanted.resolve(undefined));

let faults: StoreFault[] = [];
for await (const fault of store.check()) {
  faults.push(fault);
  if (faults.length === FAULTS_IN_A_PIECE) await handOver(false);
}
await handOver(true);
await store.close();

async function handOver(isAll: boolean): Promise<void> {
  await isWanted.promise;
  isWanted = Promise.withResolvers<undefined>();
  parentPort?.postMessage({ faults, isAll } satisfies FaultsAnswer);
  faults = [];
  if (isAll) parentPort?.close();
}
