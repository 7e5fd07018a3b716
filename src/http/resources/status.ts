/**
 * The state of the service: /v1/status for people and verifiers, /v1/profiles for senders, /livez and /readyz for
 * supervisors, /healthz for monitoring, /metrics for Prometheus, and the description of it all at /openapi.json. Nothing in
 * it is personal, so it is open to all; only auditors and administrators see which machines the service works with and what
 * it can spend.
 */
import type { RequestHandler } from "express";
import type { AlarmCode } from "../../alarms/alarms.ts";
import type { Ledger } from "../../read/ledger.ts";
import type { Health, LedgerStatus } from "../../read/status.ts";
import { isAuthorised, type Guard } from "../handling/authorisation.ts";
import type { Metrics } from "../handling/metrics.ts";
import { z } from "zod";
import { hash, address, codes, count, time } from "../handling/values.ts";
import { json, sendJsonText } from "../handling/answers.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route } from "../handling/route.ts";
import { profileSchema } from "../../profiles/profile.ts";
import { ALARMS } from "../../alarms/alarms.ts";
import type { AlarmFact } from "../../alarms/alarm-fact.ts";
import { ALARM_FACTS } from "../../alarms/english.ts";

/**
 * Log, chain, sizes, health; with an auditor's or administrator's key also the machines the service works with, and its
 * money.
 */
function showStatus(ledger: Ledger, guard: Guard): RequestHandler {
  return async (request, response) => {
    const status = await ledger.status();
    response.json(isAuthorised(request, guard, "inspect") ? status : publicStatus(status));
  };
}

/** The profiles in force: what each type of record may contain, and which parts are public. */
function showProfiles(ledger: Ledger): RequestHandler {
  return (_request, response) => {
    response.json({ items: ledger.profiles });
  };
}

/** 200 while the service does what it promises; 503 with the reasons when it does not. */
function showHealth(ledger: Ledger, guard: Guard): RequestHandler {
  return (request, response) => {
    const health = ledger.health();
    const shown = isAuthorised(request, guard, "inspect") ? health : publicHealth(health);
    response.status(health.ok ? 200 : 503);
    sendJsonText(request, response, JSON.stringify(shown));
  };
}

/** 200 while the process answers, whatever else is wrong: a restart could not fix that. */
export const showLiveness: RequestHandler = (_request, response) => {
  response.json({ ok: true });
};

/** 200 while records are accepted: a late anchor or a silent chain is no reason to send them elsewhere. */
function showReadiness(ledger: Ledger): RequestHandler {
  return (_request, response) => {
    const { stopReason } = ledger;
    if (stopReason) throw stopReason;
    response.json({ ok: true });
  };
}

