/**
 * Serves a log's files from object storage, read-only: the addresses, types and caching of the service's `/log/`, without
 * the service, its database or any key (https://c2sp.org/tlog-tiles). Nothing here has to be trusted: whoever reads the log
 * checks what it is given.
 */
import { createServer } from "node:http";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from "express";
import { ADDENDA_MARKER, addendumPath } from "../core/addenda.ts";
import { bodyBundlePath, parseBodyBundlePath } from "../core/body-bundle.ts";
import { fromHex } from "../core/bytes.ts";
import { WarifuError, messageOf, type ErrorCode } from "../core/errors.ts";
import { parseTilePath, tilePath, TILE_WIDTH } from "../core/tile.ts";
import { limitConnections } from "../serve/connection-limits.ts";
import { DEFAULT_HTTP_LIMITS } from "../serve/limits.ts";
import { closeServer, listen } from "../serve/listen.ts";
import { limitRate } from "../serve/rate-limit.ts";
import { securityHeaders } from "../serve/security-headers.ts";
import { UnreadAnswers } from "../serve/unread-answers.ts";
import { MAX_BODIES_BYTES, MAX_BODY_BYTES } from "./body-copy.ts";
import { CHECKPOINT_CACHE, CHECKPOINT_TYPE, IMMUTABLE_CACHE, TILE_TYPE } from "./headers.ts";
import { CHECKPOINT_KEY, MAX_CHECKPOINT_BYTES, MAX_TILE_BYTES } from "./log-copy.ts";
import type { ObjectStore, StoredPiece } from "./object-store.ts";

/** How it is run. */
export interface LogFrontOptions {
  readonly storage: ObjectStore;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Requests of one client address a minute. */
  readonly ratePerMinute: number;
  /** Proxies in front whose X-Forwarded-For is trusted; none by default. */
  readonly trustedProxies?: number;
  /** Answers of all connections that nobody has read yet, as those of the service. */
  readonly maxUnreadBytes?: number;
  /** No effect behind trusted proxies. */
  readonly maxConnectionsPerAddress?: number;
}

/** A server that listens. */
export interface LogFront {
  /** Of the log, without a slash at its end: `checkpoint` and `tile/` lie below. */
  readonly url: string;
  /** Takes no new connections, lets running requests end, then cuts off the rest. */
  close(): Promise<void>;
}

const PREFIX = "/log/";
const REQUEST_TIMEOUT_MS = 15_000;
const MAX_CONNECTIONS = 5_000;
const PIECE_BYTES = 262_144;

const STATUSES: Partial<Readonly<Record<ErrorCode, number>>> = {
  TILE_INVALID: 404,
  ENCODING_INVALID: 404,
  NOT_FOUND: 404,
  RATE_LIMITED: 429,
  SERVICE_UNREACHABLE: 503,
  STORE_FAILED: 503,
};

/** Where the error's own words would tell of the storage, or quote what was sent. */
const WORDS: Partial<Readonly<Record<number, string>>> = {
  400: "the path cannot be read",
  500: "out of order",
  503: "the storage cannot be read at the moment",
};

/**
 * Starts the server.
 * @throws CONFIG_INVALID when it cannot listen there
 */
export async function startLogFront(options: LogFrontOptions): Promise<LogFront> {
  const { maxUnreadBytes, maxConnectionsPerAddress, trustedProxies } = { ...DEFAULT_HTTP_LIMITS, ...options };
  const settings = {
    requestTimeout: REQUEST_TIMEOUT_MS,
    headersTimeout: REQUEST_TIMEOUT_MS,
    // As long as the service's: with less, a proxy or client that knows the one meets a closed connection at the other.
    keepAliveTimeout: DEFAULT_HTTP_LIMITS.keepAliveTimeoutMs,
    requireHostHeader: true,
  };
  const server = createServer(settings);
  const limits = { maxConnections: MAX_CONNECTIONS, maxConnectionsPerAddress, trustedProxies };
  const unread = new UnreadAnswers(maxUnreadBytes, limitConnections(server, limits).distrust);
  server.on("request", unread.guard(createApp(options)));
  unread.watch(server);
  const url = await listen(server, options.host, options.port);
  return { url: `${url}/log`, close: () => closeServer(server) };
}

