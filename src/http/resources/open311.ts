/**
 * What the city offers over Open311 GeoReport v2: where this is, which services there are, and what each asks for.
 */
import type { Request, RequestHandler } from "express";
import { z } from "zod";
import { WarifuError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import { formatSecond } from "../../core/timestamp.ts";
import type { Open311Attribute, Open311Service, Open311Settings } from "../../sources/open311-services.ts";
import { answer, described, formatParameter } from "../handling/georeport-answers.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { parseRequest } from "../handling/values.ts";
import { baseOf } from "./adapters.ts";

/** Where all of it is. */
export const OPEN311_PREFIX = "/open311/v2";

/** Parameters that clients send with every request; the key only counts where something is posted. */
export const commonQuery = z.strictObject({
  jurisdiction_id: z
    .string()
    .optional()
    .meta({ description: "Needed nowhere; if it is there, it must be that of the city." }),
  api_key: z.string().optional().meta({ description: "An API key, where something is posted." }),
  extensions: z.string().optional().meta({ description: "Changes nothing." }),
});

/** @throws NOT_FOUND for another city */
export function assertJurisdiction(sent: string | undefined, { jurisdictionId }: Open311Settings): void {
  if (sent === undefined || sent === "" || jurisdictionId === undefined || sent === jurisdictionId) return;
  throw new WarifuError("NOT_FOUND", "there is no jurisdiction of that jurisdiction_id");
}

/** The service of a code. @throws NOT_FOUND */
export function serviceOf(code: string, { services }: Open311Settings): Open311Service {
  const service = services.find((one) => one.code === code);
  if (service) return service;
  throw new WarifuError("NOT_FOUND", "there is no service of that service_code: see services");
}

function discover(parts: RouteParts): RequestHandler {
  return (request, response) => {
    const { settings, readAt } = parts.open311;
    const { contact = "", keyService = "" } = settings;
    const changeset = formatSecond(readAt);
    const url = `${baseOf(request, parts)}${OPEN311_PREFIX}`;
    const endpoint = { specification: SPECIFICATION, url, changeset, type: "production", formats: [...MEDIA_TYPES] };
    answer(request, response, "discovery", { changeset, contact, key_service: keyService, endpoints: [endpoint] });
  };
}

const SPECIFICATION = "http://wiki.open311.org/GeoReport_v2";
const MEDIA_TYPES = ["text/xml", "application/json"];

function listServices(parts: RouteParts): RequestHandler {
  return (request, response) => {
    const { settings } = parts.open311;
    assertJurisdiction(parseRequest(commonQuery, request.query).jurisdiction_id, settings);
    answer(request, response, "services", settings.services.map(shownService));
  };
}

function shownService({ code, name, description, attributes, keywords, group }: Open311Service): JsonObject {
  return {
    service_code: code,
    service_name: name,
    description,
    metadata: attributes.length > 0,
    type: "realtime",
    keywords: keywords.join(","),
    group: group ?? "",
  };
}

function defineService(parts: RouteParts): RequestHandler<{ code: string }> {
  return (request, response) => {
    const { settings } = parts.open311;
    assertJurisdiction(parseRequest(commonQuery, request.query).jurisdiction_id, settings);
    const { code, attributes } = serviceOf(request.params.code, settings);
    const definition = { service_code: code, attributes: attributes.map(shownAttribute) };
    answer(request as unknown as Request, response, "service_definition", definition);
  };
}

function shownAttribute(attribute: Open311Attribute, at: number): JsonObject {
  const { code, description, datatype, datatypeDescription = "", required, values } = attribute;
  return {
    variable: true,
    code,
    datatype,
    required,
    datatype_description: datatypeDescription,
    order: at + 1,
    description,
    ...(values && { values: values.map(({ key, name }) => ({ key, name })) }),
  };
}

const text = z.string();
const discoverySchema = z.strictObject({
  changeset: text,
  contact: text,
  key_service: text,
  endpoints: z.array(
    z.strictObject({ specification: text, url: text, changeset: text, type: text, formats: z.array(text) }),
  ),
});
const serviceSchema = z
  .strictObject({
    service_code: text,
    service_name: text,
    description: text,
    metadata: z.boolean().meta({ description: "Whether it asks for attributes: see its definition." }),
    type: z.literal("realtime").meta({ description: "A request gets its id at once." }),
    keywords: text.meta({ description: "Separated by commas." }),
    group: text,
  })
  .meta({ id: "GeoReportService" });
const attributeSchema = z
  .strictObject({
    variable: z.literal(true),
    code: text.meta({ description: "Sent as `attribute[code]`." }),
    datatype: text,
    required: z.boolean(),
    datatype_description: text,
    order: z.int(),
    description: text,
    values: z.array(z.strictObject({ key: text, name: text })).optional(),
  })
  .meta({ id: "GeoReportAttribute" });

const AT = "2026-11-28T09:30:00Z";
const URL_HERE = "https://ledger.example/open311/v2";
const ENDPOINT = {
  specification: SPECIFICATION,
  url: URL_HERE,
  changeset: AT,
  type: "production",
  formats: MEDIA_TYPES,
};
const DISCOVERY: JsonObject = { changeset: AT, contact: "", key_service: "", endpoints: [ENDPOINT] };
const SERVICE = {
  service_code: "pothole",
  service_name: "Pothole",
  description: "A hole in a street",
  ...{ metadata: true, type: "realtime", keywords: "", group: "Streets" },
};
const ATTRIBUTE = {
  ...{ variable: true, code: "width", datatype: "number", required: false, datatype_description: "", order: 1 },
  description: "How wide is it, in centimetres?",
};
const COMMON = { method: "get", tag: "open311", hasGeoReportErrors: true, query: commonQuery } as const;
const format = formatParameter;

/** The routes. */
export const open311Routes: readonly Route[] = [
  {
    ...COMMON,
    path: `${OPEN311_PREFIX}/discovery.{format}`,
    name: "discoverOpen311",
    summary: "Show where the Open311 service is",
    params: z.object({ format }),
    answers: { "200": described("The endpoint.", "discovery", discoverySchema, DISCOVERY) },
    handle: discover,
  },
  {
    ...COMMON,
    path: `${OPEN311_PREFIX}/services.{format}`,
    name: "listOpen311Services",
    summary: "List what citizens can report",
    params: z.object({ format }),
    answers: { "200": described("The services.", "services", z.array(serviceSchema), [SERVICE]) },
    refuses: ["NOT_FOUND"],
    handle: listServices,
  },
  {
    ...COMMON,
    path: `${OPEN311_PREFIX}/services/{code}.{format}`,
    name: "defineOpen311Service",
    summary: "Show what a service asks for",
    params: z.object({ code: text.meta({ description: "The service's `service_code`.", example: "pothole" }), format }),
    answers: {
      "200": described(
        "The service's attributes.",
        "service_definition",
        z.strictObject({ service_code: text, attributes: z.array(attributeSchema) }),
        { service_code: "pothole", attributes: [ATTRIBUTE] },
      ),
    },
    refuses: ["NOT_FOUND"],
    handle: defineService,
  },
];
