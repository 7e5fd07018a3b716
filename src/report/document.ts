/**
 * A report for the file: what was asked, what was checked and how, the verdict, every exception, the figures, who and what
 * it is about, and how to repeat it. One model for JSON, HTML and PDF; the texts of each language make sentences of it.
 */
import type { AuditReport, Finding } from "../verify/audit-findings.ts";
import type { NoteFact } from "../verify/finding-fact.ts";

/** Value of the member `format`. */
export const REPORT_FORMAT = "warifu-report/1";

/** How the records were checked. */
export type Method = "whole" | "continued" | "sample" | "folder" | "bundles";

/** Who and what a report is about. Hashes are hexadecimal. */
export interface Identities {
  readonly origin: string;
  /** SHA-256 of the log's public key. */
  readonly keyFingerprint: string;
  readonly chainId: number;
  readonly contract: string;
  /** Hosts of the nodes that were asked. */
  readonly nodes: readonly string[];
  readonly policySha256: string;
  /** Of what the policy says: digits to compare over the phone. */
  readonly policyFingerprint: string;
  /** Name and version of this program. */
  readonly tool: string;
}

/** What was counted. */
export type FigureId = keyof AuditReport["checked"] | "bundles" | "holding" | "refuted" | "undecided";

/** Something that does not hold; `fact` where there is one to translate. */
export interface Exception extends Pick<Finding, "where" | "message"> {
  readonly code: string | null;
  readonly fact?: Finding["fact"];
  /** The message in the language of the report, where whoever made it says so; left out of the document for programs. */
  readonly said?: string;
}

/** A report, in no language yet. */
export interface ReportDocument {
  readonly format: typeof REPORT_FORMAT;
  readonly outcome: AuditReport["outcome"];
  /** In the words of whoever asked; absent for the usual question. */
  readonly question?: string;
  readonly method: Method;
  /** Where the log was read, or what was verified. */
  readonly place: string;
  readonly isChainCompared: boolean;
  /** The signed head that was audited. */
  readonly head?: AuditReport["head"];
  readonly newestAnchor?: AuditReport["newestAnchor"];
  readonly exceptions: readonly Exception[];
  readonly figures: readonly (readonly [id: FigureId, count: number])[];
  /** What was not checked, and what is worth knowing. */
  readonly notes: readonly { readonly message: string; readonly fact?: NoteFact }[];
  readonly identities: Identities;
  /** When it was made, ISO 8601, UTC. */
  readonly at: string;
  /** The command that does it again. */
  readonly repeat: string;
}

/** What an audit found, as a report. */
export function auditDocument(
  report: AuditReport,
  about: Pick<ReportDocument, "method" | "place" | "identities" | "at" | "repeat"> & { readonly question?: string },
): ReportDocument {
  const { outcome, isChainCompared, head, newestAnchor, findings, notes, noteFacts, checked } = report;
  return {
    format: REPORT_FORMAT,
    outcome,
    ...about,
    isChainCompared,
    ...(head && { head }),
    ...(newestAnchor && { newestAnchor }),
    exceptions: findings,
    figures: Object.entries(checked) as [FigureId, number][],
    notes: notes.map((message, at) => ({ message, fact: noteFacts[at] as NoteFact })),
  };
}
