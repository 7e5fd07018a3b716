/**
 * /v1/moderation… and /v1/records/{id}/moderation: records are reported, decided about, and appealed for. How a record
 * stands, by which rule and by whose decision is public; what was said is for officers, and for whoever said it.
 */
import type { Request, RequestHandler, Response } from "express";
import { z } from "zod";
import { WarifuError } from "../../core/errors.ts";
import { parseJsonBytes } from "../../core/json.ts";
import { MODERATION_ROLES, MODERATION_STEPS, RULE } from "../../core/moderation-event.ts";
import { MAX_RECORD_BYTES } from "../../core/record.ts";
import { hasSource } from "../../keys/api-keys.ts";
import { DECISIONS } from "../../moderation/desk.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import type { AppendedEntry } from "../../write/append.ts";
import { json } from "../handling/answers.ts";
import { officer, principalOf } from "../handling/authorisation.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { noteOpening } from "../handling/openings-limit.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { count, decimal, hash, idPath, moment, parseRequest, recordId } from "../handling/values.ts";
import { ENTERED_EXAMPLE, enteredSchema, enteredView } from "./privacy-notices.ts";
import { leafFor } from "./privacy-requests.ts";

const MOST_LISTED = 100;

const rule = z.string().regex(RULE).meta({ description: "Code of a rule, as `GET /v1/moderation/rules` lists them." });
const text = z.string().min(1).max(4_000);
const account = z
  .string()
  .min(1)
  .max(128)
  .meta({ description: "Pseudonym of the account that says so, if the app has accounts; concealed." });

const reportBody = z
  .strictObject({ record: recordId, rule, text: text.exactOptional(), account: account.exactOptional() })
  .meta({ id: "NewModerationReport" });
const decisionBody = z
  .strictObject({
    record: recordId,
    decision: z.enum(DECISIONS),
    rule,
    text: text.meta({ description: "The statement of reasons, which the author is told; concealed." }),
  })
  .meta({ id: "NewModerationDecision" });
const appealBody = z
  .strictObject({ record: recordId, text, account: account.exactOptional() })
  .meta({ id: "NewModerationAppeal" });

const stepSchema = z.strictObject({
  ...{ id: recordId, leafIndex: count },
  at: count.meta({ description: "POSIX seconds." }),
  step: z.enum(MODERATION_STEPS),
  by: z.enum(MODERATION_ROLES),
  rule,
  rules: count.meta({ description: "Version of the rules." }),
  due: count.optional().meta({ description: "By when it is to be decided, POSIX seconds." }),
});
const viewSchema = z
  .strictObject({
    record: recordId,
    visibility: z.enum(["shown", "held", "hidden"]),
    steps: z.array(stepSchema),
    due: count.optional().meta({ description: "When the first of what is open is due; absent where nothing is." }),
  })
  .meta({ id: "Moderation" });
const queueSchema = z.strictObject({ items: z.array(viewSchema) }).meta({ id: "ModerationQueue" });
const wordsSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        step: z.enum(MODERATION_STEPS),
        leafIndex: count,
        text: z.string().optional().meta({ description: "Absent where nothing was said, or it is erased." }),
      }),
    ),
    content: z
      .strictObject({
        texts: z.array(z.strictObject({ claim: z.string(), text: z.string(), language: z.string().optional() })),
        pictures: z
          .array(hash)
          .meta({ description: "Copies that people are shown, or were: `GET /v1/records/{id}/pictures/{hash}`." }),
      })
      .optional()
      .meta({ description: "What the record says; empty once it is erased." }),
  })
  .meta({ id: "ModerationWords" });
const reportedSchema = z
  .strictObject({
    report: enteredSchema,
    hold: enteredSchema
      .optional()
      .meta({ description: "Of a report by which the record is held until it is decided." }),
  })
  .meta({ id: "ModerationReported" });
const summarySchema = z
  .strictObject({
    steps: z.strictObject(Object.fromEntries(MODERATION_STEPS.map((step) => [step, count]))),
    automatic: count.meta({ description: "Holds by a program, which are among `steps.held`." }),
    open: count.meta({ description: "Records with something to decide." }),
    overdue: count.meta({ description: "Steps that should have been decided by now." }),
  })
  .meta({ id: "ModerationSummary" });
const rulesSchema = z
  .looseObject({ version: z.int(), rules: z.array(z.looseObject({})) })
  .meta({ id: "ModerationRules" });

