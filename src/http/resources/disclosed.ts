/**
 * /v1/disclosures/{number}…: what somebody was granted, by the token of the disclosure: bundles and SD-JWTs with the granted
 * openings and no others. And the key by which SD-JWTs are verified.
 */
import type { Request, RequestHandler, Response } from "express";
import { z } from "zod";
import { DISCLOSURE_PURPOSES } from "../../core/disclosure-event.ts";
import { codeOf, WarifuError } from "../../core/errors.ts";
import { PICTURE_TYPES } from "../../core/picture.ts";
import { SD_JWT_TYPE } from "../../core/sd-jwt.ts";
import { keyThumbprint } from "../../core/source-key.ts";
import type { GrantDetails } from "../../privacy/disclosure.ts";
import { json } from "../handling/answers.ts";
import { keyOf } from "../handling/authorisation.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { noteOpening } from "../handling/openings-limit.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { count, hash, parseRequest, recordId } from "../handling/values.ts";
import { RECEIVED_CONTENT } from "./originals.ts";
import { disclosurePath, labels } from "./privacy-disclosures.ts";
import { languageQuery, readersLanguage } from "./privacy-notices.ts";
import { bundleQuery, bundleSchema, MISSING_COSIGNATURES } from "./proofs.ts";

const recordPath = disclosurePath.extend({ id: recordId });
const picturePath = recordPath.extend({
  hash: hash.meta({ description: "SHA-256 of the original.", example: "0".repeat(64) }),
});
const sizeQuery = bundleQuery.pick({ size: true });

const disclosedSchema = z
  .strictObject({
    disclosure: count,
    recipient: z.string(),
    purpose: z.enum(DISCLOSURE_PURPOSES),
    purposeText: z.string(),
    until: count.meta({ description: "POSIX seconds." }),
    records: z.array(
      z
        .strictObject({
          id: recordId,
          leafIndex: count,
          claims: z.array(z.string()),
          labels,
          erased: z.boolean().meta({ description: "Whether it was erased meanwhile: nothing of it can be opened." }),
        })
        .meta({ id: "DisclosedRecord" }),
    ),
  })
  .meta({ id: "DisclosedRecords" });

/** The grants that a request's token is for. @throws UNAUTHENTICATED, which is noted */
async function grantsOf(request: Request, { ledger, security }: RouteParts): Promise<GrantDetails[]> {
  const { number } = parseRequest(disclosurePath, { number: request.params["number"] });
  try {
    return await ledger.disclosures.recognise(number, keyOf(request));
  } catch (error) {
    security.refused(codeOf(error), { route: routeOf(request) });
    throw error;
  }
}

/** The grant of the record in the path, once it may be opened again. */
async function openableBy(request: Request, parts: RouteParts): Promise<GrantDetails> {
  const grants = await grantsOf(request, parts);
  const grant = await parts.ledger.disclosures.grantFor(String(request.params["id"]), grants);
  parts.openingsLimit.assertAllows(nameOf(grant));
  return grant;
}

function noteGiven(grant: GrantDetails, request: Request, parts: RouteParts): void {
  noteOpening(nameOf(grant), grant.record, request, parts);
}

/** What stands for the id of a key. */
function nameOf({ disclosure }: GrantDetails): string {
  return `disclosure-${disclosure}`;
}

function showDisclosure(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const grants = await grantsOf(request, parts);
    const { lang } = parseRequest(languageQuery, request.query);
    const { disclosures } = parts.ledger;
    const shown = await disclosures.shown(grants, readersLanguage(lang, request, disclosures.languages));
    response.vary("accept-language").json(shown);
  };
}

function showDisclosedBundle(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const { size } = parseRequest(sizeQuery, request.query);
    const grant = await openableBy(request, parts);
    const bundle = await parts.ledger.disclosures.bundle(String(request.params["id"]), grant, size);
    const { text, missingCosignatures, hasOpenings } = bundle;
    if (hasOpenings) noteGiven(grant, request, parts);
    if (missingCosignatures > 0) response.set(MISSING_COSIGNATURES, String(missingCosignatures));
    response.type("application/json").send(text);
  };
}

function showSdJwt(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const grant = await openableBy(request, parts);
    const { text, hasOpenings } = await parts.ledger.disclosures.sdJwt(grant);
    if (hasOpenings) noteGiven(grant, request, parts);
    // Express would add a charset.
    response.setHeader("content-type", SD_JWT_TYPE);
    response.end(text);
  };
}

function showDisclosedOriginal(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const grant = await openableBy(request, parts);
    const { received, bytes } = await parts.ledger.disclosures.original(grant);
    noteGiven(grant, request, parts);
    attach(response, received.type, bytes);
  };
}

function showDisclosedPicture(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const { id, hash: wanted } = parseRequest(picturePath, request.params);
    const grant = await openableBy(request, parts);
    const { type, bytes } = await parts.ledger.disclosures.picture(id, wanted, grant);
    noteGiven(grant, request, parts);
    attach(response, type, bytes);
  };
}

