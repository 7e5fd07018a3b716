/**
 * What Prometheus reads at /metrics: sizes, queues, outcomes, durations. Labels are route patterns and fixed words, so
 * nothing personal can get in and their number stays small.
 */
import type { RequestHandler } from "express";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { ALARMS, type AlarmCode } from "../../alarms/alarms.ts";
import type { Ledger } from "../../read/ledger.ts";
import type { LedgerStatus } from "../../read/status.ts";
import { routeOf } from "./problem-answers.ts";
import { SECURITY_EVENTS, type SecurityEvent } from "./security-log.ts";
import { traceRequest } from "./tracing.ts";

/** The outcomes of the records in one answer. */
export interface OutcomeCounts {
  new: number;
  repeated: number;
  refused: number;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The metrics of one server. */
export interface Metrics {
  countRecords(counts: OutcomeCounts): void;
  countSecurity(event: SecurityEvent, count: number): void;
  /** Counts a submission that was refused before it was measured. */
  countTurnedAway(): void;
  /** Measures every request. */
  readonly measure: RequestHandler;
  /** @param inDetail whether to include names of endpoints, money, and requests about people */
  expose(inDetail: boolean): Promise<Exposition>;
}

/** Content type and text in Prometheus's format. */
export interface Exposition {
  readonly type: string;
  readonly text: string;
}

/** What is measured while requests are answered. */
function instruments(registry: Registry) {
  const registers = [registry];
  const records = new Counter({
    name: "warifu_submitted_records_total",
    help: "Submitted records by outcome: acknowledged as new, acknowledged as a repetition, refused",
    labelNames: ["outcome"],
    registers,
  });
  const security = new Counter({
    name: "warifu_security_events_total",
    help: "Openings given out, keys issued and revoked, sources repaired and changed, and refusals of keys",
    labelNames: ["event"],
    registers,
  });
  for (const event of SECURITY_EVENTS) security.inc({ event }, 0);
  return { records, security };
}

function durationsIn(registry: Registry): Histogram<"method" | "route" | "status"> {
  return new Histogram({
    name: "warifu_http_request_duration_seconds",
    help: "Time from a request's header section to the end of its answer",
    labelNames: ["method", "route", "status"],
    buckets: SECONDS,
    registers: [registry],
  });
}

const ABOUT_PEOPLE = /^\/v1\/(?:privacy|disclosures|citizens\/me)\/|\/original$|\/moderation\/words$/;

/**
 * What officers and recipients do with records about people, and people with their own. How long one such request took follows
 * from how much there is about somebody, and from two sums of few requests anybody could subtract that.
 */
export function isAboutPeople(route: string): boolean {
  return ABOUT_PEOPLE.test(route);
}

/** Metrics over a ledger. */
export function createMetrics(ledger: Ledger): Metrics {
  const [registry, detailed, plain] = [new Registry(), new Registry(), new Registry()];
  collectDefaultMetrics({ register: registry });
  const { records, security } = instruments(registry);
  const [allDurations, openDurations] = [durationsIn(detailed), durationsIn(plain)];
  const setGauges = ledgerGauges(registry);
  const setDetails = [detailGauges(detailed, true), detailGauges(plain, false)];
  const expose = async (details: Registry): Promise<Exposition> => {
    const status = await ledger.status();
    setGauges(status);
    for (const set of setDetails) set(status);
    const texts = [await registry.metrics(), await details.metrics()];
    return { type: registry.contentType, text: texts.join("\n") };
  };
  const [exposeDetailed, exposePlain] = [shared(() => expose(detailed)), shared(() => expose(plain))];
  return {
    countRecords(counts) {
      for (const [outcome, count] of Object.entries(counts)) records.inc({ outcome }, count);
    },
    countSecurity(event, count) {
      security.inc({ event }, count);
    },
    countTurnedAway() {
      records.inc({ outcome: "refused" });
      const labels = { method: "POST", route: "/v1/records", status: 429 };
      for (const durations of [allDurations, openDurations]) durations.observe(labels, 0);
    },
    measure(request, response, next) {
      const begun = performance.now();
      const endTrace = traceRequest(request);
      response.once("close", () => {
        const labels = { method: request.method, route: routeOf(request), status: response.statusCode };
        const seconds = (performance.now() - begun) / 1000;
        allDurations.observe(labels, seconds);
        if (isAboutPeople(labels.route)) return;
        openDurations.observe(labels, seconds);
        endTrace(labels);
      });
      next();
    },
    expose: (inDetail) => (inDetail ? exposeDetailed() : exposePlain()),
  };
}

/** One run for everybody who asks while it runs: they all get the same result, and it costs milliseconds. */
function shared<T>(act: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => (running ??= act().finally(() => (running = undefined)));
}

function ledgerGauges(registry: Registry): (status: LedgerStatus) => void {
  const gauge = (name: string, help: string) => new Gauge({ name: `warifu_${name}`, help, registers: [registry] });
  const treeSize = gauge("tree_size", "Entries in the log");
  const finalizedSize = gauge("finalized_size", "Entries under an anchor that is final on the chain");
  const pending = gauge("pending_entries", "Entries that no final anchor covers yet");
  const queue = gauge("queue_length", "Submitted records that wait to become durable");
  const healthy = gauge("healthy", "1 while the service does what it promises, else 0");
  const outstanding = gauge("outstanding_anchors", "Anchors on their way to finality");
  const lag = gauge("anchor_lag_seconds", "How long the oldest entry without a final anchor has waited");
  const height = gauge("chain_height", "Height of the newest block that was seen");
  const finalHeight = gauge("chain_finalized_height", "Height of the newest final block that was seen");
  const lastFinal = gauge("last_final_anchor_timestamp_seconds", "When the newest final anchor was made, 0 if none is");
  const labelled = (name: string, help: string, labels: string[]) =>
    new Gauge({ name: `warifu_${name}`, help, labelNames: labels, registers: [registry] });
  const alarm = labelled("alarm", "1 while the alarm is on, else 0", ["code", "severity"]);
  const chainAnswer = gauge("chain_answer_timestamp_seconds", "When the chain last answered, 0 if it never did");
  return (status) => {
    treeSize.set(status.treeSize);
    finalizedSize.set(status.finalizedSize);
    pending.set(status.pendingEntries);
    queue.set(status.queueLength);
    healthy.set(status.health.ok ? 1 : 0);
    const { anchoring } = status;
    outstanding.set(anchoring.outstanding);
    lag.set(anchoring.lagSeconds);
    height.set(anchoring.height ?? 0);
    finalHeight.set(anchoring.finalizedHeight ?? 0);
    lastFinal.set(anchoring.lastFinal === null ? 0 : Date.parse(anchoring.lastFinal.at) / 1000);
    const on = new Set(status.health.alarms.map(({ code }) => code));
    for (const [code, severity] of Object.entries(ALARMS))
      alarm.set({ code, severity }, on.has(code as AlarmCode) ? 1 : 0);
    chainAnswer.set(status.lastChainAnswerAt === null ? 0 : Date.parse(status.lastChainAnswerAt) / 1000);
  };
}

/** Endpoints by name, and money; or endpoints by number only. In separate registries, so that nothing mixes. */
function detailGauges(registry: Registry, inDetail: boolean): (status: LedgerStatus) => void {
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `warifu_${name}`, help, labelNames, registers: [registry] });
  const endpointUp = gauge("endpoint_up", "1 while the endpoint of the chain answers, else 0", ["endpoint"]);
  const connectorUp = gauge("connector_up", "1 while the connector is connected, else 0", ["connector"]);
  const connectorRecords = gauge("connector_records", "Records that came over the connector since the start", [
    "connector",
    "outcome",
  ]);
  const setEndpoints = ({ anchoring, connectors }: LedgerStatus): void => {
    for (const [at, { name, ok }] of anchoring.endpoints.entries())
      endpointUp.set({ endpoint: inDetail ? name : String(at + 1) }, ok ? 1 : 0);
    for (const [at, { name, connected, records }] of connectors.entries()) {
      const connector = inDetail ? name : String(at + 1);
      connectorUp.set({ connector }, connected ? 1 : 0);
      for (const [outcome, count] of Object.entries(records)) connectorRecords.set({ connector, outcome }, count);
    }
  };
  if (!inDetail) return setEndpoints;
  const balance = gauge("anchor_balance_ether", "Funds of the anchoring account");
  const spent = gauge("anchor_spent_ether", "Spent on anchors within the last 24 hours");
  return (status) => {
    setEndpoints(status);
    balance.set(etherOf(status.anchoring.balanceWei));
    spent.set(etherOf(status.anchoring.spentTodayWei));
  };
}

const WEI_PER_ETHER = 1e18;

/** Good enough for graphs, where the last digits do not matter. */
function etherOf(wei: string | null): number {
  return wei === null ? 0 : Number(wei) / WEI_PER_ETHER;
}
