/** The answers to the records of a batch once it is in the log. */
import { toHex } from "../core/bytes.ts";
import { formatRecordId } from "../core/record-id.ts";
import type { StoredEntry } from "../store/log-store.ts";
import type { Admission } from "./admit.ts";
import type { Appended } from "./append.ts";
import type { Acknowledgement, Outcome } from "./outcome.ts";
import type { SealedBatch } from "./turn.ts";

/** The answer to a record of the batch. Precondition: the batch is durable. */
export function answerTo(
  admission: Exclude<Admission, { kind: "repeated" }>,
  { sealed, checkpoint }: SealedBatch,
): Outcome {
  if (admission.kind === "refused") {
    const { error, isForeign } = admission;
    return { ok: false, error, ...(isForeign && { isForeign }) };
  }
  const { entry } = sealed[admission.position] as Appended;
  const acknowledgement = acknowledgementOf(entry, entry.leafHash, checkpoint?.note ?? "");
  return { ok: true, isNew: admission.kind === "new", acknowledgement };
}

/** The entry of an accepted record: a new one of this batch, or the earlier one that it repeats. */
export function entryOf(admission: Exclude<Admission, { kind: "refused" }>, sealed: readonly Appended[]): StoredEntry {
  return admission.kind === "repeated" ? admission.entry : (sealed[admission.position] as Appended).entry;
}

/** The acknowledgement of an entry with that leaf hash, under the note of a checkpoint. */
export function acknowledgementOf(entry: StoredEntry, leaf: Uint8Array, checkpoint: string): Acknowledgement {
  return { id: formatRecordId(entry.id), leafIndex: entry.leafIndex, leafHash: toHex(leaf), checkpoint };
}
