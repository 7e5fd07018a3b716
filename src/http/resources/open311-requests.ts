/**
 * Service requests as anybody may read them over Open311 GeoReport v2: reports of the city's Open311 source, with the claims
 * that their profile makes public. What is concealed (who reported, the words, the exact place) is `null`.
 */
import type { Request, RequestHandler } from "express";
import { z } from "zod";
import { codeOf, WarifuError } from "../../core/errors.ts";
import type { JsonObject, JsonValue } from "../../core/json.ts";
import { formatSecond, isTimestamp } from "../../core/timestamp.ts";
import { MAX_PAGE } from "../../read/ledger.ts";
import type { RecordView } from "../../read/records.ts";
import { REPORT_TYPE } from "../../sources/documents.ts";
import type { Open311Settings } from "../../sources/open311-services.ts";
import { answer, described, formatParameter } from "../handling/georeport-answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { cursor, decimal, parseRequest, recordId } from "../handling/values.ts";
import { baseOf } from "./adapters.ts";
import { assertJurisdiction, commonQuery, OPEN311_PREFIX, serviceOf } from "./open311.ts";

/** The standard's: 90 days. */
const MAX_SPAN_SECONDS = 90 * 86_400;
const MAX_IDS = 100;
/** How many requests one answer may look at, when most are not of the service asked for, and how many at once. */
const MOST_LOOKED_AT = 4_000;
const SLICE = 250;

const isOf = `as RFC 3339 writes it, such as 2026-11-01T10:00:00Z`;
const pointInTime = z
  .string()
  .refine(isTimestamp, `must be a time ${isOf}`)
  .transform((text) => Date.parse(text) / 1_000);
const words = z.string().transform((text) => text.split(",").map((word) => word.trim()));

/** Query of the list. */
const requestsQuery = commonQuery.extend({
  service_request_id: words
    .refine((ids) => ids.length <= MAX_IDS, `may name ${MAX_IDS} requests`)
    .optional()
    .meta({ override: { type: "string" }, description: "Ids, separated by commas. Nothing else counts then." }),
  service_code: words.optional().meta({ override: { type: "string" }, description: "Codes, separated by commas." }),
  status: words
    .transform((ones) => ones.map((one) => one.toLowerCase()))
    .refine((ones) => ones.every((one) => one === "open" || one === "closed"), "must be open, closed, or both")
    .optional()
    .meta({ override: { type: "string" }, description: "`open`, `closed`, or both with a comma." }),
  start_date: pointInTime
    .optional()
    .meta({ override: { type: "string", format: "date-time" }, description: "Requested then or later." }),
  end_date: pointInTime.optional().meta({
    override: { type: "string", format: "date-time" },
    description: "Requested then or earlier, at most 90 days after start_date. Without either: the last 90 days.",
  }),
  page_size: decimal(1, MAX_PAGE, "Largest number of requests.").default(MAX_PAGE),
  cursor: cursor.meta({ description: "Where a page begins: from the header Link of the page before." }),
});
type Query = z.output<typeof requestsQuery>;

/** Service requests, the oldest first. */
function listRequests(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const query = parseRequest(requestsQuery, request.query);
    const { settings } = parts.open311;
    assertJurisdiction(query.jurisdiction_id, settings);
    const base = baseOf(request, parts);
    const ids = query.service_request_id;
    const { views, next } = ids ? { views: await named(ids, parts), next: undefined } : await found(query, parts);
    if (next !== undefined) response.setHeader("link", `<${nextAddress(request, base, query, next)}>; rel="next"`);
    answer(
      request,
      response,
      "service_requests",
      await Promise.all(
        views.map(async (view) => shownRequest(await withMore(view, base, parts), settings.services, base)),
      ),
    );
  };
}

interface FoundRequests {
  readonly views: readonly RecordView[];
  readonly next: number | undefined;
}

async function named(ids: readonly string[], parts: RouteParts): Promise<RecordView[]> {
  const views = await Promise.all(ids.map((id) => requestOf(id, parts)));
  return views.filter((view) => view !== undefined);
}

/** The request of an id; `undefined` where there is none, it was erased, or the record is not an Open311 request. */
async function requestOf(id: string, parts: RouteParts): Promise<RecordView | undefined> {
  try {
    const view = await parts.ledger.records.get(id);
    const isShown = isRequest(view, parts.open311.settings) && (await isPublic(view, parts));
    return isShown ? view : undefined;
  } catch (error) {
    if (["NOT_FOUND", "ENCODING_INVALID"].includes(codeOf(error) ?? "")) return undefined;
    throw error;
  }
}

