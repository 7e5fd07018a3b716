/**
 * What answers the requests to one log: Express, and limits around it. Order matters: a request is measured, bounded and
 * rate-limited before a route sees it, and every error ends up in one handler.
 */
import type { RequestListener } from "node:http";
import express, { type Express, type RequestHandler } from "express";
import type { Logger } from "pino";
import type { Citizens } from "../citizens/citizens.ts";
import type { Access } from "../keys/api-keys.ts";
import { Alarms } from "../alarms/alarms.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import type { Policy } from "../core/policy.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { Posts } from "../posts/posts.ts";
import type { Ledger } from "../read/ledger.ts";
import type { HttpLimits } from "../serve/limits.ts";
import { readPageFiles } from "../serve/page-files.ts";
import { writeGeoReportError } from "./handling/georeport-answers.ts";
import type { Open311Parts, RouteParts } from "./handling/route.ts";
import { createMetrics, type Metrics } from "./handling/metrics.ts";
import { answerErrors, routeOf, writeProblemsWith } from "./handling/problem-answers.ts";
import { limitRate } from "../serve/rate-limit.ts";
import { shareWithAllOrigins } from "./resources/log.ts";
import { PAGE_PATHS } from "./resources/pages.ts";
import { CITIZEN_SIGN_IN_PATHS } from "./resources/citizen-sessions.ts";
import { SIGN_IN_PATHS } from "./resources/sessions.ts";
import { OpeningsLimit } from "./handling/openings-limit.ts";
import { DirectPath, messagesOf, type MessageClasses } from "./direct-path.ts";
import { createRouter, methodsAt, ROUTES } from "./routes.ts";
import { SecurityLog } from "./handling/security-log.ts";
import type { Desk } from "../sign-in/desk.ts";
import { SpentKeys } from "./handling/spent-keys.ts";
import { securityHeaders } from "../serve/security-headers.ts";
import { ReceiptFiles } from "./resources/receipt-files.ts";
import { VerifyPool } from "./resources/verify-pool.ts";
import { requireWellFormed } from "../serve/well-formed.ts";
import { listenFor, type HttpServer } from "./listener.ts";

/** What the server needs. */
export interface HttpServerOptions {
  readonly ledger: Ledger;
  readonly exchange: Exchange;
  readonly access: Access;
  readonly desk: Desk;
  /** None without a city. */
  readonly citizens?: Citizens | undefined;
  readonly posts?: Posts | undefined;
  /** The policy with which POST /v1/verify verifies. */
  readonly policy: () => Policy;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Addresses at which clients reach it, if not those it listens on. */
  readonly publicUrls?: readonly string[] | undefined;
  /** Where on the server it is, such as `/parks/2026`; at its root if left out. */
  readonly prefix?: string | undefined;
  /** Counts the requests of each client, where several logs do so together; a count of its own if left out. */
  readonly limitRequests?: RequestHandler | undefined;
  readonly open311: Open311Parts;
  /** Folder of the built pages; without it, there are none. */
  readonly pagesDir?: string | undefined;
  /** The register of processing. */
  readonly processing?: RouteParts["processing"];
  readonly limits: HttpLimits;
  readonly logger: Logger;
  /** Where alarms about keys and openings go. */
  readonly alarms?: Alarms | undefined;
  readonly now?: () => number;
}

/** Has requests answered by a handler: of a server of its own, which makes such messages, or of one that others share. */
export type Listen = (answer: RequestListener, messages: MessageClasses) => Promise<HttpServer>;

/**
 * Starts to answer requests.
 * @param listenWith where they come from: a server of its own if left out
 * @throws CONFIG_INVALID when it cannot listen there
 */
export async function startHttpServer(
  options: HttpServerOptions,
  listenWith: Listen = (answer, messages) => listenFor(answer, { ...options, messages }),
): Promise<HttpServer> {
  const housekeeping = new Housekeeping(options);
  const [verifier, receipts] = [new VerifyPool(), new ReceiptFiles()];
  const spentKeys = spentKeysOf(options, housekeeping);
  const { app, direct } = createApp(options, housekeeping, { verifier, receipts, spentKeys });
  const server = await listenWith((request, response) => {
    if (!spentKeys.turnsAway(request, response) && !direct.takes(request, response)) app(request, response);
  }, messagesOf(app));
  const close = async (): Promise<void> => {
    await server.close();
    await Promise.all([verifier.close(), receipts.close()]);
    await housekeeping.stop();
  };
  return { url: server.url, close };
}

