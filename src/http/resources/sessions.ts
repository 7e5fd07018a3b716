/**
 * /v1/session: signing in to the desk with a passkey, joining with an invitation, who is signed in, and signing out. Each
 * sign-in gets a new secret, whatever the browser had before.
 */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import type { Request, RequestHandler, Response } from "express";
import { z } from "zod";
import { WarifuError } from "../../core/errors.ts";
import { OFFICER_ROLES, type OfficerRole } from "../../sign-in/officers.ts";
import { reasonOf } from "../../sign-in/refused.ts";
import type { LiveSession } from "../../sign-in/sessions.ts";
import type { StoredOfficer } from "../../store/officer-store.ts";
import { json } from "../handling/answers.ts";
import type { Guard } from "../handling/authorisation.ts";
import { DESK_EXAMPLES } from "../handling/desk-examples.ts";
import { assertFromDesk, deskOrigin, sessionOf } from "../handling/desk-session.ts";
import { beginningAt, clearCookie, cookieOf, setFlowCookie, setSessionCookie } from "../handling/page-cookies.ts";
import { bodyOf } from "../handling/json-body.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route } from "../handling/route.ts";
import { time } from "../handling/values.ts";

/** Paths at which somebody signs in: fewer requests a minute than anywhere else. */
export const SIGN_IN_PATHS = ["/v1/session/passkey", "/v1/session/join", "/v1/session/oidc"] as const;

/** What the desk needs to know before anybody is signed in. */
function showWays({ desk }: Guard): RequestHandler {
  return (request, response) => {
    response.json({ origin: deskOrigin(request, desk) ?? null, oidc: desk.oidc !== undefined });
  };
}

function askForPasskey({ desk }: Guard): RequestHandler {
  return async (request, response) => {
    const origin = assertFromDesk(request, desk);
    const { flow, options } = await desk.passkeys.ask(beginningAt(origin, request));
    setFlowCookie(response, "flow", flow, { origin });
    response.json({ options });
  };
}

function signInByPasskey(guard: Guard): RequestHandler {
  return async (request, response) => {
    const origin = assertFromDesk(request, guard.desk);
    await signingIn(request, guard, async () => {
      const flow = cookieOf(request, "flow", origin);
      const { credential } = await bodyOf(signInBody, request);
      const officer = await guard.desk.passkeys.signIn(flow, credential as unknown as AuthenticationResponseJSON);
      await enter(request, response, { guard, origin, officer });
    });
  };
}

function askToJoin(guard: Guard): RequestHandler {
  return async (request, response) => {
    const origin = assertFromDesk(request, guard.desk);
    await signingIn(request, guard, async () => {
      const { token } = await bodyOf(joinBody, request);
      const { flow, options, officer } = await guard.desk.passkeys.askToJoin(beginningAt(origin, request), token);
      setFlowCookie(response, "flow", flow, { origin });
      response.json({ officer: officerView(officer), options });
    });
  };
}

function join(guard: Guard): RequestHandler {
  return async (request, response) => {
    const origin = assertFromDesk(request, guard.desk);
    await signingIn(request, guard, async () => {
      const flow = cookieOf(request, "flow", origin);
      const { credential } = await bodyOf(signInBody, request);
      const officer = await guard.desk.passkeys.join(flow, credential as unknown as RegistrationResponseJSON);
      guard.security.note("officer-joined", { keyId: officer.officerId, route: routeOf(request) });
      await enter(request, response, { guard, origin, officer });
    });
  };
}

/** Who is signed in; asking does not make the session last longer. */
function showSession({ desk }: Guard): RequestHandler {
  return (request, response) => {
    const session = sessionOf(request, desk, { isPeek: true });
    if (!session) throw new WarifuError("UNAUTHENTICATED", "nobody is signed in here");
    response.json(sessionView(session));
  };
}

function signOut({ desk, security }: Guard): RequestHandler {
  return async (request, response) => {
    const origin = assertFromDesk(request, desk);
    const session = sessionOf(request, desk);
    clearCookie(response, "desk", origin);
    if (session) {
      await desk.sessions.end(session.sessionId);
      security.note("signed-out", { keyId: session.account.officerId, route: routeOf(request) });
    }
    response.status(204).end();
  };
}

/** Whom somebody turned out to be, and where. */
interface Entering {
  readonly guard: Guard;
  readonly origin: string;
  readonly officer: StoredOfficer;
}

async function enter(request: Request, response: Response, entering: Entering): Promise<void> {
  const session = await beginSession(request, response, entering);
  response.json(sessionView(session));
}

/** Begins a session, and ends the one that the browser had. */
export async function beginSession(
  request: Request,
  response: Response,
  { guard: { desk, security }, origin, officer }: Entering,
): Promise<LiveSession<StoredOfficer>> {
  const former = desk.sessions.recognise(cookieOf(request, "desk", origin));
  if (former) await desk.sessions.end(former.sessionId);
  const secret = await desk.sessions.begin(officer.officerId);
  const session = desk.sessions.recognise(secret);
  if (!session) throw new WarifuError("UNAUTHENTICATED", "this sign-in does not count: begin again");
  clearCookie(response, "flow", origin);
  setSessionCookie(response, "desk", secret, { origin });
  security.note("signed-in", { keyId: officer.officerId, route: routeOf(request) });
  return session;
}

