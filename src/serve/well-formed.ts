/**
 * What Node's parser accepts although RFC 9112 does not: HTTP/0.9 requests, and requests with no host, two hosts or two
 * keys. Some proxies interpret them differently, so they are refused and the connection ends.
 */
import type { IncomingMessage } from "node:http";
import type { RequestHandler } from "express";
import { WarifuError } from "../core/errors.ts";
import type { HttpLimits } from "./limits.ts";

/** Passes only well-formed requests of bounded length. */
export function requireWellFormed({ maxUrlBytes }: HttpLimits): RequestHandler {
  return (request, response, next) => {
    if (request.url.length > maxUrlBytes)
      throw new WarifuError("REQUEST_INVALID", `the request target is longer than ${maxUrlBytes} bytes`);
    if (request.httpVersionMajor !== 1 || !hasOneHost(request) || countOf(request, "authorization") > 1) {
      response.setHeader("connection", "close");
      throw new WarifuError("REQUEST_INVALID", "this is not a valid HTTP/1.1 request");
    }
    next();
  };
}

/** HTTP/1.0 has no notion of hosts, so it may omit the header. */
function hasOneHost(request: IncomingMessage): boolean {
  const count = countOf(request, "host");
  return count === 1 || (count === 0 && request.httpVersionMinor === 0);
}

/** How often a header was sent; for some headers, `headers` shows only the first. */
export function countOf({ rawHeaders }: IncomingMessage, name: string): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === name) count++;
  return count;
}
