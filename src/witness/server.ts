/**
 * The witness over HTTP (https://c2sp.org/tlog-witness): answers are plain text, with the statuses of the specification.
 * Anybody may ask, so every request is limited in size, time and number before a signature is looked at.
 */
import { createServer } from "node:http";
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from "express";
import { WarifuError, messageOf, type ErrorCode } from "../core/errors.ts";
import { formatSignatureLine, formatVerifierKey } from "../core/note.ts";
import { formatTreeSize, MAX_ADD_CHECKPOINT_BYTES, TLOG_SIZE_MEDIA_TYPE } from "../core/tlog-witness.ts";
import { askWhenRead } from "../serve/arriving-body.ts";
import { closeServer, listen } from "../serve/listen.ts";
import { limitRate } from "../serve/rate-limit.ts";
import { collectBody } from "../serve/request-body.ts";
import { endEarly } from "../serve/response-end.ts";
import { securityHeaders } from "../serve/security-headers.ts";
import type { Witness } from "./witness.ts";

/** Limits on what comes in; a log asks a few times a minute. */
export interface WitnessLimits {
  /** Longest time until the whole request has arrived. */
  readonly requestTimeoutMs: number;
  readonly maxConnections: number;
  /** Requests of one client address a minute. */
  readonly ratePerMinute: number;
}

export const DEFAULT_WITNESS_LIMITS: WitnessLimits = {
  requestTimeoutMs: 15_000,
  maxConnections: 500,
  ratePerMinute: 6_000,
};

/** What the server needs. */
export interface WitnessServerOptions {
  readonly witness: Witness;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly limits?: Partial<WitnessLimits>;
}

/** A server that listens. */
export interface WitnessServer {
  /** Without a slash at its end: the submission prefix and the monitoring prefix. */
  readonly url: string;
  /** Takes no new connections, lets running requests end, then cuts off the rest. */
  close(): Promise<void>;
}

const PLAIN_TEXT = "text/plain; charset=utf-8";
/** As long as the service's own: a log that asks every few seconds must not meet a connection that is just being closed. */
const KEEP_ALIVE_MS = 30_000;
const MAX_HEADER_BYTES = 8_192;
// Every request for the page looks up each of them.
const MAX_LISTED_LOGS = 1_000;

const STATUSES: Partial<Readonly<Record<ErrorCode, number>>> = {
  REQUEST_INVALID: 400,
  ENCODING_INVALID: 400,
  SIGNATURE_MISMATCH: 403,
  NOT_FOUND: 404,
  TOO_LARGE: 413,
  NOT_ACCEPTABLE: 415,
  CONSISTENCY_MISMATCH: 422,
  PROOF_INVALID: 422,
  RATE_LIMITED: 429,
  CLOCK_BACKWARDS: 503,
  STOPPED: 503,
};

/**
 * Starts the server.
 * @throws CONFIG_INVALID when it cannot listen there
 */
export async function startWitnessServer(options: WitnessServerOptions): Promise<WitnessServer> {
  const { witness, host, port } = options;
  const limits = { ...DEFAULT_WITNESS_LIMITS, ...options.limits };
  const settings = {
    maxHeaderSize: MAX_HEADER_BYTES,
    requestTimeout: limits.requestTimeoutMs,
    headersTimeout: limits.requestTimeoutMs,
    connectionsCheckingInterval: Math.min(limits.requestTimeoutMs, 4_000) / 4,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requireHostHeader: true,
  };
  const server = createServer(settings, createApp(witness, limits));
  askWhenRead(server);
  server.maxConnections = limits.maxConnections;
  const url = await listen(server, host, port);
  return { url, close: () => closeServer(server) };
}

function createApp(witness: Witness, { ratePerMinute }: WitnessLimits): Express {
  const app = express();
  app.disable("etag").disable("x-powered-by").set("query parser", "simple");
  app.use(securityHeaders({ isForAllOrigins: true }), limitRate(ratePerMinute));
  app.post("/add-checkpoint", addCheckpoint(witness));
  app.get("/:origin/checkpoint", serveLatest(witness));
  app.get("/", introduce(witness));
  app.use(() => {
    throw new WarifuError("NOT_FOUND", "there is nothing at this path for this method: see /");
  });
  app.use(answerErrors);
  return app;
}

/** The protocol's only call. */
function addCheckpoint(witness: Witness): RequestHandler {
  return async (request, response) => {
    response.setHeader("cache-control", "no-store");
    const verdict = await witness.addCheckpoint(await collectBody(request, MAX_ADD_CHECKPOINT_BYTES));
    if ("cosignatures" in verdict)
      return send(response, 200, PLAIN_TEXT, verdict.cosignatures.map(formatSignatureLine).join(""));
    send(response, 409, TLOG_SIZE_MEDIA_TYPE, formatTreeSize(verdict.latestSize));
  };
}

/** For monitors: the latest cosigned checkpoint of a log, by the hash of its origin. */
function serveLatest(witness: Witness): RequestHandler<{ origin: string }> {
  return async (request, response) => {
    const note = await witness.latest(request.params.origin);
    if (note === undefined) throw new WarifuError("NOT_FOUND", "no checkpoint of a log of that origin was cosigned");
    response.setHeader("cache-control", "public, max-age=2");
    send(response, 200, PLAIN_TEXT, note);
  };
}

/** For people: who this is, and whom it knows. */
function introduce(witness: Witness): RequestHandler {
  return async (_request, response) => {
    const { origins } = witness;
    const listed = origins.slice(0, MAX_LISTED_LOGS);
    const heads = await Promise.all(listed.map((origin) => witness.head(origin)));
    const lines = [
      "This is a witness of transparency logs: https://c2sp.org/tlog-witness",
      `name: ${witness.key.name}`,
      `vkey: ${formatVerifierKey(witness.key)}`,
      `logs (${origins.length}), and the size that was cosigned last:`,
      ...listed.map((origin, at) => `  ${origin}: ${sizeOf(heads[at]?.treeSize)}`),
      ...(listed.length < origins.length ? ["  …"] : []),
    ];
    response.setHeader("cache-control", "no-store");
    send(response, 200, PLAIN_TEXT, `${lines.join("\n")}\n`);
  };
}

function sizeOf(treeSize: number | undefined): string {
  return treeSize === undefined ? "nothing yet" : String(treeSize);
}

/** Every error ends here: a line for people, in plain text, quoting nothing that was sent. */
const answerErrors: ErrorRequestHandler = (thrown: unknown, request, response, _next) => {
  const code = thrown instanceof WarifuError ? thrown.code : "STOPPED";
  // The framework's own errors are the client's fault, for example a path that cannot be decoded.
  const status = (thrown as { status?: unknown }).status === 400 ? 400 : (STATUSES[code] ?? 500);
  const isTold = thrown instanceof WarifuError && status < 500;
  if (response.headersSent) return void response.destroy();
  const body = Buffer.from(`${isTold ? messageOf(thrown) : status === 400 ? "bad request" : "out of order"}\n`);
  response.status(status).setHeader("content-type", PLAIN_TEXT);
  response.setHeader("cache-control", "no-store").setHeader("content-length", body.length);
  endEarly(request, response, request.method === "HEAD" ? [] : [body]);
};

/** The media type exactly as given: a framework would add a charset, and a client compares it byte for byte. */
function send(response: Response, status: number, mediaType: string, text: string): void {
  const body = Buffer.from(text);
  response.status(status).setHeader("content-type", mediaType).setHeader("content-length", body.length);
  response.end(body);
}
