/**
 * What an audit found, for people: each fault, what was checked, what was not, and the outcome in one sentence.
 */
import { dirname, join } from "node:path";
import type { AuditReport, ProvenFork } from "../verify/audit-findings.ts";
import { exitCodeOf, type ExitCode } from "./exit-code.ts";
import { writeNamedFile } from "./named-files.ts";
import type { Output } from "./output.ts";
import { placeIn, sentenceIn, type AuditFact } from "../texts/findings/forms.ts";
import { auditTexts } from "./texts/audit/en.ts";
import { errorTexts } from "./texts/errors/en.ts";
import { frame } from "./texts/frame/en.ts";

const MAX_SHOWN = 50;

/** The whole report. @returns the exit code */
export function sayReport(report: AuditReport, output: Output): ExitCode {
  const { outcome, checked, findings, notes, noteFacts } = report;
  const texts = auditTexts();
  for (const { where, message, code, fact } of findings.slice(0, MAX_SHOWN))
    sayFinding({ where, message, code, fact }, output);
  if (findings.length > MAX_SHOWN) output.say(texts.moreFindings(findings.length - MAX_SHOWN));
  output.say(texts.checked(checked));
  for (const [at, note] of notes.entries()) {
    const fact = noteFacts[at];
    output.say(texts.note(sentence(fact, note)));
    if (fact !== undefined && "because" in fact) sayDetail(fact.because, output);
  }
  sayAcknowledgements(report, output);
  sayCompleteness(report, output);
  output.say(sentenceOf(report), { mark: outcome, isBold: true });
  return exitCodeOf(outcome);
}

/** An error that was found is named by its code, and its English message stands below. */
function sayFinding({ where, message, code, fact }: AuditReport["findings"][number], output: Output): void {
  const { places } = auditTexts();
  const place = places ? placeIn(places, where) : where;
  output.say(`${place}: ${sentence(fact, message)} [${code}]`, { mark: "refuted" });
  sayDetail(fact, output);
}

/** The particulars of an error, where its sentence is in another language. */
function sayDetail(fact: AuditFact, output: Output): void {
  if (fact.id === "error" && errorTexts().meaning !== undefined) output.say(`  ${frame().detail} ${fact.message}`);
}

/** In English what the verifier says itself, which scripts read too. */
function sentence(fact: AuditFact | undefined, english: string): string {
  const { findings } = auditTexts();
  return findings ? sentenceIn(findings, fact, english) : english;
}

function sayAcknowledgements({ acknowledgements }: AuditReport, output: Output): void {
  if (acknowledgements === undefined) return;
  const { acknowledgement, standsBy } = auditTexts();
  for (const { item, outcome, detail, fact } of acknowledgements.slice(0, MAX_SHOWN))
    output.say(acknowledgement(item, sentence(fact, detail)), { mark: MARK_OF[outcome] });
  const standing = acknowledgements.filter(({ outcome }) => outcome === "holds").length;
  output.say(standsBy(standing, acknowledgements.length));
}

function sayCompleteness({ completeness }: AuditReport, output: Output): void {
  if (completeness === undefined) return;
  const { source, from, to, state, checkedSize, anchoredSize, present, missing } = completeness;
  const texts = auditTexts();
  const there = present.reduce((sum, range) => sum + range.to - range.from + 1, 0);
  output.say(texts.completeness({ source, from, to, there, all: to - from + 1, checkedSize, anchoredSize }), {
    mark: state === "complete" ? "holds" : "undecided",
  });
  for (const { from: first, to: last, leafIndex } of present.slice(0, MAX_SHOWN_RANGES))
    output.say(`  ${texts.range(first, last, leafIndex)}`);
  if (present.length > MAX_SHOWN_RANGES) output.say(`  ${texts.moreRanges(present.length - MAX_SHOWN_RANGES)}`);
  if (missing.length > 0) output.say(`  ${texts.missing}`);
}

const MAX_SHOWN_RANGES = 5;

const MARK_OF = { holds: "holds", refuted: "refuted", unusable: "undecided", unchecked: "undecided" } as const;

function sentenceOf({ outcome, findings, isChainCompared }: AuditReport): string {
  const { refuted, undecided, holdsWithoutChain, holds } = auditTexts();
  if (outcome === "refuted") return refuted(findings.length);
  if (outcome === "undecided") return undecided;
  return isChainCompared ? holds : holdsWithoutChain;
}

/** Writes the evidence beside a file, or else into the current folder, and says how to check it. */
export function writeFork({ smaller, larger, evidence }: ProvenFork, beside: string | undefined, output: Output): void {
  const path = join(beside === undefined ? "." : dirname(beside), `fork-${smaller}-${larger}.json`);
  writeNamedFile(path, evidence, "fork evidence");
  output.say(auditTexts().twoHistories(smaller, larger, path), { mark: "refuted" });
}