function isRequest({ source, vct, claims }: RecordView, settings: Open311Settings): boolean {
  return source === settings.source && claims !== undefined && vct?.startsWith(`warifu:${REPORT_TYPE}:`) === true;
}

/** A post of the citizens' app that is not for everybody is no request of theirs. */
async function isPublic({ id, source }: RecordView, { posts }: RouteParts): Promise<boolean> {
  return posts === undefined || posts.published.isPublic(id, source);
}

/** A page of what a query asks for, and where the next one begins, if there may be more. */
async function found(query: Query, parts: RouteParts): Promise<FoundRequests> {
  const {
    ledger,
    now,
    open311: { settings },
  } = parts;
  const span = spanOf(query, now() / 1_000);
  const isWanted = filterOf(query, parts);
  const views: RecordView[] = [];
  let next: number | undefined = query.cursor ?? 0;
  for (let looked = 0; next !== undefined && looked < MOST_LOOKED_AT; looked += SLICE) {
    const wanted = { from: next, limit: SLICE, source: settings.source, type: REPORT_TYPE, ...span };
    const page = await ledger.records.list(wanted);
    for (const [at, view] of page.items.entries()) {
      // What is damaged has an alarm of its own.
      if ("error" in view || !isRequest(view, settings) || !(await isWanted(view))) continue;
      views.push(view);
      if (views.length < query.page_size) continue;
      return { views, next: at === page.items.length - 1 ? page.next : view.leafIndex + 1 };
    }
    next = page.next;
  }
  return { views, next };
}

/** @throws REQUEST_INVALID for more than 90 days, or none */
function spanOf({ start_date: start, end_date: end }: Query, now: number): { since: number; until: number } {
  const since = start ?? (end ?? now) - MAX_SPAN_SECONDS;
  const last = end ?? (start === undefined ? now : start + MAX_SPAN_SECONDS);
  if (last < since) throw new WarifuError("REQUEST_INVALID", "end_date is before start_date");
  if (last - since > MAX_SPAN_SECONDS)
    throw new WarifuError("REQUEST_INVALID", "start_date and end_date may be 90 days apart: ask for each part");
  return { since: Math.ceil(since), until: Math.floor(last) + 1 };
}

function filterOf({ service_code: codes, status }: Query, parts: RouteParts): (view: RecordView) => Promise<boolean> {
  const categories = codes?.map((code) => serviceOf(code, parts.open311.settings).category);
  return async (view) => {
    if (categories && !categories.includes(String(view.claims?.["category"]))) return false;
    if (status && !status.includes((await statusOf(view, parts)).status)) return false;
    return isPublic(view, parts);
  };
}

function nextAddress(request: Request, base: string, { page_size: size }: Query, next: number): string {
  const url = new URL(`${base}${request.originalUrl}`);
  url.searchParams.delete("api_key");
  url.searchParams.set("page_size", String(size));
  url.searchParams.set("cursor", String(next));
  return url.href;
}

function showRequest(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { settings } = parts.open311;
    assertJurisdiction(parseRequest(commonQuery, request.query).jurisdiction_id, settings);
    const view = await requestOf(request.params.id, parts);
    if (!view) throw new WarifuError("NOT_FOUND", "there is no service request of that service_request_id");
    const plain = request as unknown as Request;
    const base = baseOf(plain, parts);
    const shown = shownRequest(await withMore(view, base, parts), settings.services, base);
    answer(plain, response, "service_requests", [shown]);
  };
}

interface ShownView extends Pick<RecordView, "id" | "receivedAt" | "claims"> {
  readonly mediaUrl?: string;
  readonly stands: Standing;
}

/** With how it stands, and the address of the first picture that is published, if there is one. */
async function withMore(view: RecordView, base: string, parts: RouteParts): Promise<ShownView> {
  const [hash, stands] = [await publishedOf(view, parts.ledger), await statusOf(view, parts)];
  const mediaUrl = `${base}/v1/records/${view.id}/pictures/${hash ?? ""}`;
  return { ...view, stands, ...(hash !== undefined && { mediaUrl }) };
}

/** None where what is kept of it is damaged, which has an alarm of its own. */
async function publishedOf({ leafIndex }: RecordView, ledger: RouteParts["ledger"]): Promise<string | undefined> {
  try {
    return await ledger.pictures.firstPublished(leafIndex);
  } catch (error) {
    if (codeOf(error) === "STORE_DAMAGED") return undefined;
    throw error;
  }
}

