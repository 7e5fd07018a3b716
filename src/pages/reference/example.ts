/**
 * The example request of an operation, from what the OpenAPI document gives as examples of its parameters and its body. A
 * test runs each of them against a service.
 */
import type { Operation, Parameter } from "./document.ts";

/** A request that can be made. */
export interface RequestExample {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** The variable that holds what has to be shown: an API key, or the token of a disclosure. */
  readonly secret?: "WARIFU_API_KEY" | "WARIFU_TOKEN";
  readonly body?: ExampleBody;
  /** Values of parameters, by their names. */
  readonly values: Readonly<Record<string, string>>;
  /** Those of the query, as a call has them. */
  readonly query: Readonly<Record<string, string | number>>;
}

/** What is sent: JSON, the fields of a form, or a file, where an example could only be an outline. */
export type ExampleBody =
  | { readonly type: string; readonly json: unknown }
  | { readonly type: string; readonly fields: Readonly<Record<string, string>> }
  | { readonly type: string; readonly file: string };

/** The reader's own values, by the example values that they replace, or by `{name}` for a parameter. */
export type Replacements = Readonly<Record<string, string>>;

/** Queries of examples that a request is better with than without. */
const QUERIES: Readonly<Partial<Record<string, Readonly<Record<string, string | number>>>>> = {
  ...Object.fromEntries(
    [
      ...["receiveNgsi", "receiveSenml", "createObservation"],
      ...["createObservationOfDatastream", "createObservations"],
    ].map((name) => [name, { type: "sensor-reading", source: "santander/env-419" }]),
  ),
  listRecords: { order: "newest", limit: 10 },
  listCheckpoints: { limit: 10 },
  listAnchors: { limit: 10 },
  showGrowth: { points: 24 },
  showNotice: { lang: "en" },
};

/** Bodies that are files elsewhere. */
const FILES: Readonly<Partial<Record<string, string>>> = {
  verifyBundle: "bundle.json",
  receiveRecords: "reception.json",
};

/** The example of an operation. @param replacements by the value in the document */
export function exampleOf(operation: Operation, replacements: Replacements = {}): RequestExample {
  const { method, operationId, parameters = [], security } = operation;
  const own = (text: string): string => replacements[text] ?? text;
  const values = Object.fromEntries(
    parameters
      .filter(({ required }) => required)
      .map((one) => [one.name, replacements[`{${one.name}}`] ?? own(exampleValue(one))]),
  );
  const inQuery = parameters.filter(({ in: place, required }) => place === "query" && required);
  const query = {
    ...Object.fromEntries(inQuery.map(({ name }) => [name, values[name] ?? ""])),
    ...ownQuery(operationId, own),
  };
  const text = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString();
  const body = bodyOf(operation, own);
  const secret = secretOf(security);
  return {
    ...{ method, values, query },
    path: `${filled(operation.path, values)}${text === "" ? "" : `?${text}`}`,
    ...(secret && { secret }),
    ...(body && { body }),
  };
}

function ownQuery(operationId: string, own: (text: string) => string): Record<string, string | number> {
  const entries = Object.entries(QUERIES[operationId] ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === "string" ? own(value) : value]));
}

/** The path with its parameters; what stands for several parts of a path keeps its slashes. */
export function filled(path: string, values: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? "";
    return path.startsWith("/log/") ? value : encodeURIComponent(value);
  });
}

/** What the document gives as the example of a parameter. */
function exampleValue({ schema }: Parameter): string {
  const value = schema?.example ?? schema?.const ?? schema?.enum?.[0] ?? schema?.minimum ?? "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function secretOf(security: Operation["security"]): RequestExample["secret"] {
  if (security.length === 0 || security.some((way) => Object.keys(way).length === 0)) return undefined;
  // What is for citizens takes no key, but the cookie of a browser.
  if (security.every((way) => "citizen" in way)) return undefined;
  return security.some((way) => "disclosureToken" in way) ? "WARIFU_TOKEN" : "WARIFU_API_KEY";
}

function bodyOf({ operationId, requestBody }: Operation, own: (text: string) => string): ExampleBody | undefined {
  const contents = Object.entries(requestBody?.content ?? {});
  const [type, content] = contents.find(([, { example, examples }]) => example !== undefined || examples) ?? [];
  if (type === undefined || !content) return undefined;
  const file = FILES[operationId];
  if (file !== undefined) return { type, file };
  const json = withOwn(content.example ?? Object.values(content.examples ?? {})[0]?.value, own);
  const isForm = type === "application/x-www-form-urlencoded";
  return isForm ? { type, fields: json as Record<string, string> } : { type, json };
}

/** The value with the reader's own texts in it. */
function withOwn(value: unknown, own: (text: string) => string): unknown {
  if (typeof value === "string") return own(value);
  if (Array.isArray(value)) return value.map((one) => withOwn(one, own));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withOwn(one, own)]));
}
