/**
 * /v1/privacy/breaches…: breaches of personal data are noted, told to the authority and the people, and closed, by the clocks
 * of the law.
 */
import type { Request, RequestHandler, Response } from "express";
import type { z } from "zod";
import { parseJsonBytes } from "../../core/json.ts";
import { MAX_RECORD_BYTES } from "../../core/record.ts";
import { noBreach } from "../../privacy/breaches.ts";
import type { BreachSteps } from "../../privacy/breach-steps.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import type { AppendedEntry } from "../../write/append.ts";
import { json } from "../handling/answers.ts";
import { assertForSource, isForSource, officer, principalOf } from "../handling/authorisation.ts";
import { BREACH_EXAMPLES } from "../handling/breach-examples.ts";
import { noteOpening } from "../handling/openings-limit.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { idPath, parseRequest } from "../handling/values.ts";
import {
  amendBody,
  authorityBody,
  breachSchema,
  emptyBody,
  filterQuery,
  listSchema,
  noteBody,
  notNeededBody,
  peopleBody,
  peopleSchema,
  reportSchema,
} from "./privacy-breach-forms.ts";
import { leafFor } from "./privacy-requests.ts";

async function bodyOf<T extends z.ZodType>(request: Request, schema: T): Promise<z.output<T>> {
  mediaTypeOf(request, ["application/json"]);
  return parseRequest(schema, parseJsonBytes(await collectBody(request, MAX_RECORD_BYTES), "body"));
}

const second = (rfc3339: string | undefined): number | undefined =>
  rfc3339 === undefined ? undefined : Math.floor(Date.parse(rfc3339) / 1_000);

function listBreaches({ ledger }: RouteParts): RequestHandler {
  return async (request, response) => {
    const { state } = parseRequest(filterQuery, request.query);
    response.json({ items: await ledger.rights.listBreaches(state) });
  };
}

function noteBreach(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const { records, knownAt, happenedAt, ...said } = await bodyOf(request, noteBody);
    // What names no records may be anybody's.
    if (records.length === 0) assertForSource(principalOf(response), "*", request, parts);
    const leaves = await leavesOf(records, request, response, parts);
    const times = { knownAt: second(knownAt), happenedAt: second(happenedAt) };
    const entry = await parts.ledger.rights.breachSteps.note({ ...said, ...times, records: leaves });
    await answerStep(entry.leafIndex, entry, request, response, parts);
  };
}

async function leavesOf(
  ids: readonly string[],
  request: Request,
  response: Response,
  parts: RouteParts,
): Promise<number[]> {
  const leaves: number[] = [];
  for (const id of ids) leaves.push(await leafFor(id, request, principalOf(response), parts));
  return leaves;
}

async function answerStep(
  breach: number,
  { leafIndex }: AppendedEntry,
  request: Request,
  response: Response,
  { ledger, security }: RouteParts,
): Promise<void> {
  security.note("privacy-changed", { keyId: principalOf(response).keyId, route: routeOf(request), leafIndex });
  response.status(201).json(await ledger.rights.breach(breach));
}

function showBreach({ ledger }: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { leafIndex } = await ledger.records.placeOf(request.params.id, noBreach);
    response.json(await ledger.rights.breach(leafIndex));
  };
}

/** Leaf index of a breach with which the caller may go on. @throws NOT_FOUND */
async function breachFor(request: Request<{ id: string }>, response: Response, parts: RouteParts): Promise<number> {
  const { leafIndex } = await parts.ledger.records.placeOf(request.params.id, noBreach);
  const principal = principalOf(response);
  const { breaches } = parts.ledger.rights;
  await breaches.assertFor(leafIndex, (source) => isForSource(principal, source, request as Request, parts));
  return leafIndex;
}

/** Handles a step. */
function step<T extends z.ZodType>(
  schema: T,
  take: (
    steps: BreachSteps,
    breach: number,
    said: z.output<T>,
    leavesOf: (ids: readonly string[]) => Promise<number[]>,
  ) => Promise<AppendedEntry>,
) {
  return (parts: RouteParts): RequestHandler<{ id: string }> =>
    async (request, response) => {
      const said = await bodyOf(request as Request, schema);
      const breach = await breachFor(request, response, parts);
      const leaves = (ids: readonly string[]) => leavesOf(ids, request as Request, response, parts);
      const entry = await take(parts.ledger.rights.breachSteps, breach, said, leaves);
      await answerStep(breach, entry, request as Request, response, parts);
    };
}

function showReport(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const principal = principalOf(response);
    parts.openingsLimit.assertAllows(principal.keyId);
    const breach = await breachFor(request, response, parts);
    const report = await parts.ledger.rights.breachReport(breach, officer(principal));
    noteOpening(principal.keyId, breach, request as Request, parts);
    response.set("content-disposition", 'attachment; filename="breach.json"');
    response.json(report);
  };
}

function listPeople(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { keyId } = principalOf(response);
    parts.openingsLimit.assertAllows(keyId);
    const breach = await breachFor(request, response, parts);
    const people = await parts.ledger.rights.breachPeople(breach);
    parts.security.note("person-sought", { keyId, route: routeOf(request as Request), leafIndex: breach });
    response.json(people);
  };
}

const PATH = "/v1/privacy/breaches";
const WRITES = [...REFUSALS.body, ...REFUSALS.json, ...REFUSALS.reading, ...REFUSALS.writing, "NOT_FOUND"] as const;

interface StepRoute {
  readonly summary: string;
  readonly description: string;
  readonly schema: z.ZodType;
  readonly example: object;
  readonly handle: Route["handle"];
}

