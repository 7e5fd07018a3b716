/**
 * GET /v1/records/{id}/original: what a record was made of, as it was received. If the record conceals something, this
 * reveals as much as its openings and is guarded in the same way.
 */
import type { Request, RequestHandler } from "express";
import type { OriginalPlace } from "../../read/records.ts";
import { assertForSource, authorise, officer, principalOf } from "../handling/authorisation.ts";
import type { Asker } from "../../privacy/way-out.ts";
import { noteOpening } from "../handling/openings-limit.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { idPath } from "../handling/values.ts";

/** The bytes that a record was made of. */
function showOriginal(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { place, received, bytes } = await parts.ledger.records.original(request.params.id, (place) =>
      askerFor(place, request, parts),
    );
    if (!place.isOpen) noteOpening(principalOf(response).keyId, place.leafIndex, request, parts);
    // Express would add its own charset to the received media type.
    response.setHeader("content-type", received.type);
    response
      .set("content-disposition", "attachment")
      // RFC 9530.
      .set("repr-digest", `sha-256=:${Buffer.from(received.sha256, "hex").toString("base64")}:`)
      .end(bytes);
  };
}

function askerFor({ isOpen, source }: OriginalPlace, request: Request, parts: RouteParts): Asker {
  const principal = authorise(request, parts, isOpen ? "list" : "open");
  assertForSource(principal, source, request, parts);
  if (!isOpen) parts.openingsLimit.assertAllows(principal.keyId);
  return officer(principal);
}

/** Media types that adapters accept. */
const RECEIVED_TYPES = [
  ...["application/json", "application/ld+json", "application/geo+json"],
  ...["application/senml+json", "application/senml+cbor", "application/xml", "text/plain"],
  ...["application/x-www-form-urlencoded", "multipart/form-data"],
  ...["text/xml", "application/xml"],
];
/** What a record may have been made of. */
export const RECEIVED_CONTENT = Object.fromEntries(
  RECEIVED_TYPES.map((type) => [type, { schema: { description: "As it was sent." }, example: [] }]),
);

/** The routes. */
export const originalRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/records/{id}/original",
    name: "showOriginal",
    tag: "records",
    summary: "Get the bytes that a record was made of, as they were received",
    description:
      "Role auditor, officer or admin; of a record that conceals something, role officer only. The record's claim " +
      "`received` has their SHA-256. Of a record that was submitted as such, there are none.",
    may: "list",
    params: idPath,
    answers: {
      "200": { description: "The bytes, with the media type that they came with.", content: RECEIVED_CONTENT },
    },
    refuses: [...REFUSALS.reading, "ENCODING_INVALID", "NOT_FOUND"],
    handle: showOriginal,
  },
];
