/**
 * Who may do what over HTTP: `Authorization: Bearer wk_…` (RFC 6750 section 2.1), or the session of somebody at the
 * desk. It is checked before anything else in the request, so that a refusal reveals nothing about what exists.
 */
import type { Request, RequestHandler, Response } from "express";
import { assertAllowed, assertHasSource, type Access, type Action, type Principal } from "../../keys/api-keys.ts";
import { WarifuError, codeOf } from "../../core/errors.ts";
import type { Asker } from "../../privacy/way-out.ts";
import type { Desk } from "../../sign-in/desk.ts";
import { bodyOf, hasBody } from "../../serve/arriving-body.ts";
import { principalOfOfficer } from "../../sign-in/officers.ts";
import { sessionOf } from "./desk-session.ts";
import { routeOf } from "./problem-answers.ts";
import type { SecurityLog } from "./security-log.ts";

const BEARER = /^Bearer ([!-~]{1,128})$/i;

/** What recognises keys and sessions, and what is notified of refused ones. */
export interface Guard {
  readonly access: Access;
  readonly desk: Desk;
  readonly security: SecurityLog;
}

/** Lets only requests pass whose key or session allows the action; handlers find its holder with {@link principalOf}. */
export function requires(guard: Guard, action: Action): RequestHandler {
  return (request, response, next) => {
    const principal = authorise(request, guard, action);
    // Submitted records are counted one by one as they are read.
    if (action !== "submit") assertWithinRate(guard, principal);
    if (hasBody(request)) bodyOf(request).dependOn(() => assertStill(principal, request, guard));
    response.locals["principal"] = principal;
    next();
  };
}

/** A key may be revoked, and a session ended, while the body of a request is still on its way. @throws UNAUTHENTICATED */
function assertStill(principal: Principal, request: Request, guard: Guard): void {
  if (request.headers.authorization !== undefined) guard.access.assertStillValid(principal);
  else if (!signedIn(request, guard))
    throw new WarifuError("UNAUTHENTICATED", "the session has ended meanwhile: sign in again");
}

/** The holder of the key or session of a request that {@link requires} let pass. */
export function principalOf(response: Response): Principal {
  return response.locals["principal"] as Principal;
}

/**
 * Checks the request's key or, if it has no header Authorization, its session.
 * @throws UNAUTHENTICATED alike for a missing, an unknown and a revoked key or session; FORBIDDEN for a role that may not
 */
export function authorise(request: Request, guard: Guard, action: Action): Principal {
  return authorised(request, guard, action, () => signedIn(request, guard) ?? guard.access.recognise(keyOf(request)));
}

/** Who is signed in, unless the request says with a key who it is from. */
function signedIn(request: Request, { desk }: Guard): Principal | undefined {
  const session = request.headers.authorization === undefined ? sessionOf(request, desk) : undefined;
  return session && principalOfOfficer(session.account);
}

/**
 * Checks a key that came otherwise than in the header Authorization.
 * @throws as {@link authorise}
 */
export function authoriseKey(key: string | undefined, request: Request, guard: Guard, action: Action): Principal {
  return authorised(request, guard, action, () => guard.access.recognise(key));
}

function authorised(request: Request, { security }: Guard, action: Action, recognise: () => Principal): Principal {
  let principal: Principal | undefined;
  try {
    principal = recognise();
    assertAllowed(principal, action);
    return principal;
  } catch (error) {
    security.refused(codeOf(error), { keyId: principal?.keyId, route: routeOf(request) });
    throw error;
  }
}

/** The holder of a key that may open, as the log's event about what was opened says it. */
export function officer({ keyId }: Principal): Asker {
  return { role: "officer", keyId };
}

/** @throws FORBIDDEN, which is noted, when the key is not for that source */
export function assertForSource(principal: Principal, source: string, request: Request, { security }: Guard): void {
  try {
    assertHasSource(principal, source);
  } catch (error) {
    security.refused(codeOf(error), { keyId: principal.keyId, route: routeOf(request) });
    throw error;
  }
}

/** Whether a key is for that source; if not, that is noted. */
export function isForSource(principal: Principal, source: string, request: Request, guard: Guard): boolean {
  try {
    assertForSource(principal, source, request, guard);
    return true;
  } catch (error) {
    if (codeOf(error) !== "FORBIDDEN") throw error;
    return false;
  }
}

/**
 * Whether a request to a path that is open to all carries a key, or is of a session, that allows the action. Pages that
 * everybody sees ask such paths by themselves, so a session does not last longer for it.
 */
export function isAuthorised(request: Request, guard: Guard, action: Action): boolean {
  const isByKey = request.headers.authorization !== undefined;
  const session = isByKey ? undefined : sessionOf(request, guard.desk, { isPeek: true });
  if (!isByKey && !session) return false;
  try {
    if (session) assertAllowed(principalOfOfficer(session.account), action);
    else authorise(request, guard, action);
    return true;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return false;
  }
}

/** @throws RATE_LIMITED */
export function assertWithinRate({ access, desk }: Guard, principal: Principal): void {
  const { keyId } = principal;
  const taken = desk.officers.valid(keyId) ? desk.officers.take(keyId, 1) : access.take(principal, 1);
  if (taken < 1) throw rateExceeded();
}

/** The error for a key that exceeds its own rate. */
export function rateExceeded(): WarifuError {
  return new WarifuError("RATE_LIMITED", "this key has done all that it may within a minute: go on in a moment");
}

/** What stands after `Bearer` in a request: an API key, or the token of a disclosure. */
export function keyOf(request: Pick<Request, "headers">): string | undefined {
  return BEARER.exec(request.headers.authorization ?? "")?.[1];
}
