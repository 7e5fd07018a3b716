/**
 * The log under /log/, laid out for plain HTTP as https://c2sp.org/tlog-tiles and tlog-addenda say, byte for byte: clients
 * that were not written for this service can audit it unmodified. Paths are parsed as sent, so each file has one spelling,
 * except for the slashes of a tile; a missing file is a 404, on which clients fall back from a partial tile to the full one.
 */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Request, RequestHandler, Response } from "express";
import { parseBodyBundlePath } from "../../core/body-bundle.ts";
import { fromHex } from "../../core/bytes.ts";
import { WarifuError } from "../../core/errors.ts";
import { parseTilePath, TILE_WIDTH } from "../../core/tile.ts";
import type { Ledger } from "../../read/ledger.ts";
import { z } from "zod";
import { hash } from "../handling/values.ts";
import { bytes } from "../handling/answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route } from "../handling/route.ts";

/** Prefix of the log's files. */
const LOG_PREFIX = "/log/";

const CHECKPOINT_CACHE = "public, max-age=2";
const IMMUTABLE = "public, max-age=31536000, immutable";

/** For auditors in browsers, who read the log from their own pages. */
export const shareWithAllOrigins: RequestHandler = (request, response, next) => {
  response.setHeader("access-control-allow-origin", "*");
  if (request.method === "OPTIONS") {
    response.setHeader("access-control-allow-methods", "GET, HEAD");
    // Not Authorization: routes that need a key are for programs, not for strangers' pages.
    response.setHeader("access-control-allow-headers", "accept, content-type, if-none-match, range");
    response.setHeader("access-control-max-age", "600");
  }
  // So that a page, too, waits as long as a busy log asks.
  response.setHeader("access-control-expose-headers", "retry-after");
  response.setHeader("cross-origin-resource-policy", "cross-origin");
  next();
};

/** The newest checkpoint. */
function serveCheckpoint(ledger: Ledger): RequestHandler {
  return async (_request, response) => {
    const note = found(await ledger.files.checkpoint(), "the log has no checkpoint yet");
    response.setHeader("cache-control", CHECKPOINT_CACHE);
    response.setHeader("content-type", "text/plain; charset=utf-8");
    response.send(Buffer.from(note));
  };
}

const compressed = promisify(gzip);

/**
 * Tiles, partial tiles and entry bundles; full entry bundles are compressed if the client accepts that, as tlog-tiles
 * advises.
 */
function serveTile(ledger: Ledger): RequestHandler {
  return async (request, response) => {
    // Clients generated from the OpenAPI document encode the slashes of a parameter.
    const name = parseTilePath(request.path.slice(LOG_PREFIX.length).replaceAll(/%2F/gi, "/"));
    const bytes = found(await ledger.files.tile(name), "the log does not reach that far");
    // Hashes do not compress.
    if (name.level !== "entries" || name.width < TILE_WIDTH) return sendBytes(response, IMMUTABLE, bytes);
    await sendCompressed(request, response, IMMUTABLE, bytes);
  };
}

/** The bodies of up to 256 entries. Each can be erased, so that they are cached as briefly as a single one. */
function serveBodies(ledger: Ledger): RequestHandler {
  return async (request, response) => {
    const rest = request.path.slice(`${LOG_PREFIX}bodies/`.length).replaceAll(/%2F/gi, "/");
    const { index, width } = parseBodyBundlePath(rest);
    const bytes = found(await ledger.files.bodies(index, width), "the log does not reach that far");
    await sendCompressed(request, response, CHECKPOINT_CACHE, bytes);
  };
}

/** What is intact of an entry bundle. The damaged row may be restored any time, so that it is cached for a moment only. */
function serveIntact(ledger: Ledger): RequestHandler {
  return async (request, response) => {
    const rest = request.path.slice(`${LOG_PREFIX}intact/`.length).replaceAll(/%2F/gi, "/");
    const { index, width } = parseBodyBundlePath(rest);
    const bytes = found(await ledger.files.intact(index, width), "the log does not reach that far");
    await sendCompressed(request, response, CHECKPOINT_CACHE, bytes);
  };
}

async function sendCompressed(
  request: Request,
  response: Response,
  cacheControl: string,
  bytes: Uint8Array,
): Promise<void> {
  response.setHeader("vary", "accept-encoding");
  if (request.acceptsEncodings(["gzip", "identity"]) !== "gzip") return sendBytes(response, cacheControl, bytes);
  response.setHeader("content-encoding", "gzip");
  sendBytes(response, cacheControl, await compressed(bytes));
}

/** The body with a digest. It is cached only for a moment, because a body can be erased. */
function serveAddendum(ledger: Ledger): RequestHandler<{ s0: string; s1: string; digest: string }> {
  return async (request, response) => {
    const { s0, s1, digest } = request.params;
    const bytes = fromHex(digest, "digest", 32);
    if (digest.slice(0, 4) !== s0 + s1 || request.path !== `${LOG_PREFIX}addenda/${s0}/${s1}/${digest}`)
      throw new WarifuError("NOT_FOUND", "this is not the path of a body: see https://c2sp.org/tlog-addenda");
    sendBytes(response, CHECKPOINT_CACHE, found(await ledger.files.addendum(bytes), "there is no body of that digest"));
  };
}

