/** /v1/citizens/me/passkeys: the devices with which somebody signs in. */
import type { RegistrationResponseJSON } from "@simplewebauthn/server";
import type { RequestHandler } from "express";
import { z } from "zod";
import { bodyOf } from "../handling/json-body.ts";
import { json } from "../handling/answers.ts";
import { CITIZEN_EXAMPLES } from "../handling/citizen-examples.ts";
import { assertFromApp, assertProven, citizenIn, citizenSessionIn, citizensOf } from "../handling/citizen-session.ts";
import { passkeyPath, passkeySchema, passkeysSchema, passkeyView } from "../handling/own-passkeys.ts";
import { beginningAt, clearCookie, cookieOf, setFlowCookie } from "../handling/page-cookies.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { parseRequest } from "../handling/values.ts";
import { accountIn } from "./citizens.ts";
import { options, signInBody, signingIn } from "./sessions.ts";

function listOwnPasskeys(parts: RouteParts): RequestHandler {
  return (_request, response) => {
    const passkeys = citizensOf(parts).accounts.passkeysOf(citizenIn(response).citizenId);
    response.json({ passkeys: passkeys.map(passkeyView) });
  };
}

function askToAdd(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const citizens = citizensOf(parts);
    const origin = assertFromApp(request, citizens);
    assertProven(request, response, citizens);
    const account = accountIn(citizenIn(response).citizenId, parts);
    const asked = await citizens.passkeys.askToAdd(beginningAt(origin, request), account);
    setFlowCookie(response, "citizen-flow", asked.flow, { origin });
    response.json({ options: asked.options });
  };
}

function addPasskey(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const citizens = citizensOf(parts);
    const origin = assertFromApp(request, citizens);
    await signingIn(request, parts, async () => {
      const flow = cookieOf(request, "citizen-flow", origin);
      const { credential } = await bodyOf(signInBody, request);
      const citizen = accountIn(citizenIn(response).citizenId, parts);
      const added = await citizens.passkeys.add(flow, credential as unknown as RegistrationResponseJSON, citizen);
      clearCookie(response, "citizen-flow", origin);
      response.status(201).json(passkeyView(added));
    });
  };
}

function removePasskey(parts: RouteParts): RequestHandler<{ passkeyId: string }> {
  return async (request, response) => {
    const { passkeyId } = parseRequest(passkeyPath, request.params);
    const citizens = citizensOf(parts);
    assertProven(request, response, citizens);
    const { accounts, sessions } = citizens;
    const { citizenId } = citizenIn(response);
    await accounts.removePasskey(citizenId, passkeyId);
    // Whoever signed in with it elsewhere is signed out.
    await sessions.endAllOf(citizenId, citizenSessionIn(response));
    response.status(204).end();
  };
}

const shared = { tag: "citizens", ofCity: "citizens" } as const;
const BODY = [...REFUSALS.body, ...REFUSALS.json] as const;
const STORE = ["STORE_CORRUPT", "STORE_FAILED"] as const;

/** The routes. */
export const citizenPasskeyRoutes: readonly Route[] = [
  {
    ...{ ...shared, method: "get", path: "/v1/citizens/me/passkeys", name: "listOwnPasskeys" },
    summary: "List one's own passkeys",
    answers: {
      "200": json("All of them.", passkeysSchema, CITIZEN_EXAMPLES.passkeys),
    },
    handle: listOwnPasskeys,
  },
  {
    ...{ ...shared, method: "post", path: "/v1/citizens/me/passkeys/options", name: "askToAddPasskey" },
    summary: "Begin to add a passkey",
    description: "Takes a proof.",
    answers: { "200": json("What to ask of the browser.", z.strictObject({ options }), CITIZEN_EXAMPLES.options) },
    refuses: ["FORBIDDEN"],
    handle: askToAdd,
  },
  {
    ...{ ...shared, method: "post", path: "/v1/citizens/me/passkeys/verify", name: "addPasskey" },
    summary: "Add the passkey that was made",
    body: {
      required: true,
      content: { "application/json": { schema: signInBody, example: CITIZEN_EXAMPLES.credential } },
    },
    answers: { "201": json("The passkey.", passkeySchema, CITIZEN_EXAMPLES.passkey) },
    refuses: [...BODY, ...STORE, "FORBIDDEN"],
    handle: addPasskey,
  },
  {
    ...{ ...shared, method: "delete", path: "/v1/citizens/me/passkeys/{passkeyId}", name: "removePasskey" },
    summary: "Remove a passkey, but not the only one",
    description: "Takes a proof. Ends all other sessions of the account.",
    params: passkeyPath,
    answers: { "204": { description: "It signs nobody in any more." } },
    refuses: [...STORE, "FORBIDDEN"],
    handle: removePasskey,
  },
];
