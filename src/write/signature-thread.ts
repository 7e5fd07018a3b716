/**
 * Verifies Ed25519 signatures on a thread of its own, beside the one that everything else shares. What is asked for in the
 * same turn of the event loop goes there as one message: one message for each signature would cost as much as it saves.
 */
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { WarifuError } from "../core/errors.ts";
import { packClaims, type Claim } from "./signature-claims.ts";

const WORKER = new URL(`./signature-worker${extname(import.meta.filename)}`, import.meta.url);
const SIGNATURE_BYTES = 64;
/** Signatures in one message. More would keep those in front waiting for those behind, and this thread idle meanwhile. */
const MOST_AT_ONCE = 512;

/** A claim that waits for its verdict. */
interface Waiting {
  readonly claim: Claim;
  readonly resolve: (isSigned: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** The thread starts when it is first needed. */
export class SignatureThread {
  #worker: Worker | undefined;
  #gathered: Waiting[] = [];
  /** Asked, in this order. */
  readonly #asked: (readonly Waiting[])[] = [];

  /**
   * Whether it is a signature of the message under a public key that passed core's `assertPublicKey`.
   * @throws BUSY the thread ended before it answered
   */
  verify(...claim: Claim): Promise<boolean> {
    if (claim[2].length !== SIGNATURE_BYTES) return Promise.resolve(false);
    return new Promise((resolve, reject) => {
      if (this.#gathered.push({ claim, resolve, reject }) === 1) setImmediate(() => this.#ask());
    });
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  #ask(): void {
    const worker = (this.#worker ??= this.#start());
    const gathered = this.#gathered;
    this.#gathered = [];
    for (let at = 0; at < gathered.length; at += MOST_AT_ONCE) {
      const asked = gathered.slice(at, at + MOST_AT_ONCE);
      const packed = packClaims(asked.map(({ claim }) => claim));
      this.#asked.push(asked);
      worker.postMessage(packed, [packed.buffer]);
    }
  }

  #start(): Worker {
    const worker = new Worker(WORKER, { env: {} });
    // The thread alone must not keep the service running.
    worker.unref();
    worker.on("message", (verdicts: Uint8Array) => {
      for (const [at, { resolve }] of (this.#asked.shift() ?? []).entries()) resolve(verdicts[at] === 1);
    });
    const fail = (): void => {
      if (this.#worker === worker) this.#fail();
    };
    worker.on("error", fail).on("exit", fail);
    return worker;
  }

  /** What comes next starts a new thread. */
  #fail(): void {
    this.#worker = undefined;
    const error = new WarifuError("BUSY", "the signature could not be verified just now: send again in a moment");
    for (const { reject } of this.#asked.splice(0).flat()) reject(error);
  }
}
