/** What a record says, as one text: two submissions with the same text are the same record. */
import type { Body } from "../core/body.ts";
import { codeOf } from "../core/errors.ts";
import { canonicalJson } from "../core/json.ts";
import type { Record } from "../core/record.ts";
import { keyOfSignature, sourceSignatureIn } from "../core/source-signature.ts";
import type { StoredEntry } from "../store/log-store.ts";
import { revealClaims, submittedRecordOf, type ConcealedRecord } from "./conceal.ts";
import type { StoredCheck } from "./stored-check.ts";

/**
 * A record's content and signing key as one text, to compare two submissions by. A record without a seq matches
 * whatever seq its first submission was assigned. The signature itself is left out, since no two ECDSA signatures are
 * alike: a record that was signed again with the same key is the same record. The bytes that it was made from, and when
 * they came, make no difference either.
 */
export function contentText({ type, seq, claims, evidence }: Record, assignedSeq: number): string {
  const signer = evidence === undefined ? null : keyOfSignature(evidence);
  return canonicalJson({ type, seq: seq ?? assignedSeq, claims, signer });
}

/** The same of a record that is not stored yet. */
export function contentOf(record: ConcealedRecord, assignedSeq: number): string {
  return contentText(submittedRecordOf(record), assignedSeq);
}

/** The same of a stored record; `undefined` when its openings are not available. */
export async function storedContentOf(entry: StoredEntry, body: Body, check: StoredCheck): Promise<string | undefined> {
  const openings = await check.openingsOf(entry.leafIndex, body).catch(orNothing);
  if (openings === undefined) return undefined;
  const { evidence, ...claims } = revealClaims(body.content, openings);
  const type = body.vct.split(":")[1] as string;
  const signature = evidence === undefined ? undefined : sourceSignatureIn(evidence);
  return contentText({ type, source: entry.sourceName, claims, evidence: signature }, entry.seq);
}

/** Lost openings were already reported when they were found. */
function orNothing(error: unknown): undefined {
  if (codeOf(error) !== "STORE_DAMAGED") throw error;
}
