/** /v1/session/passkeys: the devices with which somebody signs in to the desk. API keys have none. */
import type { RegistrationResponseJSON } from "@simplewebauthn/server";
import type { Request, RequestHandler } from "express";
import { z } from "zod";
import { WarifuError } from "../../core/errors.ts";
import type { LiveSession } from "../../sign-in/sessions.ts";
import type { StoredOfficer } from "../../store/officer-store.ts";
import { bodyOf } from "../handling/json-body.ts";
import { json } from "../handling/answers.ts";
import type { Guard } from "../handling/authorisation.ts";
import { DESK_EXAMPLES } from "../handling/desk-examples.ts";
import { assertFromDesk, sessionOf } from "../handling/desk-session.ts";
import { passkeyPath, passkeySchema, passkeysSchema, passkeyView } from "../handling/own-passkeys.ts";
import { beginningAt, clearCookie, cookieOf, setFlowCookie } from "../handling/page-cookies.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route } from "../handling/route.ts";
import { parseRequest } from "../handling/values.ts";
import { options, signInBody, signingIn } from "./sessions.ts";

function listPasskeys({ desk }: Guard): RequestHandler {
  return (request, response) => {
    const { account } = signedInAt(request, desk);
    response.json({ passkeys: desk.officers.passkeysOf(account.officerId).map(passkeyView) });
  };
}

function askToAdd({ desk }: Guard): RequestHandler {
  return async (request, response) => {
    const { account } = signedInAt(request, desk);
    const origin = assertFromDesk(request, desk);
    const asked = await desk.passkeys.askToAdd(beginningAt(origin, request), account);
    setFlowCookie(response, "flow", asked.flow, { origin });
    response.json({ options: asked.options });
  };
}

function addPasskey(guard: Guard): RequestHandler {
  const { desk, security } = guard;
  return async (request, response) => {
    const { account } = signedInAt(request, desk);
    const origin = assertFromDesk(request, desk);
    await signingIn(request, guard, async () => {
      const flow = cookieOf(request, "flow", origin);
      const { credential } = await bodyOf(signInBody, request);
      const added = await desk.passkeys.add(flow, credential as unknown as RegistrationResponseJSON, account);
      clearCookie(response, "flow", origin);
      security.note("passkey-added", { keyId: account.officerId, route: routeOf(request) });
      response.status(201).json(passkeyView(added));
    });
  };
}

function removePasskey({ desk, security }: Guard): RequestHandler<{ passkeyId: string }> {
  return async (request, response) => {
    const { passkeyId } = parseRequest(passkeyPath, request.params);
    const { account, sessionId } = signedInAt(request, desk);
    const { officerId } = account;
    await desk.officers.removePasskey(officerId, passkeyId);
    // Whoever signed in with it elsewhere is signed out.
    await desk.sessions.endAllOf(officerId, sessionId);
    security.note("passkey-removed", { keyId: officerId, route: routeOf(request) });
    response.status(204).end();
  };
}

/** Who sits at the desk. @throws UNAUTHENTICATED, for keys too */
function signedInAt(request: Request, desk: Guard["desk"]): LiveSession<StoredOfficer> {
  const session = request.headers.authorization === undefined ? sessionOf(request, desk) : undefined;
  if (session) return session;
  throw new WarifuError("UNAUTHENTICATED", "nobody is signed in here: this is for people at the desk");
}

const shared = { tag: "desk" } as const;
const BODY = [...REFUSALS.body, ...REFUSALS.json] as const;
const STORE = ["STORE_CORRUPT", "STORE_FAILED"] as const;

/** The routes. */
export const sessionPasskeyRoutes: readonly Route[] = [
  {
    ...{ ...shared, method: "get", path: "/v1/session/passkeys", name: "listSessionPasskeys" },
    summary: "List one's own passkeys at the desk",
    answers: {
      "200": json("All of them; none of somebody whom a provider vouches for.", passkeysSchema, DESK_EXAMPLES.passkeys),
    },
    refuses: ["UNAUTHENTICATED"],
    handle: listPasskeys,
  },
  {
    ...{ ...shared, method: "post", path: "/v1/session/passkeys/options", name: "askToAddSessionPasskey" },
    summary: "Begin to add a passkey, for a further device",
    answers: { "200": json("What to ask of the browser.", z.strictObject({ options }), DESK_EXAMPLES.adding) },
    refuses: ["FORBIDDEN", "UNAUTHENTICATED"],
    handle: askToAdd,
  },
  {
    ...{ ...shared, method: "post", path: "/v1/session/passkeys/verify", name: "addSessionPasskey" },
    summary: "Add the passkey that was made",
    body: { required: true, content: { "application/json": { schema: signInBody, example: DESK_EXAMPLES.signIn } } },
    answers: { "201": json("The passkey.", passkeySchema, DESK_EXAMPLES.passkeys.passkeys[0]) },
    refuses: [...BODY, ...STORE, "FORBIDDEN", "UNAUTHENTICATED"],
    handle: addPasskey,
  },
  {
    ...{ ...shared, method: "delete", path: "/v1/session/passkeys/{passkeyId}", name: "removeSessionPasskey" },
    summary: "Remove a passkey, but not the only one",
    description: "Ends all other sessions of the account.",
    params: passkeyPath,
    answers: { "204": { description: "It signs nobody in any more." } },
    refuses: [...STORE, "NOT_FOUND", "UNAUTHENTICATED"],
    handle: removePasskey,
  },
];
