/**
 * Addresses that brokers, gateways and clients of the field send to in their own formats: NGSI notifications, SenML packs,
 * SensorThings observations. Each record of a payload goes the way of all records, and keeps the payload as it was received.
 *
 * Who sends is known by the API key. The type of the records and their source are named in the address, or are the one type
 * and the one source that the key is for: clients that cannot be given an address with a query have a key of their own.
 */
import type { Request, RequestHandler, Response } from "express";
import { z } from "zod";
import { WarifuError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Principal } from "../../keys/api-keys.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import { MAX_PAYLOAD_BYTES, placed, takeIn, type Adapter } from "../../sources/adapter.ts";
import { ngsiAdapter } from "../../sources/ngsi-adapter.ts";
import { senmlAdapter } from "../../sources/senml-adapter.ts";
import { sensorThingsAdapter } from "../../sources/sensorthings-adapter.ts";
import type { Acknowledgement, Outcome } from "../../write/outcome.ts";
import { withOriginal } from "../../write/signed-submission.ts";
import { recordSchema } from "../../write/submitted-record.ts";
import { json } from "../handling/answers.ts";
import { principalOf } from "../handling/authorisation.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { atExpenseOf } from "../handling/key-share.ts";
import { REFUSALS } from "../handling/problems.ts";
import { isSigned } from "../handling/request-signature.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { parseRequest, recordId } from "../handling/values.ts";
import { SubmissionAnswer } from "./submission-answer.ts";
import { acknowledgementSchema, batchContent, submitAs, submitted } from "./submit-records.ts";

/** Longest header that is kept with a record. */
const MAX_HEADER = 2_048;

/** What an answer is made with; `base` is the address of the service. */
interface AnswerParts {
  readonly response: Response;
  readonly results: SubmissionAnswer;
  readonly base: string;
}

type Answer = (outcomes: readonly Outcome[], parts: AnswerParts) => void;

/** Takes a payload in; `answer` is for one of which at least one record was taken. */
function receive(adapter: Adapter, answer: Answer): (parts: RouteParts) => RequestHandler {
  return (parts) => async (request, response) => {
    const principal = principalOf(response);
    assertUnsigned(request);
    const { type, source } = destinationOf(request, principal);
    mediaTypeOf(request, adapter.mediaTypes);
    const outcomes = await atExpenseOf(principal, parts, request, async (share) => {
      const bytes = await collectBody(request, MAX_PAYLOAD_BYTES);
      const payload = {
        bytes,
        type: keptHeader(request, "content-type") ?? "",
        headers: headersOf(request, adapter),
        at: parts.now(),
      };
      const { records, received } = takeIn(adapter, payload, { type, source, profile: parts.ledger.profileOf(type) });
      const values = records.map(({ record }) => withOriginal(record, { received, bytes }));
      const submitted = await submitAs(share, values, parts, request);
      return submitted.map((one, at): Outcome =>
        one.ok ? one : { ok: false, error: placed(one.error, records[at]?.place ?? "") },
      );
    });
    const results = new SubmissionAnswer(",");
    results.add(outcomes);
    parts.metrics.countRecords(results.counts);
    assertTaken(results, outcomes);
    answer(outcomes, { response, results, base: baseOf(request, parts) });
  };
}

/** @throws REQUEST_INVALID a signature would count for nothing here, and somebody might rely on it */
function assertUnsigned(request: Request): void {
  if (isSigned(request))
    throw new WarifuError(
      "REQUEST_INVALID",
      "signed requests are taken at /v1/records alone, with one record in each: send this one without Signature",
    );
}

/** @throws REQUEST_INVALID where the type or the source is named nowhere */
function destinationOf(
  request: Request,
  { types, sources }: Principal,
): { readonly type: string; readonly source: string } {
  const query = parseRequest(destinationQuery, request.query);
  const [type, source] = [query.type ?? only(types), query.source ?? only(sources)];
  if (type !== undefined && source !== undefined) return { type, source };
  const missing = [...(type === undefined ? ["type"] : []), ...(source === undefined ? ["source"] : [])];
  throw new WarifuError(
    "REQUEST_INVALID",
    `${missing.join(" and ")}: name it in the address, such as ?${missing.map((name) => `${name}=…`).join("&")}, ` +
      "or send with a key that is for one alone",
  );
}

function only(names: readonly string[] | null): string | undefined {
  const [name, ...others] = names ?? [];
  return others.length > 0 || name?.endsWith("*") ? undefined : name;
}

/** @throws TOO_LARGE */
function headersOf(request: Request, adapter: Adapter): Readonly<Record<string, string>> {
  const sent = adapter.headers.map(
    (name) => [name, name === ":path" ? request.path : keptHeader(request, name)] as const,
  );
  return Object.fromEntries(sent.filter((one): one is readonly [string, string] => one[1] !== undefined));
}

