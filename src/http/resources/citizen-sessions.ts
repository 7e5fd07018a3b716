/**
 * /v1/citizens/join and /v1/citizens/session: joining, signing in with a passkey, coming back with a recovery code, who is
 * signed in, and signing out. Each way in gets a new secret, whatever the browser had before, and each refusal is the same.
 */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import type { Request, RequestHandler, Response } from "express";
import { z } from "zod";
import { language, pseudonym } from "../../citizens/own-words.ts";
import { WarifuError } from "../../core/errors.ts";
import type { LiveSession } from "../../sign-in/sessions.ts";
import type { StoredCitizen } from "../../store/citizen-store.ts";
import { bodyOf } from "../handling/json-body.ts";
import { json } from "../handling/answers.ts";
import { CITIZEN_EXAMPLES } from "../handling/citizen-examples.ts";
import { assertFromApp, citizenSessionOf, citizensOf } from "../handling/citizen-session.ts";
import { beginningAt, clearCookie, cookieOf, setFlowCookie, setSessionCookie } from "../handling/page-cookies.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { time } from "../handling/values.ts";
import { citizenSchema, citizenView, givenConsent, receiptSchema, receiptView } from "./citizen-views.ts";
import { options, signInBody, signingIn } from "./sessions.ts";

/** Paths at which somebody joins or signs in: fewer requests a minute than anywhere else. */
export const CITIZEN_SIGN_IN_PATHS = [
  ...["/v1/citizens/join", "/v1/citizens/me/proof"],
  ...["options", "verify", "recovery"].map((step) => `/v1/citizens/session/${step}`),
] as const;

function askToJoin(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const citizens = citizensOf(parts);
    const origin = assertFromApp(request, citizens);
    const joining = await bodyOf(joinBody, request);
    const asked = await citizens.passkeys.askToJoin(beginningAt(origin, request), joining);
    showOptions(response, asked, origin);
  };
}

function join(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const citizens = citizensOf(parts);
    const origin = assertFromApp(request, citizens);
    await signingIn(request, parts, async () => {
      const { flow, credential } = await answerOf(request, origin);
      const { citizen, recoveryCode, receipts } = await citizens.passkeys.join(
        flow,
        credential as unknown as RegistrationResponseJSON,
      );
      const session = await enter(request, response, { parts, origin, citizen });
      parts.security.note("citizen-joined");
      response
        .status(201)
        .json({ ...sessionView(session), recoveryCode, receipts: receipts.map((one) => receiptView(one, parts)) });
    });
  };
}

function askForPasskey(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const citizens = citizensOf(parts);
    const origin = assertFromApp(request, citizens);
    showOptions(response, await citizens.passkeys.ask(beginningAt(origin, request)), origin);
  };
}

function signIn(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const citizens = citizensOf(parts);
    const origin = assertFromApp(request, citizens);
    await signingIn(request, parts, async () => {
      const { flow, credential } = await answerOf(request, origin);
      const citizen = await citizens.passkeys.signIn(flow, credential as unknown as AuthenticationResponseJSON);
      response.json(sessionView(await enter(request, response, { parts, origin, citizen })));
    });
  };
}

function askToRecover(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const citizens = citizensOf(parts);
    const origin = assertFromApp(request, citizens);
    await signingIn(request, parts, async () => {
      const { code } = await bodyOf(recoveryBody, request);
      showOptions(response, await citizens.passkeys.askToRecover(beginningAt(origin, request), code), origin);
    });
  };
}

function recover(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const citizens = citizensOf(parts);
    const origin = assertFromApp(request, citizens);
    await signingIn(request, parts, async () => {
      const { flow, credential } = await answerOf(request, origin);
      const { citizen, recoveryCode } = await citizens.passkeys.recover(
        flow,
        credential as unknown as RegistrationResponseJSON,
      );
      // Whoever has a device that was lost is signed out.
      await citizens.sessions.endAllOf(citizen.citizenId);
      const session = await enter(request, response, { parts, origin, citizen });
      parts.security.note("citizen-recovered");
      response.json({ ...sessionView(session), recoveryCode });
    });
  };
}

