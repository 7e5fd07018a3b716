/**
 * What a service with several logs says about all of them, at its root: which logs there are, as a page and as JSON,
 * their state, and the OpenAPI document of these routes. Everything about one log is below its path, as if it were
 * alone.
 */
import type { RequestListener } from "node:http";
import type { Request, RequestHandler, Response } from "express";
import { Gauge, Registry } from "prom-client";
import { z } from "zod";
import type { AlarmCode } from "../../alarms/alarms.ts";
import { ALARMS } from "../../alarms/alarms.ts";
import { WarifuError } from "../../core/errors.ts";
import type { Ledger } from "../../read/ledger.ts";
import { termView } from "../../read/status.ts";
import { allowPage } from "../../serve/security-headers.ts";
import { json } from "../handling/answers.ts";
import type { DescribedRoute } from "../handling/route.ts";
import { codes, count, time } from "../handling/values.ts";
import { languageFor, logsPage, LOGS_STYLE, type ShownLog } from "./logs-page.ts";
import { showLiveness, termSchema, upSchema } from "./status.ts";

/** A log of several. */
export interface LogOfSeveral {
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
  readonly state: {
    readonly isRunning: boolean;
    readonly failure: WarifuError | undefined;
    /** How often it came back by itself since the process began. */
    readonly restarts: number;
    /** POSIX milliseconds; `undefined` while it runs, and when a person is needed. */
    readonly triesAgainAt: number | undefined;
  };
  readonly ledger: Pick<Ledger, "health" | "stopReason"> | undefined;
}

/** A route about all logs of a service with several. */
export interface AllLogsRoute extends DescribedRoute {
  readonly method: "get";
  readonly handle: (logs: readonly LogOfSeveral[]) => RequestHandler<never>;
}

/** The hosts at which the pages of a log are. */
export function pagesOf({ config }: LogOfSeveral["setUp"]): string[] {
  return config.http.publicUrls.filter((url) => new URL(url).pathname === "/").map((url) => url.replace(/\/$/, ""));
}

function shownLog({ setUp, state: { isRunning, failure } }: LogOfSeveral): ShownLog {
  return {
    ...{ name: setUp.name, origin: setUp.config.origin, path: setUp.path, pages: pagesOf(setUp)[0] ?? null },
    state: isRunning ? "running" : failure ? "stopped" : "starting",
    code: failure?.code ?? null,
    ...termView(setUp.config.term),
  };
}

/** A log in `/healthz`: its red alarms, by the codes that docs/alarms.md explains. */
interface LogHealth extends Pick<ShownLog, "name" | "origin" | "path" | "state" | "code"> {
  readonly ok: boolean;
  readonly alarms: readonly AlarmCode[];
  readonly restarts: number;
  readonly triesAgainAt: string | null;
}

function healthOf(log: LogOfSeveral): LogHealth {
  const { name, origin, path, state, code } = shownLog(log);
  const { restarts, triesAgainAt } = log.state;
  const health = log.ledger?.health();
  const red = (health?.alarms ?? []).filter(({ severity }) => severity === "red").map((alarm) => alarm.code);
  return {
    ...{ name, origin, path, state, code, ok: health?.ok ?? false, restarts },
    alarms: state === "stopped" ? ["log-stopped"] : red,
    triesAgainAt: triesAgainAt === undefined ? null : new Date(triesAgainAt).toISOString(),
  };
}

function showHealthOfLogs(logs: readonly LogOfSeveral[]): RequestHandler {
  return (_request, response) => {
    const shown = logs.map(healthOf);
    const ok = shown.every((one) => one.ok);
    response.setHeader("cache-control", "no-store");
    response.status(ok ? 200 : 503).json({ ok, logs: shown });
  };
}

function showReadinessOfLogs(logs: readonly LogOfSeveral[]): RequestHandler {
  return (_request, response) => {
    const isReady = logs.some(({ ledger }) => ledger && !ledger.stopReason);
    if (!isReady) throw new WarifuError("STOPPED", "no log of this service takes records");
    response.json({ ok: true });
  };
}

/** How the logs fare, in Prometheus's format; each has metrics of its own below its path. */
function showMetricsOfLogs(logs: readonly LogOfSeveral[]): RequestHandler {
  const registry = new Registry();
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `warifu_log_${name}`, help, labelNames: ["log"], registers: [registry] });
  const running = gauge("running", "1 while the log runs, else 0");
  const healthy = gauge("healthy", "1 while the log does what it promises, else 0");
  const restarts = gauge("restarts", "How often the log came back by itself since the process began");
  return async (_request, response) => {
    for (const one of logs.map(healthOf)) {
      running.set({ log: one.name }, one.state === "running" ? 1 : 0);
      healthy.set({ log: one.name }, one.ok ? 1 : 0);
      restarts.set({ log: one.name }, one.restarts);
    }
    response.setHeader("content-type", registry.contentType);
    response.send(Buffer.from(await registry.metrics()));
  };
}

function listLogs(logs: readonly LogOfSeveral[]): RequestHandler {
  return (_request, response) => {
    response.setHeader("cache-control", "no-store");
    response.json({ items: logs.map(shownLog) });
  };
}

