/**
 * /v1/keys: issuing, listing and revoking API keys. The answer to the issue is the only place where a secret ever stands.
 */
import type { RequestHandler } from "express";
import { parseJsonBytes } from "../../core/json.ts";
import { MAX_RECORD_BYTES } from "../../core/record.ts";
import { principalOf, type Guard } from "../handling/authorisation.ts";
import { keyView } from "../../client/key-view.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import { keyIdPath, newKeyBody, parseRequest } from "../handling/schemas.ts";

/** All keys ever issued, without secrets. */
export function listKeys({ access }: Guard): RequestHandler {
  return (_request, response) => {
    response.json({ items: access.list().map(keyView) });
  };
}

/** Issues a key. */
export function issueKey({ access, security }: Guard): RequestHandler {
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

/** Revokes a key; it is refused from that moment on. */
export function revokeKey({ access, security }: Guard): RequestHandler<{ keyId: string }> {
  return async (request, response) => {
    const { keyId: subject } = parseRequest(keyIdPath, request.params);
    await access.revoke(subject);
    security.note("key-revoked", { keyId: principalOf(response).keyId, route: routeOf(request), subject });
    response.status(204).end();
  };
}
