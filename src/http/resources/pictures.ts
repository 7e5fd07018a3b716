/**
 * /v1/records/{id}/pictures… and …/derivations: what is published of a record's pictures, how it was made, and what other
 * tools made of them.
 */
import type { Request, RequestHandler, Response } from "express";
import { z } from "zod";
import { TOOL_NAME, TOOL_VERSION } from "../../core/derivation-event.ts";
import { WarifuError } from "../../core/errors.ts";
import { parseJsonBytes, type JsonValue } from "../../core/json.ts";
import { isBox, MOST_PICTURES, PICTURE_TYPES, type Box } from "../../core/picture.ts";
import { MAX_RECORD_BYTES } from "../../core/record.ts";
import { UNPUBLISHED_REASONS } from "../../derive/publishing.ts";
import type { Principal } from "../../keys/api-keys.ts";
import type { ShownPicture } from "../../read/pictures.ts";
import { MULTIPART, partsOf } from "../../serve/multipart.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import { json } from "../handling/answers.ts";
import {
  assertForSource,
  authorise,
  isAuthorised,
  isForSource,
  officer,
  principalOf,
} from "../handling/authorisation.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { noteOpening } from "../handling/openings-limit.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { count, hash, idPath, parseRequest, recordId } from "../handling/values.ts";
import { MAX_FORM_BYTES } from "./submit-pictures.ts";

/** What a browser may do with a picture: show it, and nothing else. */
const PICTURE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

const place = z
  .int()
  .min(0)
  .max(MOST_PICTURES - 1)
  .meta({ description: "Place among the record's pictures, from 0." });
const counted = z.int().min(0).max(10_000);
const outSchema = z.strictObject({ bytes: count, height: count, sha256: hash, type: z.string(), width: count });

const derivationSchema = z
  .strictObject({
    id: recordId,
    leafIndex: count,
    at: count.meta({ description: "POSIX seconds." }),
    picture: place,
    tool: z.string(),
    version: z.string(),
    model: hash.optional().meta({ description: "SHA-256 of the model by which faces were found." }),
    facesFound: count.optional().meta({ description: "Faces found and hidden; absent where nobody looked." }),
    manualBoxes: count,
    by: z.enum(["service", "client"]),
    out: outSchema.optional().meta({ description: "What is published; absent once it is replaced or erased." }),
    opening: z.string().optional().meta({ description: "RFC 9901 disclosure of `out` in the event's body." }),
  })
  .meta({ id: "Derivation" });

const derivationsSchema = z.strictObject({ items: z.array(derivationSchema) }).meta({ id: "Derivations" });

const picturesSchema = z
  .strictObject({
    published: z.array(outSchema.extend({ picture: place, derivation: recordId })),
    unpublished: z
      .array(z.strictObject({ picture: place, reason: z.enum(UNPUBLISHED_REASONS) }))
      .optional()
      .meta({ description: "Only for roles that list records." }),
  })
  .meta({ id: "Pictures" });

const box = z
  .custom<Box>((value) => isBox(value as JsonValue), "must be left, top, width and height, as fractions of the picture")
  .meta({ override: { type: "array", items: { type: "number", minimum: 0, maximum: 1 }, minItems: 4, maxItems: 4 } });

const hideBody = z.strictObject({ picture: place, hide: z.array(box).min(1).max(64) }).meta({ id: "HiddenBoxes" });
const sentBody = z
  .strictObject({
    picture: place,
    tool: z.string().regex(TOOL_NAME),
    version: z.string().regex(TOOL_VERSION),
    model: hash.exactOptional(),
    facesFound: counted.exactOptional(),
    manualBoxes: counted.optional(),
  })
  .meta({ id: "SentDerivation" });

/** What is published, and for those who list records, what is not. */
function listPictures(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { pictures } = parts.ledger;
    const { id } = request.params;
    const published = (await pictures.derivations(id)).flatMap(({ out, picture, id: derivation }) =>
      out ? [{ picture, derivation, ...out }] : [],
    );
    const mayList = isAuthorised(request, parts, "list");
    response.json({ published, ...(mayList && { unpublished: await pictures.unpublished(id) }) });
  };
}

/** A published picture; an original to those who may see openings. */
function showPicture(parts: RouteParts): RequestHandler<{ id: string; hash: string }> {
  return async (request, response) => {
    const { id, hash: wanted } = parseRequest(picturePath, request.params);
    const { pictures } = parts.ledger;
    const published = await pictures.published(id, wanted);
    if (published) return send(published, response, "inline");
    // The same for an original and for nothing: otherwise whoever has a picture could ask whether it is here.
    if (!isAuthorised(request, parts, "open")) throw notThere();
    const { leafIndex, source } = await parts.ledger.records.placeOf(id);
    const opener = openerFor(source, request, parts);
    const original = await pictures.original(id, wanted, officer(opener));
    noteOpening(opener.keyId, leafIndex, request, parts);
    send(original, response, "attachment");
  };
}

function send({ bytes, type }: ShownPicture, response: Response, disposition: string): void {
  response.setHeader("content-type", type);
  response.set("content-disposition", disposition).set("content-security-policy", PICTURE_POLICY).end(bytes);
}

function notThere(): WarifuError {
  return new WarifuError("NOT_FOUND", "no picture of that hash is published of the record");
}

function openerFor(source: string, request: Request, parts: RouteParts): Principal {
  const principal = authorise(request, parts, "open");
  // Noted as refused, and answered as a stranger is.
  if (!isForSource(principal, source, request, parts)) throw notThere();
  parts.openingsLimit.assertAllows(principal.keyId);
  return principal;
}

