/**
 * Asks witnesses over HTTP. The answering server may be anything, so time and size are limited and redirects are not
 * followed; what it says is judged by core/tlog-witness.ts.
 */
import { WarifuError } from "../core/errors.ts";
import { boundedBody, whyFetchFailed } from "../core/fetched.ts";
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
  /** Defaults to the platform's own. */
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
      const body = await boundedBody(response, MAX_WITNESS_ANSWER_BYTES, "TOO_LARGE");
      return readWitnessAnswer(response.status, response.headers.get("content-type"), body);
    } catch (cause) {
      if (cause instanceof WarifuError) throw cause;
      throw new WarifuError("SERVICE_UNREACHABLE", `the witness does not answer: ${whyFetchFailed(cause, timeoutMs)}`, {
        cause,
      });
    }
  };
}
