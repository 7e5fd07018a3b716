/**
 * /v1/keys: issuing, listing and revoking API keys. The answer to issuing is the only place where a secret ever appears.
 */
import type { RequestHandler } from "express";
import { parseJsonBytes } from "../../core/json.ts";
import { MAX_RECORD_BYTES } from "../../core/record.ts";
import { principalOf, type Guard } from "../handling/authorisation.ts";
import { keyView } from "../../keys/key-view.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import { z } from "zod";
import { count, time, parseRequest } from "../handling/values.ts";
import { json } from "../handling/answers.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route } from "../handling/route.ts";
import { recordSchema } from "../../write/submitted-record.ts";
import { ROLES } from "../../keys/api-keys.ts";

/** All keys ever issued, without secrets. */
function listKeys({ access }: Guard): RequestHandler {
  return (_request, response) => {
    response.json({ items: access.list().map(keyView) });
  };
}

/** Issues a key. */
function issueKey({ access, security }: Guard): RequestHandler {
  return async (request, response) => {
    mediaTypeOf(request, ["application/json"]);
    const body = parseJsonBytes(await collectBody(request, MAX_RECORD_BYTES), "body");
    const { name, role, ...options } = parseRequest(newKeyBody, body);
    const issued = await access.issue(name, role, options);
    const { keyId } = principalOf(response);
    security.note("key-issued", { keyId, route: routeOf(request), subject: issued.keyId, role });
    response.status(201).json({ name, role, ...issued });
  };
}

/** Revokes a key, which is refused from that moment on. */
function revokeKey({ access, security }: Guard): RequestHandler<{ keyId: string }> {
  return async (request, response) => {
    const { keyId: subject } = parseRequest(keyIdPath, request.params);
    await access.revoke(subject);
    security.note("key-revoked", { keyId: principalOf(response).keyId, route: routeOf(request), subject });
    response.status(204).end();
  };
}

const keyId = z.string().regex(/^[0-9a-f]{16}$/, "must have 16 hexadecimal digits");

const keyIdPath = z.object({
  keyId: keyId.meta({ description: "Id of the key, as issuing it said.", example: "0f3c2a9b7d51e864" }),
});

/** Sources that somebody may send, list or open; null, for all, where `*` is among them. */
export const sourcePatterns = z
  .array(
    z
      .string()
      .regex(
        /^(?:\*|[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}\*?)$/,
        'must be the name of a source, a prefix with * at its end such as "santander/*", or "*" for all',
      ),
  )
  .min(1)
  .max(256)
  .transform((sources) => (sources.includes("*") ? null : sources));

/** Body of a request for a new API key. */
const newKeyBody = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9 ._:/@-]{0,63}$/,
        "must be 1 to 64 of the characters A-Z a-z 0-9 . _ : / @ - and space, beginning with a letter or digit",
      )
      .meta({ description: "What the key is for, 1 to 64 characters. Never a person's name.", example: "gateway-7" }),
    role: z.enum(ROLES).meta({ description: "What the key allows." }),
    sources: sourcePatterns.optional().meta({
      description:
        "Sources that the key may send, list or open: names, prefixes with `*` at their end, or `*` for all. " +
        "Needed for a submitter; others are for all when it is left out.",
      example: ["santander/*"],
    }),
    types: z
      .array(recordSchema.shape.type)
      .min(1)
      .max(256)
      .optional()
      .meta({ description: "Types of record that it may send; all when left out.", example: ["sensor-reading"] }),
    expiresAt: z.iso
      .datetime()
      .transform((text) => Date.parse(text))
      .optional()
      .meta({ description: "When it expires; never, by default.", example: "2027-04-11T00:00:00Z" }),
    ratePerMinute: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .optional()
      .meta({ description: "Records and other requests per minute; no limit of its own when left out." }),
    replaces: keyId.optional().meta({
      description:
        "Id of the key in whose place this one comes: what is left out is as it was there, and what that key sent can be " +
        "sent again with this one.",
    }),
  })
  .refine(({ role, sources, replaces }) => role !== "submitter" || sources !== undefined || replaces !== undefined, {
    path: ["sources"],
    message: 'a submitter\'s key must say which sources it may send, such as ["santander/*"], or ["*"] for all',
  })
  .meta({ id: "NewKey" });

/** An API key without its secret. */
export const keySchema = z
  .strictObject({
    keyId: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    sources: z.array(z.string()).nullable().meta({ description: "Null: all." }),
    types: z.array(z.string()).nullable().meta({ description: "Null: all." }),
    ratePerMinute: count.nullable().meta({ description: "Null: no limit of its own." }),
    createdAt: time,
    expiresAt: time.nullable(),
    lastUsedAt: time.nullable().meta({ description: "Saved only now and then, so a restart may lose the latest." }),
    revokedAt: time.nullable(),
  })
  .meta({ id: "Key" });

/** A new API key, which is shown only this once. */
export const issuedKeySchema = z
  .strictObject({ keyId: z.string(), name: z.string(), role: z.enum(ROLES), key: z.string() })
  .meta({ id: "IssuedKey" });

const keyList = z.strictObject({ items: z.array(keySchema) }).meta({ id: "KeyList" });

/** The routes. */
export const keyRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/keys",
    name: "listKeys",
    tag: "keys",
    summary: "List API keys, without their secrets",
    description: "Role admin.",
    may: "manage",
    answers: { "200": json("All keys ever issued.", keyList, EXAMPLES.keyList) },
    handle: listKeys,
  },
  {
    method: "post",
    path: "/v1/keys",
    name: "issueKey",
    tag: "keys",
    summary: "Issue an API key",
    description: "Role admin. The answer is the only place where the key ever appears.",
    may: "manage",
    body: { required: true, content: { "application/json": { schema: newKeyBody, example: EXAMPLES.newKey } } },
    answers: { "201": json("The key.", issuedKeySchema, EXAMPLES.issuedKey) },
    refuses: [...REFUSALS.body, ...REFUSALS.json, "NOT_FOUND", "STORE_CORRUPT", "STORE_FAILED"],
    handle: issueKey,
  },
  {
    method: "delete",
    path: "/v1/keys/{keyId}",
    name: "revokeKey",
    tag: "keys",
    summary: "Revoke an API key",
    description: "Role admin. The last valid key of an administrator is not revoked: 409 with code LAST_ADMIN.",
    may: "manage",
    params: keyIdPath,
    answers: { "204": { description: "It is refused from now on." } },
    refuses: ["NOT_FOUND", "LAST_ADMIN", "STORE_CORRUPT", "STORE_FAILED"],
    handle: revokeKey,
  },
];
