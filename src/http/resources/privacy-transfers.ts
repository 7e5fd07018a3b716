/** /v1/privacy/provisions, /v1/privacy/receptions: an officer gives records to other controllers, and takes theirs. */
import type { RequestHandler } from "express";
import { z } from "zod";
import { utf8 } from "../../core/bytes.ts";
import { parseJsonBytes } from "../../core/json.ts";
import { parsePolicy } from "../../core/policy.ts";
import { MAX_PROVISION_BYTES, MOST_PROVIDED } from "../../core/provision-file.ts";
import { LINE } from "../../core/recipient.ts";
import { MAX_RECORD_BYTES } from "../../core/record.ts";
import { PURPOSE } from "../../core/restriction-event.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import { json } from "../handling/answers.ts";
import { assertForSource, principalOf } from "../handling/authorisation.ts";
import { TRANSFER_EXAMPLES } from "../handling/transfer-examples.ts";
import { problemOf } from "../handling/problem.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { count, legalBasis, parseRequest, problemSchema, recordId } from "../handling/values.ts";

/** JSON in JSON, so with escapes. */
const MAX_RECEPTION_BYTES = 2 * MAX_PROVISION_BYTES;

const purpose = z.string().regex(PURPOSE).meta({ description: "Code of the purpose, as notices have it." });
const name = z.string().regex(LINE);

const provisionBody = z
  .strictObject({
    records: z.array(recordId).min(1).max(MOST_PROVIDED),
    recipient: name.meta({ description: "Name in the register of recipients." }),
    claims: z.array(z.string().min(1).max(64)).max(64).meta({ description: "Names of concealed claims to be opened." }),
    purpose,
    basis: legalBasis.optional().meta({ description: "Id of a basis; without, the first that holds for each record." }),
  })
  .meta({ id: "NewProvision" });

const labelSchema = z.strictObject({
  basis: z.string(),
  jurisdiction: z.string().meta({ description: "Whose law holds for the record, wherever it goes." }),
  law: z.string(),
  lawVersion: z.string(),
  log: z.string().meta({ description: "Origin of the log that it first entered." }),
  notice: z.strictObject({ language: z.string(), version: z.string() }).optional(),
  onward: z.string().optional().meta({ description: "Id of the rule that holds when it is given on." }),
});

/** The file for the recipient. */
const provisionFileSchema = z
  .strictObject({
    format: z.literal("warifu-provision/1"),
    purpose,
    records: z.array(z.strictObject({ label: labelSchema, bundle: z.string().meta({ description: "Its text." }) })),
  })
  .meta({ id: "ProvisionFile" });

const receptionBody = z
  .strictObject({
    file: z.string().meta({ description: "Text of the file." }),
    policy: z.string().meta({ description: "Text of the policy under which its bundles must hold." }),
    from: name.meta({ description: "Name of the sender in the register of recipients." }),
    how: name.meta({ description: "How it came." }),
  })
  .meta({ id: "NewReception" });

const receptionsSchema = z
  .strictObject({
    items: z.array(
      z.union([
        z.strictObject({
          id: recordId,
          leafIndex: count,
          origin: z.string().meta({ description: "Jurisdiction whose law came with it." }),
          isNew: z.boolean(),
        }),
        z.strictObject({ error: problemSchema }),
      ]),
    ),
  })
  .meta({ id: "Receptions" });

const provisionsSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        leafIndex: count,
        record: recordId,
        at: count.meta({ description: "POSIX seconds." }),
        to: z.string(),
        country: z.string(),
        claims: z.array(z.string()),
        purpose: z.string(),
        basis: z.string(),
        jurisdiction: z.string(),
        lawVersion: z.string(),
      }),
    ),
  })
  .meta({ id: "Provisions" });
const recordQuery = z.strictObject({ record: recordId });

