/**
 * How the service stands: /v1/status for people and verifiers, /v1/profiles for senders, /healthz for supervisors, /metrics for Prometheus, and
 * the description of it all at /openapi.json. Free of anything personal, so open to all.
 */
import type { RequestHandler } from "express";
import type { Ledger } from "../ledger.ts";
import type { Metrics } from "./metrics.ts";
import { createOpenApiDocument } from "./openapi.ts";

/** Log, chain, sizes, health. */
export function showStatus(ledger: Ledger): RequestHandler {
  return async (_request, response) => {
    response.json(await ledger.status());
  };
}

/** The profiles in force: what each type of record may hold, and what of it is public. */
export function showProfiles(ledger: Ledger): RequestHandler {
  return (_request, response) => {
    response.json({ items: ledger.profiles });
  };
}

/** 200 while the service does what it promises; 503 and the reasons when it does not. */
export function showHealth(ledger: Ledger): RequestHandler {
  return (_request, response) => {
    const health = ledger.health();
    response.status(health.ok ? 200 : 503).json(health);
  };
}

/** Metrics in Prometheus's text format. */
export function showMetrics(metrics: Metrics): RequestHandler {
  return async (_request, response) => {
    const { type, text } = await metrics.expose();
    response.setHeader("content-type", type);
    response.send(Buffer.from(text));
  };
}

/** The OpenAPI document, generated once. */
export function showOpenApi(): RequestHandler {
  const text = JSON.stringify(createOpenApiDocument());
  return (_request, response) => {
    response.type("application/json").send(text);
  };
}
