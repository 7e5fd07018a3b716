/**
 * Parts of the OpenAPI document that its routes share: what an operation has, and the forms of answers.
 */
import { z } from "zod";
import { EXAMPLES } from "./openapi-examples.ts";
import { exampleProblem } from "./openapi-problems.ts";
import { acknowledgementSchema, resultSchema } from "./handling/schemas.ts";

/** What every operation has. Open to all unless it says otherwise. */
export function operation(operationId: string, tag: string, summary: string) {
  return { operationId, tags: [tag], summary, security: [] };
}

/** An answer in JSON, with an example of it. */
export function json(description: string, schema: z.ZodType, example: unknown) {
  return { description, content: { "application/json": { schema, example } } };
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
  const examples = { one: { value: EXAMPLES.acknowledgement }, several: { value: [EXAMPLES.acknowledgement] } };
  const schema = z.union([acknowledgementSchema, array.schema]);
  return { description, content: { "application/json": { schema, examples }, ...rest } };
}

/** The results of a batch, in the form in which it came. */
export function batchContent() {
  const example = [EXAMPLES.acknowledgement, { error: exampleProblem("CLAIMS_INVALID") }];
  const text = example.map((result) => `${JSON.stringify(result)}\n`).join("");
  return {
    "application/json": { schema: z.array(resultSchema), example },
    "application/x-ndjson": {
      schema: { type: "string" as const, description: "One Result a line." },
      example: text,
    },
  };
}
