/**
 * The front of a service with several logs: it passes each request on to the log that it is for, by the path or the host, and
 * answers itself what is about all of them. A log that is down is refused for, and for no other.
 */
import type { IncomingMessage, RequestListener } from "node:http";
import express, { Router, type Express, type RequestHandler } from "express";
import type { Logger } from "pino";
import { WarifuError } from "../core/errors.ts";
import type { Ledger } from "../read/ledger.ts";
import { termView } from "../read/status.ts";
import type { HttpLimits } from "../serve/limits.ts";
import { allowPage, securityHeaders } from "../serve/security-headers.ts";
import { requireWellFormed } from "../serve/well-formed.ts";
import { answerErrors } from "./handling/problem-answers.ts";
import { shareWithAllOrigins } from "./resources/log.ts";
import { languageFor, logsPage, LOGS_STYLE, type ShownLog } from "./resources/logs-page.ts";
import { PAGE_PATHS } from "./resources/pages.ts";

/** A log behind the front. */
export interface FrontLog {
  readonly setUp: {
    readonly name: string;
    /** Where it is, such as `/parks/2026`. */
    readonly path: string;
    /** Hosts at which it is alone, at the root. */
    readonly hosts: readonly string[];
    readonly config: {
      readonly origin: string;
      readonly term: Parameters<typeof termView>[0];
      readonly http: { readonly publicUrls: readonly string[] };
    };
  };
  /** `undefined` while it is down or starting. */
  readonly answer: RequestListener | undefined;
  readonly state: { readonly isRunning: boolean; readonly failure: WarifuError | undefined };
  readonly ledger: Pick<Ledger, "health" | "stopReason"> | undefined;
}

/** What the front needs. */
export interface FrontOptions {
  readonly logs: readonly FrontLog[];
  readonly limits: HttpLimits;
  /** Counts the requests of each client, those to the logs among them. */
  readonly limitRequests: RequestHandler;
  readonly logger: Logger;
}

/** A log in `/healthz`: its red alarms, by the codes that docs/alarms.md explains. */
interface LogHealth extends Pick<ShownLog, "name" | "origin" | "path" | "state" | "code"> {
  readonly ok: boolean;
  readonly alarms: readonly string[];
}

/** Answers the requests to all of the logs. */
export function createFront(options: FrontOptions): RequestListener {
  const down = new WeakMap<IncomingMessage, FrontLog>();
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
function pagesElsewhere({ setUp }: FrontLog, options: FrontOptions): Express {
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

function pagesOf({ config }: FrontLog["setUp"]): string[] {
  return config.http.publicUrls.filter((url) => new URL(url).pathname === "/").map((url) => url.replace(/\/$/, ""));
}

/** @param down the log that a request is for, if it does not run */
function createApp(options: FrontOptions, down: WeakMap<IncomingMessage, FrontLog>): Express {
  const { logs, logger } = options;
  const app = hardened(options);
  app.use((request, _response, next) => {
    const log = down.get(request);
    if (log) throw notRunning(log);
    next();
  });
  app.get("/livez", (_request, response) => void response.json({ ok: true }));
  app.get("/readyz", (_request, response) => {
    const ready = logs.some(({ ledger }) => ledger && !ledger.stopReason);
    if (!ready) throw new WarifuError("STOPPED", "no log of this service takes records");
    response.json({ ok: true });
  });
  app.use(options.limitRequests);
  app.get("/healthz", (_request, response) => {
    const shown = logs.map(healthOf);
    const ok = shown.every((one) => one.ok);
    response.setHeader("cache-control", "no-store");
    response.status(ok ? 200 : 503).json({ ok, logs: shown });
  });
  app.get("/v1/logs", shareWithAllOrigins, (_request, response) => {
    response.setHeader("cache-control", "no-store");
    response.json({ items: logs.map(shownLog) });
  });
  app.get("/", (request, response) => {
    allowPage(response);
    response.setHeader("cache-control", "no-cache").setHeader("vary", "accept-language");
    response.type("html").send(logsPage(logs.map(shownLog), languageFor(request)));
  });
  app.get("/logs.css", (_request, response) => void response.type("css").send(LOGS_STYLE));
  app.use(() => {
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
function notRunning({ setUp: { name }, state: { failure } }: FrontLog): WarifuError {
  return failure
    ? new WarifuError("STOPPED", `the log ${name} has stopped; other logs of this service go on`)
    : new WarifuError("BUSY", `the log ${name} is starting: ask again in a moment`);
}

function shownLog({ setUp, state: { isRunning, failure } }: FrontLog): ShownLog {
  return {
    ...{ name: setUp.name, origin: setUp.config.origin, path: setUp.path, pages: pagesOf(setUp)[0] ?? null },
    state: isRunning ? "running" : failure ? "stopped" : "starting",
    code: failure?.code ?? null,
    ...termView(setUp.config.term),
  };
}

function healthOf(log: FrontLog): LogHealth {
  const { name, origin, path, state, code } = shownLog(log);
  const health = log.ledger?.health();
  const red = (health?.alarms ?? []).filter(({ severity }) => severity === "red").map((alarm) => alarm.code);
  const alarms = state === "stopped" ? ["log-stopped"] : red;
  return { name, origin, path, state, code, ok: health?.ok ?? false, alarms };
}