/** Metrics in Prometheus's text format. */
function showMetrics(metrics: Metrics, guard: Guard): RequestHandler {
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

/** A status without the names of endpoints and connectors, their errors, and money. */
function publicStatus(status: LedgerStatus): LedgerStatus {
  const { anchoring } = status;
  return {
    ...status,
    health: publicHealth(status.health),
    connectors: status.connectors.map((one, at) => ({ ...one, name: String(at + 1), lastError: null })),
    anchoring: {
      ...anchoring,
      balanceWei: null,
      spentTodayWei: null,
      endpoints: anchoring.endpoints.map((endpoint, at) => ({ ...endpoint, name: String(at + 1), lastError: null })),
      witnesses: anchoring.witnesses.map((witness) => ({ ...witness, lastError: null })),
    },
  };
}

/** Alarms that are about the log alone; others may name the operator's machines, or money. */
const PUBLIC_ALARMS: ReadonlySet<AlarmCode> = new Set([
  "log-stopped",
  "log-restarted",
  "store-damaged",
  "vault-incomplete",
  "openings-high",
  "refusals-high",
]);

/** What is wrong, with the codes that docs/alarms.md explains. */
function publicHealth({ ok, alarms }: Health): Health {
  const shown = alarms.map((alarm) =>
    PUBLIC_ALARMS.has(alarm.code) ? alarm : { ...alarm, facts: [], message: "auditors and administrators see more" },
  );
  const red = shown.filter(({ severity }) => severity === "red");
  return { ok, reasons: red.map(({ code, message }) => `${code}: ${message}`), alarms: shown };
}

/** The answer of a service that is up. */
export const upSchema = z.strictObject({ ok: z.literal(true) }).meta({ id: "Up" });

/** The compiler knows which values a fact has in addition to its id: alarms/alarm-fact.ts. */
const factSchema = z
  .looseObject({ id: z.enum(ALARM_FACTS) })
  .meta({ id: "AlarmFact" }) as z.ZodType as z.ZodType<AlarmFact>;

/** Whether the service does what it promises. */
export const healthSchema = z
  .strictObject({
    ok: z.boolean(),
    reasons: z.array(z.string()).meta({ description: "What makes it unhealthy." }),
    alarms: z
      .array(
        z.strictObject({
          code: z.enum(Object.keys(ALARMS) as [AlarmCode, ...AlarmCode[]]),
          severity: z.enum(["red", "warning"]),
          facts: z.array(factSchema).meta({
            description:
              "What the message says, as data: one fact a reason, with the values that its sentence names. Empty for who may not see them.",
          }),
          message: z.string().meta({ description: "In English, for people." }),
          since: time,
        }),
      )
      .meta({ description: "Everything that is wrong at present, the oldest first." }),
  })
  .meta({ id: "Health" });

const wei = z.string().regex(/^\d+$/).meta({ description: "Wei, decimal." });

/** The state of anchoring. */
const anchoringSchema = z
  .strictObject({
    account: address,
    balanceWei: wei.nullable(),
    spentTodayWei: wei.nullable(),
    height: count.nullable(),
    finalizedHeight: count.nullable(),
    finality: z
      .string()
      .regex(/^(?:tag|bft|depth:\d+)$/)
      .meta({
        description:
          "When a block is taken for final: when the chain itself says so (`tag`), with so many blocks on top (`depth:12`), " +
          "or as soon as it is there, because the chain's validators seal it (`bft`).",
      }),
    outstanding: count.meta({
      description: "Anchors on their way to finality, without those that a larger final one has overtaken.",
    }),
    lastFinal: z.strictObject({ treeSize: count, blockNumber: count.nullable(), at: time }).nullable(),
    lagSeconds: z
      .number()
      .min(0)
      .meta({ description: "How long the oldest entry without a final anchor has waited; 0 when none waits." }),
    endpoints: z.array(
      z.strictObject({
        name: z.string(),
        ok: z.boolean(),
        failures: count.meta({ description: "Questions in a row without an answer." }),
        lastAnswerAt: time.nullable(),
        lastError: z.string().nullable(),
      }),
    ),
    witnesses: z.array(
      z.strictObject({
        name: z.string(),
        lastSize: count.nullable(),
        lastSuccessAt: time.nullable(),
        lastError: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "Anchoring" });

/** How a connector fares. */
const connectorSchema = z
  .strictObject({
    name: z.string(),
    type: z.string(),
    connected: z.boolean(),
    since: time.meta({ description: "Since when it is connected, or not." }),
    lastMessageAt: time.nullable(),
    inHand: count.meta({ description: "Messages that came and are not settled yet." }),
    records: z.strictObject({ new: count, repeated: count, refused: count }),
    gaps: count.meta({ description: "How often something that was published may have been missed for good." }),
    refusals: z.partialRecord(z.enum(codes), count).meta({ description: "Refusals by their code." }),
    lastError: z.string().nullable(),
  })
  .meta({ id: "Connector", description: "Counts are since the start of the service." });

/** When a log takes records. */
export const termSchema = z
  .strictObject({ from: time.nullable(), until: time.nullable(), successor: z.string().nullable() })
  .meta({ description: "When the log takes records, and which log takes them afterwards; absent without a term." });

/** The state of the service. */
export const statusSchema = z
  .strictObject({
    origin: z.string(),
    vkey: z.string().meta({ description: "Key of the log (C2SP signed-note verifier key)." }),
    chainId: count,
    contract: address,
    treeSize: count,
    rootHash: z.union([hash, z.literal("")]).meta({ description: "Empty before the first checkpoint." }),
    finalizedSize: count,
    pendingEntries: count,
    queueLength: count,
    lastChainAnswerAt: time.nullable(),
    anchoring: anchoringSchema,
    connectors: z.array(connectorSchema),
    health: healthSchema,
    term: termSchema.optional(),
  })
  .meta({ id: "Status" });

/** The profiles in force. */
const profilesSchema = z
  .strictObject({
    items: z.array(
      profileSchema.extend({
        claims: z.looseObject({}).meta({ description: "JSON Schema (2020-12) of the claims." }),
      }),
    ),
  })
  .meta({ id: "Profiles" });

/** The routes. */
export const statusRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/status",
    name: "showStatus",
    tag: "service",
    summary: "Log, chain, sizes, health",
    answers: { "200": json("The status.", statusSchema, EXAMPLES.status) },
    refuses: REFUSALS.reading,
    handle: (parts) => showStatus(parts.ledger, parts),
  },
  {
    method: "get",
    path: "/v1/profiles",
    name: "listProfiles",
    tag: "service",
    summary: "The profiles in force: what a type of record may hold, and what is public",
    answers: { "200": json("All of them.", profilesSchema, EXAMPLES.profiles) },
    handle: ({ ledger }) => showProfiles(ledger),
  },
  {
    method: "get",
    path: "/livez",
    isDirect: true,
    name: "showLiveness",
    tag: "service",
    summary: "Whether the process answers",
    description: "For a supervisor that ends what does not: it says nothing of chain, disk or anchors.",
    answers: { "200": json("It does.", upSchema, EXAMPLES.up) },
    isUnlimited: true,
    handle: () => showLiveness,
  },
  {
    method: "get",
    path: "/readyz",
    isDirect: true,
    name: "showReadiness",
    tag: "service",
    summary: "Whether records are taken",
    description: "Anchors that are late and a chain that is silent do not change it; see `/healthz` for these.",
    answers: { "200": json("They are.", upSchema, EXAMPLES.up) },
    refuses: REFUSALS.writing,
    isUnlimited: true,
    handle: ({ ledger }) => showReadiness(ledger),
  },
  {
    method: "get",
    path: "/healthz",
    isDirect: true,
    name: "showHealth",
    tag: "service",
    summary: "Whether the service does what it promises",
    answers: {
      "200": json("It does.", healthSchema, EXAMPLES.health),
      "503": json("It does not; why.", healthSchema, EXAMPLES.unhealthy),
    },
    handle: (parts) => showHealth(parts.ledger, parts),
  },
  {
    method: "get",
    path: "/metrics",
    name: "showMetrics",
    tag: "service",
    summary: "Metrics for Prometheus",
    answers: {
      "200": {
        description: "Prometheus text format 0.0.4.",
        content: { "text/plain; version=0.0.4; charset=utf-8": { schema: { type: "string" } } },
      },
    },
    refuses: REFUSALS.reading,
    handle: (parts) => showMetrics(parts.metrics, parts),
  },
];
