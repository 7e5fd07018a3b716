/**
 * Asks witnesses over HTTP. What answers may be anything: it is given a time, a size, no redirect and no belief; what it
 * says is judged by core/tlog-witness.ts.
 */
import { WarifuError, messageOf } from "../core/errors.ts";
import {
  formatAddCheckpoint,
  MAX_WITNESS_ANSWER_BYTES,
  readWitnessAnswer,
  type AskWitness,
} from "../core/tlog-witness.ts";

/** How to ask. */
export interface WitnessClientOptions {
  /** Longest time for one request, from the first byte sent to the last one read. */
  readonly timeoutMs: number;
  /** The platform's own when left out. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** Asks over HTTP; see {@link AskWitness}. */
export function witnessClient({ timeoutMs, fetch = globalThis.fetch }: WitnessClientOptions): AskWitness {
  return async (url, request) => {
    try {
      const response = await fetch(`${url.replace(/\/+$/, "")}/add-checkpoint`, {
        method: "POST",
        headers: { "content-type": "text/plain; charset=utf-8" },
        body: Buffer.from(formatAddCheckpoint(request)),
        redirect: "error",
        signal: AbortSignal.timeout(timeoutMs),
      });
      const body = await readBounded(response);
      return readWitnessAnswer(response.status, response.headers.get("content-type"), body);
    } catch (cause) {
      if (cause instanceof WarifuError) throw cause;
      throw new WarifuError("SERVICE_UNREACHABLE", `the witness does not answer: ${reasonOf(cause)}`, { cause });
    }
  };
}

/** The body, or an error once it is longer than any answer may be: the rest is not read. */
async function readBounded({ body }: Response): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop early cancels the body, which ends the connection.
  for await (const piece of body ?? []) {
    bytes += piece.length;
    if (bytes > MAX_WITNESS_ANSWER_BYTES)
      throw new WarifuError("TOO_LARGE", `the answer is larger than ${MAX_WITNESS_ANSWER_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** `fetch` itself says only that it failed; its cause says why. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  return cause === undefined ? messageOf(error) : messageOf(cause);
}
