/**
 * POST /v1/privacy/erasures, /v1/privacy/withholdings: an officer erases records, or withholds their bodies. GET says what
 * became of one.
 */
import type { RequestHandler } from "express";
import { z } from "zod";
import { WITHHOLDING_REASONS } from "../../core/erasure-event.ts";
import type { JsonObject } from "../../core/json.ts";
import { parseJsonBytes } from "../../core/json.ts";
import { TIMED_EVENTS } from "../../privacy/event-retention.ts";
import { hasSource } from "../../keys/api-keys.ts";
import type { ErasedRecord, ErasedRecords, MaySee } from "../../read/erasing.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import { json } from "../handling/answers.ts";
import { assertForSource, principalOf } from "../handling/authorisation.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { problemOf } from "../handling/problem.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import type { SecurityEvent } from "../handling/security-log.ts";
import { count, idPath, parseRequest, problemSchema, recordId } from "../handling/values.ts";
import { basis, requestId, requestLeaf } from "./privacy-restrictions.ts";
import { erasedSchema, withheldSchema } from "./records.ts";

/** Most records in one request. */
const MOST_RECORDS = 10_000;
const MAX_BODY_BYTES = 1_048_576;

const records = z.array(recordId).min(1).max(MOST_RECORDS).meta({ description: "Ids of records." });

const erasureBody = z
  .strictObject({
    records,
    basis,
    request: requestId.meta({
      description: "Id of the request that it answers. Stated in the log only if a single record is erased.",
    }),
  })
  .meta({ id: "NewErasures" });

const withholdingBody = z
  .strictObject({ records, reason: z.enum(WITHHOLDING_REASONS), basis: basis.optional() })
  .meta({ id: "NewWithholdings" });

const retentionBody = z
  .strictObject({ dryRun: z.boolean().optional().meta({ description: "Only counts." }) })
  .meta({ id: "RetentionRun" });

/** What a run of the retention did, or would do. */
const retentionSchema = z
  .strictObject({
    items: z.array(z.strictObject({ type: z.string(), retentionDays: count, records: count })),
    restricted: count.meta({ description: "Records whose time is over, kept because their use is restricted." }),
    statements: z.array(z.strictObject({ what: z.enum(TIMED_EVENTS), events: count })).meta({
      description:
        "The log's own events of which what they conceal goes: its time by the law is over, or the records are erased.",
    }),
    complete: z.boolean().meta({ description: "False if the next run has more to look at." }),
  })
  .meta({ id: "RetentionReport" });

/** The outcomes. */
const erasuresSchema = z
  .strictObject({
    items: z
      .array(
        z.union([
          z.strictObject({ id: recordId, leafIndex: count, event: count, isNew: z.boolean() }),
          z.strictObject({ id: z.string().meta({ description: "As it was sent." }), error: problemSchema }),
        ]),
      )
      .meta({ description: "In the order of the request; an id that is there twice has one." }),
    gone: z.boolean().meta({
      description: "False while another process reads a file that still holds some of it. The service goes on trying.",
    }),
  })
  .meta({ id: "Erasures" });

/** What became of a record. */
const erasureViewSchema = z
  .strictObject({
    id: recordId,
    leafIndex: count,
    erased: erasedSchema.nullable(),
    withheld: withheldSchema.nullable(),
    kept: z.boolean().meta({ description: "Whether the vault still keeps something of it." }),
  })
  .meta({ id: "ErasureView" });

type Act<Said> = (parts: RouteParts, said: Said, maySee: MaySee) => Promise<ErasedRecords>;

/** Handles a request that erases or withholds; answers when it is done. */
function erases<Said>(schema: z.ZodType<Said>, event: SecurityEvent, act: Act<Said>) {
  return (parts: RouteParts): RequestHandler =>
    async (request, response) => {
      const principal = principalOf(response);
      mediaTypeOf(request, ["application/json"]);
      const said = parseRequest(schema, parseJsonBytes(await collectBody(request, MAX_BODY_BYTES), "body"));
      const { items, gone } = await act(parts, said, (source) => hasSource(principal, source));
      const done = items.filter((one) => !("error" in one)).length;
      if (done > 0) parts.security.note(event, { keyId: principal.keyId, route: routeOf(request), count: done });
      response.json({ items: items.map(itemOf), gone });
    };
}

