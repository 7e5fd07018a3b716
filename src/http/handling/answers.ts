/**
 * Building blocks for describing the answers of routes, and for sending those that are large or frequent.
 */
import type { Request, Response } from "express";
import type { z } from "zod";
import { octetsOf, textOf } from "../../read/octets.ts";

/** As Express completes it. */
export const JSON_TYPE = "application/json; charset=utf-8";

/**
 * Sends JSON that is text already as Express would, but headers and body in one write.
 * Precondition: no lone surrogate.
 */
export function sendJsonText(request: Asked, response: Response, text: string): void {
  sendJsonOctets(request, response, octetsOf(text));
}

/** The same of a text that is in the form in which it is sent. */
export function sendJsonOctets(request: Asked, response: Response, octets: string): void {
  // Answered from what the client has: Express knows how.
  if (request.fresh) return void response.type("application/json").send(textOf(octets));
  response.setHeader("Content-Type", JSON_TYPE).setHeader("Content-Length", octets.length);
  response.end(request.method === "HEAD" ? undefined : octets, "latin1");
}

/** What is looked at of a request. */
type Asked = Pick<Request, "method" | "fresh">;

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
