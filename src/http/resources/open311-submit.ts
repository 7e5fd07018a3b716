/**
 * POST /open311/v2/requests.{json|xml}: a service request, as a form, becomes a citizen report. The API key is in the form, as
 * the standard has it, in the query, or in the header Authorization.
 *
 * Files named `media` are the record's pictures. Who sends must be known before a decoder gets to see them.
 *
 * Invariant: an API key is never kept. Of the form, its bytes are kept with the record, without the value of `api_key` and
 * without the pictures, which are kept as such: put back in their order, they make the form that was sent. One that has a key
 * elsewhere too is refused.
 */
import type { Request, RequestHandler } from "express";
import { z } from "zod";
import { toHex } from "../../core/bytes.ts";
import { codeOf, WarifuError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import { MOST_PICTURES } from "../../core/picture.ts";
import { receivedClaim } from "../../core/received.ts";
import { sha256 } from "../../core/sha256.ts";
import type { Principal } from "../../keys/api-keys.ts";
import { ByteBudget } from "../../serve/byte-budget.ts";
import { fieldOf, URL_ENCODED, urlEncodedFields, withoutValues, type FormField } from "../../serve/form.ts";
import { MULTIPART, partsOf, withoutContents, type FormPart } from "../../serve/multipart.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import { keyOf, MAX_PAYLOAD_BYTES } from "../../sources/adapter.ts";
import { REPORT_TYPE } from "../../sources/documents.ts";
import { API_KEY_FIELD, GEOREPORT, reportOf, RequestFields } from "../../sources/georeport.ts";
import { PicturedValue } from "../../write/pictured-value.ts";
import { ReceivedValue } from "../../write/received-value.ts";
import type { Submitted } from "../../write/signed-submission.ts";
import { authorise, authoriseKey } from "../handling/authorisation.ts";
import { answer, described, formatParameter } from "../handling/georeport-answers.ts";
import { atExpenseOf, type KeyShare } from "../handling/key-share.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { parseRequest, recordId } from "../handling/values.ts";
import { baseOf } from "./adapters.ts";
import { assertJurisdiction, commonQuery, OPEN311_PREFIX, serviceOf } from "./open311.ts";
import { noticeOf } from "./open311-requests.ts";
import { SubmissionAnswer } from "./submission-answer.ts";
import { MAX_FORM_BYTES, whileHeld } from "./submit-pictures.ts";
import { submitAs } from "./submit-records.ts";

const MAX_FIELDS = 100;
const BOUNDS = {
  maxFields: MAX_FIELDS,
  maxFieldBytes: 65_536,
  maxFiles: MOST_PICTURES,
  maxFileBytes: MAX_FORM_BYTES,
};
/** For all forms that are read before anybody knows whether their key is valid. */
const FORM_BYTES = new ByteBudget(16_777_216);
/** The same for forms that may have pictures, so that these leave the others room. */
const MULTIPART_BYTES = new ByteBudget(100_663_296);
/** Names of fields with pictures: the standard's implementations agree on the first, and PHP's clients write the second. */
const MEDIA_FIELDS = ["media", "media[]"];
const DAY_MS = 86_400_000;

/** A form, and what is kept of it. */
interface Form {
  readonly fields: readonly FormField[];
  /** As it was sent. */
  readonly type: string;
  readonly media: readonly FormPart[];
  /** As they were sent, without the value of `api_key` and without the pictures. */
  readonly keptBytes: Buffer;
}

function receiveRequest(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const query = parseRequest(commonQuery, request.query);
    const known = authorisedEarly(request, query.api_key, parts);
    const bytes = await collectForm(request, known !== undefined);
    const { id, isNew } = await whileHeld(bytes, async () => {
      const form = await formOf(bytes, request);
      const fields = new RequestFields(form.fields);
      const principal = known ?? authorisedInForm(fields.get(API_KEY_FIELD), request, parts);
      assertHasNoKey(form);
      for (const sent of [query.jurisdiction_id, fields.get("jurisdiction_id")])
        assertJurisdiction(sent, parts.open311.settings);
      return atExpenseOf(principal, parts, request, async (share) =>
        submitOne(await valueOf(form, fields, principal, parts), share, parts, request),
      );
    });
    const created = { service_request_id: id, service_notice: noticeOf(id, baseOf(request, parts)), account_id: null };
    answer(request, response.status(isNew ? 201 : 200), "service_requests", [created]);
  };
}

