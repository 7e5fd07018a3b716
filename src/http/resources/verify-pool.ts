/** Verifies bundles on a thread of its own, one after another. */
import { extname } from "node:path";
import { utf8 } from "../../core/bytes.ts";
import { formatPolicy, type Policy } from "../../core/policy.ts";
import { OwnThread } from "../../serve/own-thread.ts";
import type { Verdict } from "../../verify/verdict.ts";
import type { VerifyJob } from "./verify-worker.ts";

/** Verifies in another thread. */
export class VerifyPool {
  readonly #thread = new OwnThread<VerifyJob, Verdict>({
    script: new URL(`./verify-worker${extname(import.meta.filename)}`, import.meta.url),
    mostWaiting: 32,
    // The largest bundle takes a fraction of a second, but the first one waits until the thread has loaded its modules.
    longestMs: 60_000,
    heapMib: 256,
    says: {
      tooMany: "too many bundles wait to be verified: send again in a moment",
      tooLate: "the bundle could not be verified in time: verify it with `warifu verify`",
    },
  });

  /**
   * The verdict on a bundle, with no node asked.
   * @throws BUSY when too many are already waiting, or this one took too long
   */
  async verify(bytes: Uint8Array, policy: Policy): Promise<Verdict> {
    return this.#thread.run({ bytes, policy: utf8(formatPolicy(policy)) });
  }

  /** Ends the thread. */
  close(): Promise<void> {
    return this.#thread.close();
  }
}