function stepRoute(
  [verb, name, may]: readonly [verb: string, name: string, may: "breach" | "open"],
  { summary, description, schema, example, handle }: StepRoute,
): Route {
  return {
    method: "post",
    path: `${PATH}/{id}/${verb}`,
    name,
    tag: "privacy",
    ...{ summary, description, may },
    params: idPath,
    body: { required: true, content: { "application/json": { schema, example } } },
    answers: { "201": json("The step is in the log.", breachSchema, BREACH_EXAMPLES.breach) },
    refuses: [...WRITES, "ENCODING_INVALID"],
    handle,
  };
}

/** The routes. */
export const breachRoutes: readonly Route[] = [
  {
    method: "get",
    path: PATH,
    name: "listBreaches",
    tag: "privacy",
    may: "list",
    summary: "List breaches, by their clocks",
    description:
      "Role officer, auditor or admin. Of a state, open ones without. Nothing says what happened, or to whom.",
    query: filterQuery,
    answers: {
      "200": json("The one whose clock ends first at the head.", listSchema, { items: [BREACH_EXAMPLES.breach] }),
    },
    refuses: REFUSALS.reading,
    handle: listBreaches,
  },
  {
    method: "post",
    path: PATH,
    name: "noteBreach",
    tag: "privacy",
    may: "breach",
    summary: "Note a breach of personal data",
    description:
      "Role officer or admin. Its clocks run by the law of the jurisdiction, from when it became known. `facts.nature` says " +
      "what happened. A key that is limited to sources names records of these.",
    body: { required: true, content: { "application/json": { schema: noteBody, example: BREACH_EXAMPLES.note } } },
    answers: { "201": json("It is in the log.", breachSchema, BREACH_EXAMPLES.breach) },
    refuses: [...WRITES, "ENCODING_INVALID"],
    handle: noteBreach,
  },
  {
    method: "get",
    path: `${PATH}/{id}`,
    name: "showBreach",
    tag: "privacy",
    may: "list",
    summary: "Show a breach, its clocks and its steps",
    description: "Role officer, auditor or admin.",
    params: idPath,
    answers: { "200": json("The breach.", breachSchema, BREACH_EXAMPLES.breach) },
    refuses: [...REFUSALS.reading, "ENCODING_INVALID", "NOT_FOUND"],
    handle: showBreach,
  },
  {
    method: "get",
    path: `${PATH}/{id}/report`,
    name: "showBreachReport",
    tag: "privacy",
    may: "open",
    summary: "Get a breach as it is filed",
    description:
      "Role officer; counts as an opening, and is an access in the log. All that is known, when who was told, and what a " +
      "final report still lacks.",
    params: idPath,
    answers: { "200": json("The file.", reportSchema, BREACH_EXAMPLES.report) },
    refuses: [...REFUSALS.reading, ...REFUSALS.writing, "ENCODING_INVALID", "NOT_FOUND", "RATE_LIMITED"],
    handle: showReport,
  },
  {
    method: "get",
    path: `${PATH}/{id}/people`,
    name: "listBreachPeople",
    tag: "privacy",
    may: "open",
    summary: "List the people whose records a breach names",
    description:
      "Role officer; counts as an opening. By the vault's pseudonyms, with their records and whether they were told.",
    params: idPath,
    answers: { "200": json("All of them.", peopleSchema, BREACH_EXAMPLES.people) },
    refuses: [...REFUSALS.reading, "ENCODING_INVALID", "NOT_FOUND", "RATE_LIMITED"],
    handle: listPeople,
  },
  stepRoute(["amend", "amendBreach", "breach"], {
    summary: "Add what became known of a breach",
    description: "Role officer or admin. With more records, the people are to be told again.",
    schema: amendBody,
    example: { facts: { cause: "theft" } },
    handle: step(amendBody, async (steps, breach, { records, happenedAt, ...said }, leavesOf) =>
      steps.amend(breach, { ...said, happenedAt: second(happenedAt), records: await leavesOf(records) }),
    ),
  }),
  stepRoute(["authority", "tellAuthority", "breach"], {
    summary: "Note that the authority was told of a breach",
    description:
      "Role officer or admin. At first with what is known, then in full. Who is late says why, where the law asks.",
    schema: authorityBody,
    example: { report: "preliminary" },
    handle: step(authorityBody, (steps, breach, { toldAt, ...said }) =>
      steps.tellAuthority(breach, { ...said, toldAt: second(toldAt) }),
    ),
  }),
  stepRoute(["people", "tellPeople", "open"], {
    summary: "Note that people were told of a breach",
    description: "Role officer. Some of them, or the last. The log says how many, in a band, and not who.",
    schema: peopleBody,
    example: { subjects: "all", complete: true },
    handle: step(peopleBody, (steps, breach, { toldAt, ...said }) =>
      steps.tellPeople(breach, { ...said, toldAt: second(toldAt) }),
    ),
  }),
  stepRoute(["not-needed", "findNotNeeded", "breach"], {
    summary: "Note that authority or people need not be told",
    description: "Role officer or admin. For a reason that the law knows, and in words.",
    schema: notNeededBody,
    example: { whom: "people", reason: "protected", words: "the disk is encrypted, and its key was not taken" },
    handle: step(notNeededBody, (steps, breach, said) => steps.findNotNeeded(breach, said)),
  }),
  stepRoute(["close", "closeBreach", "breach"], {
    summary: "Close a breach",
    description: "Role officer or admin. Once no clock runs, and a preliminary report was followed by the final one.",
    schema: emptyBody,
    example: {},
    handle: step(emptyBody, (steps, breach) => steps.close(breach)),
  }),
];
