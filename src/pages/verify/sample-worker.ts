/**
 * A sampled audit of a log, on a thread of its own: the page stays as quick as it was, and stopping it is ending the thread.
 * The same script runs here as in the page; it gets one order, and tells how far it is.
 */
import { utf8 } from "../../core/bytes.ts";
import { messageOf } from "../../core/errors.ts";
import { parsePolicy } from "../../core/policy.ts";
import type { AuditReport } from "../../verify/audit-findings.ts";
import { auditLogOverHttp } from "../../verify/audit-log.ts";
import { seededSample, type KeptSample } from "../../verify/sample.ts";
import { nodeAnchors } from "./node-anchors.ts";

/** What is to be audited, and how. */
export interface SampleOrder {
  /** Where the log is. */
  readonly url: string;
  /** The text of a policy. */
  readonly policy: string;
  readonly leaves: number;
  readonly seed: string;
  /** A node of the auditor's own; empty for none. */
  readonly node: string;
  /** Where an earlier run of the same order had got to. */
  readonly before?: KeptSample | undefined;
}

/** What the thread says. */
export type SampleMessage =
  | { readonly kind: "progress"; readonly done: number; readonly total: number }
  | { readonly kind: "kept"; readonly state: KeptSample }
  | { readonly kind: "done"; readonly report: AuditReport }
  | { readonly kind: "failed"; readonly message: string };

/** What a thread has of its own, as far as it is used here. */
interface Thread {
  postMessage(message: SampleMessage): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
}

const TELL_EVERY_MS = 200;
const KEEP_EVERY_MS = 1_000;

/** Waits for an order, and carries it out. */
export function serveSamples(): void {
  const thread = globalThis as unknown as Thread;
  thread.addEventListener("message", ({ data }) => {
    void carryOut(data as SampleOrder, (message) => {
      thread.postMessage(message);
    });
  });
}

async function carryOut(order: SampleOrder, tell: (message: SampleMessage) => void): Promise<void> {
  try {
    const policy = parsePolicy(utf8(order.policy));
    const [tellDue, keepDue] = [every(TELL_EVERY_MS), every(KEEP_EVERY_MS)];
    const report = await auditLogOverHttp({
      url: order.url,
      policy,
      anchors: order.node === "" ? undefined : nodeAnchors(order.node, policy),
      sample: seededSample(order.leaves, order.seed),
      sampleMemory: {
        before: order.before,
        isDue: keepDue,
        keep: (state) => {
          tell({ kind: "kept", state });
        },
      },
      onProgress: (done, total) => {
        if (done === total || tellDue()) tell({ kind: "progress", done, total });
      },
    });
    tell({ kind: "done", report });
  } catch (error) {
    tell({ kind: "failed", message: messageOf(error) });
  }
}

/** Whether it is time again. */
function every(milliseconds: number): () => boolean {
  let last = Date.now();
  return () => {
    const isDue = Date.now() - last >= milliseconds;
    if (isDue) last = Date.now();
    return isDue;
  };
}
