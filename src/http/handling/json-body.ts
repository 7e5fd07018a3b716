/** The body of a small request in JSON, by its schema. */
import type { Request } from "express";
import type { z } from "zod";
import { parseJsonBytes } from "../../core/json.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import { parseRequest } from "./values.ts";

/** What a browser says of a passkey, or a person in a form, is a few kilobytes. */
const MAX_BYTES = 65_536;

/** @throws as reading and parsing do; REQUEST_INVALID */
export async function bodyOf<T extends z.ZodType>(schema: T, request: Request): Promise<z.output<T>> {
  mediaTypeOf(request, ["application/json"]);
  return parseRequest(schema, parseJsonBytes(await collectBody(request, MAX_BYTES), "body"));
}