const summaryQuery = z.strictObject({ since: moment("Steps from then on; without it, all").optional() });
const queueQuery = z.strictObject({ limit: decimal(1, MOST_LISTED, "Most records.").default(MOST_LISTED) });

function reportRecord(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const said = await bodyOf(request, reportBody);
    const record = await leafFor(said.record, request, principalOf(response), parts);
    const { report, hold } = await parts.ledger.moderating.report({ ...said, record }, "member");
    note(report, request, response, parts);
    response.status(201).json({ report: enteredView(report), ...(hold && { hold: enteredView(hold) }) });
  };
}

function decideModeration(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const said = await bodyOf(request, decisionBody);
    const principal = principalOf(response);
    const record = await leafFor(said.record, request, principal, parts);
    const decided = await parts.ledger.moderating.decide(said.decision, {
      ...{ record, rule: said.rule, text: said.text, account: principal.keyId },
    });
    note(decided, request, response, parts);
    response.status(201).json(enteredView(decided));
  };
}

function appealModeration(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const said = await bodyOf(request, appealBody);
    const record = await leafFor(said.record, request, principalOf(response), parts);
    const appeal = await parts.ledger.moderating.appeal({ ...said, record });
    note(appeal, request, response, parts);
    response.status(201).json(enteredView(appeal));
  };
}

async function bodyOf<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  mediaTypeOf(request, ["application/json"]);
  return parseRequest(schema, parseJsonBytes(await collectBody(request, MAX_RECORD_BYTES), "body"));
}

function note({ leafIndex }: AppendedEntry, request: Request, response: Response, { security }: RouteParts): void {
  security.note("moderated", { keyId: principalOf(response).keyId, route: routeOf(request), leafIndex });
}

function showModeration(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    response.json(await parts.ledger.moderation.of(await recordAt(request.params.id, parts)));
  };
}

function showWords(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const principal = principalOf(response);
    const record = await leafFor(request.params.id, request, principal, parts);
    parts.openingsLimit.assertAllows(principal.keyId);
    const { moderation } = parts.ledger;
    const items = await moderation.wordsAbout(record, officer(principal));
    const content = await moderation.contentOf(record, officer(principal));
    noteOpening(principal.keyId, record, request, parts);
    response.json({ items, content });
  };
}

/** @throws NOT_FOUND there is none, or that is an event of the log */
async function recordAt(id: string, { ledger }: RouteParts): Promise<number> {
  const { kind, leafIndex } = await ledger.records.get(id);
  if (kind !== "record") throw new WarifuError("NOT_FOUND", "this is an event of the log, and no record");
  return leafIndex;
}

/** What waits for a decision and is of the officer's sources. */
function listModeration({ ledger }: RouteParts): RequestHandler {
  return async (request, response) => {
    const { limit } = parseRequest(queueQuery, request.query);
    const principal = principalOf(response);
    response.json({ items: await ledger.moderation.queue(limit, (source) => hasSource(principal, source)) });
  };
}

function showSummary({ ledger }: RouteParts): RequestHandler {
  return (request, response) => {
    const { since } = parseRequest(summaryQuery, request.query);
    response.json(ledger.moderation.summary(since ?? 0));
  };
}

function showRules({ ledger }: RouteParts): RequestHandler {
  return (_request, response) => {
    response.json(ledger.moderating.rules);
  };
}

const RECORD = EXAMPLES.acknowledgement.id;
const STEP_EXAMPLE = {
  ...{ id: RECORD, leafIndex: 5, at: 1_795_334_460, step: "reported", by: "member", rule: "insult", rules: 1 },
  due: 1_795_420_860,
};
const VIEW_EXAMPLE = { record: RECORD, visibility: "shown", steps: [STEP_EXAMPLE], due: STEP_EXAMPLE.due };
const SUMMARY_EXAMPLE = {
  steps: { reported: 1, held: 0, hidden: 0, kept: 0, appealed: 0, upheld: 0, restored: 0 },
  ...{ automatic: 0, open: 1, overdue: 0 },
};
const READS = [...REFUSALS.reading, "ENCODING_INVALID", "NOT_FOUND"] as const;
const WRITES = [...REFUSALS.body, ...REFUSALS.json, ...REFUSALS.writing, ...READS] as const;