/** Notes refusals, with a reason that the answer does not give. */
export async function signingIn(request: Request, { security }: Guard, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const reason = reasonOf(error);
    if (reason !== undefined) security.note("sign-in-refused", { reason, route: routeOf(request) });
    throw error;
  }
}

function officerView({ officerId, name, role, sources }: StoredOfficer) {
  return { id: officerId, name, role: role as OfficerRole, ...(sources && { scope: { sources } }) };
}

function sessionView({ account: officer, begunAt, until }: LiveSession<StoredOfficer>) {
  return {
    officer: officerView(officer),
    signedInAt: new Date(begunAt).toISOString(),
    until: new Date(until).toISOString(),
  };
}

const text = z.string().max(65_536);

/** A credential as WebAuthn's `toJSON()` gives it; the library looks at the rest. */
export const credential = z
  .looseObject({
    id: text,
    rawId: text,
    type: z.literal("public-key"),
    response: z.looseObject({ clientDataJSON: text }),
  })
  .meta({ id: "PublicKeyCredential", description: "As `PublicKeyCredential.toJSON()` gives it (WebAuthn, level 3)." });

export const signInBody = z.strictObject({ credential }).meta({ id: "SignIn" });

const joinBody = z
  .strictObject({ token: z.string().max(128).meta({ description: "What stands after `#` in the link." }) })
  .meta({ id: "Join" });

const officerSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    role: z.enum(OFFICER_ROLES),
    scope: z
      .strictObject({ sources: z.array(z.string()) })
      .optional()
      .meta({ description: "Absent: all sources." }),
  })
  .meta({ id: "OfficerView" });

const sessionSchema = z
  .strictObject({
    officer: officerSchema,
    signedInAt: time,
    until: time.meta({ description: "When it ends if nothing more is asked." }),
  })
  .meta({ id: "Session" });

export const options = z
  .looseObject({ challenge: z.string() })
  .meta({ id: "PasskeyOptions", description: "For `navigator.credentials`, in WebAuthn's JSON." });

const waysSchema = z
  .strictObject({
    origin: z
      .string()
      .nullable()
      .meta({ description: "Where the desk is to be opened; null: the settings do not say." }),
    oidc: z.boolean().meta({ description: "Whether there is an identity provider." }),
  })
  .meta({ id: "SignInWays" });

const shared = { tag: "desk" } as const;
const BODY = [...REFUSALS.body, ...REFUSALS.json] as const;
const STORE = ["STORE_CORRUPT", "STORE_FAILED"] as const;
const SESSION = json("The session; the cookie comes with it.", sessionSchema, DESK_EXAMPLES.session);
const signInContent = { "application/json": { schema: signInBody, example: DESK_EXAMPLES.signIn } };

/** The routes. */
export const sessionRoutes: readonly Route[] = [
  {
    ...{ ...shared, method: "get", path: "/v1/session/ways", name: "showSignInWays", summary: "How one signs in here" },
    answers: { "200": json("What the desk shows.", waysSchema, DESK_EXAMPLES.ways) },
    handle: showWays,
  },
  {
    ...{ ...shared, method: "post", path: "/v1/session/passkey/options", name: "askForPasskey" },
    summary: "Begin to sign in with a passkey",
    description: "For pages of the desk, with the header `Warifu-Desk: 1`. Sets a cookie for five minutes.",
    answers: { "200": json("What to ask of the browser.", z.strictObject({ options }), DESK_EXAMPLES.options) },
    refuses: ["FORBIDDEN"],
    handle: askForPasskey,
  },
  {
    ...{ ...shared, method: "post", path: "/v1/session/passkey/verify", name: "signInByPasskey" },
    summary: "Sign in with a passkey",
    description: "For pages of the desk. Whatever is wrong, the refusal is the same.",
    body: { required: true, content: signInContent },
    answers: { "200": SESSION },
    refuses: [...BODY, ...STORE, "FORBIDDEN", "UNAUTHENTICATED"],
    handle: signInByPasskey,
  },
  {
    ...{ ...shared, method: "post", path: "/v1/session/join/options", name: "askToJoin" },
    summary: "Begin to register a passkey with an invitation",
    body: { required: true, content: { "application/json": { schema: joinBody, example: DESK_EXAMPLES.join } } },
    answers: {
      "200": json(
        "Who is invited, and what to ask of the browser.",
        z.strictObject({ officer: officerSchema, options }),
        DESK_EXAMPLES.joining,
      ),
    },
    refuses: [...BODY, "FORBIDDEN", "UNAUTHENTICATED"],
    handle: askToJoin,
  },
  {
    ...{ ...shared, method: "post", path: "/v1/session/join/verify", name: "join" },
    summary: "Register a passkey with an invitation, and sign in",
    body: { required: true, content: signInContent },
    answers: { "200": SESSION },
    refuses: [...BODY, ...STORE, "FORBIDDEN", "UNAUTHENTICATED"],
    handle: join,
  },
  {
    ...{ ...shared, method: "get", path: "/v1/session", name: "showSession", summary: "Who is signed in" },
    description: "By the cookie alone. Asking does not make the session last longer.",
    answers: { "200": json("The session.", sessionSchema, DESK_EXAMPLES.session) },
    refuses: ["UNAUTHENTICATED"],
    handle: showSession,
  },
  {
    ...{ ...shared, method: "delete", path: "/v1/session", name: "signOut", summary: "Sign out" },
    answers: { "204": { description: "Nobody is signed in here any more." } },
    refuses: [...STORE, "FORBIDDEN"],
    handle: signOut,
  },
];
