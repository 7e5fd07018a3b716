/**
 * Commits on a thread of its own: inserting, encrypting and above all waiting for the disk, while the main thread goes on
 * answering. The thread has its own connections to ledger and vault, and as long as it runs nobody else commits batches;
 * everything else is read as before, and written between its commits (write-turns.ts).
 *
 * What is in the ledger is durable: the engine shows a commit to other connections after its fsync.
 */
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { WarifuError, messageOf, type ErrorCode, type ErrorDetails } from "../../core/errors.ts";
import { compileCache } from "../../serve/compile-cache.ts";
import type { Committer } from "../committer.ts";
import type { Batch, LogStore } from "../log-store.ts";
import type { RecordOpenings } from "../vault.ts";
import { packBatch, type PackedBatch } from "./packed-batch.ts";
import type { MasterKeyBytes } from "../rows/master-keys.ts";
import { WriteTurns } from "../write-turns.ts";

const WORKER = new URL(`./commit-worker${extname(import.meta.filename)}`, import.meta.url);

/** What the thread opens. */
export interface CommitThreadData extends MasterKeyBytes {
  readonly ledgerPath: string;
  readonly vaultPath: string;
  readonly guardPath: string;
}

/** What it is asked: whether it is open, to commit, or to write what is still pending and close. */
export type CommitQuestion = PackedBatch | "open" | "close";

/** How that went. */
export type CommitAnswer = undefined | { code: ErrorCode; message: string; details: ErrorDetails };

/** Who waits for an answer. */
interface Asked {
  readonly resolve: () => void;
  readonly reject: (reason: WarifuError) => void;
}

/** The committer of a ledger and vault that are open. Close it before them. */
export class CommitThread implements Committer {
  readonly #store: Pick<LogStore, "adopt">;
  readonly #turns: WriteTurns;
  readonly #worker: Worker;
  /** In the order in which they asked. */
  readonly #asked: Asked[] = [];
  #hasEnded = false;

  /** @param turns also those of ledger and vault */
  constructor(store: Pick<LogStore, "adopt">, data: CommitThreadData, turns = new WriteTurns()) {
    this.#store = store;
    this.#turns = turns;
    this.#worker = new Worker(WORKER, { env: compileCache(), workerData: data });
    // An idle thread must not keep the service running.
    this.#worker.unref();
    this.#worker.on("message", (answer: CommitAnswer) => this.#settle(answer));
    this.#worker.once("error", (error) => this.#end(messageOf(error))).once("exit", () => this.#end("it ended"));
  }

  async commit(batch: Batch, openings: readonly RecordOpenings[]): Promise<void> {
    const packed = packBatch(batch, openings);
    await this.#turns.commit(() => this.#ask(packed, [packed.bytes.buffer, packed.numbers.buffer]));
    this.#store.adopt(batch);
  }

  /** Waits until the thread can commit. @throws what keeps it from that, as the first commit would */
  opened(): Promise<void> {
    return this.#ask("open");
  }

  /** @throws STORE_FAILED what was pending could not be written */
  async close(): Promise<void> {
    if (!this.#hasEnded) await this.#ask("close");
    await this.#worker.terminate();
  }

  #ask(question: CommitQuestion, transferred: ArrayBuffer[] = []): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#hasEnded) return reject(endedThread("it ended before"));
      this.#asked.push({ resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage(question, transferred);
    });
  }

  #settle(answer: CommitAnswer): void {
    const asked = this.#asked.shift();
    if (this.#asked.length === 0) this.#worker.unref();
    if (answer === undefined) return asked?.resolve();
    asked?.reject(new WarifuError(answer.code, answer.message, { details: answer.details }));
  }

  #end(reason: string): void {
    this.#hasEnded = true;
    for (const { reject } of this.#asked.splice(0)) reject(endedThread(reason));
  }
}

function endedThread(reason: string): WarifuError {
  return new WarifuError(
    "STORE_FAILED",
    `the thread that commits is gone (${reason}): what is durable is known after a restart`,
  );
}