/** The record with the form that it was made from, and its pictures. */
async function valueOf(form: Form, fields: RequestFields, principal: Principal, parts: RouteParts): Promise<Submitted> {
  const record = await recordOf(fields, form.media, principal, parts);
  const received = receivedClaim(form.keptBytes, { adapter: GEOREPORT, at: parts.now(), type: form.type });
  const value = new ReceivedValue(record, { received, bytes: form.keptBytes });
  if (form.media.length === 0) return value;
  return new PicturedValue(value, await parts.ledger.pictures.receive(form.media.map((file) => file.bytes)));
}

async function submitOne(
  value: Submitted,
  share: KeyShare,
  parts: RouteParts,
  request: Request,
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const outcomes = await submitAs(share, [value], parts, request);
  const counted = new SubmissionAnswer(",");
  counted.add(outcomes);
  parts.metrics.countRecords(counted.counts);
  const [outcome] = outcomes;
  if (!outcome?.ok) throw outcome?.error ?? new WarifuError("STOPPED", "the service had to stop");
  return { id: outcome.acknowledgement.id, isNew: outcome.isNew };
}

/** Whoever has a key elsewhere than in the form is known before the form is read. */
function authorisedEarly(request: Request, inQuery: string | undefined, parts: RouteParts): Principal | undefined {
  if (request.headers.authorization !== undefined) return authorise(request, parts, "submit");
  return inQuery === undefined ? undefined : authoriseKey(inQuery, request, parts, "submit");
}

/** @throws UNAUTHENTICATED, FORBIDDEN */
function authorisedInForm(key: string | undefined, request: Request, parts: RouteParts): Principal {
  try {
    return authoriseKey(key, request, parts, "submit");
  } catch (cause) {
    if (codeOf(cause) !== "UNAUTHENTICATED") throw cause;
    throw new WarifuError("UNAUTHENTICATED", "send a valid API key in the field api_key of the form", { cause });
  }
}

/** Strangers' forms leave room for those of senders who are known. */
function collectForm(request: Request, isKnown: boolean): Promise<Buffer> {
  const mayHavePictures = mediaTypeOf(request, [URL_ENCODED, MULTIPART]) === MULTIPART;
  const most = mayHavePictures ? MAX_FORM_BYTES : MAX_PAYLOAD_BYTES;
  return collectBody(request, most, isKnown ? undefined : mayHavePictures ? MULTIPART_BYTES : FORM_BYTES);
}

async function formOf(bytes: Buffer, request: Request): Promise<Form> {
  const type = request.get("content-type") ?? "";
  if (mediaTypeOf(request, [URL_ENCODED, MULTIPART]) === URL_ENCODED) {
    const fields = urlEncodedFields(bytes, MAX_FIELDS);
    return { type, fields, media: [], keptBytes: withoutValues(bytes, API_KEY_FIELD) };
  }
  const form = await partsOf(bytes, type, BOUNDS);
  const fields = form.filter(({ filename }) => filename === undefined);
  const media = mediaIn(form);
  const keptBytes = withoutContents(
    bytes,
    form.filter((part) => media.includes(part) || part.name === API_KEY_FIELD),
  );
  if (keptBytes.length > MAX_PAYLOAD_BYTES)
    throw new WarifuError("TOO_LARGE", `a form may have ${MAX_PAYLOAD_BYTES} bytes besides its pictures`);
  return { type, fields: fields.map(fieldOf), media, keptBytes };
}

/** Files that are pictures; browsers send an empty one without a name where none was chosen. */
function mediaIn(form: readonly FormPart[]): readonly FormPart[] {
  const files = form.filter(({ filename, bytes }) => filename !== undefined && (filename !== "" || bytes.length > 0));
  if (files.some(({ name }) => !MEDIA_FIELDS.includes(name)))
    throw new WarifuError("REQUEST_INVALID", "a file in the form is a picture, in a field of the name media");
  return files;
}

/**
 * Looks at what would be kept, both as it was sent and without its escapes.
 * @throws REQUEST_INVALID an API key stands in it, such as in front of the first part, or in another field
 */
function assertHasNoKey({ keptBytes, fields }: Form): void {
  const texts = fields.flatMap(([name, value]) => (name === API_KEY_FIELD ? [] : [name, value]));
  if ([keptBytes.toString("latin1"), ...texts].some((one) => /wk_[0-9a-f]{16}_[\w-]{43}/.test(one)))
    throw new WarifuError("REQUEST_INVALID", "the form has an API key elsewhere than in api_key: send it there alone");
}

