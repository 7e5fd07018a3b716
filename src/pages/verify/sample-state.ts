/** What the page knows of a sampled audit: what was ordered, how far it is, and what was found. */
import { computed, signal } from "@preact/signals";
import { toHex } from "../../core/bytes.ts";
import { formatPolicy } from "../../core/policy.ts";
import { pagedRandomBytes } from "../../core/random.ts";
import type { AuditReport } from "../../verify/audit-findings.ts";
import { mostAlteredPercent } from "../../verify/confidence.ts";
import { ownScriptAsWorker } from "./own-scripts.ts";
import { forgetSample, keepSample, keptSample } from "./sample-kept.ts";
import type { SampleMessage, SampleOrder } from "./sample-worker.ts";
import { chosen, isNodeWrong, nodeAddress } from "./state.ts";

/** How far an audit is. */
export interface SampleProgress {
  readonly done: number;
  readonly total: number;
  /** Leaves a second, since this run began. */
  readonly rate: number;
}

/** What was found, with the order that it answers. */
export interface SampleResult {
  readonly order: SampleOrder;
  readonly report: AuditReport;
  /** When it ended, ISO 8601. */
  readonly at: string;
}

const MOST_LEAVES = 100_000;

export const logAddress = signal(ownLog());
export const leafCount = signal("1000");
export const seed = signal("");
/** The order under way; `undefined` while there is none. */
export const running = signal<SampleOrder | undefined>(undefined);
export const progress = signal<SampleProgress | undefined>(undefined);
/** An order that was stopped, or that the page was closed over. */
export const stopped = signal<SampleOrder | undefined>(undefined);
export const result = signal<SampleResult | undefined>(undefined);
/** Why there is no result. */
export const fault = signal<string | undefined>(undefined);

export const isAddressWrong = computed(() => !/^https?:\/\//.test(logAddress.value) || !URL.canParse(logAddress.value));
/** The number of leaves; `undefined` if what was entered is no such number. */
export const leaves = computed(() => {
  const count = /^[1-9][0-9]{0,5}$/.test(leafCount.value.trim()) ? Number(leafCount.value) : 0;
  return count >= 1 && count <= MOST_LEAVES ? count : undefined;
});
/** The share of altered leaves that a sample of so many would let pass, in percent. */
export const mostAltered = computed(() => leaves.value && mostAlteredPercent(leaves.value));
export const canStart = computed(
  () => chosen.value !== undefined && !isAddressWrong.value && leaves.value !== undefined && !isNodeWrong.value,
);

let worker: Worker | undefined;

/** The log of the service that serves the page, if one does. */
function ownLog(): string {
  const { location } = globalThis as { readonly location?: Location };
  return location?.protocol.startsWith("http") === true ? `${location.origin}/log` : "";
}

/** Begins the sample that the fields describe. */
export function startSample(): void {
  const use = chosen.value;
  if (!use || leaves.value === undefined) return;
  const text = seed.value.trim() === "" ? toHex(pagedRandomBytes()(16)) : seed.value;
  forgetSample();
  run({
    ...{ url: logAddress.value.trim(), policy: formatPolicy(use.policy), leaves: leaves.value },
    ...{ seed: text, node: nodeAddress.value.trim() },
  });
}

/** Goes on with the sample that was stopped. */
export function resumeSample(): void {
  if (stopped.value) run(stopped.value);
}

/** Ends the thread; what it had done is kept. */
export function stopSample(): void {
  end();
  stopped.value = keptSample() ?? running.value;
  running.value = undefined;
}

/** Forgets what was stopped and what was found. */
export function clearSample(): void {
  forgetSample();
  stopped.value = result.value = fault.value = progress.value = undefined;
}

/** Takes up what was under way when the page was closed, if it is by the policy that is in use. */
export function findStoppedSample(): void {
  const order = keptSample();
  const use = chosen.value;
  if (running.value || result.value) return;
  stopped.value = order && use && order.policy === formatPolicy(use.policy) ? order : undefined;
}

function run(order: SampleOrder): void {
  end();
  result.value = fault.value = stopped.value = progress.value = undefined;
  running.value = order;
  const began = { at: performance.now(), done: order.before?.done ?? 0 };
  worker = ownScriptAsWorker();
  worker.addEventListener("message", ({ data }) => {
    hear(data as SampleMessage, order, began);
  });
  worker.addEventListener("error", ({ message }) => {
    // Where the thread does not even begin, browsers say nothing.
    fail(order, message || "the browser does not let this page run a thread of its own");
  });
  worker.postMessage(order);
}

function hear(message: SampleMessage, order: SampleOrder, began: { readonly at: number; readonly done: number }): void {
  if (message.kind === "progress") {
    const { done, total } = message;
    progress.value = { done, total, rate: (1_000 * (done - began.done)) / (performance.now() - began.at) };
  } else if (message.kind === "kept") keepSample({ ...order, before: message.state });
  else if (message.kind === "failed") fail(order, message.message);
  else finish(order, message.report);
}

/** What could not be read to its end may go on where it was. */
function finish(order: SampleOrder, report: AuditReport): void {
  end();
  running.value = undefined;
  result.value = { order, report, at: new Date().toISOString() };
  const isCutOff = report.noteFacts.some(({ id }) => id === "not-all-read");
  if (isCutOff) stopped.value = keptSample();
  else forgetSample();
}

function fail(order: SampleOrder, message: string): void {
  end();
  running.value = undefined;
  fault.value = message;
  stopped.value = keptSample() ?? order;
}

function end(): void {
  worker?.terminate();
  worker = undefined;
}