function showLogsPage(logs: readonly LogOfSeveral[]): RequestHandler {
  return (request: Request, response: Response) => {
    allowPage(response);
    response.setHeader("cache-control", "no-cache").setHeader("vary", "accept-language");
    response.type("html").send(logsPage(logs.map(shownLog), languageFor(request)));
  };
}

const name = z.string().meta({ description: "What the log is called in this service." });
const path = z.string().meta({ description: "Where it is: all of its own API is below." });
const code = z.enum(codes).nullable().meta({ description: "Why it is stopped." });
const state = z.enum(["running", "starting", "stopped"]);

/** The logs of a service with several. */
const logsSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        ...{ name, origin: z.string(), path, state, code },
        pages: z.string().nullable().meta({ description: "Where its pages are, if it has a host of its own." }),
        term: termSchema.optional(),
      }),
    ),
  })
  .meta({ id: "Logs" });

/** How they fare. */
const healthOfLogsSchema = z
  .strictObject({
    ok: z.boolean().meta({ description: "Whether every one of them is healthy." }),
    logs: z.array(
      z.strictObject({
        ...{ name, origin: z.string(), path, state, code, ok: z.boolean() },
        alarms: z.array(z.enum(Object.keys(ALARMS) as [AlarmCode, ...AlarmCode[]])).meta({
          description: "The codes of its red alarms.",
        }),
        restarts: count.meta({ description: "How often it came back by itself since the process began." }),
        triesAgainAt: time.nullable().meta({
          description: "When a stopped log is started again; `null` while it runs, and when a person is needed.",
        }),
      }),
    ),
  })
  .meta({ id: "HealthOfLogs" });

const EXAMPLE = { name: "parks-2026", origin: "ledger.santander.example/parks/2026", path: "/parks/2026" } as const;
const TERM = { from: null, until: "2027-01-01T00:00:00Z", successor: "ledger.santander.example/parks/2027" };
const PAGES = "https://parks.ledger.santander.example";
const FINE = { ...EXAMPLE, state: "running", code: null, ok: true, alarms: [], restarts: 0, triesAgainAt: null };
const STOPPED = {
  ...{ ...EXAMPLE, state: "stopped", code: "STORE_FAILED", ok: false, alarms: ["log-stopped"] },
  ...{ restarts: 1, triesAgainAt: "2026-04-11T13:24:49.000Z" },
};

/** The routes, for all: what they say is no secret. */
export const allLogsRoutes: readonly AllLogsRoute[] = [
  {
    method: "get",
    path: "/v1/logs",
    name: "listLogs",
    tag: "service",
    summary: "The logs of this service: where each of them is, and when it takes records",
    answers: {
      "200": json("All of them.", logsSchema, {
        items: [{ ...EXAMPLE, pages: PAGES, state: "running", code: null, term: TERM }],
      }),
    },
    handle: listLogs,
  },
  {
    method: "get",
    path: "/livez",
    name: "showLiveness",
    tag: "service",
    summary: "Whether the process answers",
    answers: { "200": json("It does.", upSchema, { ok: true }) },
    isUnlimited: true,
    handle: () => showLiveness,
  },
  {
    method: "get",
    path: "/readyz",
    name: "showReadinessOfLogs",
    tag: "service",
    summary: "Whether one of the logs takes records",
    answers: { "200": json("One does.", upSchema, { ok: true }) },
    refuses: ["STOPPED"],
    isUnlimited: true,
    handle: showReadinessOfLogs,
  },
  {
    method: "get",
    path: "/healthz",
    name: "showHealthOfLogs",
    tag: "service",
    summary: "Whether every log does what it promises",
    answers: {
      "200": json("All do.", healthOfLogsSchema, { ok: true, logs: [FINE] }),
      "503": json("Not all do; which.", healthOfLogsSchema, { ok: false, logs: [STOPPED] }),
    },
    handle: showHealthOfLogs,
  },
  {
    method: "get",
    path: "/metrics",
    name: "showMetricsOfLogs",
    tag: "service",
    summary: "How the logs fare, for Prometheus",
    answers: {
      "200": {
        description: "Prometheus text format 0.0.4.",
        content: { "text/plain; version=0.0.4; charset=utf-8": { schema: { type: "string" } } },
      },
    },
    handle: showMetricsOfLogs,
  },
  {
    method: "get",
    path: "/",
    name: "showLogsPage",
    tag: "pages",
    summary: "The logs of this service, for people, in the language of their browser",
    query: z.object({
      lang: z.string().optional().meta({ description: "`en`, `es` or `ja`, whatever the browser asks for." }),
    }),
    answers: { "200": { description: "The page.", content: { "text/html": { schema: { type: "string" } } } } },
    handle: showLogsPage,
  },
  {
    method: "get",
    path: "/logs.css",
    name: "showLogsStyle",
    tag: "pages",
    summary: "The style sheet of that page",
    answers: { "200": { description: "It.", content: { "text/css": { schema: { type: "string" } } } } },
    handle: () => (_request, response) => void response.type("css").send(LOGS_STYLE),
  },
];
