/**
 * /v1/officers: who may sign in to the desk. The answer to an invitation is the only place where its link ever appears.
 */
import type { RequestHandler } from "express";
import { z } from "zod";
import { parseJsonBytes } from "../../core/json.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import { officerListing } from "../../sign-in/officer-view.ts";
import { INVITATION_MS, OFFICER_ROLES, type Invitation } from "../../sign-in/officers.ts";
import { json } from "../handling/answers.ts";
import { principalOf, type Guard } from "../handling/authorisation.ts";
import { DESK_EXAMPLES } from "../handling/desk-examples.ts";
import { deskOrigin } from "../handling/desk-session.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route } from "../handling/route.ts";
import { count, parseRequest, time } from "../handling/values.ts";
import { sourcePatterns } from "./api-keys.ts";

/** With parameters of its path or without. */
type AnyRequest = Parameters<typeof routeOf>[0];

const MAX_BYTES = 65_536;
const LONGEST_HOURS = 24 * 14;

function listOfficers({ desk }: Guard): RequestHandler {
  return (_request, response) => {
    response.json({ items: desk.officers.list().map(officerListing) });
  };
}

function inviteOfficer(guard: Guard): RequestHandler {
  return async (request, response) => {
    const { validHours, ...officer } = await bodyOf(newOfficerBody, request);
    const invitation = await guard.desk.officers.invite({ ...officer, validMs: inMs(validHours) });
    const { keyId } = principalOf(response);
    const { officerId: subject } = invitation;
    guard.security.note("officer-invited", { keyId, route: routeOf(request), subject, role: officer.role });
    response.status(201).json(invitationView(invitation, request, guard));
  };
}

function inviteAgain(guard: Guard): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { id: subject } = parseRequest(officerPath, request.params);
    const { validHours } = await bodyOf(againBody, request);
    const invitation = await guard.desk.officers.inviteAgain(subject, inMs(validHours));
    guard.security.note("officer-invited", { keyId: principalOf(response).keyId, route: routeOf(request), subject });
    response.status(201).json(invitationView(invitation, request, guard));
  };
}

function removeOfficer({ desk, security }: Guard): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { id: subject } = parseRequest(officerPath, request.params);
    await desk.officers.remove(subject);
    await desk.sessions.noteUses();
    security.note("officer-removed", { keyId: principalOf(response).keyId, route: routeOf(request), subject });
    response.status(204).end();
  };
}

function invitationView({ officerId, token, expiresAt }: Invitation, request: AnyRequest, { desk }: Guard) {
  const origin = deskOrigin(request, desk);
  return {
    id: officerId,
    link: `${origin ?? ""}/desk/join#${token}`,
    expiresAt: new Date(expiresAt).toISOString(),
  };
}

async function bodyOf<T extends z.ZodType>(schema: T, request: AnyRequest): Promise<z.output<T>> {
  mediaTypeOf(request, ["application/json"]);
  return parseRequest(schema, parseJsonBytes(await collectBody(request, MAX_BYTES), "body"));
}

function inMs(hours: number | undefined): number {
  return hours === undefined ? INVITATION_MS : hours * 3_600_000;
}

const officerPath = z.object({
  id: z
    .string()
    .regex(/^of_[0-9a-f]{16}$/, "must be of_ and 16 hexadecimal digits")
    .meta({ example: "of_4f0c9e2d1b3a5768" }),
});

const validHours = z
  .int()
  .min(1)
  .max(LONGEST_HOURS)
  .optional()
  .meta({ description: "How long the link is valid; 24 when left out." });

const againBody = z.strictObject({ validHours }).meta({ id: "NewInvitation" });

/** Body of an invitation. */
const newOfficerBody = z
  .strictObject({
    name: z
      .string()
      .refine((text) => /^[^\p{C}]{1,64}$/u.test(text) && text.trim() === text, "must be 1 to 64 characters of text")
      .meta({ description: "Who it is, for colleagues. In no log and no event.", example: "M. Ruiz" }),
    role: z.enum(OFFICER_ROLES).meta({ description: "What the account allows, as for an API key." }),
    sources: sourcePatterns.optional(),
    expiresAt: z.iso
      .datetime()
      .transform((text) => Date.parse(text))
      .optional()
      .meta({ description: "When the account expires; never, by default.", example: "2027-04-11T00:00:00Z" }),
    ratePerMinute: z.int().min(1).max(1_000_000_000).optional().meta({ description: "Requests per minute." }),
    validHours,
  })
  .meta({ id: "NewOfficer" });

const officerSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    role: z.enum(OFFICER_ROLES),
    sources: z.array(z.string()).nullable().meta({ description: "Null: all." }),
    ratePerMinute: count.nullable(),
    createdAt: time,
    expiresAt: time.nullable(),
    removedAt: time.nullable(),
    signsInBy: z.enum(["passkey", "oidc"]),
    passkeys: count,
    invitedUntil: time.nullable().meta({ description: "Null: no invitation is open." }),
  })
  .meta({ id: "Officer" });

const invitationSchema = z
  .strictObject({
    id: z.string(),
    link: z.string().meta({ description: "Valid once. What stands after `#` is the secret: no server is sent it." }),
    expiresAt: time,
  })
  .meta({ id: "Invitation" });

const INVITATION = json("The invitation.", invitationSchema, DESK_EXAMPLES.invitation);
const REFUSED = [...REFUSALS.body, ...REFUSALS.json, "STORE_CORRUPT", "STORE_FAILED"] as const;

/** The routes. */
export const officerRoutes: readonly Route[] = [
  {
    ...{ method: "get", path: "/v1/officers", name: "listOfficers", tag: "desk", may: "manage" },
    summary: "List the accounts of officers",
    description: "Role admin.",
    answers: {
      "200": json("All accounts ever made.", z.strictObject({ items: z.array(officerSchema) }), DESK_EXAMPLES.officers),
    },
    handle: listOfficers,
  },
  {
    ...{ method: "post", path: "/v1/officers", name: "inviteOfficer", tag: "desk", may: "manage" },
    summary: "Invite somebody to the desk",
    description: "Role admin. The answer is the only place where the link ever appears.",
    body: {
      required: true,
      content: { "application/json": { schema: newOfficerBody, example: DESK_EXAMPLES.newOfficer } },
    },
    answers: { "201": INVITATION },
    refuses: REFUSED,
    handle: inviteOfficer,
  },
  {
    ...{ method: "post", path: "/v1/officers/{id}/invitations", name: "inviteAgain", tag: "desk", may: "manage" },
    summary: "Invite somebody again, for a further or a lost device",
    description: "Role admin. An earlier invitation that was not used is void.",
    params: officerPath,
    body: { required: true, content: { "application/json": { schema: againBody, example: {} } } },
    answers: { "201": INVITATION },
    refuses: [...REFUSED, "NOT_FOUND"],
    handle: inviteAgain,
  },
  {
    ...{ method: "delete", path: "/v1/officers/{id}", name: "removeOfficer", tag: "desk", may: "manage" },
    summary: "Remove the account of an officer",
    description: "Role admin. Whoever is signed in with it is so no more.",
    params: officerPath,
    answers: { "204": { description: "It counts no more." } },
    refuses: ["NOT_FOUND", "STORE_CORRUPT", "STORE_FAILED"],
    handle: removeOfficer,
  },
];
