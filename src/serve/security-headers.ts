/**
 * Headers for every answer of any of our servers. No answer is a page: it may load nothing, and nobody may frame it.
 */
import type { RequestHandler } from "express";
import helmet from "helmet";

/** @param isForAllOrigins whether pages of other origins may read every answer */
export function securityHeaders({ isForAllOrigins }: { readonly isForAllOrigins: boolean }): RequestHandler {
  const directives = { "default-src": ["'none'"], "frame-ancestors": ["'none'"] };
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    // For this host only: the other hosts of the city's domain are not ours to decide about.
    strictTransportSecurity: { includeSubDomains: false },
    crossOriginResourcePolicy: { policy: isForAllOrigins ? "cross-origin" : "same-origin" },
    referrerPolicy: { policy: "no-referrer" },
    xFrameOptions: { action: "deny" },
  });
}
