/** The session of somebody at the desk, in a cookie (page-cookies.ts). */
import type { Request } from "express";
import { WarifuError } from "../../core/errors.ts";
import type { Desk } from "../../sign-in/desk.ts";
import type { LiveSession } from "../../sign-in/sessions.ts";
import type { StoredOfficer } from "../../store/officer-store.ts";
import { cookieOf, isFromPage, isOwnReading, ownOrigin } from "./page-cookies.ts";

/**
 * Header with which the desk's pages name themselves: `1` for what somebody does, `look` for what a page asks by itself, to
 * show what is new. A page that was left open must not keep its session for ever.
 */
const DESK_HEADER = "Warifu-Desk";

const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** The origin at which this request would find the desk. */
export function deskOrigin(request: Request, { url }: Pick<Desk, "url">): string | undefined {
  return ownOrigin(request, url);
}

/**
 * The desk's origin, if a page of it sent this.
 * @throws FORBIDDEN
 */
export function assertFromDesk(request: Request, desk: Desk): string {
  const origin = deskOrigin(request, desk);
  if (origin !== undefined && isFromPage(request, origin, DESK_HEADER)) return origin;
  throw new WarifuError(
    "FORBIDDEN",
    "only pages of the desk sign in, at the address that WARIFU_DESK_URL names: without it, http://localhost on the machine " +
      "of the service",
  );
}

/** The session that a request may use. It is not idle then, unless the page asked by itself, or with `isPeek`. */
export function sessionOf(
  request: Request,
  desk: Desk,
  { isPeek = false } = {},
): LiveSession<StoredOfficer> | undefined {
  const origin = deskOrigin(request, desk);
  if (origin === undefined) return undefined;
  const isReading = SAFE_METHODS.has(request.method);
  const mayCount = (isReading ? isOwnReading : isFromPage)(request, origin, DESK_HEADER);
  const session = mayCount ? desk.sessions.recognise(cookieOf(request, "desk", origin)) : undefined;
  if (session && !isPeek && request.get(DESK_HEADER) !== "look") desk.sessions.touch(session);
  return session;
}
