/**
 * /v1/privacy/requests…: the desk at which officers take what people ask for, follow it by the clocks of the law, and end
 * it.
 */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Request, RequestHandler, Response } from "express";
import { z } from "zod";
import { parseJsonBytes } from "../../core/json.ts";
import { LEGAL_BASIS } from "../../core/legal-basis.ts";
import { MAX_RECORD_BYTES } from "../../core/record.ts";
import { REQUEST_OPERATIONS, REQUEST_STEPS } from "../../core/request-event.ts";
import { LEFT_OUT } from "../../privacy/copied-pictures.ts";
import { copyText } from "../../privacy/personal-copy.ts";
import { noRequest, REQUEST_FILTERS, type NextStep, type RequestDesk } from "../../privacy/requests.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import type { AppendedEntry } from "../../write/append.ts";
import { json } from "../handling/answers.ts";
import { assertForSource, isForSource, principalOf } from "../handling/authorisation.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { noteOpening } from "../handling/openings-limit.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { count, idPath, parseRequest, recordId, time } from "../handling/values.ts";
import { subject } from "./privacy-consents.ts";
import { requestAboutRoute } from "./privacy-request-about.ts";

const MOST_RECORDS = 1_000;
const words = z.string().min(1).max(8_000);
const codes = z.array(z.string().max(32)).max(32);
const provision = z.string().regex(LEGAL_BASIS).meta({ example: "gdpr-17-3" });

const stepNeeds = z
  .strictObject({ extended: z.array(z.string()), done: z.array(z.string()), refused: z.array(z.string()) })
  .meta({ description: "Codes that each step takes as `told`: what the person must be told, and be done before." });

/** A request. */
const requestSchema = z
  .strictObject({
    id: recordId,
    leafIndex: count,
    operation: z.enum(REQUEST_OPERATIONS),
    state: z.enum(REQUEST_STEPS),
    jurisdiction: z.string(),
    lawVersion: z.string(),
    receivedAt: count.meta({ description: "POSIX seconds, like all times here." }),
    due: count.meta({ description: "The last second in which it is in time." }),
    overdue: z.boolean(),
    steps: z.array(
      z.strictObject({
        state: z.enum(REQUEST_STEPS),
        leafIndex: count,
        at: count,
        provisions: z.array(z.string()),
        told: z.array(z.string()),
      }),
    ),
    needs: stepNeeds.optional(),
  })
  .meta({ id: "PersonRequest" });

const listSchema = z.strictObject({ items: z.array(requestSchema) }).meta({ id: "PersonRequests" });
const copiedPicture = z.strictObject({
  record: count.meta({ description: "Leaf index." }),
  sha256: z.string().meta({ description: "Of the original." }),
  type: z.string(),
  copy: z
    .strictObject({ type: z.string(), sha256: z.string(), base64: z.string() })
    .optional()
    .meta({ description: "Nothing but pixels." }),
  leftOut: z.enum(LEFT_OUT).optional(),
});
const copySchema = z.looseObject({
  ...{ format: z.string(), made: z.string(), records: z.array(z.looseObject({})) },
  pictures: z.array(copiedPicture),
});

const newBody = z
  .strictObject({
    operation: z.enum(REQUEST_OPERATIONS),
    subject: subject.optional(),
    records: z.array(recordId).max(MOST_RECORDS).optional(),
    receivedAt: time.optional().meta({ description: "When it came; now without." }),
    text: words.optional().meta({ description: "What the person says; concealed." }),
  })
  .meta({ id: "NewPersonRequest" });
const emptyBody = z.strictObject({});
const stepBody = z.strictObject({ told: codes, reason: words.optional() }).meta({ id: "RequestStep" });
const refusalBody = z
  .strictObject({ told: codes, reason: words, provisions: z.array(provision).min(1).max(16) })
  .meta({ id: "RequestRefusal" });

async function bodyOf<T extends z.ZodType>(request: Request, schema: T): Promise<z.output<T>> {
  mediaTypeOf(request, ["application/json"]);
  return parseRequest(schema, parseJsonBytes(await collectBody(request, MAX_RECORD_BYTES), "body"));
}

function listRequests({ ledger }: RouteParts): RequestHandler {
  return async (request, response) => {
    const { state } = parseRequest(filterQuery, request.query);
    response.json({ items: await ledger.rights.requests(state) });
  };
}

