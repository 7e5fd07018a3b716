// Holds real answers against the OpenAPI document that the service itself serves: status, media type and body must be
// the ones described for that route.

import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { expect } from "chai";

import { createOpenApiDocument } from "../../../src/http/openapi.ts";
import { ROUTES } from "../../../src/http/routes.ts";

/** An answer as it came. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  readonly text: string;
}

type Example = { readonly value?: unknown; readonly $ref?: string };
/** What the document says of a body of one media type. */
export type Content = {
  readonly schema: object;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, Example>>;
};
type MediaTypes = Readonly<Record<string, Content>>;
type Operation = {
  readonly requestBody?: { readonly content: MediaTypes };
  readonly responses: Readonly<Record<string, { readonly content?: MediaTypes }>>;
};

const document = createOpenApiDocument(ROUTES);
const paths = document.paths as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
const formats = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  base64: /^[A-Za-z0-9+/]*={0,2}$/,
  binary: true as const,
};
const ajv = new Ajv2020({ strict: false, formats }).addSchema(document, "api");
const validators = new Map<string, ValidateFunction>();
/** By the schema's own text: most answers of a kind are described alike, and to compile one takes milliseconds. */
const validatorsByText = new Map<string, ValidateFunction>();

/** Routes whose answers were held against the document, as `GET /v1/status`. */
export const checkedRoutes = new Set<string>();

/** Every route of the document. */
export function describedRoutes(): string[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

/** Every body that the document describes: of each answer, and under the status "request" of each request. */
export function describedContents() {
  return describedRoutes().flatMap((route) => {
    const [method, path] = route.split(" ") as [string, string];
    const { requestBody, responses } = (paths[path] as Record<string, Operation>)[method.toLowerCase()] as Operation;
    const at = `/paths/${escape(path)}/${method.toLowerCase()}`;
    const places = [
      ...Object.entries(responses).map(([status, { content }]) => ({
        status,
        content,
        at: `${at}/responses/${status}`,
      })),
      { status: "request", content: requestBody?.content, at: `${at}/requestBody` },
    ];
    return places.flatMap(({ status, content = {}, at: place }) =>
      Object.entries(content).map(([type, one]) => {
        const pointer = `${place}/content/${escape(type)}/schema`;
        return { route, status, type, content: one, pointer };
      }),
    );
  });
}

/** The values of the examples of a body. */
export function examplesOf({ example, examples = {} }: Content): unknown[] {
  const named = Object.values(examples).map(({ value, $ref }) => {
    const name = $ref?.split("/").at(-1);
    return name === undefined ? value : (document.components?.examples?.[name] as Example).value;
  });
  return example === undefined ? named : [example, ...named];
}

/** Fails unless the answer is one that the document describes. Paths outside it may only be a 404. */
export function expectDescribed(method: string, target: string, answer: Answer): void {
  const path = templateOf(target.split("?")[0] as string);
  const operation = path === undefined ? undefined : paths[path]?.[method.toLowerCase()];
  if (path === undefined || operation === undefined) return void expect(answer.status, target).to.be.within(400, 405);
  const response = operation.responses[answer.status];
  if (!response)
    return expect.fail(`${method} ${path} answered ${answer.status}, which is not described: ${answer.text}`);
  checkedRoutes.add(`${method} ${path}`);
  const type = mediaTypeOf(answer.headers.get("content-type") ?? "");
  const described = Object.keys(response.content ?? {});
  if (described.length === 0) return void expect(answer.bytes).to.have.length(0);
  const key = described.find((name) => mediaTypeOf(name) === type);
  if (key === undefined) return expect.fail(`${method} ${path} ${answer.status} is ${type}, not ${described.join()}`);
  if (type.endsWith("json") && type !== "application/x-ndjson")
    expectValid(
      `/paths/${escape(path)}/${method.toLowerCase()}/responses/${answer.status}/content/${escape(key)}/schema`,
      answer.text,
    );
  if (type === "application/x-ndjson")
    for (const line of answer.text.trimEnd().split("\n")) expectValid("/components/schemas/Result", line);
}

/** Fails unless the text is JSON that the schema there takes. */
export function expectValid(pointer: string, text: string): void {
  const reasons = reasonsAgainst(pointer, JSON.parse(text));
  expect(reasons, `${pointer}: ${reasons} in ${text.slice(0, 500)}`).to.equal("");
}

/** Why the schema there does not take the value; empty when it does. */
export function reasonsAgainst(pointer: string, value: unknown): string {
  const validate = validators.get(pointer) ?? compiled(pointer);
  validators.set(pointer, validate);
  return validate(value) ? "" : ajv.errorsText(validate.errors);
}

function compiled(pointer: string): ValidateFunction {
  const names = pointer.split("/").slice(1).map(decodeURIComponent);
  const schema = names.reduce<unknown>(
    (at, name) => (at as Readonly<Record<string, unknown>>)[name.replaceAll("~1", "/").replaceAll("~0", "~")],
    document,
  );
  const text = JSON.stringify(schema);
  const validate = validatorsByText.get(text) ?? ajv.compile({ $ref: `api#${pointer}` });
  validatorsByText.set(text, validate);
  return validate;
}

/** What each path of the document fits, made once: some tests ask thousands of times. Fixed words win over parameters. */
const PATTERNS = Object.keys(paths)
  .map((template) => ({ template, pattern: patternOf(template), parameters: template.split("{").length }))
  .sort((a, b) => a.parameters - b.parameters);

function patternOf(template: string): RegExp {
  const pattern = template
    .replaceAll(".", "\\.")
    .replace(/\{(?:tile|bundle)\}/, ".+")
    .replaceAll(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^${pattern}$`);
}

/** The path of the document that a request's path belongs to. */
function templateOf(path: string): string | undefined {
  return PATTERNS.find(({ pattern }) => pattern.test(path))?.template;
}

function mediaTypeOf(contentType: string): string {
  return (contentType.split(";")[0] as string).trim();
}

function escape(name: string): string {
  return encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"));
}