function createApp({ storage, ratePerMinute, trustedProxies = 0 }: LogFrontOptions): Express {
  const app = express();
  app.disable("etag").disable("x-powered-by").set("query parser", "simple").set("trust proxy", trustedProxies);
  app.use(securityHeaders({ isForAllOrigins: true }), limitRate(ratePerMinute), forAllOrigins);
  app.get("/healthz", answerHealth(storage));
  app.get(`${PREFIX}checkpoint`, serveCheckpoint(storage));
  app.get(`${PREFIX}tile/*tile`, serveTile(storage));
  app.get(`${PREFIX}bodies/*bundle`, serveBodies(storage));
  app.get(`${PREFIX}addenda/:s0/:s1/:digest`, serveAddendum(storage));
  app.get(PREFIX + ADDENDA_MARKER, serveMarker(storage));
  for (const file of EXPORTED) app.get(file.at, serveExported(storage, file));
  app.use(() => {
    throw new WarifuError(
      "NOT_FOUND",
      "there is nothing at this path for this method: see https://c2sp.org/tlog-tiles",
    );
  });
  app.use(answerErrors);
  return app;
}

/** Auditors in browsers read the log from their own pages. */
const forAllOrigins: RequestHandler = (_request, response, next) => {
  response.setHeader("access-control-allow-origin", "*");
  next();
};

/** Whether the log can be read. */
function answerHealth(storage: ObjectStore): RequestHandler {
  return async (_request, response) => {
    await readCheckpoint(storage);
    response.setHeader("cache-control", "no-store");
    send(response, CHECKPOINT_TYPE, Buffer.from("ok\n"));
  };
}

function serveCheckpoint(storage: ObjectStore): RequestHandler {
  return async (_request, response) => {
    const bytes = await readCheckpoint(storage);
    response.setHeader("cache-control", CHECKPOINT_CACHE);
    send(response, CHECKPOINT_TYPE, bytes);
  };
}

async function readCheckpoint(storage: ObjectStore): Promise<Buffer> {
  const found = await storage.read(CHECKPOINT_KEY, MAX_CHECKPOINT_BYTES);
  if (!found) throw new WarifuError("NOT_FOUND", "the log has no checkpoint yet");
  return Buffer.from(found.bytes);
}

function serveTile(storage: ObjectStore): RequestHandler {
  return async (request, response) => {
    // Only names that the log would write become keys.
    const name = parseTilePath(request.path.slice(PREFIX.length));
    const found = await storage.read(tilePath(name), MAX_TILE_BYTES);
    if (!found) throw new WarifuError("NOT_FOUND", "the log does not reach that far, or the tile is full by now");
    response.setHeader("cache-control", IMMUTABLE_CACHE);
    const bytes = Buffer.from(found.bytes);
    // Hashes do not compress.
    if (name.level !== "entries" || name.width < TILE_WIDTH) return send(response, TILE_TYPE, bytes);
    await sendCompressed(request, response, bytes);
  };
}

/** The bodies of up to 256 entries, where they are copied too. */
function serveBodies(storage: ObjectStore): RequestHandler {
  return async (request, response) => {
    const { index, width } = parseBodyBundlePath(request.path.slice(`${PREFIX}bodies/`.length));
    const found = await storage.read(bodyBundlePath(index, width), MAX_BODIES_BYTES);
    if (!found) throw noBody();
    response.setHeader("cache-control", CHECKPOINT_CACHE);
    await sendCompressed(request, response, Buffer.from(found.bytes));
  };
}

function serveAddendum(storage: ObjectStore): RequestHandler<{ s0: string; s1: string; digest: string }> {
  return async (request, response) => {
    const path = addendumPath(fromHex(request.params.digest, "digest", 32));
    if (request.path !== PREFIX + path) throw noBody();
    const found = await storage.read(path, MAX_BODY_BYTES);
    if (!found) throw noBody();
    response.setHeader("cache-control", CHECKPOINT_CACHE);
    send(response, TILE_TYPE, Buffer.from(found.bytes));
  };
}

