/**
 * Cookies that no script can read and no other site can send, and whether a request comes from one of the service's own
 * pages. A browser sends a cookie with any request that it is made to send, so the cookie counts only for requests that
 * our own pages made: they say so in a header that pages of other origins cannot set, and browsers say where a request
 * comes from.
 */
import type { CookieOptions, Request, Response } from "express";
import { clientOf } from "../../serve/rate-limit.ts";
import { isLoopbackHost } from "../../sign-in/desk-url.ts";
import type { Beginning } from "../../sign-in/flows.ts";

/** What a cookie is for: a session of an officer or of a citizen, or a sign-in of theirs that was begun. */
export type CookieName = "desk" | "flow" | "citizen" | "citizen-flow";

/** How pages name themselves. */
export type PageHeader = "Warifu-Desk" | "Warifu-App";

const FLOW_SECONDS = 300;

/**
 * The origin at which this request would find the pages: the one in the settings, or else `localhost` at the port that it
 * came to, if it came from this machine.
 */
export function ownOrigin({ socket }: Request, url: string | undefined): string | undefined {
  if (url !== undefined) return url;
  const local = (socket.localAddress ?? "").replace(/^::ffff:/, "");
  return isLoopbackHost(local) || local === "::1" ? `http://localhost:${socket.localPort ?? 0}` : undefined;
}

/** A page of the origin wrote this request: with the header that makes browsers ask first if it is another's. */
export function isFromPage(request: Request, origin: string, header: PageHeader): boolean {
  const { origin: from, "sec-fetch-site": site } = request.headers;
  const isNamed = request.get(header) === "1" && isAtHost(request, origin);
  return isNamed && (from ?? "") === origin && (site === undefined || site === "same-origin");
}

/** For what changes nothing, browsers leave `Origin` out; a link within the pages has no header of ours. */
export function isOwnReading(request: Request, origin: string, header: PageHeader): boolean {
  const site = request.headers["sec-fetch-site"];
  const isOwn = site === "same-origin" || (site === undefined && /^(1|look)$/.test(request.get(header) ?? ""));
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

/**
 * Keeps the secret of a session in the browser.
 * @param lastsMs how long; until the browser is closed without it
 */
export function setSessionCookie(
  response: Response,
  name: "desk" | "citizen",
  secret: string,
  { origin, lastsMs }: { readonly origin: string; readonly lastsMs?: number },
): void {
  const lasting = lastsMs === undefined ? {} : { maxAge: lastsMs };
  response.cookie(nameOf(name, origin), secret, { ...attributes(origin, "strict"), ...lasting });
}

/** Where a sign-in of this request begins. */
export function beginningAt(origin: string, { ip = "" }: Request): Beginning {
  return { origin, client: clientOf(ip) };
}

/** Keeps the id of a sign-in that was begun. @param sameSite `lax` if the browser comes back from elsewhere */
export function setFlowCookie(
  response: Response,
  name: "flow" | "citizen-flow",
  flow: string,
  { origin, sameSite = "strict" }: { readonly origin: string; readonly sameSite?: "strict" | "lax" },
): void {
  response.cookie(nameOf(name, origin), flow, { ...attributes(origin, sameSite), maxAge: FLOW_SECONDS * 1_000 });
}

export function clearCookie(response: Response, name: CookieName, origin: string): void {
  response.clearCookie(nameOf(name, origin), attributes(origin, "strict"));
}

function attributes(origin: string, sameSite: "strict" | "lax"): CookieOptions {
  return { httpOnly: true, secure: isSecure(origin), sameSite, path: "/" };
}