function showCitizenSession(parts: RouteParts): RequestHandler {
  return (request, response) => {
    const session = citizenSessionOf(request, citizensOf(parts));
    // A refusal would be an error in the browser of everybody who only reads.
    response.json(session ? sessionView(session) : { citizen: null });
  };
}

function signOut(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const citizens = citizensOf(parts);
    const origin = assertFromApp(request, citizens);
    const session = citizenSessionOf(request, citizens);
    clearCookie(response, "citizen", origin);
    if (session) await citizens.sessions.end(session.sessionId);
    response.status(204).end();
  };
}

/** Whom somebody turned out to be, and where. */
interface Entering {
  readonly parts: RouteParts;
  readonly origin: string;
  readonly citizen: StoredCitizen;
}

/** Begins a session, and ends the one that the browser had. */
async function enter(
  request: Request,
  response: Response,
  { parts, origin, citizen }: Entering,
): Promise<LiveSession<StoredCitizen>> {
  const { accounts, sessions, sessionMs } = citizensOf(parts);
  const former = sessions.recognise(cookieOf(request, "citizen", origin));
  if (former) await sessions.end(former.sessionId);
  // No session of an account that is being removed outlives it.
  const secret = await accounts.acting(citizen.citizenId, () => sessions.begin(citizen.citizenId));
  const session = sessions.recognise(secret);
  if (!session) throw new WarifuError("UNAUTHENTICATED", "this sign-in does not count: begin again");
  clearCookie(response, "citizen-flow", origin);
  setSessionCookie(response, "citizen", secret, { origin, lastsMs: sessionMs });
  return session;
}

function showOptions(response: Response, asked: { readonly flow: string; readonly options: object }, origin: string) {
  setFlowCookie(response, "citizen-flow", asked.flow, { origin });
  response.json({ options: asked.options });
}

/** What the browser's device answers, and to which question. */
async function answerOf(request: Request, origin: string) {
  const flow = cookieOf(request, "citizen-flow", origin);
  const { credential } = await bodyOf(signInBody, request);
  return { flow, credential };
}

function sessionView({ account, begunAt, until }: LiveSession<StoredCitizen>) {
  return {
    citizen: citizenView(account),
    since: new Date(begunAt).toISOString(),
    until: new Date(until).toISOString(),
  };
}

/** Each is an event of the log. */
function areDifferent(consents: readonly z.output<typeof givenConsent>[]): boolean {
  return new Set(consents.map(({ purpose, country = "" }) => `${purpose} ${country}`)).size === consents.length;
}

const joinBody = z
  .strictObject({
    pseudonym: pseudonym.meta({ description: "Of one's own choice; others may have the same. No address, no number." }),
    ageBand: z.string().max(8).meta({ description: "One of those that `/v1/city` shows." }),
    language,
    consents: z.array(givenConsent).max(16).refine(areDifferent, "name a purpose and country once"),
  })
  .meta({ id: "JoinAsCitizen" });

const recoveryBody = z
  .strictObject({ code: z.string().max(64).meta({ description: "With or without hyphens." }) })
  .meta({ id: "RecoveryCode" });

const sessionShape = {
  citizen: citizenSchema,
  since: time,
  until: time.meta({ description: "When it ends if nothing more is asked." }),
};
const sessionSchema = z.strictObject(sessionShape).meta({ id: "CitizenSession" });
const maybeSessionSchema = z.union([sessionSchema, z.strictObject({ citizen: z.null() })]);
const recoveryCode = z.string().meta({ description: "Shown this once." });
const recoveredSchema = z.strictObject({ ...sessionShape, recoveryCode }).meta({ id: "RecoveredCitizen" });
const joinedSchema = z
  .strictObject({ ...sessionShape, recoveryCode, receipts: z.array(receiptSchema) })
  .meta({ id: "JoinedCitizen" });

const shared = { tag: "citizens", ofCity: "all" } as const;
const BODY = [...REFUSALS.body, ...REFUSALS.json] as const;
const STORE = ["STORE_CORRUPT", "STORE_FAILED"] as const;
const OPTIONS = json("What to ask of the browser.", z.strictObject({ options }), CITIZEN_EXAMPLES.options);
const CREDENTIAL = {
  required: true,
  content: { "application/json": { schema: signInBody, example: CITIZEN_EXAMPLES.credential } },
};
const FOR_APP = "For pages of the app, with the header `Warifu-App: 1`.";

