/** /v1/uploads/{sha256}: a citizen's picture on its way in, piece by piece, before the post that it belongs to. */
import type { RequestHandler } from "express";
import { z } from "zod";
import { WarifuError } from "../../core/errors.ts";
import { MAX_PIECE_BYTES } from "../../posts/uploads.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import { json } from "../handling/answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { count, hash, parseRequest } from "../handling/values.ts";
import { memberIn, postsOf } from "./post-schemas.ts";

const OCTETS = "application/octet-stream";

const uploadPath = z.object({ sha256: hash.meta({ description: "Of the whole picture.", example: "0".repeat(64) }) });
const placeSchema = z
  .strictObject({ offset: count.meta({ description: "How many bytes are here." }), length: count })
  .meta({ id: "Upload", description: "It is whole when both are the same." });

function showUpload(parts: RouteParts): RequestHandler<{ sha256: string }> {
  return async (request, response) => {
    const { sha256 } = parseRequest(uploadPath, request.params);
    const place = await postsOf(parts).uploads.placeOf(memberIn(response).citizenId, sha256);
    if (!place) throw new WarifuError("NOT_FOUND", "nothing of that picture is here");
    response.json(place);
  };
}

function putUpload(parts: RouteParts): RequestHandler<{ sha256: string }> {
  return async (request, response) => {
    const { sha256 } = parseRequest(uploadPath, request.params);
    const [offset, length] = [numberIn(request.get("upload-offset")), numberIn(request.get("upload-length"))];
    if (offset === undefined || length === undefined || length < 1)
      throw new WarifuError("REQUEST_INVALID", "the headers Upload-Offset and Upload-Length are whole numbers");
    mediaTypeOf(request, [OCTETS]);
    const bytes = await collectBody(request, MAX_PIECE_BYTES);
    response.json(await postsOf(parts).upload(sha256, { offset, length, bytes }, memberIn(response)));
  };
}

function numberIn(header: string | undefined): number | undefined {
  return header !== undefined && /^(?:0|[1-9][0-9]{0,9})$/.test(header) ? Number(header) : undefined;
}

const shared = { tag: "citizens", ofCity: "citizens", path: "/v1/uploads/{sha256}", params: uploadPath } as const;
const PLACE = { offset: 65_536, length: 4_194_304 };

/** The routes. */
export const uploadRoutes: readonly Route[] = [
  {
    ...{ ...shared, method: "get", name: "showUpload", summary: "Show how much of a picture is here" },
    answers: { "200": json("Where it goes on.", placeSchema, PLACE) },
    refuses: ["NOT_FOUND", "STORE_FAILED"],
    handle: showUpload,
  },
  {
    ...{ ...shared, method: "put", name: "putUpload", summary: "Send the next piece of a picture" },
    description:
      "`Upload-Offset` says where the piece begins, `Upload-Length` how long the whole is. A piece that came before changes " +
      "nothing. What is not posted within 48 hours is removed, and what is refused with its post. Only the account that sent it can use it.",
    body: {
      required: true,
      content: { [OCTETS]: { schema: { type: "string" as const, format: "binary" } } },
    },
    answers: { "200": json("Where it goes on.", placeSchema, PLACE) },
    refuses: [...REFUSALS.body, "STORE_FAILED", "REQUEST_INVALID"],
    handle: putUpload,
  },
];
