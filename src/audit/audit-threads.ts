/**
 * Threads that help with the audit of a ledger. Some check plain entries and the signatures of checkpoints ahead of the
 * audit, part by part: that is most of the work, and no part of it depends on earlier ones. On another thread, the store
 * checks its own tables.
 *
 * Invariant: if a thread ends, the audit does what that thread has not done.
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

/** What a thread answers for a part. Bundles that are absent or `undefined` are left to the audit. */
export interface LeavesAnswer {
  readonly part: number;
  readonly bundles: readonly (PlainBundle | undefined)[];
  /** The checkpoints above the first leaf of the part, up to its end, if all are sound. */
  readonly heads: SoundHeads | undefined;
}

/** What the thread for the tables answers each time it is asked for more. */
export interface FaultsAnswer {
  readonly faults: readonly StoreFault[];
  readonly isAll: boolean;
}

/** Threads for a log of that size, unless they would not pay here. */
export function auditThreadsFor(data: AuditThreadData, size: number): AuditThreads | undefined {
  const cores = availableParallelism();
  return size >= WORTH_THREADS && cores > 1 && isWritable(data.place)
    ? new AuditThreads(data, Math.min(cores, MOST_THREADS))
    : undefined;
}

/** In a read-only folder, a database may have to be copied before it is read: once is enough. */
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

  /** The lowest checkpoint above a size, if it lies in a part whose checkpoints are all sound. */
  async headAbove(size: number): Promise<ReturnType<typeof headAboveIn>> {
    for (let part = Math.floor(size / LEAVES_IN_A_PART); ; part++) {
      const heads = (await this.#leaves.held(part))?.heads;
      const found = heads && headAboveIn(heads, size);
      if (found || !heads) return found;
    }
  }

  /** The faults that {@link LedgerReader.check} of the same store finds. */
  async *faults(store: Pick<LedgerReader, "check">): AsyncGenerator<StoreFault> {
    let told = 0;
    for (;;) {
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

/** All but the first ones, which were told already: a store finds its faults in the same order each time. */
async function* allBut<T>(first: number, all: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T> {
  let at = 0;
  for await (const one of all) if (at++ >= first) yield one;
}
