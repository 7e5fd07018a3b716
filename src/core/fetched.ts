/**
 * Reads the answer to a `fetch` from an untrusted server, which may never end, and explains why a `fetch` failed.
 */
import { concatBytes } from "./bytes.ts";
import { messageOf, WarifuError, type ErrorCode } from "./errors.ts";

/**
 * The bytes of an answer; closes the connection when there are more than `maxBytes`.
 * @param tooLarge code of the error when it is larger
 * @throws SERVICE_UNREACHABLE it has no body at all
 */
export async function boundedBody(
  response: Response,
  maxBytes: number,
  tooLarge: ErrorCode = "SERVICE_UNREACHABLE",
): Promise<Uint8Array<ArrayBuffer>> {
  // An empty file has an empty body. No body at all, as with status 204, is not a file.
  if (!response.body) throw new WarifuError("SERVICE_UNREACHABLE", `the server answered ${response.status}`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop early ends the connection.
  for await (const chunk of response.body) {
    length += chunk.length;
    if (length > maxBytes) throw new WarifuError(tooLarge, `the answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return concatBytes(...chunks) as Uint8Array<ArrayBuffer>;
}

/** Of a header that it refuses, Node tells the value, which may be a key. */
const QUOTES_HEADER = /invalid header/;

/**
 * Why `fetch` failed. Its own message is "fetch failed"; Node adds the reason as its cause, a browser gives none.
 * @param timeoutMs how long the program waited for an answer
 */
export function whyFetchFailed(error: unknown, timeoutMs: number): string {
  if (error instanceof WarifuError) return error.message;
  if (error instanceof DOMException && error.name === "TimeoutError") return `no answer within ${timeoutMs} ms`;
  const reason = error instanceof Error ? (error.cause ?? error) : error;
  const { code } = Object(reason) as { readonly code?: unknown };
  if (typeof code === "string") return code;
  const message = messageOf(reason);
  return QUOTES_HEADER.test(message) ? "the request would have a header that is not valid" : message;
}
