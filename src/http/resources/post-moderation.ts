/**
 * Reports and appeals by citizens, and what the city says that it does about a post. Each becomes an event or a record of the
 * log; decisions are taken at the desk (moderation.ts).
 */
import type { RequestHandler } from "express";
import { z } from "zod";
import { RULE } from "../../core/moderation-event.ts";
import { REPORT_STATUSES } from "../../posts/post-types.ts";
import { clientOf } from "../../serve/rate-limit.ts";
import { bodyOf } from "../handling/json-body.ts";
import { json } from "../handling/answers.ts";
import { assertForSource, principalOf } from "../handling/authorisation.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { idPath } from "../handling/values.ts";
import { memberIn, moderationSchema, postsOf, viewerOf } from "./post-schemas.ts";
import { ENTERED_EXAMPLE, enteredSchema, enteredView } from "./privacy-notices.ts";
import { acknowledgementSchema } from "./submit-records.ts";

const text = z.string().min(1).max(2_000);
const reportBody = z
  .strictObject({
    rule: z.string().regex(RULE).meta({ description: "Code of a rule, as `GET /v1/moderation/rules` lists them." }),
    text: text.optional(),
  })
  .meta({ id: "NewPostReport" });
const appealBody = z
  .strictObject({
    text,
    city: text
      .optional()
      .meta({ description: "Another city that has it, where it is against a decision of that one." }),
  })
  .meta({ id: "NewPostAppeal" });
const elsewhereSchema = z
  .strictObject({
    cities: z.array(
      z.strictObject({
        city: z.string(),
        isReached: z.boolean().meta({ description: "Whether that city answered." }),
        moderation: moderationSchema.optional(),
      }),
    ),
  })
  .meta({ id: "PostElsewhere" });
const statusBody = z
  .strictObject({
    status: z.enum(REPORT_STATUSES),
    text: text.optional().meta({ description: "For whoever follows the post." }),
    language: z
      .string()
      .regex(/^[a-z]{2,3}$/)
      .optional(),
  })
  .meta({ id: "NewPostStatus" });
const reportedSchema = z
  .strictObject({
    report: enteredSchema.optional().meta({ description: "Absent where the account had reported it before." }),
    held: z.boolean().meta({ description: "It is out of sight now, until somebody has looked." }),
  })
  .meta({ id: "PostReported" });

function reportPost(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const said = await bodyOf(reportBody, request as never);
    const viewer = await viewerOf(request as never, parts);
    const reporter = { viewer, address: clientOf(request.ip ?? "") };
    const { report, held } = await postsOf(parts).moderation.report(request.params.id, said, reporter);
    response.status(report ? 201 : 200).json({ ...(report && { report: enteredView(report) }), held });
  };
}

function appealPost(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { text: said, city } = await bodyOf(appealBody, request as never);
    const [{ id }, member] = [request.params, memberIn(response)];
    if (city === undefined) {
      response.status(201).json(enteredView(await postsOf(parts).moderation.appeal(id, said, member)));
      return;
    }
    const { leafIndex } = await postsOf(parts).posting.own(id, member);
    await parts.exchange.elsewhere.appeal(leafIndex, city, said);
    response.status(204).end();
  };
}

function showElsewhere(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { leafIndex } = await postsOf(parts).posting.own(request.params.id, memberIn(response));
    response.json({ cities: await parts.exchange.elsewhere.of(leafIndex) });
  };
}

function setStatus(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const said = await bodyOf(statusBody, request as never);
    const { id } = request.params;
    const { source } = await parts.ledger.records.placeOf(id);
    assertForSource(principalOf(response), source, request as never, parts);
    const { isNew: _, ...acknowledgement } = await postsOf(parts).posting.status(id, said);
    response.status(201).json(acknowledgement);
  };
}

const READS = [...REFUSALS.reading, "NOT_FOUND"] as const;
const WRITES = [...REFUSALS.body, ...REFUSALS.json, ...REFUSALS.writing, ...READS] as const;

/** The routes. */
export const postModerationRoutes: readonly Route[] = [
  {
    ...{ method: "post", path: "/v1/posts/{id}/reports", name: "reportPost", tag: "citizens" },
    ofCity: "all-and-citizens",
    summary: "Report a post or a comment",
    description:
      "Citizens, who are counted once for each rule; under a rule that says so, such as a face that was missed, anybody, if the " +
      "post has pictures. What people without an account report is held back at once 30 times an hour at most, and one " +
      "address reports 10 times.",
    params: idPath,
    body: {
      required: true,
      content: { "application/json": { schema: reportBody, example: { rule: "missed-face" } } },
    },
    answers: {
      "201": json("It is in the log.", reportedSchema, { report: ENTERED_EXAMPLE, held: true }),
      "200": json("This account had reported it.", reportedSchema, { held: false }),
    },
    refuses: [...WRITES, "UNAUTHENTICATED"],
    handle: reportPost,
  },
  {
    ...{ method: "post", path: "/v1/posts/{id}/appeal", name: "appealPost", tag: "citizens", ofCity: "citizens" },
    summary: "Appeal against holding or hiding one's own post or comment",
    description: "Once to each decision; somebody else than who decided decides about it.",
    params: idPath,
    body: {
      required: true,
      content: { "application/json": { schema: appealBody, example: { text: "It is a statue." } } },
    },
    answers: {
      "201": json("It is in the log.", enteredSchema, ENTERED_EXAMPLE),
      "204": { description: "The other city has taken it." },
    },
    refuses: [...WRITES, "TRANSFER_REFUSED", "SERVICE_UNREACHABLE"],
    handle: appealPost,
  },
  {
    ...{
      method: "get",
      path: "/v1/posts/{id}/elsewhere",
      name: "showPostElsewhere",
      tag: "citizens",
      ofCity: "citizens",
    },
    summary: "Show how one's own post or comment stands in other cities",
    description: "Each city that has it is asked now: what it decided about it for its own people, and why.",
    params: idPath,
    answers: {
      "200": json("The cities that have it.", elsewhereSchema, { cities: [{ city: "fujisawa", isReached: true }] }),
    },
    refuses: READS,
    handle: showElsewhere,
  },
  {
    ...{ method: "post", path: "/v1/posts/{id}/status", name: "setPostStatus", tag: "citizens", ofCity: "all" },
    summary: "Say what the city does about a post",
    description:
      "Role officer, for the source of the report. A record of its own, and the status that Open311 gives out; also for " +
      "reports that came otherwise than from the app.",
    may: "open",
    params: idPath,
    body: {
      required: true,
      content: { "application/json": { schema: statusBody, example: { status: "in-progress" } } },
    },
    answers: { "201": json("It is in the log.", acknowledgementSchema, EXAMPLES.acknowledgement) },
    refuses: [...WRITES, ...REFUSALS.record, ...REFUSALS.admission, "ENCODING_INVALID"],
    handle: setStatus,
  },
];
