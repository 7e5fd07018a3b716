/**
 * The HTTP server: Node's own parser in its strict mode, limits around it, Express over it. Order matters: a request is
 * measured, bounded and rate-limited before a route sees it, and every error ends in the one handler.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type Express, type RequestHandler } from "express";
import { rateLimit } from "express-rate-limit";
import helmet from "helmet";
import type { Logger } from "pino";
import type { Access } from "../access.ts";
import { WarifuError } from "../core/errors.ts";
import type { Policy } from "../core/policy.ts";
import type { Ledger } from "../ledger.ts";
import type { HttpLimits } from "./limits.ts";
import { createMetrics } from "./metrics.ts";
import { answerErrors, answerMalformedRequests, routeOf } from "./problem-answers.ts";
import { shareWithAllOrigins } from "./read-log.ts";
import { createRoutes } from "./routes.ts";
import { requireWellFormed } from "./well-formed.ts";
import { listen } from "./listen.ts";

/** What the server needs. */
export interface HttpServerOptions {
  readonly ledger: Ledger;
  readonly access: Access;
  /** The policy under which POST /v1/verify judges. */
  readonly policy: () => Policy;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly limits: HttpLimits;
  readonly logger: Logger;
}

/** A server that listens. */
export interface HttpServer {
  /** Without a slash at its end. */
  readonly url: string;
  /** Takes no new connections, lets running requests end, then cuts what is left. */
  close(): Promise<void>;
}

const CLOSE_GRACE_MS = 5_000;
const CLOSE_LOOK_MS = 20;
const MINUTE_MS = 60_000;

/**
 * Starts the server.
 * @throws CONFIG_INVALID when it cannot listen there
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { limits, host, port } = options;
  const settings = {
    maxHeaderSize: limits.maxHeaderBytes,
    requestTimeout: limits.requestTimeoutMs,
    headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    // How exactly the two timeouts are kept.
    connectionsCheckingInterval: Math.min(limits.requestTimeoutMs, limits.headersTimeoutMs, 4_000) / 4,
    insecureHTTPParser: false,
    requireHostHeader: true,
  };
  const server = createServer(settings, createApp(options));
  server.maxConnections = limits.maxConnections;
  answerMalformedRequests(server);
  await listen(server, host, port);
  const { port: boundPort } = server.address() as AddressInfo;
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${boundPort}`;
  return { url, close: () => close(server) };
}

/** The application. */
export function createApp(options: HttpServerOptions): Express {
  const { ledger, limits, logger } = options;
  const metrics = createMetrics(ledger);
  const app = express();
  app.disable("etag").disable("x-powered-by").set("query parser", "simple").set("trust proxy", limits.trustedProxies);
  app.use(logRequests(logger), metrics.measure, securityHeaders(), requireWellFormed(limits));
  app.use("/log", shareWithAllOrigins);
  app.use("/v1", keepFromCaches);
  app.use(["/v1", "/log"], limitRate(limits));
  app.use(createRoutes({ ...options, metrics }));
  app.use(() => {
    throw new WarifuError("NOT_FOUND", "there is nothing at this path for this method: see /openapi.json");
  });
  app.use(answerErrors(logger));
  return app;
}

/** Nothing that is answered here is a page: it may load nothing, and nobody may frame it. */
function securityHeaders(): RequestHandler {
  const directives = { "default-src": ["'none'"], "frame-ancestors": ["'none'"] };
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    // For this host only: others of the city's domain are not ours to decide on.
    strictTransportSecurity: { includeSubDomains: false },
    referrerPolicy: { policy: "no-referrer" },
    xFrameOptions: { action: "deny" },
  });
}

const keepFromCaches: RequestHandler = (_request, response, next) => {
  response.setHeader("cache-control", "no-store");
  next();
};

/** Draft-8 RateLimit headers, and Retry-After once the limit is reached. */
function limitRate({ ratePerMinute }: HttpLimits): RequestHandler {
  return rateLimit({
    windowMs: MINUTE_MS,
    limit: ratePerMinute,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    // Its own checks of the set-up speak to the console.
    validate: false,
    handler: (_request, _response, next) =>
      next(new WarifuError("RATE_LIMITED", `a client may make ${ratePerMinute} requests a minute`)),
  });
}

/** One line a request at level debug: the pattern of its route, never its path. */
function logRequests(logger: Logger): RequestHandler {
  return (request, response, next) => {
    if (logger.isLevelEnabled("debug")) {
      const begun = performance.now();
      response.once("close", () => {
        const durationMs = Math.round((performance.now() - begun) * 10) / 10;
        logger.debug(
          { method: request.method, route: routeOf(request), status: response.statusCode, durationMs },
          "request",
        );
      });
    }
    next();
  };
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  // A connection falls idle when its last answer is out; nothing but a look from time to time closes it then.
  const idle = setInterval(() => server.closeIdleConnections(), CLOSE_LOOK_MS);
  const cut = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(cut);
}
