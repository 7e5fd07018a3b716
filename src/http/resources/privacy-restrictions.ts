/** /v1/privacy/restrictions…: an officer restricts the use of records, upholds an objection, or ends their provision. */
import type { RequestHandler } from "express";
import { z } from "zod";
import { parseJsonBytes } from "../../core/json.ts";
import { LEGAL_BASIS } from "../../core/legal-basis.ts";
import { MAX_RECORD_BYTES } from "../../core/record.ts";
import { ALL_PURPOSES, MOST_RESTRICTED, PURPOSE, RESTRICTION_STATES } from "../../core/restriction-event.ts";
import { TOLD } from "../../privacy/law.ts";
import { noRequest } from "../../privacy/requests.ts";
import { stillShownFor } from "../../privacy/restrictions.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import { json } from "../handling/answers.ts";
import { isForSource, principalOf } from "../handling/authorisation.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { count, idPath, parseRequest, recordId } from "../handling/values.ts";
import { subject } from "./privacy-consents.ts";
import { ENTERED_EXAMPLE, enteredSchema, enteredView } from "./privacy-notices.ts";
import { leafFor } from "./privacy-requests.ts";

/** A provision of the law data. */
export const basis = z
  .string()
  .regex(LEGAL_BASIS)
  .meta({ description: "A provision of the law data.", example: "gdpr-18" });
const purposes = z
  .union([z.array(z.string().regex(PURPOSE)).min(1).max(64), z.tuple([z.literal(ALL_PURPOSES)])])
  .meta({ description: 'Codes of purposes of a notice in force, a consent or disclosures, or `["*"]` for all.' });
/** A request at the desk. */
export const requestId = recordId.optional().meta({ description: "Id of the request that it answers." });
const state = z.enum(RESTRICTION_STATES).exclude(["lifted"]);

const restrictionBody = z
  .strictObject({
    state,
    purposes: purposes.default([ALL_PURPOSES]),
    basis,
    records: z.array(recordId).min(1).max(MOST_RESTRICTED),
    subject: subject.optional(),
    request: requestId,
  })
  .meta({ id: "NewRestriction" });
const told = z.array(z.enum(TOLD)).meta({
  description: "Codes of the law data: what the person was told before, as `needs` of the restriction has it.",
});
const liftBody = z.strictObject({ basis, request: requestId, told: told.optional() }).meta({ id: "LiftedRestriction" });
const restrictedSchema = enteredSchema
  .extend({
    stillShownFor: z.array(z.string()).meta({
      description:
        "Purposes among these, of disclosures that go on all the same: to courts, authorities and the person.",
    }),
  })
  .meta({ id: "EnteredRestriction" });
const standingSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        id: recordId.meta({ description: "Of the event: what lifting it takes." }),
        leafIndex: count,
        at: count.meta({ description: "POSIX seconds." }),
        state,
        purposes: z.array(z.string()),
        basis: z.string(),
        needs: z.array(z.enum(TOLD)).meta({ description: "What lifting it takes as `told`." }),
      }),
    ),
  })
  .meta({ id: "StandingRestrictions" });

function addRestriction(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    mediaTypeOf(request, ["application/json"]);
    const said = parseRequest(restrictionBody, parseJsonBytes(await collectBody(request, MAX_RECORD_BYTES), "body"));
    const principal = principalOf(response);
    const records: number[] = [];
    for (const id of said.records) records.push(await leafFor(id, request, principal, parts));
    const isFor = (source: string): boolean => isForSource(principal, source, request, parts);
    const answers = await requestLeaf(said.request, isFor, parts);
    const entry = await parts.ledger.rights.restrictions.restrict({
      ...{ state: said.state, purposes: said.purposes, basis: said.basis, records, request: answers },
      ...(said.subject !== undefined && { subject: said.subject }),
    });
    const { keyId } = principal;
    parts.security.note("privacy-changed", { keyId, route: routeOf(request), leafIndex: entry.leafIndex });
    response.status(201).json({ ...enteredView(entry), stillShownFor: stillShownFor(said.purposes) });
  };
}

