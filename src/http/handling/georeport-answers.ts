/**
 * Answers as Open311 GeoReport v2 has them, in XML or JSON, whichever ending the address has. A list is a bare array in JSON,
 * and an element around its items in XML. Errors have that form too, under the standard's own statuses.
 */
import type { Request, RequestHandler, Response } from "express";
import { z } from "zod";
import type { ZodOpenApiOperationObject } from "zod-openapi";
import { WarifuError, type ErrorCode } from "../../core/errors.ts";
import type { JsonValue } from "../../core/json.ts";
import { inWords } from "./problems.ts";
import { statusOf, type Problem } from "./problem.ts";
import type { WrittenProblem } from "./problem-answers.ts";

/** Formats of answers. */
export const FORMATS = ["json", "xml"] as const;
type Format = (typeof FORMATS)[number];

const MEDIA_TYPES: Readonly<Record<Format, string>> = { json: "application/json", xml: "text/xml" };

/** What the items of a list are called in XML. */
const ITEMS: Readonly<Record<string, string>> = {
  services: "service",
  attributes: "attribute",
  values: "value",
  service_requests: "request",
  endpoints: "endpoint",
  formats: "format",
  errors: "error",
};

/** Path parameter of every address here. */
export const formatParameter = z.enum(FORMATS).meta({ description: "Format of the answer." });

/** Lets requests pass whose address ends in one of the {@link FORMATS}. @throws NOT_FOUND */
export const requireFormat: RequestHandler = (request, _response, next) => {
  if (!FORMATS.some((format) => request.path.endsWith(`.${format}`)))
    throw new WarifuError("NOT_FOUND", "there is nothing at this path: it may end in .xml or .json");
  next();
};

/** Answers with a value; `name` is that of its outermost element. */
export function answer(request: Request, response: Response, name: string, value: JsonValue): void {
  const format = formatOf(request);
  response
    .set("content-type", `${MEDIA_TYPES[format]}; charset=utf-8`)
    .end(Buffer.from(format === "json" ? JSON.stringify(value) : document(name, value)));
}

/** What OpenAPI says of such an answer. */
export function described(description: string, name: string, schema: z.ZodType, example: JsonValue) {
  return {
    description,
    content: {
      [MEDIA_TYPES.json]: { schema, example },
      [MEDIA_TYPES.xml]: {
        schema: { type: "string" as const, description: `The same, as the element ${name}.` },
        example: document(name, example),
      },
    },
  };
}

/** A problem as the standard has it. */
export function writeGeoReportError(
  { status, title, detail }: Omit<Problem, "code">,
  request: Request,
): WrittenProblem {
  const format = formatOf(request);
  const code = statusHere(status);
  const errors = [{ code, description: detail ?? title }];
  return {
    status: code,
    type: `${MEDIA_TYPES[format]}; charset=utf-8`,
    body: format === "json" ? JSON.stringify(errors) : document("errors", errors),
  };
}

/** The errors that a route may answer with, for OpenAPI. */
export function describedErrors(...codes: readonly ErrorCode[]): ZodOpenApiOperationObject["responses"] {
  const byStatus = Map.groupBy(new Set<ErrorCode>([...codes, "REQUEST_INVALID"]), (code) =>
    statusHere(statusOf({ code })),
  );
  const statuses = [...new Set([...byStatus.keys(), INTERNAL])].sort();
  return Object.fromEntries(
    statuses.map((status) => {
      const words = [...inWords(byStatus.get(status) ?? []), ...(status === INTERNAL ? ["Anything else."] : [])];
      return [String(status), described(words.join(" "), "errors", errorsSchema, exampleOf(status))];
    }),
  );
}

const INTERNAL = 500;
/** The standard knows no 401: a key that is missing or wrong is a 403. */
const STATUSES: Readonly<Record<number, number>> = { 401: 403 };

function statusHere(status: number): number {
  return STATUSES[status] ?? status;
}

const errorsSchema = z
  .array(z.strictObject({ code: z.int().min(400).max(599), description: z.string() }))
  .length(1)
  .meta({ id: "GeoReportErrors", description: "Errors as Open311 GeoReport v2 has them." });

function exampleOf(status: number): JsonValue {
  return [{ code: status, description: "…" }];
}

/** That of the address; JSON where it has no ending of ours. */
function formatOf({ path }: Request): Format {
  return path.endsWith(".xml") ? "xml" : "json";
}

function document(name: string, value: JsonValue): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${element(name, value)}\n`;
}

function element(name: string, value: JsonValue): string {
  if (value === null || value === "") return `<${name}/>`;
  if (typeof value !== "object") return `<${name}>${escaped(String(value))}</${name}>`;
  const inner = Array.isArray(value)
    ? value.map((item) => element(ITEMS[name] ?? "item", item))
    : Object.entries(value).map(([member, one]) => element(member, one));
  return `<${name}>${inner.join("")}</${name}>`;
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
// Not even as a reference may XML 1.0 hold these.
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu;

function escaped(text: string): string {
  return text.replaceAll(NOT_IN_XML, "\ufffd").replaceAll(/[&<>"]/g, (sign) => ESCAPES[sign] as string);
}