function shownRequest(
  { id, receivedAt = 0, claims = {}, mediaUrl, stands }: ShownView,
  services: Open311Settings["services"],
  base: string,
): JsonObject {
  const category = String(claims["category"]);
  const service = services.find((one) => one.category === category);
  const requested = formatSecond(receivedAt);
  const shown = (claim: string): JsonValue => claims[claim] ?? null;
  return {
    service_request_id: id,
    status: stands.status,
    status_notes: null,
    // A service that the city does not offer any more leaves its category.
    service_name: service?.name ?? category,
    service_code: service?.code ?? category,
    description: shown("text"),
    agency_responsible: null,
    service_notice: noticeOf(id, base),
    requested_datetime: requested,
    updated_datetime: stands.since === undefined ? requested : formatSecond(stands.since),
    expected_datetime: null,
    address: shown("address"),
    ...{ address_id: null, zipcode: null },
    lat: shown("latitude"),
    long: shown("longitude"),
    media_url: mediaUrl ?? null,
  };
}

/** How a request stands. */
interface Standing {
  readonly status: "open" | "closed";
  /** Since when, POSIX seconds, where the city said so. */
  readonly since?: number;
}

/** As the city said last in a record of its own; without one, as whoever reported it did. */
async function statusOf({ id, claims = {} }: RecordView, { posts }: RouteParts): Promise<Standing> {
  const said = await posts?.statusOf(id);
  if (said) return { status: CLOSING.has(said.status) ? "closed" : "open", since: said.at };
  return { status: String(claims["status"]).toLowerCase() === "closed" ? "closed" : "open" };
}

/** After these there is nothing more to come. */
const CLOSING: ReadonlySet<string> = new Set(["solved", "declined"]);

/** Where the proof of a request is. */
export function noticeOf(id: string, base: string): string {
  return `Recorded in a public log. Proof, once it is anchored: ${base}/v1/records/${id}/bundle`;
}

const text = z.string();
const unknown = text.nullable();
const requestSchema = z
  .strictObject({
    service_request_id: recordId.meta({ description: "Id of the record." }),
    status: z.enum(["open", "closed"]),
    status_notes: unknown,
    service_name: text,
    service_code: text,
    description: unknown,
    agency_responsible: unknown,
    service_notice: text,
    requested_datetime: text.meta({ description: "When it was recorded." }),
    updated_datetime: text,
    expected_datetime: unknown,
    address: unknown,
    address_id: unknown,
    zipcode: unknown,
    lat: z.number().nullable(),
    long: z.number().nullable(),
    media_url: unknown.meta({ description: "Published copy of the first picture, without metadata." }),
  })
  .meta({ id: "GeoReportRequest", description: "A service request. `null`: not known, or concealed." });
const ID = "01a20244-e975-7658-8309-94100ee9b9e5";
const REQUEST = shownRequest(
  { id: ID, receivedAt: 1_795_334_400, claims: { category: "pothole" }, stands: { status: "open" } },
  [],
  "https://ledger.example",
);
const COMMON = { method: "get", tag: "open311", hasGeoReportErrors: true } as const;
const format = formatParameter;

/** The routes. */
export const open311RequestRoutes: readonly Route[] = [
  {
    ...COMMON,
    path: `${OPEN311_PREFIX}/requests.{format}`,
    name: "listOpen311Requests",
    summary: "List service requests, the oldest first",
    description: 'The header `Link` with `rel="next"` has the address of the next page, if there is one.',
    params: z.object({ format }),
    query: requestsQuery,
    answers: {
      "200": {
        ...described("The requests.", "service_requests", z.array(requestSchema), [REQUEST]),
        headers: { Link: { description: "Address of the next page.", schema: { type: "string" as const } } },
      },
    },
    refuses: [...REFUSALS.reading, "NOT_FOUND"],
    handle: listRequests,
  },
  {
    ...COMMON,
    path: `${OPEN311_PREFIX}/requests/{id}.{format}`,
    name: "showOpen311Request",
    summary: "Show a service request",
    params: z.object({ id: recordId.meta({ description: "The `service_request_id`." }), format }),
    query: commonQuery,
    answers: {
      "200": described("The request, as a list of one.", "service_requests", z.array(requestSchema), [REQUEST]),
    },
    refuses: [...REFUSALS.reading, "NOT_FOUND"],
    handle: showRequest,
  },
];