function attach(response: Response, type: string, bytes: Uint8Array): void {
  response.setHeader("content-type", type);
  response.set("content-disposition", "attachment").set("content-security-policy", "default-src 'none'; sandbox");
  response.end(bytes);
}

function showIssuer({ ledger }: RouteParts): RequestHandler {
  return (_request, response) => {
    const { issuerKey } = ledger.disclosures;
    if (issuerKey.crv !== "Ed25519") throw new WarifuError("STOPPED", "the issuer's key is of another kind");
    const key = { ...issuerKey, alg: "EdDSA", kid: keyThumbprint(issuerKey), use: "sig" };
    response.json({ issuer: ledger.origin, jwks: { keys: [key] } });
  };
}

const issuerSchema = z
  .strictObject({
    issuer: z.string().meta({ description: "The `iss` of its SD-JWTs: the origin of the log." }),
    jwks: z.strictObject({
      keys: z.array(
        z.strictObject({
          alg: z.literal("EdDSA"),
          crv: z.literal("Ed25519"),
          kid: z.string().meta({ description: "Thumbprint of RFC 7638." }),
          kty: z.literal("OKP"),
          use: z.literal("sig"),
          x: z.string(),
        }),
      ),
    }),
  })
  .meta({ id: "Issuer" });

const PATH = "/v1/disclosures/{number}";
const READS = [...REFUSALS.reading, "ENCODING_INVALID"] as const;
const OPENS = [...READS, ...REFUSALS.writing, "NOT_FOUND", "TRANSFER_REFUSED"] as const;
const shared = { method: "get", tag: "privacy", takesToken: true } as const;
const binary = { schema: { type: "string" as const, format: "binary" } };

/** The routes. */
export const disclosedRoutes: readonly Route[] = [
  {
    ...shared,
    path: PATH,
    name: "showDisclosure",
    summary: "Show what was disclosed to you",
    description:
      "With the token of the disclosure, which counts until its time is over or it is withdrawn. A wrong token, another " +
      "number and a disclosure that is over get the same answer.",
    params: disclosurePath,
    query: languageQuery,
    answers: { "200": json("The records.", disclosedSchema, EXAMPLES.disclosed) },
    refuses: READS,
    handle: showDisclosure,
  },
  {
    ...shared,
    path: `${PATH}/records/{id}/bundle`,
    name: "showDisclosedBundle",
    summary: "Get the proof bundle of a record that was disclosed to you, with the granted openings",
    description: "Each time, the log says that somebody looked, at most once a minute.",
    params: recordPath,
    query: sizeQuery,
    answers: { "200": json("The bundle.", bundleSchema, EXAMPLES.bundle) },
    refuses: [...OPENS, "NOT_ANCHORED_YET"],
    handle: showDisclosedBundle,
  },
  {
    ...shared,
    path: `${PATH}/records/{id}/sd-jwt`,
    name: "showSdJwt",
    summary: "Get a record that was disclosed to you as an SD-JWT (RFC 9901), with the granted openings",
    description:
      "Compact form, without key binding. Its payload is the record's body, byte for byte. Signed with the key at " +
      "`/.well-known/jwt-vc-issuer`; what proves the record is its bundle.",
    params: recordPath,
    answers: { "200": { description: "The SD-JWT.", content: { [SD_JWT_TYPE]: { schema: { type: "string" } } } } },
    refuses: OPENS,
    handle: showSdJwt,
  },
  {
    ...shared,
    path: `${PATH}/records/{id}/original`,
    name: "showDisclosedOriginal",
    summary: "Get the bytes that a disclosed record was made of, if `received` is granted",
    params: recordPath,
    answers: {
      "200": { description: "The bytes, with the media type that they came with.", content: RECEIVED_CONTENT },
    },
    refuses: OPENS,
    handle: showDisclosedOriginal,
  },
  {
    ...shared,
    path: `${PATH}/records/{id}/pictures/{hash}`,
    name: "showDisclosedPicture",
    summary: "Get the original of a disclosed picture, if `originals` is granted",
    params: picturePath,
    answers: {
      "200": { description: "The picture.", content: Object.fromEntries(PICTURE_TYPES.map((type) => [type, binary])) },
    },
    refuses: OPENS,
    handle: showDisclosedPicture,
  },
  {
    method: "get",
    path: "/.well-known/jwt-vc-issuer",
    name: "showIssuer",
    tag: "privacy",
    summary: "Show the key that SD-JWTs are signed with",
    answers: {
      "200": json("The key.", issuerSchema, {
        issuer: "santander.example/ledger",
        jwks: {
          keys: [{ alg: "EdDSA", crv: "Ed25519", kid: "kPrK_qmx…", kty: "OKP", use: "sig", x: "11qYAYKxCrfVS_7T…" }],
        },
      }),
    },
    handle: showIssuer,
  },
];
