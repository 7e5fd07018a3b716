/** Commits what the main thread sends (see commit-thread.ts), one batch after the other. */
import { parentPort, workerData } from "node:worker_threads";
import { WarifuError, messageOf } from "../../core/errors.ts";
import { FilesInPlace } from "../../files/files-in-place.ts";
import { HeadGuard } from "../head-guard.ts";
import { pagedRandomBytes } from "../../core/random.ts";
import type { RecordOpenings, Vault } from "../vault.ts";
import { BatchInserter } from "./batch-inserter.ts";
import type { CommitAnswer, CommitQuestion, CommitThreadData } from "./commit-thread.ts";
import { openDatabase } from "./database.ts";
import { unpackBatch, type PackedBatch } from "./packed-batch.ts";
import { openSqliteVault } from "./vault.ts";

/** Page cache of this thread's connection to the ledger, in KiB: it only inserts. */
const CACHE_KIB = 32_768;

class Commits {
  readonly #vault: Vault;
  readonly #head: HeadGuard;
  readonly #inserter: BatchInserter;
  readonly #closeLedger: () => void;
  #vaultFailure: unknown;

  constructor({ ledgerPath, vaultPath, guardPath, ...keys }: CommitThreadData) {
    const db = openDatabase(ledgerPath, "STORE_FAILED", { secureDelete: true, cacheKib: CACHE_KIB });
    this.#closeLedger = () => db.close();
    this.#head = new HeadGuard(guardPath);
    this.#inserter = new BatchInserter(db, { head: this.#head, files: new FilesInPlace(ledgerPath, "STORE_FAILED") });
    this.#vault = openSqliteVault(vaultPath, { ...keys, randomBytes: pagedRandomBytes() });
  }

  /** Openings first: an entry without its openings could never be shown. */
  async commit(packed: PackedBatch): Promise<void> {
    const { batch, openings } = unpackBatch(packed);
    await this.#keep(openings);
    this.#inserter.insert(batch);
  }

  async #keep(openings: readonly RecordOpenings[]): Promise<void> {
    if (this.#vaultFailure !== undefined) throw this.#vaultFailure;
    try {
      await this.#vault.keep(openings);
    } catch (error) {
      this.#vaultFailure = error;
      throw error;
    }
  }

  async close(): Promise<void> {
    try {
      this.#head.flush();
    } finally {
      this.#closeLedger();
      await this.#vault.close();
    }
  }
}

// What prevents opening is told to the first who asks.
const opened = (async () => new Commits(workerData as CommitThreadData))();
opened.catch(() => undefined);
let done: Promise<unknown> = opened.catch(() => undefined);

parentPort?.on("message", (question: CommitQuestion) => {
  done = done.then(async () => parentPort?.postMessage(await answerTo(question)));
});

async function answerTo(question: CommitQuestion): Promise<CommitAnswer> {
  try {
    const commits = await opened;
    if (question === "close") await commits.close();
    else if (question !== "open") await commits.commit(question);
    return undefined;
  } catch (error) {
    if (error instanceof WarifuError) return { code: error.code, message: error.message, details: error.details };
    return { code: "STORE_FAILED", message: `committing failed: ${messageOf(error)}`, details: {} };
  }
}
