/**
 * /v1/privacy/consents…: an officer notes that somebody gave or withdrew consent, and hands out the receipt.
 */
import type { RequestHandler } from "express";
import { z } from "zod";
import { CONSENT_STATES, SUBJECT } from "../../core/consent-event.ts";
import { parseJsonBytes } from "../../core/json.ts";
import { COUNTRY, LANGUAGE_TAG } from "../../core/notice-event.ts";
import { PURPOSE } from "../../core/restriction-event.ts";
import { MAX_RECORD_BYTES } from "../../core/record.ts";
import { noReceipt, receiptHash } from "../../privacy/consent.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import { json } from "../handling/answers.ts";
import { isForSource, officer, principalOf } from "../handling/authorisation.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { noteOpening } from "../handling/openings-limit.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { count, hash, idPath, parseRequest } from "../handling/values.ts";
import { ENTERED_EXAMPLE, enteredSchema, enteredView } from "./privacy-notices.ts";

/** A person as the service names one. */
export const subject = z.string().regex(SUBJECT).meta({
  description: "Pseudonym of a person: `sub_…` of somebody whose records are here, `own_…` of anybody else.",
  example: EXAMPLES.subject,
});
const purpose = z.string().regex(PURPOSE).meta({ description: "A code of the notice in force.", example: "research" });
const country = z
  .string()
  .regex(COUNTRY)
  .meta({ description: "Country of the recipients, ISO 3166-1.", example: "JP" });

const consentBody = z
  .strictObject({
    state: z.enum(CONSENT_STATES),
    purpose,
    country: country.optional(),
    language: z.string().regex(LANGUAGE_TAG).meta({ description: "Of the notice that was shown." }),
    subject: subject.optional().meta({ description: "Whose it is; somebody new without." }),
  })
  .meta({ id: "SaidConsent" });

const notedSchema = enteredSchema
  .extend({ subject, receiptSha256: hash.meta({ description: "Of the receipt as it is handed out." }) })
  .meta({ id: "NotedConsent" });

const consentsSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        leafIndex: count,
        at: count.meta({ description: "POSIX seconds." }),
        state: z.enum(CONSENT_STATES),
        purpose,
        country: country.optional(),
        notice: count.meta({ description: "Leaf index of the notice." }),
      }),
    ),
  })
  .meta({ id: "Consents" });

const receiptSchema = z
  .looseObject({ "dct:conformsTo": z.string(), receiptId: z.string(), schemaVersion: z.string() })
  .meta({ id: "ConsentReceipt" });

function noteConsent({ ledger, security }: RouteParts): RequestHandler {
  return async (request, response) => {
    mediaTypeOf(request, ["application/json"]);
    const said = parseRequest(consentBody, parseJsonBytes(await collectBody(request, MAX_RECORD_BYTES), "body"));
    const { entry, subject, receipt } = await ledger.rights.consents.note(said);
    const { keyId } = principalOf(response);
    security.note("privacy-changed", { keyId, route: routeOf(request), leafIndex: entry.leafIndex });
    response.status(201).json({ ...enteredView(entry), subject, receiptSha256: receiptHash(receipt) });
  };
}

function listConsents(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const { subject } = parseRequest(subjectQuery, request.query);
    const { ledger } = parts;
    const isFor = (source: string): boolean => isForSource(principalOf(response), source, request, parts);
    const all = (await ledger.rights.isSubjectFor(subject, isFor)) ? await ledger.rights.consents.of(subject) : [];
    const items = all.map(({ leafIndex, at, state, purpose, country, notice }) => ({
      ...{ leafIndex, at, state, purpose, notice },
      ...(country !== undefined && { country }),
    }));
    response.json({ items });
  };
}

function showReceipt(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const principal = principalOf(response);
    parts.openingsLimit.assertAllows(principal.keyId);
    const { leafIndex } = await parts.ledger.records.placeOf(request.params.id, noReceipt);
    const isFor = (source: string): boolean => isForSource(principal, source, request, parts);
    await parts.ledger.rights.assertConsentFor(leafIndex, isFor);
    const bytes = await parts.ledger.rights.consents.receiptOf(leafIndex, officer(principal));
    noteOpening(principal.keyId, leafIndex, request, parts);
    response.type("application/json").set("content-disposition", 'attachment; filename="receipt.json"');
    response.end(bytes);
  };
}

const subjectQuery = z.strictObject({ subject });
const CONSENT_EXAMPLE = { state: "given", purpose: "research", country: "JP", language: "es" };
const RECEIPT_EXAMPLE = {
  "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr",
  receiptId: "5e5b2b0c-32f8-4c8f-9d5e-0c6f0d5c7a11",
  schemaVersion: "ISO/IEC TS 27560:2023",
};

/** The routes. */
export const consentRoutes: readonly Route[] = [
  {
    method: "post",
    path: "/v1/privacy/consents",
    name: "noteConsent",
    tag: "privacy",
    summary: "Note that consent was given or withdrawn",
    description:
      "Role officer. To a purpose, or to recipients in a country for it; withdrawn in the same way as given.",
    may: "open",
    body: { required: true, content: { "application/json": { schema: consentBody, example: CONSENT_EXAMPLE } } },
    answers: {
      "201": json("It is in the log, with its receipt.", notedSchema, {
        ...ENTERED_EXAMPLE,
        subject: EXAMPLES.subject,
        receiptSha256: ENTERED_EXAMPLE.leafHash,
      }),
    },
    refuses: [...REFUSALS.body, ...REFUSALS.json, ...REFUSALS.reading, ...REFUSALS.writing, "NOT_FOUND"],
    handle: noteConsent,
  },
  {
    method: "get",
    path: "/v1/privacy/consents",
    name: "listConsents",
    tag: "privacy",
    summary: "List what somebody gave and withdrew",
    description: "Role officer.",
    may: "open",
    query: subjectQuery,
    answers: {
      "200": json("In the order of the log; nothing for somebody unknown.", consentsSchema, {
        items: [{ leafIndex: 4, at: 1_795_334_400, state: "given", purpose: "research", notice: 3 }],
      }),
    },
    refuses: REFUSALS.reading,
    handle: listConsents,
  },
  {
    method: "get",
    path: "/v1/privacy/consents/{id}/receipt",
    name: "showReceipt",
    tag: "privacy",
    summary: "Get the receipt of a consent",
    description:
      "Role officer; counts as an opening. In the shape of ISO/IEC TS 27560, as canonical JSON: its hash is that of the claim " +
      "`receipt` in the event's bundle with openings.",
    may: "open",
    params: idPath,
    answers: { "200": json("The receipt.", receiptSchema, RECEIPT_EXAMPLE) },
    refuses: [...REFUSALS.reading, "ENCODING_INVALID", "NOT_FOUND", "RATE_LIMITED"],
    handle: showReceipt,
  },
];
