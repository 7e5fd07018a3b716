/** POST /v1/privacy/erasure-previews: what an erasure would take and leave, before anybody decides. */
import type { RequestHandler } from "express";
import { z } from "zod";
import { parseJsonBytes } from "../../core/json.ts";
import { hasSource } from "../../keys/api-keys.ts";
import type { PreviewedRecord } from "../../read/erasing.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import { json } from "../handling/answers.ts";
import { principalOf } from "../handling/authorisation.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { problemOf } from "../handling/problem.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { count, parseRequest, problemSchema, recordId } from "../handling/values.ts";

const MOST_RECORDS = 100;
const MAX_BODY_BYTES = 16_384;

const previewsBody = z
  .strictObject({ records: z.array(recordId).min(1).max(MOST_RECORDS).meta({ description: "Ids of records." }) })
  .meta({ id: "NewErasurePreviews" });

const takes = z
  .strictObject({
    claims: z.array(z.string()).meta({ description: "Names of the claims that it conceals." }),
    received: z.string().nullable().meta({ description: "Media type of the bytes that it was made of, if any." }),
    pictures: count.meta({ description: "As they came." }),
    copies: count.meta({ description: "Published copies of pictures." }),
    people: count.meta({ description: "Who are no longer found by it." }),
  })
  .meta({ description: "What goes." });
const leaves = z
  .strictObject({
    claims: z.array(z.string()).meta({ description: "Names of the claims that everybody reads." }),
    events: count.meta({ description: "Events of the log about the record." }),
    grants: z
      .array(z.strictObject({ number: count, inForce: z.boolean(), accesses: count }))
      .meta({ description: "Of something of it. What was fetched by them is with others." }),
    givenTo: z.array(z.string()).meta({ description: "Countries of those to whom it was given." }),
    otherRecords: count.meta({ description: "Of the same people: records of their own." }),
  })
  .meta({ description: "What stays, besides the leaf." });

/** The previews. */
const erasurePreviewsSchema = z
  .strictObject({
    items: z.array(
      z.union([
        z.strictObject({
          ...{ id: recordId, leafIndex: count, source: z.string() },
          erased: z.boolean().meta({ description: "Nothing is left to take." }),
          restricted: z.boolean().meta({ description: "Its use is restricted: who asked for that may need it." }),
          ...{ takes, leaves },
        }),
        z.strictObject({ id: z.string().meta({ description: "As it was sent." }), error: problemSchema }),
      ]),
    ),
  })
  .meta({ id: "ErasurePreviews" });

function previewErasures({ ledger }: RouteParts): RequestHandler {
  return async (request, response) => {
    const principal = principalOf(response);
    mediaTypeOf(request, ["application/json"]);
    const body = parseJsonBytes(await collectBody(request, MAX_BODY_BYTES), "body");
    const { records } = parseRequest(previewsBody, body);
    const items = await ledger.erasing.preview(records, (source) => hasSource(principal, source));
    response.json({ items: items.map(itemOf) });
  };
}

function itemOf(one: PreviewedRecord): object {
  return "error" in one ? { id: one.id, error: problemOf(one.error) } : one;
}

const EXAMPLE = {
  ...{ id: EXAMPLES.record.id, leafIndex: 2, source: "street-app", erased: false, restricted: false },
  takes: { claims: ["reporterEmail", "text"], received: null, pictures: 1, copies: 1, people: 1 },
  leaves: { claims: ["category"], events: 2, grants: [], givenTo: ["JP"], otherRecords: 0 },
};

/** The route. */
export const erasurePreviewRoutes: readonly Route[] = [
  {
    method: "post",
    path: "/v1/privacy/erasure-previews",
    name: "previewErasures",
    tag: "privacy",
    summary: "Show what an erasure would take and leave",
    description:
      "Role officer. Changes nothing, and gives names and numbers of what is concealed, no values: it is no access.",
    may: "erase",
    body: {
      required: true,
      content: { "application/json": { schema: previewsBody, example: { records: [EXAMPLES.record.id] } } },
    },
    answers: { "200": json("One for each record.", erasurePreviewsSchema, { items: [EXAMPLE] }) },
    refuses: [...REFUSALS.body, ...REFUSALS.json, ...REFUSALS.reading],
    handle: previewErasures,
  },
];
