/**
 * Parts of the OpenAPI document that its routes share: forms of answers, and the problems by their status.
 */
import { z } from "zod";
import type { ZodOpenApiOperationObject } from "zod-openapi";
import { PROBLEM_KINDS, PROBLEM_MEDIA_TYPE } from "../client/problem.ts";
import { acknowledgementSchema, problemSchema, resultSchema } from "./handling/schemas.ts";

type Responses = ZodOpenApiOperationObject["responses"];

const RETRY_AFTER = {
  description: "Seconds after which the same request may succeed.",
  schema: { type: "integer" as const },
};

/** What every operation has. Open to all unless it says otherwise. */
export function operation(operationId: string, tag: string, summary: string) {
  return { operationId, tags: [tag], summary, security: [] };
}

/** An answer in JSON. */
export function json(description: string, schema: z.ZodType) {
  return { description, content: { "application/json": { schema } } };
}

/** An answer in bytes. */
export function bytes(description: string) {
  return {
    description,
    content: { "application/octet-stream": { schema: { type: "string" as const, format: "binary" } } },
  };
}

/** A body of lines. */
export function lines(description: string, example: unknown) {
  return { type: "string" as const, description, examples: [`${JSON.stringify(example)}\n`] };
}

/** The answer to a submission of which every record was taken. */
export function submitted(description: string) {
  const { "application/json": array, ...rest } = batchContent();
  return {
    description,
    content: { "application/json": { schema: z.union([acknowledgementSchema, array.schema]) }, ...rest },
  };
}

/** The results of a batch, in the form in which it came. */
export function batchContent() {
  return {
    "application/json": { schema: z.array(resultSchema) },
    "application/x-ndjson": { schema: { type: "string" as const, description: "One Result a line." } },
  };
}

/** Answers that are problems, each status in words. */
export function problems(...statuses: readonly number[]): Responses {
  return Object.fromEntries(statuses.map((status) => [String(status), problem(status)])) as Responses;
}

function problem(status: number): Responses[`${1 | 2 | 3 | 4 | 5}${string}`] {
  return {
    description: descriptionOf(status),
    content: { [PROBLEM_MEDIA_TYPE]: { schema: problemSchema } },
    ...([409, 429, 503].includes(status) && { headers: { "Retry-After": RETRY_AFTER } }),
    ...(status === 401 && {
      headers: { "WWW-Authenticate": { description: "Always `Bearer`.", schema: { type: "string" as const } } },
    }),
  };
}

/** What leads to a status: in words where that is one thing, else by the codes. */
function descriptionOf(status: number): string {
  if (status === 400) return "The request is malformed; `code` says how.";
  const kinds = Object.entries(PROBLEM_KINDS).filter(([, kind]) => kind.status === status);
  const titles = [...new Set(kinds.map(([, { title }]) => title))];
  // Codes that share their words are the inside of the service.
  if (titles.length < kinds.length || titles.length === 1) return `${titles.join(". ")}.`;
  return `One of ${kinds.map(([code]) => code).join(", ")}.`;
}
