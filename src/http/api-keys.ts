/**
 * /v1/keys: issuing, listing and revoking API keys. The answer to the issue is the only place where a secret ever stands.
 */
import type { RequestHandler } from "express";
import type { Access } from "../access.ts";
import { parseJsonBytes } from "../core/json.ts";
import { MAX_RECORD_BYTES } from "../core/record.ts";
import { collectBody, mediaTypeOf } from "./request-body.ts";
import { keyIdPath, newKeyBody, parseRequest } from "./schemas.ts";

/** All keys ever issued, without secrets. */
export function listKeys(access: Access): RequestHandler {
  return (_request, response) => {
    const items = access.list().map(({ keyId, name, role, createdAt, revokedAt }) => ({
      keyId,
      name,
      role,
      createdAt: new Date(createdAt).toISOString(),
      revokedAt: revokedAt === null ? null : new Date(revokedAt).toISOString(),
    }));
    response.json({ items });
  };
}

/** Issues a key. */
export function issueKey(access: Access): RequestHandler {
  return async (request, response) => {
    mediaTypeOf(request, ["application/json"]);
    const body = parseJsonBytes(await collectBody(request, MAX_RECORD_BYTES), "body");
    const { name, role } = parseRequest(newKeyBody, body);
    response.status(201).json({ name, role, ...(await access.issue(name, role)) });
  };
}

/** Revokes a key; it is refused from that moment on. */
export function revokeKey(access: Access): RequestHandler<{ keyId: string }> {
  return async (request, response) => {
    await access.revoke(parseRequest(keyIdPath, request.params).keyId);
    response.status(204).end();
  };
}
