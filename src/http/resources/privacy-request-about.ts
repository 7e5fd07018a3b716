/** GET /v1/privacy/requests/{id}/about: what a request conceals, for the officer who is to do it. */
import type { Request, RequestHandler } from "express";
import { z } from "zod";
import { noRequest } from "../../privacy/requests.ts";
import { json } from "../handling/answers.ts";
import { isForSource, officer, principalOf } from "../handling/authorisation.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { noteOpening } from "../handling/openings-limit.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { count, idPath, recordId } from "../handling/values.ts";
import { subject } from "./privacy-consents.ts";

const aboutSchema = z
  .strictObject({
    subject: subject.optional(),
    records: z.array(z.strictObject({ id: recordId, leafIndex: count })),
    text: z.string().optional().meta({ description: "What the person says." }),
    reasons: z.array(z.strictObject({ leafIndex: count.meta({ description: "Of the step." }), reason: z.string() })),
    erased: z.boolean().meta({ description: "Whether the vault has erased it." }),
  })
  .meta({ id: "PersonRequestAbout" });

function showAbout(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { rights, records } = parts.ledger;
    const principal = principalOf(response);
    parts.openingsLimit.assertAllows(principal.keyId);
    const { leafIndex } = await records.placeOf(request.params.id, noRequest);
    await rights.assertFor(leafIndex, (source) => isForSource(principal, source, request as Request, parts));
    const about = await rights.aboutRequest(leafIndex, officer(principal));
    if (!about.erased) noteOpening(principal.keyId, leafIndex, request as Request, parts);
    response.json(about);
  };
}

const ABOUT_EXAMPLE = {
  ...{ subject: EXAMPLES.subject, records: [{ id: EXAMPLES.acknowledgement.id, leafIndex: 2 }] },
  ...{ text: "what do you have of me?", reasons: [], erased: false },
};

/** The route. */
export const requestAboutRoute: Route = {
  method: "get",
  path: "/v1/privacy/requests/{id}/about",
  name: "showRequestAbout",
  tag: "privacy",
  summary: "Show whose a request is and what it is about",
  description:
    "Role officer; counts as an opening. What it conceals: the person, the records, what was said, all reasons.",
  may: "open",
  params: idPath,
  answers: { "200": json("What it conceals.", aboutSchema, ABOUT_EXAMPLE) },
  refuses: [...REFUSALS.reading, "ENCODING_INVALID", "NOT_FOUND", "RATE_LIMITED"],
  handle: showAbout,
};
