// What an audit reports is data: whoever has its facts alone, out of JSON, can say all of it again.

import { expect } from "chai";

import type { AuditReport } from "../../src/verify/audit-findings.ts";
import { findingInEnglish } from "../../src/verify/findings-english.ts";

/** Holds the sentences of a report against those that its facts make once it has gone through JSON. */
export function saidAgain(report: AuditReport): AuditReport {
  const { findings, notes, noteFacts, acknowledgements = [] } = JSON.parse(JSON.stringify(report)) as AuditReport;
  expect([findings, noteFacts]).to.deep.equal([report.findings, report.noteFacts]);
  expect(acknowledgements).to.deep.equal(report.acknowledgements ?? []);
  expect(findings.map(({ message }) => message)).to.deep.equal(findings.map(({ fact }) => findingInEnglish(fact)));
  expect(notes).to.deep.equal(noteFacts.map(findingInEnglish));
  expect(acknowledgements.map(({ detail }) => detail)).to.deep.equal(
    acknowledgements.map(({ fact }) => findingInEnglish(fact)),
  );
  return report;
}