/** The routes. */
export const moderationRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/moderation/rules",
    name: "showModerationRules",
    tag: "moderation",
    summary: "Show the rules by which records may be hidden from people",
    answers: {
      "200": json("The rules in force, with labels in three languages.", rulesSchema, {
        ...{ format: "warifu-moderation-rules/1", version: 1, decideWithinHours: 24, reviewWithinHours: 168 },
        rules: [{ code: "spam", holds: false, labels: { en: "Advertising", es: "Publicidad", ja: "広告" } }],
      }),
    },
    handle: showRules,
  },
  {
    method: "get",
    path: "/v1/moderation/summary",
    name: "showModerationSummary",
    tag: "moderation",
    summary: "Count what was reported, held, hidden, restored",
    description: "Each of them is an event of the log, so anybody can count them again.",
    query: summaryQuery,
    answers: { "200": json("Numbers of steps, and of what is open.", summarySchema, SUMMARY_EXAMPLE) },
    handle: showSummary,
  },
  {
    method: "get",
    path: "/v1/records/{id}/moderation",
    name: "showModeration",
    tag: "moderation",
    summary: "Show how a record stands: shown, held or hidden, and by whose decision",
    params: idPath,
    answers: { "200": json("How it stands, with all steps.", viewSchema, VIEW_EXAMPLE) },
    refuses: READS,
    handle: showModeration,
  },
  {
    method: "get",
    path: "/v1/records/{id}/moderation/words",
    name: "showModerationWords",
    tag: "moderation",
    summary: "Show what was said in reports, decisions and appeals about a record, and what it says itself",
    description: "Role officer; each is an access in the log, and counts as an opening.",
    may: "open",
    params: idPath,
    answers: {
      "200": json("What was said.", wordsSchema, {
        items: [{ step: "reported", leafIndex: 5, text: "He is insulted." }],
        content: { texts: [{ claim: "text", text: "My neighbour is a thief.", language: "en" }], pictures: [] },
      }),
    },
    refuses: [...READS, ...REFUSALS.writing],
    handle: showWords,
  },
  {
    method: "get",
    path: "/v1/moderation/queue",
    name: "listModerationQueue",
    tag: "moderation",
    summary: "List records with something to decide",
    description: "Role officer. First what is due first.",
    may: "open",
    query: queueQuery,
    answers: { "200": json("The records, without what was said.", queueSchema, { items: [VIEW_EXAMPLE] }) },
    refuses: REFUSALS.reading,
    handle: listModeration,
  },
  {
    method: "post",
    path: "/v1/moderation/reports",
    name: "reportRecord",
    tag: "moderation",
    summary: "Report a record",
    description:
      "For apps, with a key for the record's source. Under a rule that says so the record is held at once, until somebody " +
      "has looked; what was looked at and kept is not held again by a report under the same rule.",
    may: "submit",
    body: {
      required: true,
      content: { "application/json": { schema: reportBody, example: { record: RECORD, rule: "insult" } } },
    },
    answers: { "201": json("It is in the log.", reportedSchema, { report: ENTERED_EXAMPLE }) },
    refuses: WRITES,
    handle: reportRecord,
  },
  {
    method: "post",
    path: "/v1/moderation/decisions",
    name: "decideModeration",
    tag: "moderation",
    summary: "Hold, hide, keep or restore a record, or uphold that it is hidden",
    description: "Role officer. It answers everything that is open about the record.",
    may: "open",
    body: {
      required: true,
      content: {
        "application/json": {
          schema: decisionBody,
          example: { record: RECORD, decision: "hidden", rule: "insult", text: "It calls a neighbour a thief." },
        },
      },
    },
    answers: { "201": json("It is in the log, and holds.", enteredSchema, ENTERED_EXAMPLE) },
    refuses: WRITES,
    handle: decideModeration,
  },
  {
    method: "post",
    path: "/v1/moderation/appeals",
    name: "appealModeration",
    tag: "moderation",
    summary: "Appeal against holding or hiding a record",
    description: "For apps, on behalf of the record's author; once to each decision.",
    may: "submit",
    body: {
      required: true,
      content: { "application/json": { schema: appealBody, example: { record: RECORD, text: "It is a quotation." } } },
    },
    answers: { "201": json("It is in the log.", enteredSchema, ENTERED_EXAMPLE) },
    refuses: WRITES,
    handle: appealModeration,
  },
];