function listDerivations({ ledger }: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    response.json({ items: await ledger.pictures.derivations(request.params.id) });
  };
}

/** Boxes to hide, or what another tool made. */
function addDerivation(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { id } = request.params;
    const { source } = await parts.ledger.records.placeOf(id);
    assertForSource(principalOf(response), source, request, parts);
    const { pictures } = parts.ledger;
    const type = mediaTypeOf(request, ["application/json", MULTIPART]);
    if (type === MULTIPART) {
      const { said, outcome } = await sentForm(request);
      response.status(201).json(await pictures.derive(id, said, outcome));
    } else {
      const text = await collectBody(request, MAX_RECORD_BYTES);
      const { picture, hide } = parseRequest(hideBody, parseJsonBytes(text, "body"));
      response.status(201).json(await pictures.hide(id, picture, hide));
    }
  };
}

async function sentForm(
  request: Request,
): Promise<{ readonly said: z.output<typeof sentBody>; readonly outcome: Buffer }> {
  const bytes = await collectBody(request, MAX_FORM_BYTES);
  const bounds = { maxFields: 2, maxFieldBytes: MAX_RECORD_BYTES, maxFiles: 2, maxFileBytes: MAX_FORM_BYTES };
  const tooMany = "the form may have a derivation and one picture";
  const parts = await partsOf(bytes, request.headers["content-type"] ?? "", { ...bounds, tooMany });
  const [derivation, file, ...others] = parts.toSorted((a, b) => a.name.localeCompare(b.name));
  if (derivation?.name !== "derivation" || file?.name !== "file" || others.length > 0)
    throw new WarifuError(
      "REQUEST_INVALID",
      'the form has one part named "derivation", with JSON, and one named "file", with the picture that came out',
    );
  return { said: parseRequest(sentBody, parseJsonBytes(derivation.bytes, "derivation")), outcome: file.bytes };
}

const picturePath = idPath.extend({
  hash: hash.meta({ description: "SHA-256 of the picture, as `published` has it.", example: "0".repeat(64) }),
});

const binary = { schema: { type: "string" as const, format: "binary" } };
const OUT = {
  bytes: 48_211,
  height: 1_536,
  sha256: "5f1e…".padEnd(64, "0").replace("…", "0"),
  type: "image/webp",
  width: 2_048,
};
const DERIVATION = {
  ...{
    id: EXAMPLES.acknowledgement.id,
    leafIndex: 4,
    at: 1_795_334_402,
    picture: 0,
    tool: "warifu-pictures",
    version: "1",
  },
  ...{ manualBoxes: 0, by: "service", out: OUT, opening: "WyJ…" },
};
const READS = [...REFUSALS.reading, "ENCODING_INVALID", "NOT_FOUND"] as const;

/** The routes. */
export const pictureRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/records/{id}/pictures",
    name: "listPictures",
    tag: "records",
    summary: "List what is published of a record's pictures",
    description: "With a key that may list records, also what is not published, and why.",
    takesKey: true,
    params: idPath,
    answers: {
      "200": json("The pictures.", picturesSchema, {
        published: [{ ...OUT, picture: 0, derivation: EXAMPLES.acknowledgement.id }],
      }),
    },
    refuses: READS,
    handle: listPictures,
  },
  {
    method: "get",
    path: "/v1/records/{id}/pictures/{hash}",
    name: "showPicture",
    tag: "records",
    summary: "Get a published picture",
    description:
      "With a key of role officer and the hash of an original, which the record's concealed claim `pictures` names, the " +
      "original, and likewise a copy that is held back from people; that counts as an opening.",
    takesKey: true,
    params: picturePath,
    answers: {
      "200": {
        description: "The picture.",
        content: Object.fromEntries(PICTURE_TYPES.map((type) => [type, binary])),
      },
    },
    refuses: [...READS, "RATE_LIMITED"],
    handle: showPicture,
  },
  {
    method: "get",
    path: "/v1/records/{id}/derivations",
    name: "listDerivations",
    tag: "records",
    summary: "List what was made of a record's pictures, and by which tools",
    params: idPath,
    answers: { "200": json("All derivations, in the order of the log.", derivationsSchema, { items: [DERIVATION] }) },
    refuses: READS,
    handle: listDerivations,
  },
  {
    method: "post",
    path: "/v1/records/{id}/derivations",
    name: "addDerivation",
    tag: "records",
    summary: "Hide more of a published picture, or publish what another tool made of it",
    description:
      "Role officer. As JSON: boxes that are hidden in a new copy, which replaces the published one. As a form: what a tool " +
      "made of the original, which is decoded and stripped like every picture before it is published.",
    may: "open",
    params: idPath,
    body: {
      required: true,
      content: {
        "application/json": { schema: hideBody, example: { picture: 0, hide: [[0.4, 0.25, 0.1, 0.2]] } },
        [MULTIPART]: {
          schema: z.object({
            derivation: sentBody,
            file: z.string().meta({ override: { type: "string", format: "binary" } }),
          }),
        },
      },
    },
    answers: { "201": json("It is in the log, and published.", derivationSchema, DERIVATION) },
    refuses: [
      ...READS,
      ...REFUSALS.body,
      ...REFUSALS.json,
      ...REFUSALS.pictures,
      ...REFUSALS.writing,
      "FACES_NOT_HIDDEN",
    ],
    handle: addDerivation,
  },
];
