/** Tells the watch of traffic how submitted records fared, except where that says nothing about a source. */
import { codeOf, WarifuError } from "../core/errors.ts";
import type { Submitter } from "../core/submitter.ts";
import type { AdmittedBatch } from "./admit.ts";
import type { ConcealedRecord } from "./conceal.ts";
import type { Outcome } from "./outcome.ts";
import { recordNamed, type NamedRecord } from "./record-named.ts";
import type { Submitted } from "./signed-submission.ts";
import type { TrafficWatch } from "./source-traffic.ts";

/** Notes what was entered, and what was there already. */
export function watchAdmitted(
  traffic: TrafficWatch,
  records: readonly ConcealedRecord[],
  { admissions, fresh }: Pick<AdmittedBatch, "admissions" | "fresh">,
): void {
  for (const { record, seq, passedFrom } of fresh) traffic.noteNumber(record.source, seq, passedFrom);
  let at = 0;
  for (const { kind } of admissions) {
    const { source } = records[at++] as ConcealedRecord;
    if (kind !== "refused") traffic.note(source, kind === "new" ? "new" : "repeated");
  }
}

/**
 * Notes what was refused, unless that is another sender's mistake or guess: whoever may not send for a source cannot
 * smear it.
 */
export function watchRefused(
  traffic: TrafficWatch,
  submitted: readonly Submitted[],
  outcomes: readonly Outcome[],
  submitter: Submitter | undefined,
): void {
  let at = 0;
  for (const outcome of outcomes) {
    const value = submitted[at++];
    if (outcome.ok || outcome.isForeign || outcome.error.code === "STOPPED") continue;
    const named = value === undefined || value instanceof WarifuError ? undefined : recordNamed(value);
    if (named && maySend(submitter, named)) traffic.note(named.source, outcome.error.code);
  }
}

function maySend(submitter: Submitter | undefined, named: NamedRecord): boolean {
  try {
    submitter?.assertMaySend(named);
    return true;
  } catch (error) {
    if (codeOf(error) !== "FORBIDDEN") throw error;
    return false;
  }
}
