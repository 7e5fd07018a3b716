/**
 * Who may do what over HTTP: `Authorization: Bearer wk_…` (RFC 6750 section 2.1), recognised and checked before anything
 * else of the request is looked at, so that a refusal tells nothing about what exists.
 */
import type { Request, RequestHandler } from "express";
import { assertAllowed, type Access, type Action } from "../access.ts";

const BEARER = /^Bearer ([!-~]{1,128})$/i;

/** Lets only those pass whose key allows the action. */
export function requires(access: Access, action: Action): RequestHandler {
  return (request, _response, next) => {
    authorise(request, access, action);
    next();
  };
}

/**
 * Checks the request's key.
 * @throws UNAUTHENTICATED the same for no key, an unknown one, a revoked one; FORBIDDEN for a role that may not
 */
export function authorise(request: Request, access: Access, action: Action): void {
  const [, key] = BEARER.exec(request.headers.authorization ?? "") ?? [];
  assertAllowed(access.recognise(key), action);
}