function itemOf(one: ErasedRecord): object {
  return "error" in one ? { id: one.id, error: problemOf(one.error) } : one;
}

function runRetention(parts: RouteParts): RequestHandler {
  const { ledger, security } = parts;
  return async (request, response) => {
    const principal = principalOf(response);
    mediaTypeOf(request, ["application/json"]);
    const said = parseRequest(retentionBody, parseJsonBytes(await collectBody(request, MAX_BODY_BYTES), "body"));
    // It is about the records of all sources.
    assertForSource(principal, "*", request, parts);
    const dryRun = said.dryRun ?? false;
    const report = await ledger.retention.run({ dryRun });
    const done = report.items.reduce((sum, { records: some }) => sum + some, 0);
    if (!dryRun && done > 0)
      security.note("records-erased", { keyId: principal.keyId, route: routeOf(request), count: done });
    response.json(report);
  };
}

function showErasure({ ledger }: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const principal = principalOf(response);
    response.json(await ledger.erasing.of(request.params.id, (source) => hasSource(principal, source)));
  };
}

const WRITES = [...REFUSALS.body, ...REFUSALS.json, ...REFUSALS.writing] as const;
const ANSWER = { "200": json("An outcome for each record.", erasuresSchema, EXAMPLES.erasures) };
const IDS = [EXAMPLES.record.id];

function bodyOf(schema: z.ZodType, example: JsonObject): Required<Pick<Route, "body">>["body"] {
  return { required: true, content: { "application/json": { schema, example } } };
}

/** The routes. */
export const erasureRoutes: readonly Route[] = [
  {
    method: "post",
    path: "/v1/privacy/erasures",
    name: "eraseRecords",
    tag: "privacy",
    summary: "Erase records",
    description:
      "Role officer. What they conceal and came with goes from every file: openings, received bytes, pictures, what was made " +
      "of them, idempotency keys. Their leaves and public claims stay. Answers when it is done; may be repeated.",
    may: "erase",
    body: bodyOf(erasureBody, { records: IDS, basis: "gdpr-17-1-a" }),
    answers: ANSWER,
    refuses: [...WRITES, "ENCODING_INVALID", "NOT_FOUND"],
    handle: erases(erasureBody, "records-erased", async (parts, { records: ids, basis, request: id }, maySee) => {
      const request = await requestLeaf(id, maySee, parts);
      return parts.ledger.erasing.erase(ids, { basis, ...(request !== undefined && { request }) }, maySee);
    }),
  },
  {
    method: "get",
    path: "/v1/privacy/erasures/{id}",
    name: "showErasure",
    tag: "privacy",
    summary: "Show whether a record is erased or withheld",
    description: "Role officer.",
    may: "erase",
    params: idPath,
    answers: { "200": json("What became of it.", erasureViewSchema, EXAMPLES.erasure) },
    refuses: [...REFUSALS.reading, "ENCODING_INVALID", "NOT_FOUND"],
    handle: showErasure,
  },
  {
    method: "post",
    path: "/v1/privacy/withholdings",
    name: "withholdBodies",
    tag: "privacy",
    summary: "Withhold the bodies of records",
    description:
      "Role officer. For what should never have been public: the bodies go too, and the records are erased. Their leaves stay, " +
      "so everything else still verifies. Answers when it is done; may be repeated.",
    may: "erase",
    body: bodyOf(withholdingBody, { records: IDS, reason: "personal-data" }),
    answers: ANSWER,
    refuses: WRITES,
    handle: erases(withholdingBody, "bodies-withheld", ({ ledger }, { records: ids, reason, basis }, maySee) =>
      ledger.erasing.withhold(ids, { reason, ...(basis !== undefined && { basis }) }, maySee),
    ),
  },
  {
    method: "post",
    path: "/v1/privacy/retention",
    name: "runRetention",
    tag: "privacy",
    summary: "Erase records whose time is over",
    description:
      "Role officer, with a key for all sources. The service does the same every hour: records about people that are older " +
      "than their profile's `retentionDays` are erased, but not those whose use is restricted.",
    may: "erase",
    body: bodyOf(retentionBody, { dryRun: true }),
    answers: { "200": json("What was done, or would be.", retentionSchema, EXAMPLES.retention) },
    refuses: WRITES,
    handle: runRetention,
  },
];