function openRequest(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const { operation, subject, records = [], receivedAt, text } = await bodyOf(request, newBody);
    const leaves: number[] = [];
    for (const id of records) leaves.push(await leafFor(id, request, principalOf(response), parts));
    const { desk } = parts.ledger.rights;
    const at = receivedAt === undefined ? undefined : Math.floor(Date.parse(receivedAt) / 1_000);
    const entry = await desk.open({ operation, subject, records: leaves, receivedAt: at, text });
    parts.security.note("privacy-changed", {
      keyId: principalOf(response).keyId,
      route: routeOf(request),
      leafIndex: entry.leafIndex,
    });
    response.status(201).json(await parts.ledger.rights.request(entry.leafIndex));
  };
}

/** @throws NOT_FOUND; FORBIDDEN the key is not for the record's source */
export async function leafFor(
  id: string,
  request: Request,
  principal: ReturnType<typeof principalOf>,
  parts: RouteParts,
): Promise<number> {
  const { leafIndex, source } = await parts.ledger.records.placeOf(id);
  assertForSource(principal, source, request, parts);
  return leafIndex;
}

function showRequest({ ledger }: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { leafIndex } = await ledger.records.placeOf(request.params.id);
    response.json(await ledger.rights.request(leafIndex));
  };
}

function showCopy(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { leafIndex } = await parts.ledger.records.placeOf(request.params.id);
    const principal = principalOf(response);
    parts.openingsLimit.assertAllows(principal.keyId);
    const assertMaySee = (source: string): void => assertForSource(principal, source, request, parts);
    const copy = await parts.ledger.rights.copyFor(leafIndex, principal.keyId, assertMaySee);
    if (copy.hasOpened) noteOpening(principal.keyId, leafIndex, request, parts);
    response.set("content-disposition", 'attachment; filename="copy.json"');
    await sendPieces(copyText(copy), response.type("application/json"));
  };
}

/**
 * Sends a text as fast as it is taken. Whoever goes away in between gets no more of it, and that is no fault of ours.
 * @returns whether all of it was sent
 */
export async function sendPieces(pieces: AsyncIterable<string>, response: Response): Promise<boolean> {
  try {
    await pipeline(Readable.from(pieces), response);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
    return false;
  }
}

/** Handles a step of a request. */
function steps<T extends z.ZodType>(
  schema: T,
  take: (desk: RequestDesk, leafIndex: number, said: z.output<T>) => Promise<AppendedEntry>,
) {
  return (parts: RouteParts): RequestHandler<{ id: string }> =>
    async (request, response) => {
      const { ledger, security } = parts;
      const said = await bodyOf(request, schema);
      const { leafIndex } = await ledger.records.placeOf(request.params.id, noRequest);
      const principal = principalOf(response);
      await ledger.rights.assertFor(leafIndex, (source) => isForSource(principal, source, request, parts));
      const entry = await take(ledger.rights.desk, leafIndex, said);
      const { keyId } = principal;
      security.note("privacy-changed", { keyId, route: routeOf(request), leafIndex: entry.leafIndex });
      response.status(201).json(await ledger.rights.request(leafIndex));
    };
}

const filterQuery = z.strictObject({ state: z.enum(REQUEST_FILTERS).default("open") });

const REQUEST_EXAMPLE = {
  ...{ id: EXAMPLES.acknowledgement.id, leafIndex: 3, operation: "access", state: "received", jurisdiction: "eu" },
  ...{ lawVersion: "2018-05-25", receivedAt: 1_795_334_400, due: 1_797_980_399, overdue: false },
  steps: [{ state: "received", leafIndex: 3, at: 1_795_334_400, provisions: ["gdpr-15", "gdpr-12-3"], told: [] }],
  needs: { extended: ["extension-reason"], done: ["copy", "recipients"], refused: ["reason", "right-to-complain"] },
};
const COPY_EXAMPLE = { format: "warifu:personal-copy:1", made: "2026-11-22T08:00:00Z", records: [], pictures: [] };
const WRITES = [...REFUSALS.body, ...REFUSALS.json, ...REFUSALS.reading, ...REFUSALS.writing, "NOT_FOUND"] as const;

