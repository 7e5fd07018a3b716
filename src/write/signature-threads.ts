/**
 * Verifies Ed25519 signatures on threads of their own, to relieve the main one. Signatures that are asked about in the
 * same turn of the event loop go there in a few messages: a message each would cost as much as it saves.
 */
import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { WarifuError } from "../core/errors.ts";
import { compileCache } from "../serve/compile-cache.ts";
import { packClaims, type Claim } from "./signature-claims.ts";

const WORKER = new URL(`./signature-worker${extname(import.meta.filename)}`, import.meta.url);
const SIGNATURE_BYTES = 64;
/** Signatures in one message. With more, the first would wait for the last. */
const MOST_AT_ONCE = 256;
/** More threads than cores only take turns. */
const MOST_THREADS = Math.min(4, availableParallelism());

/** A claim that waits for its verdict. */
interface Waiting {
  readonly claim: Claim;
  readonly resolve: (isSigned: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** As many threads as have work; each starts when it is first needed. */
export class SignatureThreads {
  #threads: SignatureThread[] = [];
  #gathered: Waiting[] = [];

  /**
   * Whether it is a signature of the message under a public key that passed core's `assertPublicKey`.
   * @throws BUSY its thread ended before it answered
   */
  verify(...claim: Claim): Promise<boolean> {
    if (claim[2].length !== SIGNATURE_BYTES) return Promise.resolve(false);
    return new Promise((resolve, reject) => {
      if (this.#gathered.push({ claim, resolve, reject }) === 1) setImmediate(() => this.#ask());
    });
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.splice(0).map((thread) => thread.close()));
  }

  #ask(): void {
    const gathered = this.#gathered;
    this.#gathered = [];
    for (let at = 0; at < gathered.length; at += MOST_AT_ONCE)
      this.#leastBusy().ask(gathered.slice(at, at + MOST_AT_ONCE));
  }

  #leastBusy(): SignatureThread {
    const [first] = this.#threads.toSorted((a, b) => a.messages - b.messages);
    if (first && (first.messages === 0 || this.#threads.length >= MOST_THREADS)) return first;
    const thread = new SignatureThread(() => this.#forget(thread));
    this.#threads.push(thread);
    return thread;
  }

  /** Forgets a thread that has ended; the next claim may start a new one. */
  #forget(thread: SignatureThread): void {
    this.#threads = this.#threads.filter((one) => one !== thread);
  }
}

class SignatureThread {
  readonly #worker = new Worker(WORKER, { env: compileCache() });
  /** The claims in each message, in the order in which they are answered. */
  readonly #asked: (readonly Waiting[])[] = [];

  /** @param onEnd called when it ends */
  constructor(onEnd: () => void) {
    // The thread alone must not keep the service running.
    this.#worker.unref();
    this.#worker.on("message", (verdicts: Uint8Array) => {
      for (const [at, { resolve }] of (this.#asked.shift() ?? []).entries()) resolve(verdicts[at] === 1);
    });
    this.#worker.once("error", onEnd).once("exit", () => {
      onEnd();
      this.#refuse();
    });
  }

  /** How many messages wait for an answer. */
  get messages(): number {
    return this.#asked.length;
  }

  ask(claims: readonly Waiting[]): void {
    const packed = packClaims(claims.map(({ claim }) => claim));
    this.#asked.push(claims);
    this.#worker.postMessage(packed, [packed.buffer]);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #refuse(): void {
    const error = new WarifuError("BUSY", "the signature could not be verified just now: send again in a moment");
    for (const { reject } of this.#asked.splice(0).flat()) reject(error);
  }
}
