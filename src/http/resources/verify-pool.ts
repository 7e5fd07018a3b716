/**
 * Verifies bundles in a separate thread, one after another. The queue is bounded, and a bundle that takes too long costs its
 * thread and nothing else.
 */
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { utf8 } from "../../core/bytes.ts";
import { WarifuError } from "../../core/errors.ts";
import { formatPolicy, type Policy } from "../../core/policy.ts";
import type { Verdict } from "../../verify/verdict.ts";
import type { VerifyAnswer, VerifyJob } from "./verify-worker.ts";

const WORKER = new URL(`./verify-worker${extname(import.meta.filename)}`, import.meta.url);
const MOST_WAITING = 32;
/** The largest bundle takes a fraction of a second. */
const LONGEST_MS = 10_000;
const HEAP_MIB = 256;

/** Verifies in another thread. */
export class VerifyPool {
  #worker: Worker | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /**
   * The verdict on a bundle, with no node asked.
   * @throws BUSY when too many are already waiting, or this one took too long
   */
  async verify(bytes: Uint8Array, policy: Policy): Promise<Verdict> {
    if (this.#waiting >= MOST_WAITING)
      throw new WarifuError("BUSY", "too many bundles wait to be verified: send again in a moment");
    this.#waiting++;
    const verdict = this.#turn.then(() => this.#run({ bytes, policy: utf8(formatPolicy(policy)) }));
    this.#turn = verdict.catch(() => undefined);
    return verdict.finally(() => this.#waiting--);
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  async #run(job: VerifyJob): Promise<Verdict> {
    const worker = (this.#worker ??= startWorker());
    const { promise, resolve, reject } = Promise.withResolvers<VerifyAnswer>();
    const fail = (): void => {
      // The next bundle starts a new one.
      this.#worker = undefined;
      void worker.terminate();
      reject(new WarifuError("BUSY", "the bundle could not be verified in time: verify it with `warifu verify`"));
    };
    const timer = setTimeout(fail, LONGEST_MS);
    worker.once("message", resolve).once("error", fail).once("exit", fail);
    try {
      worker.postMessage(job);
      const answer = await promise;
      if ("verdict" in answer) return answer.verdict;
      throw new WarifuError(answer.failure.code ?? "STOPPED", answer.failure.message);
    } finally {
      clearTimeout(timer);
      worker.off("message", resolve).off("error", fail).off("exit", fail);
    }
  }
}

function startWorker(): Worker {
  const worker = new Worker(WORKER, { resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB }, env: {} });
  // The thread alone must not keep the service running.
  worker.unref();
  return worker;
}
