/**
 * Threads that help the audit of a ledger. Some check plain entries and the signatures of checkpoints ahead of it, part by
 * part: these are most of an audit, and none of them depends on what came before. On another one the store checks its own
 * tables.
 *
 * Invariant: what a thread that ends has not done is done by the audit.
 */
import { accessSync, constants } from "node:fs";
import { availableParallelism } from "node:os";
import { extname } from "node:path";
import type { Worker } from "node:worker_threads";
import type { LogKeys } from "../core/log-keys.ts";
import type { LedgerReader, StoreFault } from "../store/ledger-store.ts";
import type { StorePlace } from "../store/open.ts";
import { BUNDLES_IN_A_PART, LEAVES_IN_A_PART, PartThreads, startAuditThread, WORTH_THREADS } from "./part-threads.ts";
import type { PlainBundle } from "./plain-leaves.ts";
import { headAboveIn, type SoundHeads } from "./signed-heads.ts";

const LEAF_THREAD = new URL(`./leaf-thread${extname(import.meta.filename)}`, import.meta.url);
const TABLE_THREAD = new URL(`./table-thread${extname(import.meta.filename)}`, import.meta.url);
const MOST_THREADS = 8;

/** What a thread is told at its start. */
export interface AuditThreadData {
  readonly place: StorePlace;
  readonly hasVault: boolean;
  /** Of the auditor's policy. */
  readonly logKey: LogKeys;
}

/** What it answers. Bundles that are absent, too, are for the audit. */
export interface LeavesAnswer {
  readonly part: number;
  readonly bundles: readonly (PlainBundle | undefined)[];
  /** The checkpoints above the first leaf of the part, up to its end, if all are sound. */
  readonly heads: SoundHeads | undefined;
}

/** What the thread for the tables answers, each time that it is asked for more. */
export interface FaultsAnswer {
  readonly faults: readonly StoreFault[];
  readonly isAll: boolean;
}

/** The threads for a log, if it is worth some here. */
export function auditThreadsFor(data: AuditThreadData, size: number): AuditThreads | undefined {
  const cores = availableParallelism();
  return size >= WORTH_THREADS && cores > 1 && isWritable(data.place)
    ? new AuditThreads(data, Math.min(cores, MOST_THREADS))
    : undefined;
}

/** From a folder that nobody can write to, a database may have to be copied to be read: once is enough. */
function isWritable({ dataDir }: StorePlace): boolean {
  try {
    accessSync(dataDir, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The threads of one audit. Close them after it. */
export class AuditThreads {
  readonly #leaves: PartThreads<LeavesAnswer>;
  readonly #tables: Worker;
  readonly #tablesEnded: Promise<undefined>;

  constructor(data: AuditThreadData, threads: number) {
    this.#leaves = new PartThreads(LEAF_THREAD, data, threads);
    this.#tables = startAuditThread(TABLE_THREAD, data);
    this.#tablesEnded = new Promise((resolve) => {
      for (const event of ["error", "exit"]) this.#tables.once(event, () => resolve(undefined));
    });
  }

  /** The entry bundle of that number, if all of it is plain. Precondition: asked for in order, and at most once each. */
  async take(index: number): Promise<PlainBundle | undefined> {
    const answer = await this.#leaves.answerTo(Math.floor(index / BUNDLES_IN_A_PART));
    return answer?.bundles[index % BUNDLES_IN_A_PART];
  }

  /** The lowest checkpoint above a size, where the threads are and if all around it are sound. */
  async headAbove(size: number): Promise<ReturnType<typeof headAboveIn>> {
    for (let part = Math.floor(size / LEAVES_IN_A_PART); ; part++) {
      const heads = (await this.#leaves.held(part))?.heads;
      const found = heads && headAboveIn(heads, size);
      if (found || !heads) return found;
    }
  }

  /** What the store finds wrong with its tables, as {@link LedgerReader.check} of the same store. */
  async *faults(store: Pick<LedgerReader, "check">): AsyncGenerator<StoreFault> {
    for (let told = 0; ;) {
      const answered = new Promise<FaultsAnswer>((resolve) => this.#tables.once("message", resolve));
      this.#tables.postMessage("more");
      const answer = await Promise.race([answered, this.#tablesEnded]);
      if (!answer) return yield* allBut(told, store.check());
      yield* answer.faults;
      told += answer.faults.length;
      if (answer.isAll) return;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#tables.terminate(), this.#leaves.close()]);
  }
}

/** Without the first ones: what a store finds, it finds in the same order each time. */
async function* allBut<T>(first: number, all: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T> {
  let at = 0;
  for await (const one of all) if (at++ >= first) yield one;
}
