/**
 * The session of a citizen in the app, in a cookie (page-cookies.ts). It counts for requests of the app's own pages alone;
 * API keys and sessions of the desk are no citizens.
 */
import type { Request, RequestHandler, Response } from "express";
import type { Citizens } from "../../citizens/citizens.ts";
import { WarifuError } from "../../core/errors.ts";
import { bodyOf, hasBody } from "../../serve/arriving-body.ts";
import type { LiveSession } from "../../sign-in/sessions.ts";
import type { StoredCitizen } from "../../store/citizen-store.ts";
import type { RouteParts } from "./route.ts";
import { cookieOf, isFromPage, isOwnReading, ownOrigin } from "./page-cookies.ts";
import { routeOf } from "./problem-answers.ts";

/** Header with which the app names itself: `1`. */
const APP_HEADER = "Warifu-App";
/** Header with a proof of /v1/citizens/me/proof. */
const PROOF_HEADER = "Warifu-Proof";
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** A citizen who is signed in. */
export interface SignedInCitizen {
  readonly citizenId: string;
  readonly pseudonym: string;
  readonly ageBand: string;
  readonly language: string;
  /** Whose consents these are. */
  readonly subject: string;
  /** When the account was made, POSIX milliseconds. */
  readonly since: number;
}

/** The citizens' part of a service that has one: routes of it are not there otherwise. */
export function citizensOf({ citizens }: Pick<RouteParts, "citizens">): Citizens {
  if (citizens) return citizens;
  throw new WarifuError("NOT_FOUND", "there is nothing at this path: see /openapi.json");
}

/**
 * The app's origin, if a page of it sent this.
 * @throws FORBIDDEN
 */
export function assertFromApp(request: Request, { url }: Pick<Citizens, "url">): string {
  const origin = ownOrigin(request, url);
  if (origin !== undefined && isFromPage(request, origin, APP_HEADER)) return origin;
  throw new WarifuError(
    "FORBIDDEN",
    "only pages of the app do this, at the address that WARIFU_PUBLIC_URL names: without it, http://localhost on the machine " +
      "of the service",
  );
}

/** The session that a request may use. It is not idle then. */
export function citizenSessionOf(request: Request, citizens: Citizens): LiveSession<StoredCitizen> | undefined {
  const origin = ownOrigin(request, citizens.url);
  if (origin === undefined) return undefined;
  const isReading = SAFE_METHODS.has(request.method);
  const mayCount = (isReading ? isOwnReading : isFromPage)(request, origin, APP_HEADER);
  const session = mayCount ? citizens.sessions.recognise(cookieOf(request, "citizen", origin)) : undefined;
  if (session) citizens.sessions.touch(session);
  return session;
}

/** Who is signed in, for routes that show more to a citizen than to everybody. */
export function citizenOf(request: Request, { citizens }: Pick<RouteParts, "citizens">): SignedInCitizen | undefined {
  const session = citizens && citizenSessionOf(request, citizens);
  return session && signedIn(session);
}

/** Lets only citizens pass who are signed in; handlers find them with {@link citizenIn}. */
export function requiresCitizen(parts: Pick<RouteParts, "citizens" | "security">): RequestHandler {
  return (request, response, next) => {
    const citizens = citizensOf(parts);
    const session = citizenSessionOf(request, citizens);
    if (!session) {
      parts.security.refused("UNAUTHENTICATED", { route: routeOf(request) });
      throw nobodyHere();
    }
    // It may end while the body of the request is still on its way.
    if (hasBody(request))
      bodyOf(request).dependOn(() => {
        if (!citizenSessionOf(request, citizens)) throw nobodyHere();
      });
    response.locals["citizen"] = signedIn(session);
    response.locals["citizenSession"] = session.sessionId;
    next();
  };
}

function nobodyHere(): WarifuError {
  return new WarifuError("UNAUTHENTICATED", "nobody is signed in here: this is for citizens, in the app");
}

/** The citizen of a request that {@link requiresCitizen} let pass. */
export function citizenIn({ locals }: Response): SignedInCitizen {
  return locals["citizen"] as SignedInCitizen;
}

/** Id of the session of such a request. */
export function citizenSessionIn({ locals }: Response): string {
  return locals["citizenSession"] as string;
}

/** Asserts that whoever is signed in has shown once more, just now, who they are. @throws FORBIDDEN */
export function assertProven(request: Request, response: Response, { proofs }: Pick<Citizens, "proofs">): void {
  proofs.assertShown(request.get(PROOF_HEADER), citizenSessionIn(response));
}

function signedIn({ account }: LiveSession<StoredCitizen>): SignedInCitizen {
  const { citizenId, pseudonym, ageBand, language, subject, createdAt } = account;
  return { citizenId, pseudonym, ageBand, language, subject, since: createdAt };
}
