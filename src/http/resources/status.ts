/**
 * How the service stands: /v1/status for people and verifiers, /v1/profiles for senders, /livez and /readyz for
 * supervisors, /healthz for whoever watches over it, /metrics for Prometheus, and the description of it all at
 * /openapi.json. Free of anything personal, so open to all; which machines the service works with, and what it can spend,
 * is for auditors and administrators.
 */
import type { RequestHandler } from "express";
import type { AlarmCode } from "../../alarms/alarms.ts";
import type { Health, Ledger, LedgerStatus } from "../../read/ledger.ts";
import { isAuthorised, type Guard } from "../handling/authorisation.ts";
import type { Metrics } from "../handling/metrics.ts";

/** Log, chain, sizes, health; with an auditor's or administrator's key also whom the service works with, and its money. */
export function showStatus(ledger: Ledger, guard: Guard): RequestHandler {
  return async (request, response) => {
    const status = await ledger.status();
    response.json(isAuthorised(request, guard, "inspect") ? status : publicStatus(status));
  };
}

/** The profiles in force: what each type of record may hold, and what of it is public. */
export function showProfiles(ledger: Ledger): RequestHandler {
  return (_request, response) => {
    response.json({ items: ledger.profiles });
  };
}

/** 200 while the service does what it promises; 503 and the reasons when it does not. */
export function showHealth(ledger: Ledger, guard: Guard): RequestHandler {
  return (request, response) => {
    const health = ledger.health();
    const shown = isAuthorised(request, guard, "inspect") ? health : publicHealth(health);
    response.status(health.ok ? 200 : 503).json(shown);
  };
}

/** 200 while the process answers, whatever else is wrong: what ends with it a restart cannot mend. */
export const showLiveness: RequestHandler = (_request, response) => {
  response.json({ ok: true });
};

/** 200 while records are taken: a late anchor or a silent chain is no reason to send them elsewhere. */
export function showReadiness(ledger: Ledger): RequestHandler {
  return (_request, response) => {
    const { stopReason } = ledger;
    if (stopReason) throw stopReason;
    response.json({ ok: true });
  };
}

/** Metrics in Prometheus's text format. */
export function showMetrics(metrics: Metrics, guard: Guard): RequestHandler {
  return async (request, response) => {
    const { type, text } = await metrics.expose(isAuthorised(request, guard, "inspect"));
    response.setHeader("content-type", type);
    response.send(Buffer.from(text));
  };
}

/** The description of the API. */
export function showOpenApi(document: object): RequestHandler {
  const text = JSON.stringify(document);
  return (_request, response) => {
    response.type("application/json").send(text);
  };
}

/** A status without the names of endpoints, their errors, and money. */
function publicStatus(status: LedgerStatus): LedgerStatus {
  const { anchoring } = status;
  return {
    ...status,
    health: publicHealth(status.health),
    anchoring: {
      ...anchoring,
      balanceWei: null,
      spentTodayWei: null,
      endpoints: anchoring.endpoints.map((endpoint, at) => ({ ...endpoint, name: String(at + 1), lastError: null })),
      witnesses: anchoring.witnesses.map((witness) => ({ ...witness, lastError: null })),
    },
  };
}

/** Alarms whose messages speak of the log alone; those of others may name the operator's machines, or money. */
const PUBLIC_MESSAGES: ReadonlySet<AlarmCode> = new Set([
  "log-stopped",
  "store-damaged",
  "vault-incomplete",
  "openings-high",
  "refusals-high",
]);

/** What is wrong, by the codes that docs/alarms.md explains. */
function publicHealth({ ok, alarms }: Health): Health {
  const shown = alarms.map((alarm) =>
    PUBLIC_MESSAGES.has(alarm.code) ? alarm : { ...alarm, message: "auditors and administrators see more" },
  );
  const red = shown.filter(({ severity }) => severity === "red");
  return { ok, reasons: red.map(({ code, message }) => `${code}: ${message}`), alarms: shown };
}
