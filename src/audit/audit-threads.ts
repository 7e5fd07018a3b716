/**
 * Threads that go along with the audit of a ledger. Some check plain entries and the signatures of checkpoints ahead of it,
 * part by part: they are most of an audit, and none of it depends on what came before. On another one the store checks its own tables.
 *
 * Invariant: a few parts are held, however long the log is; and what a thread that ends has not done is done by the audit.
 */
import { accessSync, constants } from "node:fs";
import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { LogKeys } from "../core/log-keys.ts";
import { TILE_WIDTH } from "../core/tile.ts";
import type { LedgerReader, StoreFault } from "../store/ledger-store.ts";
import type { StorePlace } from "../store/open.ts";
import type { PlainBundle } from "./plain-leaves.ts";
import { headAboveIn, type SoundHeads } from "./signed-heads.ts";

const LEAF_THREAD = new URL(`./leaf-thread${extname(import.meta.filename)}`, import.meta.url);
const TABLE_THREAD = new URL(`./table-thread${extname(import.meta.filename)}`, import.meta.url);

/** Enough to be worth a message. */
export const BUNDLES_IN_A_PART = 16;
const LEAVES_IN_A_PART = BUNDLES_IN_A_PART * TILE_WIDTH;
/** Parts that each thread is ahead. */
const PARTS_AHEAD = 2;
const MOST_THREADS = 8;
/** What a thread makes is garbage a moment later: with four times the room it was not faster. */
const YOUNG_MB = 8;
/** Far more than a thread keeps; without a bound, garbage piles up the longer an audit takes. */
const OLD_MB = 96;
/** A thread takes about as long to start as these take to check. */
const WORTH_THREADS = 20_000;

/** What a thread is told at its start. */
export interface AuditThreadData {
  readonly place: StorePlace;
  readonly hasVault: boolean;
  /** Of the auditor's policy. */
  readonly logKey: LogKeys;
}

/** What it answers. Bundles that are absent, too, are for the audit. */
export interface PartAnswer {
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

/** One thread and the parts that it has not answered yet. */
interface LeafThread {
  readonly worker: Worker;
  readonly asked: Map<number, (answer: PartAnswer) => void>;
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
  readonly #parts = new Map<number, Promise<PartAnswer>>();
  #next = 0;

  constructor(data: AuditThreadData, threads: number) {
    this.#threads = Array.from({ length: threads }, () => startThread(data));
    this.#tables = new Worker(TABLE_THREAD, {
      env: {},
      workerData: data,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB },
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
    return (await this.#parts.get(part))?.bundles[index % BUNDLES_IN_A_PART];
  }

  /** The lowest checkpoint above a size, where the threads are and if all around it are sound. */
  async headAbove(size: number): Promise<ReturnType<typeof headAboveIn>> {
    for (let part = Math.floor(size / LEAVES_IN_A_PART); ; part++) {
      const heads = (await this.#parts.get(part))?.heads;
      const found = heads && headAboveIn(heads, size);
      if (found || !heads) return found;
    }
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
    const { promise, resolve } = Promise.withResolvers<PartAnswer>();
    this.#parts.set(part, promise);
    if (thread.hasEnded) return resolve(nothingOf(part));
    thread.asked.set(part, resolve);
    thread.worker.postMessage(part);
  }
}

function nothingOf(part: number): PartAnswer {
  return { part, bundles: [], heads: undefined };
}

function startThread(data: AuditThreadData): LeafThread {
  const worker = new Worker(LEAF_THREAD, {
    env: {},
    workerData: data,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB },
  });
  const thread: LeafThread = { worker, asked: new Map(), hasEnded: false };
  const settle = (answer: PartAnswer): void => {
    thread.asked.get(answer.part)?.(answer);
    thread.asked.delete(answer.part);
  };
  const end = (): void => {
    thread.hasEnded = true;
    for (const part of thread.asked.keys()) settle(nothingOf(part));
  };
  worker.on("message", settle).once("error", end).once("exit", end);
  return thread;
}
