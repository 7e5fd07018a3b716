/**
 * The session of somebody at the desk, in a cookie that no script reads and no other site sends. A cookie comes along with
 * whatever a browser is made to send, so it counts only for requests that the desk's own pages made: they say so in a
 * header that pages of other origins cannot set, and browsers say from where a request comes.
 */
import type { CookieOptions, Request, Response } from "express";
import { WarifuError } from "../../core/errors.ts";
import type { Desk } from "../../sign-in/desk.ts";
import { isLoopbackHost } from "../../sign-in/desk-url.ts";
import type { LiveSession } from "../../sign-in/sessions.ts";

/**
 * Header with which the desk's pages name themselves: `1` for what somebody does, `look` for what a page asks by itself, to
 * show what is new. A page that was left open must not keep its session for ever.
 */
const DESK_HEADER = "Warifu-Desk";

/** What a cookie is for: a session, or a sign-in that was begun. */
type CookieName = "desk" | "flow";

const FLOW_SECONDS = 300;
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/**
 * The origin at which this request would find the desk: the one in the settings, or else `localhost` at the port that it came
 * to, if it came from this machine.
 */
export function deskOrigin({ socket }: Request, { url }: Pick<Desk, "url">): string | undefined {
  if (url !== undefined) return url;
  const local = (socket.localAddress ?? "").replace(/^::ffff:/, "");
  return isLoopbackHost(local) || local === "::1" ? `http://localhost:${socket.localPort ?? 0}` : undefined;
}

/**
 * The desk's origin, if a page of it sent this.
 * @throws FORBIDDEN
 */
export function assertFromDesk(request: Request, desk: Desk): string {
  const origin = deskOrigin(request, desk);
  if (origin !== undefined && isFromDesk(request, origin)) return origin;
  throw new WarifuError(
    "FORBIDDEN",
    "only pages of the desk sign in, at the address that WARIFU_DESK_URL names: without it, http://localhost on the machine " +
      "of the service",
  );
}

/** The session that a request may use. It is not idle then, unless the page asked by itself, or with `isPeek`. */
export function sessionOf(request: Request, desk: Desk, { isPeek = false } = {}): LiveSession | undefined {
  const origin = deskOrigin(request, desk);
  if (origin === undefined) return undefined;
  const mayCount = SAFE_METHODS.has(request.method) ? isOwnReading(request, origin) : isFromDesk(request, origin);
  const session = mayCount ? desk.sessions.recognise(cookieOf(request, "desk", origin)) : undefined;
  if (session && !isPeek && request.get(DESK_HEADER) !== "look") desk.sessions.touch(session);
  return session;
}

/** A page of the origin wrote this request: with the header that makes browsers ask first if it is another's. */
function isFromDesk(request: Request, origin: string): boolean {
  const { origin: from, "sec-fetch-site": site } = request.headers;
  const isNamed = request.get(DESK_HEADER) === "1" && isAtHost(request, origin);
  return isNamed && (from ?? "") === origin && (site === undefined || site === "same-origin");
}

/** For what changes nothing, browsers leave `Origin` out; a link within the desk has no header of ours. */
function isOwnReading(request: Request, origin: string): boolean {
  const site = request.headers["sec-fetch-site"];
  const isOwn = site === "same-origin" || (site === undefined && /^(1|look)$/.test(request.get(DESK_HEADER) ?? ""));
  return isOwn && isAtHost(request, origin);
}

/** Over plain HTTP nothing but the name of the host keeps a cookie at home; proxies, which change it, come with TLS. */
function isAtHost({ headers }: Request, origin: string): boolean {
  return isSecure(origin) || headers.host === new URL(origin).host;
}

function isSecure(origin: string): boolean {
  return origin.startsWith("https:");
}

/** With the prefix, browsers take it over TLS alone, for this host alone, and from nobody else. */
function nameOf(name: CookieName, origin: string): string {
  return isSecure(origin) ? `__Host-warifu-${name}` : `warifu-${name}`;
}

/** The value of a cookie; of several by one name, none. */
export function cookieOf({ headers }: Request, name: CookieName, origin: string): string | undefined {
  const prefix = `${nameOf(name, origin)}=`;
  const pairs = (headers.cookie ?? "").split(";").map((pair) => pair.trim());
  const values = pairs.filter((pair) => pair.startsWith(prefix)).map((pair) => pair.slice(prefix.length));
  return values.length === 1 ? values[0] : undefined;
}

/** Keeps the secret of a session in the browser until it is closed. */
export function setSessionCookie(response: Response, secret: string, origin: string): void {
  response.cookie(nameOf("desk", origin), secret, attributes(origin, "strict"));
}

/** @param sameSite `lax` if the browser comes back from elsewhere */
export function setFlowCookie(response: Response, flow: string, origin: string, sameSite: "strict" | "lax"): void {
  response.cookie(nameOf("flow", origin), flow, { ...attributes(origin, sameSite), maxAge: FLOW_SECONDS * 1_000 });
}

export function clearCookie(response: Response, name: CookieName, origin: string): void {
  response.clearCookie(nameOf(name, origin), attributes(origin, "strict"));
}

function attributes(origin: string, sameSite: "strict" | "lax"): CookieOptions {
  return { httpOnly: true, secure: isSecure(origin), sameSite, path: "/" };
}
