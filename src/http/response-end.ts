/**
 * Ends a response although the request may not have arrived whole. A connection that is closed at once while the client
 * still sends resets it, and the client may never see the answer (RFC 9112 section 9.6): so the answer goes out whole,
 * announces the end, and the connection stays for a moment, in which a little of what still comes is read and dropped.
 */
import type { IncomingMessage, ServerResponse } from "node:http";

const LINGER_MS = 1_000;
// Enough for the rest of an ordinary request; a client that sends without end is left waiting instead.
const LINGER_BYTES = 1_048_576;
const LINGER_PIECES = 4_096;

/** Writes the parts and ends. Precondition: status and headers are set, Content-Length among them. */
export function endThoughMoreComes(
  request: IncomingMessage,
  response: ServerResponse,
  parts: readonly Uint8Array[],
): void {
  const isWhole = request.complete || !hasBody(request);
  if (!isWhole) response.setHeader("connection", "close");
  for (const part of parts) response.write(part);
  if (isWhole) return void response.end();
  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, LINGER_MS);
  let dropped = 0;
  let pieces = 0;
  request.on("data", (piece: Buffer) => {
    dropped += piece.length;
    if (dropped > LINGER_BYTES || ++pieces > LINGER_PIECES) request.pause();
  });
  request.once("end", end).once("close", end).resume();
}

/** A request without a body is not yet marked complete while its handler runs. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}
