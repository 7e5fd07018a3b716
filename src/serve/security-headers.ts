/**
 * Headers for every answer of any of our servers: it may load nothing, and nobody may frame it. A page says otherwise for
 * itself.
 */
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { RequestHandler, Response } from "express";
import helmet from "helmet";

/** @param isForAllOrigins whether pages of other origins may read every answer */
export function securityHeaders({ isForAllOrigins }: { readonly isForAllOrigins: boolean }): RequestHandler {
  const directives = { "default-src": ["'none'"], "frame-ancestors": ["'none'"] };
  const library = helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    // For this host only: the other hosts of the city's domain are not ours to decide about.
    strictTransportSecurity: { includeSubDomains: false },
    crossOriginResourcePolicy: { policy: isForAllOrigins ? "cross-origin" : "same-origin" },
    referrerPolicy: { policy: "no-referrer" },
    xFrameOptions: { action: "deny" },
  });
  const headers = headersBy(library);
  return (_request, response, next) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    next();
  };
}

/** What a library sets that sets the same for every request: it is asked once. */
function headersBy(
  library: (request: IncomingMessage, response: ServerResponse, next: () => void) => void,
): ReadonlyMap<string, string> {
  const set = new Map<string, string>();
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  response.setHeader = (name, value) => {
    set.set(name, String(value));
    return response;
  };
  library(response.req, response, () => undefined);
  return set;
}

/** Everything of a page is a file of this service: nothing inline, nothing of others, no text that becomes a script. */
const SERVED_PAGE = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** The same for a page that a browser keeps: one policy of Trusted Types makes the address of the script that does so. */
const KEPT_PAGE = SERVED_PAGE.replace("trusted-types 'none'", "trusted-types warifu-worker");

/**
 * Lets an answer be a page.
 * @param policy what it may load, if it is not what the pages of the service may
 */
export function allowPage(response: Response, policy = SERVED_PAGE): void {
  setPolicies(response, policy, "geolocation=()");
}

/** Lets an answer be the citizens' app, which a browser keeps, and which may ask where its owner is. */
export function allowApp(response: Response): void {
  setPolicies(response, KEPT_PAGE, "geolocation=(self)");
}

function setPolicies(response: Response, policy: string, place: string): void {
  response.setHeader("content-security-policy", `${policy}; frame-ancestors 'none'`);
  response.setHeader("permissions-policy", `camera=(), ${place}, microphone=(), payment=(), usb=()`);
}
