/** /v1/themes…: under what citizens post, who belongs, and what came of it. To outsiders a members-only theme is not there. */
import type { RequestHandler } from "express";
import { z } from "zod";
import { WarifuError } from "../../core/errors.ts";
import { isTimestamp } from "../../core/timestamp.ts";
import { THEME_VISIBILITIES } from "../../posts/post-types.ts";
import { bodyOf } from "../handling/json-body.ts";
import { json } from "../handling/answers.ts";
import { assertForSource, authorise, isAuthorised, principalOf } from "../handling/authorisation.ts";
import { citizenOf } from "../handling/citizen-session.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { parseRequest, time } from "../handling/values.ts";
import {
  code,
  memberIn,
  POST_EXAMPLES,
  postsOf,
  resultsSchema,
  themeSchema,
  themesSchema,
  viewerOf,
  words,
} from "./post-schemas.ts";
import { acknowledgementSchema } from "./submit-records.ts";

const themePath = z.object({ theme: code.meta({ description: "Code of a theme.", example: "smiles" }) });
const moment = z
  .string()
  .refine(isTimestamp, "must be a time as RFC 3339 writes it")
  .meta({ example: "2026-12-31T23:00:00Z" });
const themeBody = z
  .strictObject({
    theme: code,
    titles: words,
    texts: words,
    notices: words,
    question: words.optional(),
    owner: z
      .string()
      .min(1)
      .max(128)
      .meta({ description: "A name, or the id of a citizen's account, who may invite then." }),
    visibility: z.enum(THEME_VISIBILITIES),
    scope: z.enum(["local", "shared"]),
    from: moment.optional(),
    until: moment.optional(),
  })
  .meta({ id: "NewTheme" });
const invitationBody = z
  .strictObject({
    days: z.int().min(1).max(90).default(14),
    uses: z.int().min(1).max(10_000).default(1).meta({ description: "How many people may join with it." }),
  })
  .meta({ id: "NewThemeInvitation" });
const invitationSchema = z
  .strictObject({
    token: z.string().meta({ description: "Shown this once." }),
    link: z.string().meta({ description: "Path of the app; the token is after `#`, so no server is told." }),
    expiresAt: time,
  })
  .meta({ id: "ThemeInvitation" });
const joinBody = z.strictObject({ token: z.string().max(128) }).meta({ id: "JoinTheme" });
const resultsQuery = z.strictObject({
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/)
    .optional()
    .meta({ description: "Counts the words of texts in it, translated ones too; without it, each in its own." }),
});

function listThemes(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    response.json({ themes: await postsOf(parts).themes.list(await viewerOf(request, parts)) });
  };
}

function showTheme(parts: RouteParts): RequestHandler<{ theme: string }> {
  return async (request, response) => {
    const viewer = await viewerOf(request as never, parts);
    response.json(await postsOf(parts).themes.view(request.params.theme, viewer));
  };
}

function showResults(parts: RouteParts): RequestHandler<{ theme: string }> {
  return async (request, response) => {
    const { language } = parseRequest(resultsQuery, request.query);
    const viewer = await viewerOf(request as never, parts);
    const { themes, results } = postsOf(parts);
    response.json(await results.of(await themes.shown(request.params.theme, viewer), viewer, language));
  };
}

function putTheme(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const said = await bodyOf(themeBody, request);
    const posts = postsOf(parts);
    assertForSource(principalOf(response), posts.city.source, request, parts);
    const { isNew: _, ...acknowledgement } = await posts.themes.put(said);
    response.status(201).json(acknowledgement);
  };
}

/** By an officer, or by the citizen who owns the theme. To others it looks as if there were no theme. */
function inviteToTheme(parts: RouteParts): RequestHandler<{ theme: string }> {
  return async (request, response) => {
    const { themes, city } = postsOf(parts);
    const plain = request as never;
    const isOfficer = citizenOf(plain, parts) === undefined || isAuthorised(plain, parts, "open");
    if (isOfficer) assertForSource(authorise(plain, parts, "open"), city.source, plain, parts);
    const said = await bodyOf(invitationBody, plain);
    const owner = isOfficer ? undefined : await viewerOf(plain, parts);
    const { expiresAt, ...invitation } = await themes.invite(request.params.theme, said, owner);
    response.status(201).json({ ...invitation, expiresAt: new Date(expiresAt).toISOString() });
  };
}