/** The marker that every entry of this log ends with the suffix of tlog-addenda. */
const serveAddendaMarker: RequestHandler = (_request, response) => {
  sendBytes(response, IMMUTABLE, new Uint8Array());
};

function sendBytes(response: Response, cacheControl: string, bytes: Uint8Array): void {
  response.setHeader("cache-control", cacheControl);
  response.setHeader("content-type", "application/octet-stream");
  response.send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

function found<T>(value: T | undefined, otherwise: string): T {
  if (value === undefined) throw new WarifuError("NOT_FOUND", otherwise);
  return value;
}

const NUMBER = "(x[0-9]{3}/)*[0-9]{3}(\\.p/[1-9][0-9]{0,2})?$";
const TILE_PARAMETER = `^(entries|[0-9]|[1-5][0-9]|6[0-3])/${NUMBER}`;

const tilePathParameter = z.object({
  tile: z.string().meta({
    description:
      "Level and number of a tile as C2SP tlog-tiles spells them: `0/x001/234`, `0/000.p/17`, `entries/000`.",
    pattern: TILE_PARAMETER,
    example: "0/000.p/17",
  }),
});

const bodiesPathParameter = z.object({
  bundle: z.string().meta({
    description: "Number of an entry bundle, as in its path: `x001/234`, `000.p/17`.",
    pattern: `^${NUMBER}`,
    example: "000.p/17",
  }),
});

const addendumPath = z.object({
  s0: z
    .string()
    .regex(/^[0-9a-f]{2}$/)
    .meta({ description: "First byte of the digest.", example: "06" }),
  s1: z
    .string()
    .regex(/^[0-9a-f]{2}$/)
    .meta({ description: "Second byte of the digest.", example: "58" }),
  digest: hash.meta({
    description: "SHA-256 of the body.",
    example: "0658430994100ee9b9e5b13d5be0869c204e435cf6d919f78c75ae5a95c50916",
  }),
});

/** The routes. */
export const logRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/log/checkpoint",
    isDirect: true,
    name: "getCheckpoint",
    tag: "log",
    summary: "The newest checkpoint",
    answers: {
      "200": {
        description: "A signed note (C2SP tlog-checkpoint).",
        content: { "text/plain; charset=utf-8": { schema: { type: "string" } } },
      },
    },
    refuses: [...REFUSALS.reading, "NOT_FOUND"],
    handle: ({ ledger }) => serveCheckpoint(ledger),
  },
  {
    method: "get",
    path: "/log/tile/{tile}",
    isRest: true,
    isDirect: true,
    name: "getTile",
    tag: "log",
    summary: "A tile, a partial tile, or an entry bundle",
    description: "`tile` holds slashes: it is the rest of the path. They may be written as %2F.",
    params: tilePathParameter,
    answers: { "200": bytes("Hashes of 32 bytes, or entries, each after its length.") },
    refuses: [...REFUSALS.reading, "NOT_FOUND", "TILE_INVALID"],
    handle: ({ ledger }) => serveTile(ledger),
  },
  {
    method: "get",
    path: "/log/bodies/{bundle}",
    isRest: true,
    isDirect: true,
    name: "getBodies",
    tag: "log",
    summary: "The bodies of up to 256 entries",
    description:
      "Those of the entry bundle of the same number, for whoever reads the whole log. Each body follows its length in four " +
      "bytes; the length 0 stands for one that is withheld, 0xffffffff for one to be read by its digest.",
    params: bodiesPathParameter,
    answers: { "200": bytes("The bodies, each after its length.") },
    refuses: [...REFUSALS.reading, "NOT_FOUND", "TILE_INVALID"],
    handle: ({ ledger }) => serveBodies(ledger),
  },
  {
    method: "get",
    path: "/log/intact/{bundle}",
    isRest: true,
    name: "getIntactEntries",
    tag: "log",
    summary: "What is intact of an entry bundle",
    description:
      "An entry bundle in which an entry is damaged is refused as STORE_DAMAGED, because its form has no place for what is " +
      "missing. Here are the others: each entry follows its length in four bytes, and 0xffffffff stands for one that the log " +
      "cannot show as it signed for it.",
    params: bodiesPathParameter,
    answers: { "200": bytes("The entries, each after its length.") },
    refuses: [...REFUSALS.reading, "NOT_FOUND", "TILE_INVALID"],
    handle: ({ ledger }) => serveIntact(ledger),
  },
  {
    method: "get",
    path: "/log/addenda/{s0}/{s1}/{digest}",
    name: "getAddendum",
    tag: "log",
    summary: "The body with a digest",
    description: "C2SP tlog-addenda. 404 once the body is erased.",
    params: addendumPath,
    answers: { "200": bytes("The body.") },
    refuses: [...REFUSALS.reading, "NOT_FOUND", "ENCODING_INVALID"],
    handle: ({ ledger }) => serveAddendum(ledger),
  },
  {
    method: "get",
    path: "/log/addenda.v1",
    name: "getAddendaMarker",
    tag: "log",
    summary: "Marker: every entry ends with the suffix of tlog-addenda",
    answers: { "200": bytes("Empty.") },
    handle: () => serveAddendaMarker,
  },
];