function provideRecords(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const officer = principalOf(response);
    mediaTypeOf(request, ["application/json"]);
    const said = parseRequest(provisionBody, parseJsonBytes(await collectBody(request, MAX_RECORD_BYTES), "body"));
    const assertFor = (source: string): void => assertForSource(officer, source, request, parts);
    const { keyId } = officer;
    said.records.forEach(() => parts.openingsLimit.assertAllows(keyId));
    const text = await parts.ledger.transfers.provide({ ...said, by: keyId }, assertFor);
    parts.security.note("openings-given", { keyId, route: routeOf(request), count: said.records.length });
    response.status(201).type("application/json").send(text);
  };
}

function listProvisions(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const { record } = parseRequest(recordQuery, request.query);
    const assertFor = (source: string): void => assertForSource(principalOf(response), source, request, parts);
    response.json({ items: await parts.ledger.transfers.provisionsOf(record, assertFor) });
  };
}

function receiveRecords(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    mediaTypeOf(request, ["application/json"]);
    const bytes = await collectBody(request, MAX_RECEPTION_BYTES);
    const { file, policy, ...said } = parseRequest(receptionBody, parseJsonBytes(bytes, "body"));
    const { keyId } = principalOf(response);
    const received = await parts.ledger.transfers.receiving.file(
      { ...said, file: utf8(file), policy: parsePolicy(utf8(policy)), by: keyId },
      (bundle, one) => parts.verifier.verify(bundle, one),
    );
    parts.security.note("privacy-changed", { keyId, route: routeOf(request), count: received.length });
    response.json({ items: received.map((one) => ("error" in one ? { error: problemOf(one.error) } : one)) });
  };
}

const WRITES = [...REFUSALS.body, ...REFUSALS.json, ...REFUSALS.reading, ...REFUSALS.writing] as const;

/** The routes. */
export const transferRoutes: readonly Route[] = [
  {
    method: "post",
    path: "/v1/privacy/provisions",
    name: "provideRecords",
    tag: "privacy",
    summary: "Give records to another controller",
    description:
      "Role officer. Each record passes the gate: without a basis of law that holds for this recipient, nothing leaves, and " +
      "the refusal names the ways that exist. The answer is the file for the recipient; an event of the log for each record " +
      "says that it was given, on which basis and where to. Each record counts as an opening for the key's limit.",
    may: "open",
    body: {
      required: true,
      content: { "application/json": { schema: provisionBody, example: TRANSFER_EXAMPLES.newProvision } },
    },
    answers: { "201": json("The file.", provisionFileSchema, TRANSFER_EXAMPLES.provisionFile) },
    refuses: [...WRITES, "ENCODING_INVALID", "NOT_FOUND", "NOT_ANCHORED_YET", "TRANSFER_REFUSED"],
    handle: provideRecords,
  },
  {
    method: "get",
    path: "/v1/privacy/provisions",
    name: "listProvisions",
    tag: "privacy",
    summary: "List to whom a record was given",
    description:
      "Role officer. Whoever is in it is told when the record is corrected, erased, or its provision ceases.",
    may: "open",
    query: recordQuery,
    answers: { "200": json("In the order of the log.", provisionsSchema, { items: [TRANSFER_EXAMPLES.provision] }) },
    refuses: [...REFUSALS.reading, "ENCODING_INVALID", "NOT_FOUND"],
    handle: listProvisions,
  },
  {
    method: "post",
    path: "/v1/privacy/receptions",
    name: "receiveRecords",
    tag: "privacy",
    summary: "Take records of another controller",
    description:
      "Role officer. Bundles that hold under the policy enter as records of the source `received/` and the sender's number, " +
      "each with an event that keeps whose law came with it; the others are refused. May be repeated.",
    may: "open",
    body: {
      required: true,
      content: { "application/json": { schema: receptionBody, example: TRANSFER_EXAMPLES.newReception } },
    },
    answers: { "200": json("An outcome for each record.", receptionsSchema, TRANSFER_EXAMPLES.receptions) },
    refuses: [...WRITES, "NOT_FOUND", "BUNDLE_INVALID", "POLICY_INVALID", "ORIGIN_MISMATCH"],
    handle: receiveRecords,
  },
];
