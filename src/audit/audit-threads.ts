/**
 * Threads that go along with the audit of a ledger. Some check plain entries ahead of it, part by part: reading rows, bodies
 * and hashing are most of an audit, and none of it depends on what came before. On another one the store checks its own tables.
 *
 * Invariant: a few parts are held, however long the log is; and what a thread that ends has not done is done by the audit.
 */
import { accessSync, constants } from "node:fs";
import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { LedgerReader, StoreFault } from "../store/ledger-store.ts";
import type { StorePlace } from "../store/open.ts";
import type { PlainBundle } from "./plain-leaves.ts";

const LEAF_THREAD = new URL(`./leaf-thread${extname(import.meta.filename)}`, import.meta.url);
const TABLE_THREAD = new URL(`./table-thread${extname(import.meta.filename)}`, import.meta.url);

/** Enough to be worth a message. */
export const BUNDLES_IN_A_PART = 16;
/** Parts that each thread is ahead. */
const PARTS_AHEAD = 2;
const MOST_THREADS = 8;
/** What a thread makes is garbage a moment later: more room for it would not be faster. */
const YOUNG_MB = 32;
/** A thread takes about as long to start as these take to check. */
const WORTH_THREADS = 20_000;

/** What a thread is told at its start. */
export interface AuditThreadData {
  readonly place: StorePlace;
  readonly hasVault: boolean;
}

/** What it answers. Bundles that are absent, too, are for the audit. */
export interface PartAnswer {
  readonly part: number;
  readonly bundles: readonly (PlainBundle | undefined)[];
}

/** What the thread for the tables answers, each time that it is asked for more. */
export interface FaultsAnswer {
  readonly faults: readonly StoreFault[];
  readonly isAll: boolean;
}

/** One thread and the parts that it has not answered yet. */
interface LeafThread {
  readonly worker: Worker;
  readonly asked: Map<number, (bundles: PartAnswer["bundles"]) => void>;
  hasEnded: boolean;
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
  readonly #threads: readonly LeafThread[];
  readonly #tables: Worker;
  readonly #tablesEnded: Promise<undefined>;
  readonly #parts = new Map<number, Promise<PartAnswer["bundles"]>>();
  #next = 0;

  constructor(data: AuditThreadData, threads: number) {
    this.#threads = Array.from({ length: threads }, () => startThread(data));
    this.#tables = new Worker(TABLE_THREAD, {
      env: {},
      workerData: data,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.#tablesEnded = new Promise((resolve) => {
      for (const event of ["error", "exit"]) this.#tables.once(event, () => resolve(undefined));
    });
  }

  /** The entry bundle of that number, if all of it is plain. Precondition: asked for in order, and at most once each. */
  async take(index: number): Promise<PlainBundle | undefined> {
    const part = Math.floor(index / BUNDLES_IN_A_PART);
    for (const before of this.#parts.keys()) if (before < part) this.#parts.delete(before);
    this.#next = Math.max(this.#next, part);
    while (this.#next < part + PARTS_AHEAD * this.#threads.length) this.#ask(this.#next++);
    return (await this.#parts.get(part))?.[index % BUNDLES_IN_A_PART];
  }

  /** What the store finds wrong with its tables, as {@link LedgerReader.check} of the same store. */
  async *faults(store: Pick<LedgerReader, "check">): AsyncGenerator<StoreFault> {
    for (;;) {
      const answered = new Promise<FaultsAnswer>((resolve) => this.#tables.once("message", resolve));
      this.#tables.postMessage("more");
      const answer = await Promise.race([answered, this.#tablesEnded]);
      if (!answer) return yield* store.check();
      yield* answer.faults;
      if (answer.isAll) return;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#tables, ...this.#threads.map(({ worker }) => worker)].map((one) => one.terminate()));
  }

  #ask(part: number): void {
    const thread = this.#threads[part % this.#threads.length] as LeafThread;
    const { promise, resolve } = Promise.withResolvers<PartAnswer["bundles"]>();
    this.#parts.set(part, promise);
    if (thread.hasEnded) return resolve([]);
    thread.asked.set(part, resolve);
    thread.worker.postMessage(part);
  }
}

function startThread(data: AuditThreadData): LeafThread {
  const worker = new Worker(LEAF_THREAD, {
    env: {},
    workerData: data,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const thread: LeafThread = { worker, asked: new Map(), hasEnded: false };
  const settle = ({ part, bundles }: PartAnswer): void => {
    thread.asked.get(part)?.(bundles);
    thread.asked.delete(part);
  };
  const end = (): void => {
    thread.hasEnded = true;
    for (const part of thread.asked.keys()) settle({ part, bundles: [] });
  };
  worker.on("message", settle).once("error", end).once("exit", end);
  return thread;
}