function spentKeysOf({ ledger, access, now = Date.now }: HttpServerOptions, { metrics }: Housekeeping): SpentKeys {
  const onTurnedAway = (source: string): void => {
    ledger.noteTurnedAway(source);
    metrics.countTurnedAway();
  };
  return new SpentKeys({ access, onTurnedAway, now });
}

const TICK_MS = 15_000;

/** Periodic work: ends the minutes of the security log, and saves when keys and sessions were last used. */
class Housekeeping {
  readonly metrics: Metrics;
  readonly security: SecurityLog;
  readonly #timer: NodeJS.Timeout;
  readonly #noteUses: () => Promise<void>;

  constructor(options: HttpServerOptions) {
    const { ledger, access, desk, citizens, limits, logger, now = Date.now, alarms = new Alarms(now) } = options;
    const metrics = createMetrics(ledger);
    this.metrics = metrics;
    this.security = new SecurityLog({
      logger,
      now,
      onCount: (event, count) => metrics.countSecurity(event, count),
      alarms,
      openingsAlarm: Math.ceil(limits.openingsPerMinute / 2),
    });
    this.#noteUses = () =>
      Promise.all([access.noteUses(), desk.sessions.noteUses(), citizens?.sessions.noteUses()]).then(
        () => undefined,
        (error: unknown) => logger.warn({ reason: messageOf(error) }, "last use of keys not kept"),
      );
    this.#timer = setInterval(() => {
      this.security.tick();
      void this.#noteUses();
    }, TICK_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#noteUses();
  }
}

/** Public anyway. A page of another origin may read it, but sends no key. */
const OPEN_TO_ALL_ORIGINS = [
  "/log",
  "/open311",
  "/openapi.json",
  "/.well-known",
  "/v1/records/:id",
  "/v1/checkpoints",
  "/v1/anchors",
  "/v1/privacy/law",
  "/v1/privacy/notices",
  "/v1/profiles",
  "/v1/status",
];

/** All but /livez and /readyz: a supervisor that gets a 429 would end a healthy service. */
const RATE_LIMITED = [
  ...["/v1", "/v1.1", "/open311", "/log", "/healthz", "/metrics", "/openapi.json", "/.well-known"],
  ...PAGE_PATHS,
];

/** The application, and the way past it. */
function createApp(
  options: HttpServerOptions,
  { metrics, security }: Housekeeping,
  own: Pick<RouteParts, "verifier" | "receipts" | "spentKeys">,
): { readonly app: Express; readonly direct: DirectPath } {
  const { limits, logger, now = Date.now, publicUrls = [], pagesDir } = options;
  const { limitRequests = limitRate(limits.ratePerMinute) } = options;
  const openingsLimit = new OpeningsLimit(limits.openingsPerMinute, now);
  const app = express();
  app.disable("etag").disable("x-powered-by").set("query parser", "simple").set("trust proxy", limits.trustedProxies);
  app.use(logRequests(logger), metrics.measure, securityHeaders({ isForAllOrigins: false }), requireWellFormed(limits));
  app.use(OPEN_TO_ALL_ORIGINS, shareWithAllOrigins);
  app.use(["/v1", "/v1.1", "/open311"], keepFromCaches);
  app.use("/open311", writeProblemsWith(writeGeoReportError));
  app.use(RATE_LIMITED, limitRequests);
  for (const paths of [SIGN_IN_PATHS, CITIZEN_SIGN_IN_PATHS]) app.use([...paths], limitRate(limits.signInsPerMinute));
  const pages = pagesDir === undefined ? new Map() : readPageFiles(pagesDir);
  const routes = createRouter({ ...options, ...own, now, publicUrls, metrics, security, openingsLimit, pages });
  app.use(routes);
  app.use((request, response) => {
    const methods = methodsAt(routes, request.path);
    if (methods.length === 0) throw new WarifuError("NOT_FOUND", "there is nothing at this path: see /openapi.json");
    response.setHeader("allow", methods.join(", "));
    throw new WarifuError("METHOD_NOT_ALLOWED", `this path takes ${methods.join(" and ")}`);
  });
  app.use(answerErrors(logger));
  const direct = ROUTES.filter(({ isDirect }) => isDirect);
  return { app, direct: new DirectPath(app, routes, direct) };
}

const keepFromCaches: RequestHandler = (_request, response, next) => {
  response.setHeader("cache-control", "no-store");
  next();
};

/** One line per request at level debug: the pattern of its route, never its path. */
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
