/**
 * POST /v1/sources…: an officer or administrator registers a source, gives it another key, revokes keys, suspends and
 * resumes it. Each change becomes an event of the log, which applies to everything that enters after it.
 */
import type { RequestHandler } from "express";
import { z } from "zod";
import { toHex } from "../../core/bytes.ts";
import { parseJsonBytes, type JsonObject } from "../../core/json.ts";
import { formatRecordId } from "../../core/record-id.ts";
import { MAX_RECORD_BYTES } from "../../core/record.ts";
import { REVOCATION_REASONS } from "../../core/source-event.ts";
import { parseSourceKey } from "../../core/source-key.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import type { SourceChange } from "../../write/change-source.ts";
import { recordSchema } from "../../write/submitted-record.ts";
import { json } from "../handling/answers.ts";
import { assertForSource, principalOf } from "../handling/authorisation.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { count, hash, parseRequest, recordId } from "../handling/values.ts";
import { sourcePath } from "./sources.ts";

const jwk = z
  .custom<JsonObject>((value) => typeof value === "object" && value !== null, "must be a JWK")
  .meta({
    override: { type: "object", additionalProperties: true },
    description: "Public key of the source as a JWK (RFC 7517): Ed25519 (OKP) or P-256 (EC).",
    example: EXAMPLES.sourceKey,
  });
const personal = z.boolean().optional().meta({
  description:
    "The device is a person's own: the log holds nothing of its key but a digest salted with a salt of the vault.",
});

/** Body of a registration. */
const registerBody = z
  .strictObject({ name: recordSchema.shape.source, key: jwk.optional(), personal })
  .meta({ id: "NewSource" });

const rotateBody = z
  .strictObject({
    key: jwk,
    personal,
    keepOld: z.boolean().optional().meta({ description: "Whether the earlier keys stay valid too." }),
  })
  .meta({ id: "NewSourceKey" });

const revokeBody = z
  .strictObject({
    key: count.optional().meta({
      description:
        "Leaf index of the event that added the key, `from` in the view of the source; all keys when absent.",
    }),
    reason: z.enum(REVOCATION_REASONS),
  })
  .meta({ id: "KeyRevocation" });

const emptyBody = z.strictObject({}).meta({ id: "Nothing" });

const enteredSchema = z
  .strictObject({ id: recordId, leafIndex: count, leafHash: hash, name: z.string() })
  .meta({ id: "SourceEventEntered" });

/** Handles a change described by the request's body; the name comes from the path, or from the body of a registration. */
function changes<Said>(schema: z.ZodType<Said>, changeOf: (said: Said, name: string) => SourceChange) {
  return (parts: RouteParts): RequestHandler<{ name: string }> =>
    async (request, response) => {
      const principal = principalOf(response);
      mediaTypeOf(request, ["application/json"]);
      const path = request.params.name === undefined ? undefined : parseRequest(sourcePath, request.params).name;
      if (path !== undefined) assertForSource(principal, path, request, parts);
      const said = parseRequest(schema, parseJsonBytes(await collectBody(request, MAX_RECORD_BYTES), "body"));
      const change = changeOf(said, path ?? "");
      if (path === undefined) assertForSource(principal, change.name, request, parts);
      const { id, leafIndex, leafHash } = await parts.ledger.changeSource(change);
      parts.security.note("source-changed", { keyId: principal.keyId, route: routeOf(request), leafIndex });
      response.status(201).json({ id: formatRecordId(id), leafIndex, leafHash: toHex(leafHash), name: change.name });
    };
}

function newKeyOf(key: JsonObject, isPersonal: boolean | undefined) {
  return { key: parseSourceKey(key), isPersonal };
}

const ANSWER = { "201": json("It is in the log.", enteredSchema, EXAMPLES.sourceChange) };
const WRITES = [...REFUSALS.body, ...REFUSALS.json, ...REFUSALS.writing, "SOURCE_CONFLICT"] as const;
const KEYS = ["KEY_INVALID", "KEY_TYPE_UNKNOWN"] as const;

function bodyOf(schema: z.ZodType, example: JsonObject): Required<Pick<Route, "body">>["body"] {
  return { required: true, content: { "application/json": { schema, example } } };
}

/** A change to a registered source. */
function changeRoute(
  verb: "rotate" | "revoke" | "suspend" | "resume",
  route: Pick<Route, "summary" | "description" | "body" | "handle"> & { readonly refuses?: Route["refuses"] },
): Route {
  return {
    method: "post",
    path: `/v1/sources/{name}/${verb}`,
    name: `${verb}Source`,
    tag: "records",
    may: "register",
    params: sourcePath,
    answers: ANSWER,
    ...route,
    refuses: [...WRITES, "NOT_FOUND", ...(route.refuses ?? [])],
  };
}

/** The routes. */
export const sourceChangeRoutes: readonly Route[] = [
  {
    method: "post",
    path: "/v1/sources",
    name: "registerSource",
    tag: "records",
    summary: "Register a source",
    description:
      "Role officer or admin. An event of the log. With a key, the source's records are taken from then on only if they are " +
      "signed with it.",
    may: "register",
    body: bodyOf(registerBody, { name: EXAMPLES.source.name, key: EXAMPLES.sourceKey }),
    answers: ANSWER,
    refuses: [...WRITES, ...KEYS],
    handle: changes(registerBody, ({ name, key, personal: isPersonal }) => ({
      action: "register",
      name,
      newKey: key && newKeyOf(key, isPersonal),
    })),
  },
  changeRoute("rotate", {
    summary: "Give a source another signing key",
    description:
      "Role officer or admin. What was signed with the keys before and is in the log stays valid; from this event on only " +
      "the new key counts, or all of them with `keepOld`. A slash in the name is written as %2F.",
    body: bodyOf(rotateBody, { key: EXAMPLES.sourceKey }),
    refuses: KEYS,
    handle: changes(rotateBody, ({ key, personal: isPersonal, keepOld: keepsOld }, name) => ({
      action: "rotate",
      name,
      newKey: newKeyOf(key, isPersonal),
      keepsOld,
    })),
  }),
  changeRoute("revoke", {
    summary: "Revoke signing keys of a source",
    description:
      "Role officer or admin. What was signed before and is in the log stays valid; what comes after is refused. A source " +
      "without a key that counts sends nothing until it is given one. A slash in the name is written as %2F.",
    body: bodyOf(revokeBody, { reason: "compromised" }),
    handle: changes(revokeBody, ({ key, reason }, name) => ({ action: "revoke", name, key, reason })),
  }),
  changeRoute("suspend", {
    summary: "Take nothing from a source for now",
    description: "Role officer or admin. A slash in the name is written as %2F.",
    body: bodyOf(emptyBody, {}),
    handle: changes(emptyBody, (_said, name) => ({ action: "suspend", name })),
  }),
  changeRoute("resume", {
    summary: "Take records of a suspended source again",
    description: "Role officer or admin. A slash in the name is written as %2F.",
    body: bodyOf(emptyBody, {}),
    handle: changes(emptyBody, (_said, name) => ({ action: "resume", name })),
  }),
];