function liftRestriction(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    mediaTypeOf(request, ["application/json"]);
    const said = parseRequest(liftBody, parseJsonBytes(await collectBody(request, MAX_RECORD_BYTES), "body"));
    const { leafIndex } = await parts.ledger.records.placeOf(request.params.id);
    const principal = principalOf(response);
    const isFor = (source: string): boolean => isForSource(principal, source, request, parts);
    const answers = await requestLeaf(said.request, isFor, parts);
    const { restrictions } = parts.ledger.rights;
    const entry = await restrictions.lift(leafIndex, { ...said, request: answers }, isFor);
    parts.security.note("privacy-changed", {
      keyId: principal.keyId,
      route: routeOf(request),
      leafIndex: entry.leafIndex,
    });
    response.status(201).json(enteredView(entry));
  };
}

function listRestrictions(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const record = await leafFor(request.params.id, request, principalOf(response), parts);
    response.json({ items: await parts.ledger.rights.standingOn(record) });
  };
}

/**
 * Leaf index of the request of that id, if one is given.
 * @throws NOT_FOUND alike where there is none and where it is about records that are not the caller's
 */
export async function requestLeaf(
  id: string | undefined,
  isFor: (source: string) => boolean,
  { ledger }: Pick<RouteParts, "ledger">,
): Promise<number | undefined> {
  if (id === undefined) return undefined;
  const { leafIndex } = await ledger.records.placeOf(id, noRequest);
  await ledger.rights.assertFor(leafIndex, isFor);
  return leafIndex;
}

const EXAMPLE = { state: "restricted", purposes: ["*"], basis: "gdpr-18", records: [EXAMPLES.acknowledgement.id] };
const LIFT_EXAMPLE = { basis: "gdpr-18", told: ["before-lifting"] };
const STANDING_EXAMPLE = {
  ...{ id: EXAMPLES.acknowledgement.id, leafIndex: 4, at: 1_795_334_400, state: "restricted", purposes: ["*"] },
  ...{ basis: "gdpr-18", needs: ["before-lifting"] },
};
const WRITES = [...REFUSALS.body, ...REFUSALS.json, ...REFUSALS.reading, ...REFUSALS.writing] as const;

/** The routes. */
export const restrictionRoutes: readonly Route[] = [
  {
    method: "post",
    path: "/v1/privacy/restrictions",
    name: "addRestriction",
    tag: "privacy",
    summary: "Restrict the use of records",
    description:
      "Role officer. `restricted`: they are kept, and nothing else; `objected`: not used for these purposes; " +
      "`provision-ceased`: not given to others for them.",
    may: "open",
    body: { required: true, content: { "application/json": { schema: restrictionBody, example: EXAMPLE } } },
    answers: {
      "201": json("It is in the log, and holds.", restrictedSchema, {
        ...ENTERED_EXAMPLE,
        stillShownFor: ["authority", "court", "data-subject"],
      }),
    },
    refuses: [...WRITES, "ENCODING_INVALID", "NOT_FOUND"],
    handle: addRestriction,
  },
  {
    method: "post",
    path: "/v1/privacy/restrictions/{id}/lift",
    name: "liftRestriction",
    tag: "privacy",
    summary: "Lift a restriction",
    description: "Role officer. Where the law wants the person told before, `told` says that this was done.",
    may: "open",
    params: idPath,
    body: { required: true, content: { "application/json": { schema: liftBody, example: LIFT_EXAMPLE } } },
    answers: { "201": json("It is in the log, and no longer holds.", enteredSchema, ENTERED_EXAMPLE) },
    refuses: [...WRITES, "ENCODING_INVALID", "NOT_FOUND"],
    handle: liftRestriction,
  },
  {
    method: "get",
    path: "/v1/privacy/records/{id}/restrictions",
    name: "listRestrictions",
    tag: "privacy",
    summary: "List what stands against the use of a record",
    description: "Role officer.",
    may: "open",
    params: idPath,
    answers: {
      "200": json("Those that hold.", standingSchema, {
        items: [STANDING_EXAMPLE],
      }),
    },
    refuses: [...REFUSALS.reading, "ENCODING_INVALID", "NOT_FOUND"],
    handle: listRestrictions,
  },
];