function keptHeader(request: Request, name: string): string | undefined {
  const value = request.get(name);
  if (value === undefined || value.length <= MAX_HEADER) return value;
  throw new WarifuError("TOO_LARGE", `the header ${name} may have ${MAX_HEADER} characters`);
}

/**
 * A broker's log shows a status and the sentence beside it: of a payload that was refused as a whole, why its first record was;
 * or that it may be sent again, where that would help any of them.
 */
function assertTaken({ hasTaken, unavailable }: SubmissionAnswer, outcomes: readonly Outcome[]): void {
  if (hasTaken) return;
  if (unavailable) throw unavailable;
  const [first, ...others] = outcomes.flatMap((one) => (one.ok ? [] : [one.error]));
  if (first === undefined) throw new WarifuError("REQUEST_INVALID", "there is no record in the body");
  if (others.length === 0) throw first;
  throw new WarifuError(first.code, `${first.message} (and ${others.length} more were refused)`, {
    details: first.details,
  });
}

/** A host name or address, with or without a port: what else a request may claim must not become part of an address. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]{0,253}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** The address that the service has for whoever asks: the one that the operator names, or else the one that was asked. */
export function baseOf(
  request: Request,
  { publicUrls, prefix = "" }: Pick<RouteParts, "publicUrls" | "prefix">,
): string {
  const [named] = publicUrls;
  if (named !== undefined) return named;
  const { localAddress = "", localPort = 0 } = request.socket;
  const local = localAddress.replace(/^::ffff:/, "").replace(/%.*$/, "");
  const asked = request.get("host") ?? "";
  const host = HOST.test(asked) ? asked : `${local.includes(":") ? `[${local}]` : local}:${localPort}`;
  return `${request.protocol}://${host}${prefix}`;
}

/** One result for each record, as POST /v1/records answers a batch. */
const answerWithResults: Answer = (_outcomes, { response, results }) => {
  response
    .status(results.status)
    .type("application/json")
    .end(Buffer.concat([Buffer.from("["), ...results.parts, Buffer.from("]")]));
};

const answerNotification: Answer = (outcomes, parts) => {
  if (outcomes.every(({ ok }) => ok)) parts.response.status(204).end();
  else answerWithResults(outcomes, parts);
};

const observationAt = (base: string, { id }: Acknowledgement): string => `${base}/v1.1/Observations('${id}')`;

const answerObservation: Answer = ([outcome], { response, base }) => {
  if (!outcome?.ok) return;
  const { acknowledgement } = outcome;
  response.status(201).set("location", observationAt(base, acknowledgement)).json(acknowledgement);
};

/** As the standard has it: an address for each observation, or the word "error". */
const answerObservations: Answer = (outcomes, { response, base }) => {
  response
    .status(201)
    .json(outcomes.map((one) => (one.ok ? observationAt(base, one.acknowledgement) : `error: ${one.error.message}`)));
};

/** An observation under the address that its creation gave it: the record's public claims. */
function showObservation(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const id = request.params.id.replaceAll("'", "");
    const { claims } = await parts.ledger.records.get(id);
    const selfLink = `${baseOf(request as unknown as Request, parts)}/v1.1/Observations('${id}')`;
    response.json({ ...claims, "@iot.id": id, "@iot.selfLink": selfLink });
  };
}

/** Query of every address here. */
const destinationQuery = z.strictObject({
  type: recordSchema.shape.type
    .optional()
    .meta({ description: "Type of the records; without it, the one type that the key is for." }),
  source: recordSchema.shape.source
    .optional()
    .meta({ description: "Source of the records; without it, the one source that the key is for." }),
});

const REFUSED = [
  ...REFUSALS.body,
  ...REFUSALS.json,
  ...REFUSALS.record,
  ...REFUSALS.writing,
  ...REFUSALS.admission,
] as const;
const PARTLY = { description: "At least one record was refused: see each result.", content: batchContent() };
const NOTIFICATION: JsonObject = {
  id: "urn:ngsi-ld:Notification:ce08",
  type: "Notification",
  subscriptionId: "urn:ngsi-ld:Subscription:s1",
  notifiedAt: "2026-11-28T09:30:00Z",
  data: [
    { id: "urn:ngsi-ld:Device:d1", type: "Device", temperature: { type: "Property", value: 16.4, unitCode: "CEL" } },
  ],
};
const OBSERVATION: JsonObject = { phenomenonTime: "2026-11-28T09:30:00Z", result: 16.4 };
const OF_DATASTREAM: JsonObject = { ...OBSERVATION, Datastream: { "@iot.id": 1 } };
const ROWS: JsonObject = {
  Datastream: { "@iot.id": 1 },
  components: ["phenomenonTime", "result"],
  dataArray: [["2026-11-28T09:30:00Z", 16.4]],
};
const anyJson = z.unknown();

