/**
 * What an audit found, for people: each fault, what was checked, what was not, and the outcome in one sentence.
 */
import { dirname, join } from "node:path";
import type { AuditReport, ProvenFork } from "../verify/audit-findings.ts";
import { exitCodeOf, type ExitCode } from "./exit-code.ts";
import { writeNamedFile } from "./named-files.ts";
import { counted, type Output } from "./output.ts";

const MAX_SHOWN = 50;

/** The whole report. @returns the exit code */
export function sayReport(report: AuditReport, output: Output): ExitCode {
  const { outcome, checked, findings, notes } = report;
  for (const { where, message, code } of findings.slice(0, MAX_SHOWN))
    output.say(`${where}: ${message} [${code}]`, { mark: "refuted" });
  if (findings.length > MAX_SHOWN)
    output.say(`… and ${counted(findings.length - MAX_SHOWN, "more finding")}: --report FILE or --json gives all`);
  const { entries, tiles, checkpoints, bodies, openings, anchors } = checked;
  output.say(
    `checked ${counted(entries, "entry", "entries")}, ${counted(bodies, "body", "bodies")}, ${counted(openings, "opening")}, ` +
      `${counted(tiles, "tile")}, ${counted(checkpoints, "checkpoint")}, ${counted(anchors, "anchor")}`,
  );
  for (const note of notes) output.say(`note: ${note}`);
  sayAcknowledgements(report, output);
  sayCompleteness(report, output);
  output.say(sentenceOf(report), { mark: outcome, isBold: true });
  return exitCodeOf(outcome);
}

function sayAcknowledgements({ acknowledgements }: AuditReport, output: Output): void {
  if (acknowledgements === undefined) return;
  for (const { item, outcome, detail } of acknowledgements.slice(0, MAX_SHOWN))
    output.say(`acknowledgement ${item}: ${detail}`, { mark: MARK_OF[outcome] });
  const standing = acknowledgements.filter(({ outcome }) => outcome === "holds").length;
  output.say(`the log stands by ${counted(standing)} of ${counted(acknowledgements.length, "acknowledgement")}`);
}

function sayCompleteness({ completeness }: AuditReport, output: Output): void {
  if (completeness === undefined) return;
  const { source, from, to, state, checkedSize, anchoredSize, present, missing } = completeness;
  const there = present.reduce((sum, range) => sum + range.to - range.from + 1, 0);
  const anchored = anchoredSize === null ? "not compared with an anchor" : `${counted(anchoredSize)} of them anchored`;
  output.say(
    `source ${source}, ${from} to ${to}: ${counted(there)} of ${counted(to - from + 1)} are in the log, each once ` +
      `(${counted(checkedSize, "entry", "entries")}, ${anchored})`,
    { mark: state === "complete" ? "holds" : "undecided" },
  );
  for (const { from: first, to: last, leafIndex } of present.slice(0, MAX_SHOWN_RANGES))
    output.say(`  ${first} to ${last} from leaf ${leafIndex} on`);
  if (present.length > MAX_SHOWN_RANGES)
    output.say(`  … and ${counted(present.length - MAX_SHOWN_RANGES)} more: --json gives all`);
  if (missing.length > 0)
    output.say("  the missing ones, see the notes, were left out by the source or never taken: ask it, or give --acks");
}

const MAX_SHOWN_RANGES = 5;

const MARK_OF = { holds: "holds", refuted: "refuted", unusable: "undecided", unchecked: "undecided" } as const;

function sentenceOf({ outcome, findings, isChainCompared }: AuditReport): string {
  if (outcome === "refuted") return `refuted: ${counted(findings.length, "thing is", "things are")} wrong`;
  if (outcome === "undecided")
    return "cannot be decided yet: what was read holds, but not all could be read or compared; see the notes";
  if (!isChainCompared) return "holds: what was checked fits together; nothing was compared with the chain";
  return "holds: everything that was checked fits together";
}

/** Writes the evidence beside a file, or else into the current folder, and says how to check it. */
export function writeFork({ smaller, larger, evidence }: ProvenFork, beside: string | undefined, output: Output): void {
  const path = join(beside === undefined ? "." : dirname(beside), `fork-${smaller}-${larger}.json`);
  writeNamedFile(path, evidence, "fork evidence");
  output.say(`two histories of ${smaller} and ${larger} entries: \`warifu verify ${path}\` proves it to anybody`, {
    mark: "refuted",
  });
}
