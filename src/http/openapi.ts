/**
 * The OpenAPI 3.1 document, generated from the declared routes (handling/route.ts). Tests check every real answer against
 * it.
 */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { RequestHandler } from "express";
import { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import type { ErrorCode } from "../core/errors.ts";
import { json } from "./handling/answers.ts";
import { EXAMPLES } from "./handling/examples.ts";
import { describedErrors } from "./handling/georeport-answers.ts";
import { problemExamples, problems } from "./handling/problems.ts";
import type { DescribedRoute } from "./handling/route.ts";
import { problemSchema } from "./handling/values.ts";

/** Version of the API; the formats have versions of their own. */
const API_VERSION = "1.0.0";

const compress = promisify(gzip);

type Document = ReturnType<typeof createDocument>;

/** What routes are about, in the order in which they are shown. */
const TAGS = [
  { name: "records", description: "Submitting, reading and proving records." },
  { name: "open311", description: "Service requests, as Open311 GeoReport v2 has them." },
  { name: "log", description: "The log as C2SP tlog-tiles lays it out." },
  { name: "service", description: "The state of the service." },
  { name: "keys", description: "API keys." },
  { name: "desk", description: "Officers at their desk: accounts, signing in, sessions." },
  { name: "privacy", description: "What officers do for the people whom records are about." },
  { name: "moderation", description: "What people may see of a record, and who decides it." },
  { name: "citizens", description: "Citizens and their app. These paths are there if the service has a city." },
  { name: "exchange", description: "Records that go to partner cities, and come from them." },
  { name: "pages", description: "Pages for people, and the files that they consist of." },
] as const;

const ABOUT =
  "A tamper-evident ledger for city data. What is submitted here is in a Merkle log with its final index when the " +
  "acknowledgement is sent, and anchored on a blockchain soon after; anybody can check the proof without asking here.";

/** The document, as plain data. @param description what the API is for */
export function createOpenApiDocument(routes: readonly DescribedRoute[], description = ABOUT): Document {
  const document = createDocument({
    openapi: "3.1.1",
    info: {
      title: "Warifu",
      version: API_VERSION,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      description,
    },
    servers: [{ url: "/", description: "The service that serves this document." }],
    tags: TAGS.filter(({ name }) => routes.some(({ tag }) => tag === name)),
    paths: pathsOf(routes),
    components: {
      // Routes refer to it by name.
      schemas: { Problem: problemSchema },
      securitySchemes: {
        apiKey: { type: "http", scheme: "bearer", description: "An API key, `wk_…`." },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "__Host-warifu-desk",
          description:
            "The session of an officer, for pages of the desk. What changes something needs the header `Warifu-Desk: 1` and " +
            "an `Origin` that is the desk's.",
        },
        citizen: {
          type: "apiKey",
          in: "cookie",
          name: "__Host-warifu-citizen",
          description:
            "The session of a citizen, for pages of the app. What changes something needs the header `Warifu-App: 1` and an " +
            "`Origin` that is the app's.",
        },
        disclosureToken: { type: "http", scheme: "bearer", description: "The token of a disclosure, `wd_…`." },
      },
    },
  });
  return { ...document, components: { ...document.components, examples: problemExamples(document) } };
}

/** The route of the document itself. */
export function openApiRoute(
  routes: () => readonly DescribedRoute[],
  { description, operation = "showOpenApi" }: { readonly description?: string; readonly operation?: string } = {},
): DescribedRoute & { readonly method: "get"; readonly handle: () => RequestHandler<never> } {
  const made: { text?: Buffer; compressed?: Promise<Buffer> } = {};
  return {
    method: "get",
    path: "/openapi.json",
    name: operation,
    tag: "service",
    summary: "This document",
    answers: { "200": json("OpenAPI 3.1.", z.looseObject({ openapi: z.string() }), EXAMPLES.openApi) },
    handle: () => async (request, response) => {
      // Made when it is first asked for: that takes longer than all else that a start does about HTTP.
      const text = (made.text ??= Buffer.from(JSON.stringify(createOpenApiDocument(routes(), description))));
      response.type("application/json").setHeader("vary", "accept-encoding");
      const isCompressed = request.acceptsEncodings(["gzip", "identity"]) === "gzip";
      if (isCompressed) response.setHeader("content-encoding", "gzip");
      // A tenth of its size, and the reference loads it.
      response.send(isCompressed ? await (made.compressed ??= compress(text)) : text);
    },
  };
}

function pathsOf(routes: readonly DescribedRoute[]): ZodOpenApiPathsObject {
  const byPath = Map.groupBy(routes, ({ path }) => path);
  const paths = [...byPath].map(([path, ofPath]) => [
    path,
    Object.fromEntries(ofPath.map((route) => [route.method, operationOf(route)])),
  ]);
  return Object.fromEntries(paths) as ZodOpenApiPathsObject;
}

function operationOf(route: DescribedRoute): ZodOpenApiOperationObject {
  const { name, tag, summary, description, params, query, body, answers } = route;
  const errors = route.hasGeoReportErrors ? describedErrors : problems;
  const requestParams = { ...(params && { path: params }), ...(query && { query }) };
  return {
    operationId: name,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    security: securityOf(route),
    ...((params ?? query) && { requestParams }),
    ...(body && { requestBody: body }),
    responses: { ...answers, ...errors(...refusalsOf(route)) },
  };
}

function securityOf({ may, takesKey, mayByField, takesToken, ofCity }: DescribedRoute): Record<string, string[]>[] {
  if (ofCity === "citizens") return [{ citizen: [] }];
  if (takesToken) return [{ disclosureToken: [] }];
  if (mayByField) return [{ apiKey: [] }, {}];
  if (may) return [{ apiKey: [] }, { session: [] }];
  if (ofCity === "all-and-citizens") return [{}, { citizen: [] }];
  return takesKey ? [{}, { apiKey: [] }, { session: [] }] : [];
}

function refusalsOf(route: DescribedRoute): ErrorCode[] {
  const { may, takesKey, mayByField, takesToken, ofCity, isUnlimited, refuses = [] } = route;
  const ofKeys: ErrorCode[] = (may ?? mayByField ?? takesKey) ? ["UNAUTHENTICATED", "FORBIDDEN"] : [];
  const ofTokens: ErrorCode[] = takesToken ? ["UNAUTHENTICATED"] : [];
  const ofCities: ErrorCode[] = ofCity
    ? ["NOT_FOUND", ...(ofCity === "citizens" ? (["UNAUTHENTICATED"] as const) : [])]
    : [];
  const ofAll: ErrorCode[] = isUnlimited ? [] : ["RATE_LIMITED"];
  return [...ofAll, ...ofKeys, ...ofTokens, ...ofCities, ...refuses];
}
