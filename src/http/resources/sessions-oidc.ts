/**
 * /v1/session/oidc: signing in with the city's identity provider. People go there and come back; where they end is fixed,
 * whatever an address says.
 */
import type { RequestHandler, Response } from "express";
import { codeOf, WarifuError } from "../../core/errors.ts";
import type { Guard } from "../handling/authorisation.ts";
import { deskOrigin } from "../handling/desk-session.ts";
import { beginningAt, clearCookie, cookieOf, setFlowCookie } from "../handling/page-cookies.ts";
import type { Route } from "../handling/route.ts";
import { beginSession, signingIn } from "./sessions.ts";

const DESK = "/desk";
const REFUSED = "/desk?sign-in=refused";

/** Sends the browser to the provider. */
function goToProvider({ desk }: Guard): RequestHandler {
  return async (request, response) => {
    if (!desk.oidc) throw new WarifuError("NOT_FOUND", "no identity provider is set up here");
    const origin = deskOrigin(request, desk);
    const site = request.headers["sec-fetch-site"];
    // A page of another site must not begin it: whoever is signed in at the provider would be signed in here, unasked.
    if (origin === undefined || (site !== undefined && site !== "same-origin" && site !== "none"))
      throw new WarifuError("FORBIDDEN", "a sign-in begins at the desk");
    const { address, flow } = await desk.oidc.begin(beginningAt(origin, request));
    setFlowCookie(response, "flow", flow, { origin, sameSite: "lax" });
    sendTo(response, address);
  };
}

/** Takes whoever comes back from the provider; whatever is wrong, the desk says the same. */
function comeBack(guard: Guard): RequestHandler {
  const { desk } = guard;
  return async (request, response) => {
    const { oidc } = desk;
    const origin = deskOrigin(request, desk);
    if (!oidc || origin === undefined) throw new WarifuError("NOT_FOUND", "no identity provider is set up here");
    const [, query = ""] = request.originalUrl.split("?", 2);
    try {
      await signingIn(request, guard, async () => {
        const person = await oidc.finish(cookieOf(request, "flow", origin), query);
        const officer = await desk.officers.vouchedFor(person);
        await beginSession(request, response, { guard, origin, officer });
      });
      sendTo(response, DESK);
    } catch (error) {
      if (codeOf(error) !== "UNAUTHENTICATED") throw error;
      clearCookie(response, "flow", origin);
      sendTo(response, REFUSED);
    }
  };
}

/** Without a body, which would repeat the address. */
function sendTo(response: Response, address: string): void {
  response.status(303).setHeader("location", address).end();
}

/** The routes. */
export const oidcRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/session/oidc",
    name: "goToProvider",
    tag: "desk",
    summary: "Go to the identity provider to sign in",
    answers: { "303": { description: "To the provider." } },
    refuses: ["NOT_FOUND", "FORBIDDEN", "SERVICE_UNREACHABLE"],
    handle: goToProvider,
  },
  {
    method: "get",
    path: "/v1/session/oidc/callback",
    name: "comeBackFromProvider",
    tag: "desk",
    summary: "Come back from the identity provider",
    answers: { "303": { description: "To the desk, signed in or not." } },
    refuses: ["NOT_FOUND", "STORE_CORRUPT", "STORE_FAILED"],
    handle: comeBack,
  },
];
