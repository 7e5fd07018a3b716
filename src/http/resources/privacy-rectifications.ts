/** POST /v1/privacy/rectifications: an officer says that a record is wrong, and which one takes its place. */
import type { RequestHandler } from "express";
import { z } from "zod";
import { parseJsonBytes } from "../../core/json.ts";
import { MAX_RECORD_BYTES } from "../../core/record.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import { json } from "../handling/answers.ts";
import { isForSource, principalOf } from "../handling/authorisation.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { count, parseRequest, recordId } from "../handling/values.ts";
import { ENTERED_EXAMPLE, enteredSchema, enteredView } from "./privacy-notices.ts";
import { leafFor } from "./privacy-requests.ts";
import { basis, requestLeaf } from "./privacy-restrictions.ts";

const rectificationBody = z
  .strictObject({
    wrong: recordId.meta({ description: "The record that is wrong." }),
    right: recordId.meta({ description: "The record that takes its place, which entered after it." }),
    basis,
    request: recordId.optional().meta({ description: "Id of the request that it answers." }),
  })
  .meta({ id: "NewRectification" });
const rectifiedSchema = enteredSchema
  .extend({
    toTell: z.array(count).meta({
      description: "Leaf indexes of the events by which the wrong record was shown or given to others: tell them.",
    }),
  })
  .meta({ id: "Rectified" });

function rectify(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    mediaTypeOf(request, ["application/json"]);
    const said = parseRequest(rectificationBody, parseJsonBytes(await collectBody(request, MAX_RECORD_BYTES), "body"));
    const principal = principalOf(response);
    const wrong = await leafFor(said.wrong, request, principal, parts);
    const right = await leafFor(said.right, request, principal, parts);
    const isFor = (source: string): boolean => isForSource(principal, source, request, parts);
    const answers = await requestLeaf(said.request, isFor, parts);
    const { rectifying } = parts.ledger.rights;
    const { entry, toTell } = await rectifying.rectify({ wrong, right, basis: said.basis, request: answers });
    const { leafIndex } = entry;
    parts.security.note("privacy-changed", { keyId: principal.keyId, route: routeOf(request), leafIndex });
    response.status(201).json({ ...enteredView(entry), toTell });
  };
}

const ID = EXAMPLES.acknowledgement.id;

/** The routes. */
export const rectificationRoutes: readonly Route[] = [
  {
    method: "post",
    path: "/v1/privacy/rectifications",
    name: "rectify",
    tag: "privacy",
    summary: "Say that a record is wrong, and which one takes its place",
    description:
      "Role officer. Submit the right record first. Both stay in the log and can be proved; the log does not say that they " +
      "belong together.",
    may: "open",
    body: {
      required: true,
      content: {
        "application/json": {
          schema: rectificationBody,
          example: { wrong: ID, right: "019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f", basis: "gdpr-16" },
        },
      },
    },
    answers: { "201": json("It is in the log.", rectifiedSchema, { ...ENTERED_EXAMPLE, toTell: [5] }) },
    refuses: [
      ...[...REFUSALS.body, ...REFUSALS.json, ...REFUSALS.reading, ...REFUSALS.writing],
      ...(["ENCODING_INVALID", "NOT_FOUND"] as const),
    ],
    handle: rectify,
  },
];
