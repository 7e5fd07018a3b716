/**
 * Asks mirrors over HTTP, with the same distrust as witnesses: time and size are limited, redirects are not followed, and what
 * is said is judged by core/tlog-mirror.ts.
 */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { boundedBody, whyFetchFailed } from "../core/fetched.ts";
import { WarifuError } from "../core/errors.ts";
import {
  formatAddEntries,
  MAX_MIRROR_ANSWER_BYTES,
  readMirrorAnswer,
  type EntryPackage,
  type MirrorAnswer,
  type Upload,
} from "../core/tlog-mirror.ts";

/**
 * Sends entries to the mirror at the URL prefix `url`.
 * @throws SERVICE_UNREACHABLE when no complete answer came in time; TOO_LARGE; ENCODING_INVALID
 */
export type SendEntries = (url: string, upload: Upload, packages: readonly EntryPackage[]) => Promise<MirrorAnswer>;

const compressed = promisify(gzip);

/** Sends over HTTP; see {@link SendEntries}. `timeoutMs` is for one request, from the first byte to the last one read. */
export function mirrorClient({ timeoutMs }: { readonly timeoutMs: number }): SendEntries {
  return async (url, upload, packages) => {
    const body = await compressed(formatAddEntries(upload, packages));
    try {
      const response = await fetch(`${url.replace(/\/+$/, "")}/add-entries`, {
        method: "POST",
        headers: { "content-type": "application/octet-stream", "content-encoding": "gzip" },
        body: new Uint8Array(body),
        redirect: "error",
        signal: AbortSignal.timeout(timeoutMs),
      });
      const answer = await boundedBody(response, MAX_MIRROR_ANSWER_BYTES, "TOO_LARGE");
      return readMirrorAnswer(response.status, response.headers.get("content-type"), answer);
    } catch (cause) {
      if (cause instanceof WarifuError) throw cause;
      throw new WarifuError("SERVICE_UNREACHABLE", `it does not answer: ${whyFetchFailed(cause, timeoutMs)}`, {
        cause,
      });
    }
  };
}