/** It is there if bodies are. */
function serveMarker(storage: ObjectStore): RequestHandler {
  return async (_request, response) => {
    if (!(await storage.read(ADDENDA_MARKER, 0))) throw noBody();
    response.setHeader("cache-control", CHECKPOINT_CACHE);
    send(response, TILE_TYPE, Buffer.alloc(0));
  };
}

function noBody(): WarifuError {
  return new WarifuError(
    "NOT_FOUND",
    "the copy of this log has no such body: it is withheld, or bodies are not copied",
  );
}

/** A file that an export has beside those of tlog-tiles. */
interface ExportedFile {
  readonly at: RegExp;
  readonly type: string;
}

/** Only names that an export writes. Proofs may change: a body that is withheld is taken out of them. */
const EXPORTED: readonly ExportedFile[] = [
  { at: /^\/log\/bundles\/[0-9a-f]{2}\/[0-9a-f-]{36}\.json$/, type: "application/json" },
  { at: /^\/log\/timestamps\/[1-9][0-9]{0,15}\.json$/, type: "application/json" },
  { at: /^\/log\/policy\.json$/, type: "application/json" },
  { at: /^\/log\/anchors\.ndjson$/, type: "application/x-ndjson" },
];

/** In pieces, as fast as they are read: the anchors of some years are more than should be in memory for each who asks. */
function serveExported(storage: ObjectStore, { type }: ExportedFile): RequestHandler {
  return async (request, response) => {
    const key = request.path.slice(PREFIX.length);
    const first = await storage.readPiece(key, { from: 0, length: PIECE_BYTES });
    if (!first) throw new WarifuError("NOT_FOUND", "the log has no such file here");
    response.setHeader("cache-control", CHECKPOINT_CACHE);
    response.setHeader("content-type", type).setHeader("content-length", first.size);
    if (request.method === "HEAD") return void response.end();
    await pipeline(piecesFrom(storage, key, first), response);
  };
}

/** A file from its first piece on. */
async function* piecesFrom(storage: ObjectStore, key: string, first: StoredPiece): AsyncGenerator<Uint8Array> {
  const { size, of } = first;
  let sent = 0;
  for (let piece: StoredPiece | undefined = first; sent < size;) {
    if (!piece || piece.bytes.length === 0) throw new WarifuError("STORE_FAILED", `${key} ends early`);
    yield piece.bytes;
    sent += piece.bytes.length;
    if (sent < size) piece = await storage.readPiece(key, { from: sent, length: PIECE_BYTES, of });
  }
}

const compressed = promisify(gzip);

async function sendCompressed(request: Request, response: Response, bytes: Buffer): Promise<void> {
  response.setHeader("vary", "accept-encoding");
  if (request.acceptsEncodings(["gzip", "identity"]) !== "gzip") return send(response, TILE_TYPE, bytes);
  response.setHeader("content-encoding", "gzip");
  send(response, TILE_TYPE, await compressed(bytes));
}

/** Every error ends here: a line for people, in plain text, quoting nothing that was sent. */
const answerErrors: ErrorRequestHandler = (thrown: unknown, _request, response, _next) => {
  const code = thrown instanceof WarifuError ? thrown.code : "STOPPED";
  // The framework's own errors are the client's fault, for example a path that cannot be decoded.
  const status = (thrown as { status?: unknown }).status === 400 ? 400 : (STATUSES[code] ?? 500);
  if (response.headersSent) return void response.destroy();
  const words = WORDS[status] ?? messageOf(thrown);
  response.status(status).setHeader("cache-control", "no-store");
  send(response, CHECKPOINT_TYPE, Buffer.from(`${words}\n`));
};

/** The media type exactly as given: a framework would add a charset. */
function send(response: Response, mediaType: string, bytes: Buffer): void {
  response.setHeader("content-type", mediaType).setHeader("content-length", bytes.length);
  response.end(response.req.method === "HEAD" ? undefined : bytes);
}
