/**
 * Verifies Ed25519 signatures on threads of their own, to relieve the main one. Signatures that are asked about in the
 * same turn of the event loop go there in a few messages: a message each would cost as much as it saves.
 */
import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { SharedCores, ThreadPool } from "../serve/thread-pool.ts";
import { packClaims, type Claim } from "./signature-claims.ts";

const WORKER = new URL(`./signature-worker${extname(import.meta.filename)}`, import.meta.url);
const SIGNATURE_BYTES = 64;
/** Signatures in one message. With more, the first would wait for the last. */
const MOST_AT_ONCE = 256;
/** More threads than cores only take turns. */
const MOST_THREADS = Math.min(4, availableParallelism());
/** Of the threads of all logs of a service. */
const CORES = new SharedCores(MOST_THREADS);

/** A claim that waits for its verdict. */
interface Waiting {
  readonly claim: Claim;
  readonly resolve: (isSigned: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** As many threads as have work; each starts when it is first needed. */
export class SignatureThreads {
  readonly #threads = new ThreadPool<Uint8Array, Uint8Array>({
    script: WORKER,
    mostThreads: MOST_THREADS,
    cores: CORES,
    saysEnded: "the signature could not be verified just now: send again in a moment",
  });
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
  close(): Promise<void> {
    return this.#threads.close();
  }

  #ask(): void {
    const gathered = this.#gathered;
    this.#gathered = [];
    for (let at = 0; at < gathered.length; at += MOST_AT_ONCE)
      void this.#askAbout(gathered.slice(at, at + MOST_AT_ONCE));
  }

  async #askAbout(waiting: readonly Waiting[]): Promise<void> {
    const packed = packClaims(waiting.map(({ claim }) => claim));
    try {
      const verdicts = await this.#threads.ask(packed, [packed.buffer]);
      for (const [at, { resolve }] of waiting.entries()) resolve(verdicts[at] === 1);
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}
