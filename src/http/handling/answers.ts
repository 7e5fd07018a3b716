/**
 * Building blocks for describing the answers of routes.
 */
import type { z } from "zod";

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
