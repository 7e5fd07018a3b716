/**
 * Building blocks for describing the answers of routes, and for sending those that are large or frequent.
 */
import type { Request, Response } from "express";
import type { z } from "zod";

/** As Express completes it. */
export const JSON_TYPE = "application/json; charset=utf-8";

/** Sends JSON that is text already as Express would, but headers and body as one string, in one write. */
export function sendJsonText(request: Pick<Request, "method" | "fresh">, response: Response, text: string): void {
  // Answered from what the client has: Express knows how.
  if (request.fresh) return void response.type("application/json").send(text);
  const length = Buffer.byteLength(text);
  response.setHeader("Content-Type", JSON_TYPE).setHeader("Content-Length", length);
  // Text of ASCII alone is the same bytes in both, and written faster as what V8 has it in.
  response.end(request.method === "HEAD" ? undefined : text, length === text.length ? "latin1" : "utf8");
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