/**
 * The record of a request. The same request of the same sender within a day is the same record: phones send again what was
 * not answered in time.
 */
async function recordOf(
  fields: RequestFields,
  media: readonly FormPart[],
  { sender }: Principal,
  parts: RouteParts,
): Promise<JsonObject> {
  const { ledger, now, open311 } = parts;
  const { settings } = open311;
  const { source } = settings;
  const code = fields.get("service_code");
  if (code === undefined) throw new WarifuError("REQUEST_INVALID", "service_code is missing: see services");
  const claims = reportOf(fields, serviceOf(code, settings), ledger.profileOf(REPORT_TYPE).document);
  const pictures = media.map(({ bytes }) => toHex(sha256(bytes)));
  const same = { claims, sender, ...(pictures.length > 0 && { pictures }) };
  const keyOn = (day: number): string => keyOf(GEOREPORT, { ...same, day });
  const today = Math.floor(now() / DAY_MS);
  const { items } = await ledger.records.byKey({ source, key: keyOn(today - 1), sender });
  const isRecent = items.some((one) => "receivedAt" in one && now() / 1_000 - (one.receivedAt ?? 0) < DAY_MS / 1_000);
  return { key: keyOn(isRecent ? today - 1 : today), type: REPORT_TYPE, source, claims };
}

const text = z.string();
const formSchema = z
  .looseObject({
    api_key: text.optional().meta({ description: "Unless it is in the header Authorization or in the query." }),
    jurisdiction_id: text.optional(),
    service_code: text,
    lat: text.optional().meta({ description: "WGS 84, with `long`; or `address_string`, or `address_id`." }),
    long: text.optional(),
    address_string: text.optional(),
    address_id: text.optional(),
    email: text.optional(),
    device_id: text.optional(),
    account_id: text.optional(),
    first_name: text.optional(),
    last_name: text.optional(),
    phone: text.optional(),
    description: text.max(4_000).optional(),
    media_url: text.optional().meta({ description: "Kept, concealed, and never fetched." }),
  })
  .meta({
    id: "GeoReportForm",
    description: "`attribute[code]` for each attribute; fields not named here are kept too.",
  });
const binary = text.meta({ override: { type: "string", format: "binary" } });
const formWithMediaSchema = formSchema
  .extend({ media: z.array(binary).max(MOST_PICTURES).optional().meta({ description: "JPEG, PNG or WebP." }) })
  .meta({ id: "GeoReportFormWithMedia", description: "The same, with pictures." });
const FORM = { api_key: "wk_…", service_code: "pothole", lat: "43.4628", long: "-3.8044", description: "A deep hole" };
const createdSchema = z
  .array(z.strictObject({ service_request_id: recordId, service_notice: text, account_id: z.null() }))
  .length(1)
  .meta({ id: "GeoReportCreated" });
const ID = "01a20244-e975-7658-8309-94100ee9b9e5";
const created = (description: string) =>
  described(description, "service_requests", createdSchema, [
    { service_request_id: ID, service_notice: noticeOf(ID, "https://ledger.example"), account_id: null },
  ]);

/** The routes. */
export const open311SubmitRoutes: readonly Route[] = [
  {
    method: "post",
    path: `${OPEN311_PREFIX}/requests.{format}`,
    name: "createOpen311Request",
    tag: "open311",
    summary: "Take a service request",
    description:
      "Role submitter or admin. It becomes a citizen report: what the profile conceals is not shown again, and what " +
      "was received is kept as evidence, without the API key. The same request within a day is the same record.",
    mayByField: "submit",
    hasGeoReportErrors: true,
    params: z.object({ format: formatParameter }),
    query: commonQuery,
    body: {
      required: true,
      content: {
        [URL_ENCODED]: { schema: formSchema, example: FORM },
        [MULTIPART]: { schema: formWithMediaSchema, example: FORM },
      },
    },
    answers: { "200": created("It repeats an earlier request, and has its id."), "201": created("It is recorded.") },
    refuses: [
      ...REFUSALS.body,
      ...REFUSALS.pictures,
      ...REFUSALS.record,
      ...REFUSALS.reading,
      ...REFUSALS.writing,
      ...REFUSALS.admission,
      "NOT_FOUND",
    ],
    handle: receiveRequest,
  },
];
