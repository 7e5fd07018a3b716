/**
 * Ends a response although the request may not have arrived completely. If a connection is closed while the client is
 * still sending, it is reset, and the client may never see the answer (RFC 9112 section 9.6). So the whole answer is
 * sent and announces the close, and the connection stays open for a moment, in which a little of what still arrives is
 * read and dropped.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { bodyOf, hasBody } from "./arriving-body.ts";

const LINGER_MS = 1_000;
// Enough for the rest of an ordinary request; a client that sends without end is left waiting instead.
const LINGER_BYTES = 1_048_576;

/**
 * Writes the parts and ends. Text is ASCII: Node then sends headers and body as one string, in one write.
 * Precondition: status and headers are set, Content-Length among them.
 */
export function endEarly(
  request: IncomingMessage,
  response: ServerResponse,
  parts: string | readonly Uint8Array[],
): void {
  const isWhole = request.complete || !hasBody(request);
  if (isWhole && typeof parts === "string") return void response.end(parts, "latin1");
  if (!isWhole) response.setHeader("connection", "close");
  for (const part of typeof parts === "string" ? [Buffer.from(parts, "latin1")] : parts) response.write(part);
  if (isWhole) return void response.end();
  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, LINGER_MS);
  const body = bodyOf(request);
  // Every further piece would cost the work that the refusal is meant to save.
  if (body.isCrumbs) return end();
  const before = body.bytes;
  body.drop();
  request.on("data", () => {
    if (body.isCrumbs) end();
    else if (body.bytes - before > LINGER_BYTES) request.pause();
  });
  request.once("end", end).once("close", end);
}
