/**
 * The front of a service with several logs: it passes each request on to the log that it is for, by the path or the host, and
 * answers itself what is about all of them. A log that is down is refused for, and for no other.
 */
import type { IncomingMessage, RequestListener } from "node:http";
import express, { Router, type Express, type RequestHandler } from "express";
import type { Logger } from "pino";
import { WarifuError } from "../core/errors.ts";
import type { HttpLimits } from "../serve/limits.ts";
import { securityHeaders } from "../serve/security-headers.ts";
import { requireWellFormed } from "../serve/well-formed.ts";
import { answerErrors } from "./handling/problem-answers.ts";
import { openApiRoute } from "./openapi.ts";
import { allLogsRoutes, pagesOf, type AllLogsRoute, type LogOfSeveral } from "./resources/all-logs.ts";
import { shareWithAllOrigins } from "./resources/log.ts";
import { PAGE_PATHS } from "./resources/pages.ts";

const ABOUT =
  "A service with several logs. Each is a service of its own, with the whole API below its path (`/v1/logs`), where " +
  "`/openapi.json` describes it; these routes are about all of them.";

/** Every route at the root of a service with several logs; the last one describes them all. */
const ROUTES: readonly AllLogsRoute[] = [
  ...allLogsRoutes,
  openApiRoute(() => ROUTES, { description: ABOUT, operation: "showOpenApiOfLogs" }),
];

/** What the front needs. */
export interface FrontOptions {
  readonly logs: readonly LogOfSeveral[];
  readonly limits: HttpLimits;
  /** Counts the requests of each client, those to the logs among them. */
  readonly limitRequests: RequestHandler;
  readonly logger: Logger;
}

/** Answers the requests to all of the logs. */
export function createFront(options: FrontOptions): RequestListener {
  const down = new WeakMap<IncomingMessage, LogOfSeveral>();
  const app = createApp(options, down);
  const ways = options.logs.map((log) => ({ log, pages: pagesElsewhere(log, options) }));
  return (request, response) => {
    const alone = ways.find(({ log }) => log.setUp.hosts.includes(hostOf(request)));
    const way = alone ?? ways.find(({ log }) => isBelow(log.setUp.path, request.url ?? ""));
    if (!way) return app(request, response);
    const { log, pages } = way;
    if (!log.answer) {
      down.set(request, log);
      return app(request, response);
    }
    if (alone) return log.answer(request, response);
    request.url = withinLog((request.url ?? "").slice(log.setUp.path.length));
    if (isOfPage(request.url)) return pages(request, response);
    log.answer(request, response);
  };
}

function hostOf({ headers }: IncomingMessage): string {
  return (headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
}

function isBelow(path: string, url: string): boolean {
  return url.startsWith(path) && /^([/?]|$)/.test(url.slice(path.length));
}

/** C2SP tlog-tiles has a log's files right below its origin, https://c2sp.org/tlog-tiles; here they are below `/log/` too. */
const FILES = /^\/(?:checkpoint$|tile\/|addenda\/|addenda\.v1$|bodies\/|intact\/)/;

function withinLog(rest: string): string {
  if (FILES.test(rest)) return `/log${rest}`;
  return rest.startsWith("/") ? rest : `/${rest}`;
}

/** The verifier is complete in one file, which is the same wherever it lies. */
const VERIFIER_FILE = /^\/warifu-verify[-.]/;

const pagePaths = Router({ caseSensitive: true, strict: true });
pagePaths.use([...PAGE_PATHS], () => undefined);

function isOfPage(url: string): boolean {
  const [path = "/"] = url.split("?", 1);
  if (VERIFIER_FILE.test(path)) return false;
  const [layer] = pagePaths.stack as unknown as readonly { match(path: string): boolean }[];
  return layer?.match(path) ?? false;
}

/**
 * Pages need a host of their own: sessions, passkeys and what browsers keep belong to a host, and two logs at one would share
 * them.
 */
function pagesElsewhere({ setUp }: LogOfSeveral, options: FrontOptions): Express {
  const app = hardened(options);
  const [home] = pagesOf(setUp);
  app.use((request, response) => {
    if (home === undefined)
      throw new WarifuError(
        "NOT_FOUND",
        "the pages of this log need a host of its own, which it does not have: its API and its files are here",
      );
    response.redirect(303, `${home}${request.url}`);
  });
  app.use(answerErrors(options.logger));
  return app;
}

/** @param down the log that a request is for, if it does not run */
function createApp(options: FrontOptions, down: WeakMap<IncomingMessage, LogOfSeveral>): Express {
  const { logs, logger } = options;
  const app = hardened(options);
  app.use((request, _response, next) => {
    const log = down.get(request);
    if (log) throw notRunning(log);
    next();
  });
  app.use(["/v1/logs", "/openapi.json"], shareWithAllOrigins);
  for (const { path, isUnlimited, handle } of ROUTES)
    app.get(path, ...(isUnlimited ? [] : [options.limitRequests]), handle(logs));
  app.use(options.limitRequests, () => {
    throw new WarifuError("NOT_FOUND", "this service has several logs: /v1/logs says where each of them is");
  });
  app.use(answerErrors(logger));
  return app;
}

function hardened({ limits }: FrontOptions): Express {
  const app = express();
  app.disable("etag").disable("x-powered-by").set("query parser", "simple").set("trust proxy", limits.trustedProxies);
  return app.use(securityHeaders({ isForAllOrigins: false }), requireWellFormed(limits));
}

/** Why nothing can be asked of a log; what exactly is wrong is for its operator. */
function notRunning({ setUp: { name }, state: { failure, triesAgainAt } }: LogOfSeveral): WarifuError {
  const then = triesAgainAt === undefined ? "" : ", and it is started again soon";
  return failure
    ? new WarifuError("STOPPED", `the log ${name} has stopped; other logs of this service go on${then}`)
    : new WarifuError("BUSY", `the log ${name} is starting: ask again in a moment`);
}