function joinTheme(parts: RouteParts): RequestHandler<{ theme: string }> {
  return async (request, response) => {
    const { themes } = postsOf(parts);
    const { token } = await bodyOf(joinBody, request as never);
    const member = memberIn(response);
    await themes.join(request.params.theme, token, member);
    response.json(await themes.view(request.params.theme, await postsOf(parts).viewerFor(member)));
  };
}

function leaveTheme(parts: RouteParts): RequestHandler<{ theme: string }> {
  return async (request, response) => {
    if (!code.safeParse(request.params.theme).success)
      throw new WarifuError("NOT_FOUND", "there is no theme of that code");
    await postsOf(parts).themes.leave(request.params.theme, memberIn(response));
    response.status(204).end();
  };
}

const reading = { method: "get", tag: "citizens", ofCity: "all-and-citizens" } as const;
const READS = [...REFUSALS.reading, "NOT_FOUND"] as const;
const WRITES = [...REFUSALS.body, ...REFUSALS.json, ...READS] as const;
const TOKEN = "wt_4f0c9e2d1b3a5768_7K2PM9XQ4TB8VHC3NRWE5ZJ1Dabcdefgh";

/** The routes. */
export const themeRoutes: readonly Route[] = [
  {
    ...{ ...reading, path: "/v1/themes", name: "listThemes", summary: "List the themes" },
    description: "Those that everybody may see; to a citizen also those that they belong to.",
    answers: { "200": json("In the order of the log.", themesSchema, { themes: [POST_EXAMPLES.theme] }) },
    refuses: REFUSALS.reading,
    handle: listThemes,
  },
  {
    ...{ ...reading, path: "/v1/themes/{theme}", name: "showTheme", summary: "Show a theme" },
    params: themePath,
    answers: { "200": json("The theme.", themeSchema, POST_EXAMPLES.theme) },
    refuses: READS,
    handle: showTheme,
  },
  {
    ...{ ...reading, path: "/v1/themes/{theme}/results", name: "showThemeResults" },
    summary: "Show what came of a theme, city by city",
    description: "No category and no word is shown that fewer than five people chose.",
    params: themePath,
    query: resultsQuery,
    answers: { "200": json("Counts and words.", resultsSchema, POST_EXAMPLES.results) },
    refuses: READS,
    handle: showResults,
  },
  {
    ...{ method: "post", path: "/v1/themes", name: "putTheme", tag: "citizens", ofCity: "all" },
    summary: "Set a theme down, or anew",
    description: "Role officer, for the source of the app. A record; the newest one of a code is in force.",
    may: "open",
    body: { required: true, content: { "application/json": { schema: themeBody, example: POST_EXAMPLES.newTheme } } },
    answers: { "201": json("It is in the log.", acknowledgementSchema, EXAMPLES.acknowledgement) },
    refuses: [...WRITES, ...REFUSALS.record, ...REFUSALS.writing, ...REFUSALS.admission],
    handle: putTheme,
  },
  {
    ...{ method: "post", path: "/v1/themes/{theme}/invitations", name: "inviteToTheme", tag: "citizens" },
    ...{ ofCity: "all-and-citizens", takesKey: true },
    summary: "Make an invitation to a theme that is not open",
    description: "Role officer, for the source of the app; or the citizen who owns the theme.",
    params: themePath,
    body: {
      required: true,
      content: { "application/json": { schema: invitationBody, example: { days: 14, uses: 30 } } },
    },
    answers: {
      "201": json("The link, to be sent or shown as a QR code.", invitationSchema, {
        ...{ token: TOKEN, link: `/app/themes/smiles/join#${TOKEN}`, expiresAt: "2026-12-13T09:30:00.000Z" },
      }),
    },
    refuses: WRITES,
    handle: inviteToTheme,
  },
  {
    ...{ method: "post", path: "/v1/themes/{theme}/members", name: "joinTheme", tag: "citizens", ofCity: "citizens" },
    summary: "Join a theme with an invitation",
    params: themePath,
    body: { required: true, content: { "application/json": { schema: joinBody, example: { token: TOKEN } } } },
    answers: { "200": json("The theme.", themeSchema, { ...POST_EXAMPLES.theme, member: true }) },
    refuses: WRITES,
    handle: joinTheme,
  },
  {
    ...{
      method: "delete",
      path: "/v1/themes/{theme}/members",
      name: "leaveTheme",
      tag: "citizens",
      ofCity: "citizens",
    },
    summary: "Leave a theme",
    params: themePath,
    answers: { "204": { description: "Left, or never joined." } },
    refuses: READS,
    handle: leaveTheme,
  },
];
