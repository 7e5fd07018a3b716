/**
 * /v1/citizens/me/proof: somebody who is signed in shows once more who they are, before anything that a stolen cookie
 * alone must not allow: leaving, and whatever lets somebody in for good.
 */
import type { AuthenticationResponseJSON } from "@simplewebauthn/server";
import type { Request, RequestHandler, Response } from "express";
import { z } from "zod";
import { PROOF_MS } from "../../citizens/fresh-proofs.ts";
import { WarifuError } from "../../core/errors.ts";
import { reasonOf } from "../../sign-in/refused.ts";
import { bodyOf } from "../handling/json-body.ts";
import { json } from "../handling/answers.ts";
import { CITIZEN_EXAMPLES } from "../handling/citizen-examples.ts";
import { assertFromApp, citizenIn, citizenSessionIn, citizensOf } from "../handling/citizen-session.ts";
import { beginningAt, clearCookie, cookieOf, setFlowCookie } from "../handling/page-cookies.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { time } from "../handling/values.ts";
import { accountIn } from "./citizens.ts";
import { credential, options, signingIn } from "./sessions.ts";

function askToProve(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const citizens = citizensOf(parts);
    const origin = assertFromApp(request, citizens);
    const account = accountIn(citizenIn(response).citizenId, parts);
    const asked = await citizens.passkeys.askToProve(beginningAt(origin, request), account);
    setFlowCookie(response, "citizen-flow", asked.flow, { origin });
    response.json({ options: asked.options });
  };
}

function prove(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    await withoutEndingTheSession(() => signingIn(request, parts, () => assertIsOwn(request, response, parts)));
    const proof = citizensOf(parts).proofs.give(citizenSessionIn(response));
    response.status(201).json({ proof, until: new Date(parts.now() + PROOF_MS).toISOString() });
  };
}

/** @throws UNAUTHENTICATED it is not the passkey or code of whoever is signed in */
async function assertIsOwn(request: Request, response: Response, parts: RouteParts): Promise<void> {
  const citizens = citizensOf(parts);
  const origin = assertFromApp(request, citizens);
  const citizen = accountIn(citizenIn(response).citizenId, parts);
  const shown = await bodyOf(proofBody, request);
  if ("code" in shown) return citizens.passkeys.proveByCode(shown.code, citizen);
  const flow = cookieOf(request, "citizen-flow", origin);
  await citizens.passkeys.prove(flow, shown.credential as unknown as AuthenticationResponseJSON, citizen);
  clearCookie(response, "citizen-flow", origin);
}

/** 401 would say that the session is over. */
async function withoutEndingTheSession(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (reasonOf(error) === undefined) throw error;
    throw new WarifuError("FORBIDDEN", "that is no passkey and no recovery code of this account: begin again");
  }
}

const proofBody = z
  .union([
    z.strictObject({ credential }),
    z.strictObject({ code: z.string().max(64).meta({ description: "The recovery code, which is not used up." }) }),
  ])
  .meta({ id: "ProofOfOneself" });
const proofSchema = z
  .strictObject({ proof: z.string().meta({ description: "For the header `Warifu-Proof`, once." }), until: time })
  .meta({ id: "FreshProof" });

const shared = { tag: "citizens", ofCity: "citizens" } as const;

/** The routes. */
export const citizenProofRoutes: readonly Route[] = [
  {
    ...{ ...shared, method: "post", path: "/v1/citizens/me/proof/options", name: "askToProveOneself" },
    summary: "Begin to show once more who one is",
    answers: { "200": json("What to ask of the browser.", z.strictObject({ options }), CITIZEN_EXAMPLES.options) },
    refuses: ["FORBIDDEN"],
    handle: askToProve,
  },
  {
    ...{ ...shared, method: "post", path: "/v1/citizens/me/proof/verify", name: "proveOneself" },
    summary: "Show once more who one is, with a passkey or the recovery code",
    description:
      "Leaving, another recovery code, and adding or removing a passkey take the proof in the header `Warifu-Proof`, within five " +
      "minutes, from the same session.",
    body: {
      required: true,
      content: { "application/json": { schema: proofBody, example: CITIZEN_EXAMPLES.credential } },
    },
    answers: { "201": json("The proof.", proofSchema, CITIZEN_EXAMPLES.proof) },
    refuses: [...REFUSALS.body, ...REFUSALS.json, "STORE_CORRUPT", "STORE_FAILED", "FORBIDDEN"],
    handle: prove,
  },
];