function body(types: readonly string[], example: unknown) {
  const content = types.map((type) => [
    type,
    /json$/.test(type) ? { schema: anyJson, example } : { schema: { description: "CBOR." } },
  ]);
  return {
    required: true,
    content: Object.fromEntries(content) as Record<string, { schema: typeof anyJson; example: unknown }>,
  };
}

const CREATED = {
  ...json("Created, or there already.", acknowledgementSchema, EXAMPLES.acknowledgement),
  headers: { Location: { description: "Address of the observation.", schema: { type: "string" as const } } },
};
const COMMON = { tag: "records", may: "submit", query: destinationQuery, refuses: REFUSED } as const;

/** The routes. */
export const adapterRoutes: readonly Route[] = [
  {
    ...COMMON,
    method: "post",
    path: "/v1/ngsi",
    name: "receiveNgsi",
    summary: "Take a notification of an NGSI broker",
    description:
      "Role submitter or admin. NGSIv2 (normalized, keyValues) and NGSI-LD (normalized, concise, simplified, also as a " +
      "FeatureCollection): each entity becomes a record. An @context is kept and never fetched. The broker sends the API key " +
      "in the header Authorization, see `httpCustom.headers` and `receiverInfo` of its subscriptions.",
    body: body(ngsiAdapter.mediaTypes, NOTIFICATION),
    answers: { "204": { description: "All entities are recorded." }, "207": PARTLY },
    handle: receive(ngsiAdapter, answerNotification),
  },
  {
    ...COMMON,
    method: "post",
    path: "/v1/senml",
    name: "receiveSenml",
    summary: "Take a SenML pack",
    description: "Role submitter or admin. RFC 8428 in JSON or CBOR: each resolved record becomes a record.",
    body: body(senmlAdapter.mediaTypes, [
      { bn: "urn:dev:mac:0024befffe804ff1/", n: "t", u: "Cel", t: 1_795_334_400, v: 16.4 },
    ]),
    answers: {
      "200": submitted("All repeat earlier records; their first acknowledgements."),
      "201": submitted("All are acknowledged, at least one as new."),
      "207": PARTLY,
    },
    handle: receive(senmlAdapter, answerWithResults),
  },
  {
    ...COMMON,
    method: "post",
    path: "/v1.1/Observations",
    name: "createObservation",
    summary: "Take a SensorThings observation",
    body: body(sensorThingsAdapter.mediaTypes, OF_DATASTREAM),
    answers: { "201": CREATED },
    handle: receive(sensorThingsAdapter, answerObservation),
  },
  {
    ...COMMON,
    method: "post",
    path: "/v1.1/Datastreams({id})/Observations",
    name: "createObservationOfDatastream",
    summary: "Take an observation of the Datastream that the address names",
    params: z.object({
      id: z
        .string()
        .regex(/^(?:[0-9]{1,15}|'[^']{1,200}')$/)
        .meta({ description: "A number, or text in quotes.", example: "1" }),
    }),
    body: body(sensorThingsAdapter.mediaTypes, OBSERVATION),
    answers: { "201": CREATED },
    handle: receive(sensorThingsAdapter, answerObservation),
  },
  {
    ...COMMON,
    method: "post",
    path: "/v1.1/CreateObservations",
    name: "createObservations",
    summary: "Take many SensorThings observations in their compact form",
    body: body(sensorThingsAdapter.mediaTypes, [ROWS]),
    answers: {
      "201": json("An address for each observation, or `error: …`.", z.array(z.string()), [
        `https://ledger.example/v1.1/Observations('${EXAMPLES.acknowledgement.id}')`,
        "error: …",
      ]),
    },
    handle: receive(sensorThingsAdapter, answerObservations),
  },
  {
    method: "get",
    path: "/v1.1/Observations({id})",
    name: "showObservation",
    tag: "records",
    summary: "Show the public claims of an observation, by the address that its creation gave it",
    params: z.object({ id: recordId.meta({ description: "Id of the record, in quotes." }) }),
    answers: {
      "200": json("The observation.", z.looseObject({ "@iot.id": recordId }), {
        "@iot.id": EXAMPLES.acknowledgement.id,
        ...OBSERVATION,
      }),
    },
    refuses: [...REFUSALS.reading, "ENCODING_INVALID", "NOT_FOUND"],
    handle: showObservation,
  },
];