/** The routes. */
export const citizenSessionRoutes: readonly Route[] = [
  {
    ...{ ...shared, method: "post", path: "/v1/citizens/join/options", name: "askToJoinAsCitizen" },
    summary: "Begin to join",
    description:
      `${FOR_APP} Sets a cookie for five minutes. Each consent names the version and language of the notice that was shown; ` +
      "whoever is too young by the law data is refused with `FORBIDDEN`.",
    body: { required: true, content: { "application/json": { schema: joinBody, example: CITIZEN_EXAMPLES.joining } } },
    answers: { "200": OPTIONS },
    refuses: [...BODY, "FORBIDDEN"],
    handle: askToJoin,
  },
  {
    ...{ ...shared, method: "post", path: "/v1/citizens/join/verify", name: "joinAsCitizen" },
    summary: "Join, and sign in",
    description: "With the passkey that was made. The recovery code is shown this once; each consent has its receipt.",
    body: CREDENTIAL,
    answers: { "201": json("Who has joined; the cookie comes with it.", joinedSchema, CITIZEN_EXAMPLES.joined) },
    refuses: [...BODY, ...STORE, ...REFUSALS.writing, "FORBIDDEN", "UNAUTHENTICATED"],
    handle: join,
  },
  {
    ...{ ...shared, method: "post", path: "/v1/citizens/session/options", name: "askForCitizenPasskey" },
    summary: "Begin to sign in",
    description: `${FOR_APP} Sets a cookie for five minutes.`,
    answers: { "200": OPTIONS },
    refuses: ["FORBIDDEN"],
    handle: askForPasskey,
  },
  {
    ...{ ...shared, method: "post", path: "/v1/citizens/session/verify", name: "signInAsCitizen" },
    summary: "Sign in with a passkey",
    description: "Whatever is wrong, the refusal is the same.",
    body: CREDENTIAL,
    answers: { "200": json("The session; the cookie comes with it.", sessionSchema, CITIZEN_EXAMPLES.session) },
    refuses: [...BODY, ...STORE, "FORBIDDEN", "UNAUTHENTICATED"],
    handle: signIn,
  },
  {
    ...{ ...shared, method: "post", path: "/v1/citizens/session/recovery/options", name: "askToRecover" },
    summary: "Begin to come back with a recovery code",
    description: `${FOR_APP} The code counts until the new passkey is registered.`,
    body: { required: true, content: { "application/json": { schema: recoveryBody, example: CITIZEN_EXAMPLES.code } } },
    answers: { "200": OPTIONS },
    refuses: [...BODY, "FORBIDDEN", "UNAUTHENTICATED"],
    handle: askToRecover,
  },
  {
    ...{ ...shared, method: "post", path: "/v1/citizens/session/recovery/verify", name: "recoverAccount" },
    summary: "Come back: register a new passkey, and sign in",
    description: "Ends all other sessions of the account. The code is used up; another one is shown, this once.",
    body: CREDENTIAL,
    answers: { "200": json("The session; the cookie comes with it.", recoveredSchema, CITIZEN_EXAMPLES.recovered) },
    refuses: [...BODY, ...STORE, "FORBIDDEN", "UNAUTHENTICATED"],
    handle: recover,
  },
  {
    ...{ ...shared, method: "get", path: "/v1/citizens/session", name: "showCitizenSession" },
    summary: "Which citizen is signed in",
    description: "`citizen` is null where nobody is.",
    answers: { "200": json("The session, if there is one.", maybeSessionSchema, CITIZEN_EXAMPLES.session) },
    handle: showCitizenSession,
  },
  {
    ...{ ...shared, method: "delete", path: "/v1/citizens/session", name: "signOutAsCitizen" },
    summary: "Sign out of the app",
    answers: { "204": { description: "Nobody is signed in here any more." } },
    refuses: [...STORE, "FORBIDDEN"],
    handle: signOut,
  },
];
