/** A sampled audit as a report, the same as the command line writes: shown in the page, and saved as HTML or JSON. */
import { toHex, utf8 } from "../../core/bytes.ts";
import { parsePolicy } from "../../core/policy.ts";
import { policyFingerprint } from "../../core/policy-fingerprint.ts";
import { sha256 } from "../../core/sha256.ts";
import { auditDocument, type ReportDocument } from "../../report/document.ts";
import { reportHtml } from "../../report/html.ts";
import { language } from "../texts/language.ts";
import { LOG_FINDINGS } from "./log-findings.ts";
import { saveAs } from "./saved-file.ts";
import type { SampleResult } from "./sample-state.ts";
import { TOOL } from "./tool.ts";

/** The report. */
export function sampleDocument({ order, report, at }: SampleResult): ReportDocument {
  const policy = parsePolicy(utf8(order.policy));
  const isSample = report.noteFacts.some(({ id }) => id === "sampled");
  const { origin, chain } = { origin: policy.log.name, chain: policy.chain };
  return auditDocument(report, {
    method: isSample ? "sample" : "whole",
    place: order.url,
    identities: {
      origin,
      keyFingerprint: toHex(sha256(policy.log.publicKey)),
      chainId: chain.id,
      contract: chain.contract,
      nodes: order.node === "" ? [] : [new URL(order.node).host],
      policySha256: toHex(sha256(utf8(order.policy))),
      policyFingerprint: policyFingerprint(policy),
      tool: TOOL,
    },
    at,
    repeat: commandFor(order),
  });
}

export function saveReportHtml(result: SampleResult): void {
  saveAs("audit.html", "text/html", reportHtml(sampleDocument(result), language.value, LOG_FINDINGS));
}

export function saveReportJson(result: SampleResult): void {
  const document = { ...sampleDocument(result), language: language.value };
  saveAs("audit.json", "application/json", `${JSON.stringify(document, null, 2)}\n`);
}

function commandFor({ url, node, leaves, seed }: SampleResult["order"]): string {
  const words = ["warifu", "audit", "--from", url, "--policy", "policy.json"];
  if (node !== "") words.push("--rpc", node);
  return [...words, "--sample", String(leaves), "--seed", seed].map(shellWord).join(" ");
}

/** As a shell of POSIX takes it. */
function shellWord(text: string): string {
  return /^[\w./:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