function stepRoute(
  verb: "identity" | "extend" | "finish" | "refuse",
  {
    summary,
    description,
    schema,
    example,
    handle,
  }: {
    readonly summary: string;
    readonly description: string;
    readonly schema: z.ZodType;
    readonly example: object;
    readonly handle: Route["handle"];
  },
): Route {
  return {
    method: "post",
    path: `/v1/privacy/requests/{id}/${verb}`,
    name: `${verb}Request`,
    tag: "privacy",
    summary,
    description: `Role officer. ${description}`,
    may: "open",
    params: idPath,
    body: { required: true, content: { "application/json": { schema, example } } },
    answers: { "201": json("The step is in the log.", requestSchema, REQUEST_EXAMPLE) },
    refuses: [...WRITES, "ENCODING_INVALID"],
    handle,
  };
}

/** The routes. */
export const requestRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/privacy/requests",
    name: "listRequests",
    tag: "privacy",
    summary: "List what people ask for, by when it is due",
    description: "Role officer or auditor. Of a state, open ones without. Nothing says whose they are.",
    may: "list",
    query: filterQuery,
    answers: { "200": json("The one that is due first at the head.", listSchema, { items: [REQUEST_EXAMPLE] }) },
    refuses: REFUSALS.reading,
    handle: listRequests,
  },
  {
    method: "post",
    path: "/v1/privacy/requests",
    name: "openRequest",
    tag: "privacy",
    summary: "Take a request of a person",
    description: "Role officer. Its clock runs by the law of the jurisdiction, from when it came.",
    may: "open",
    body: {
      required: true,
      content: {
        "application/json": { schema: newBody, example: { operation: "access", subject: EXAMPLES.subject } },
      },
    },
    answers: { "201": json("It is in the log.", requestSchema, REQUEST_EXAMPLE) },
    refuses: [...WRITES, "ENCODING_INVALID"],
    handle: openRequest,
  },
  {
    method: "get",
    path: "/v1/privacy/requests/{id}",
    name: "showRequest",
    tag: "privacy",
    summary: "Show a request, and what each step takes",
    description: "Role officer or auditor.",
    may: "list",
    params: idPath,
    answers: { "200": json("The request.", requestSchema, REQUEST_EXAMPLE) },
    refuses: [...REFUSALS.reading, "ENCODING_INVALID", "NOT_FOUND"],
    handle: showRequest,
  },
  requestAboutRoute,
  {
    method: "get",
    path: "/v1/privacy/requests/{id}/copy",
    name: "showCopy",
    tag: "privacy",
    summary: "Get the copy that answers a request for access or export",
    description:
      "Role officer; counts as an opening. Everything that the records of the person say, what happened to them, to whom " +
      "they were shown and given, all consents, and copies of their pictures without metadata, as portable JSON.",
    may: "open",
    params: idPath,
    answers: { "200": json("The copy.", copySchema, COPY_EXAMPLE) },
    refuses: [...REFUSALS.reading, "ENCODING_INVALID", "NOT_FOUND", "RATE_LIMITED"],
    handle: showCopy,
  },
  stepRoute("identity", {
    summary: "Note that the sender of a request was recognised",
    description: "Once; in some jurisdictions a request ends only after that.",
    schema: emptyBody,
    example: {},
    handle: steps(emptyBody, (desk, leafIndex) => desk.noteIdentity(leafIndex)),
  }),
  stepRoute("extend", {
    summary: "Extend the time of a request",
    description: "Once, while it runs, with a reason that the person is told, if the law has an extension.",
    schema: stepBody,
    example: { told: ["extension-reason"], reason: "many records in several offices" },
    handle: steps(stepBody, (desk, leafIndex, said: NextStep) => desk.extend(leafIndex, said)),
  }),
  stepRoute("finish", {
    summary: "Note that what a person asked for is done",
    description: "With everything that the law wants told and done.",
    schema: stepBody,
    example: { told: ["copy", "recipients"] },
    handle: steps(stepBody, (desk, leafIndex, said: NextStep) => desk.finish(leafIndex, said)),
  }),
  stepRoute("refuse", {
    summary: "Refuse a request",
    description: "With the reason, the provisions that allow it, and what the law wants told.",
    schema: refusalBody,
    example: { told: ["reason", "right-to-complain", "right-to-sue"], reason: "…", provisions: ["gdpr-17-3"] },
    handle: steps(refusalBody, (desk, leafIndex, said: NextStep) => desk.refuse(leafIndex, said)),
  }),
];
