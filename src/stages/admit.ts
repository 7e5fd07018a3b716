/**
 * Between ingest and conceal: which records of a batch are new, and which repeat an earlier one? A repetition with the
 * same content gets the first acknowledgement again, one with other content is refused. New records get their seq.
 *
 * The content of an earlier record is not kept a second time to compare with: it is read back from its body and, where
 * claims are concealed, from its openings in the vault.
 */
import { parseBody } from "../core/body.ts";
import { parseOpening } from "../core/disclosure.ts";
import { WarifuError, codeOf } from "../core/errors.ts";
import { canonicalJson, type JsonObject, type JsonValue } from "../core/json.ts";
import type { Record } from "../core/record.ts";
import type { Fingerprint, LedgerStore, StoredEntry, Submitted } from "../store/ledger-store.ts";
import type { Vault } from "../store/vault.ts";
import type { IngestedRecord } from "./ingest.ts";

/** A record that is new, with the seq it has from now on. */
export interface NewRecord extends IngestedRecord {
  readonly seq: number;
}

/** What a record of the batch is, in the batch's order. */
export type Admission =
  | { readonly kind: "new"; readonly position: number }
  | { readonly kind: "repeated"; readonly entry: StoredEntry }
  | { readonly kind: "repeatedInBatch"; readonly position: number }
  | { readonly kind: "refused"; readonly error: WarifuError };

/** A batch sorted out. `position` of an admission points into `fresh`. */
export interface AdmittedBatch {
  readonly fresh: readonly NewRecord[];
  readonly admissions: readonly Admission[];
}

/**
 * Sorts a batch out against the store and within itself.
 * @throws STORE_FAILED, VAULT_FAILED
 */
export async function admit(
  batch: readonly IngestedRecord[],
  store: LedgerStore,
  vault: Vault,
): Promise<AdmittedBatch> {
  const submitted = await findSubmitted(batch, store);
  const canRepeat = submitted !== undefined;
  const fresh: NewRecord[] = [];
  const admissions: Admission[] = [];
  const inBatch = new Map<string, number>();
  const nextSeqs = new Map<string, number>();
  for (const [at, ingested] of batch.entries()) {
    const { record } = ingested;
    const earlier = submitted?.[at];
    if (earlier) {
      admissions.push(await compare(record, earlier, vault));
      continue;
    }
    const names = canRepeat ? namesOf(record) : [];
    const twin = names.map((name) => inBatch.get(name)).find((position) => position !== undefined);
    if (twin !== undefined) {
      admissions.push(compareInBatch(record, fresh[twin] as NewRecord, twin));
      continue;
    }
    const next = nextSeqs.get(record.source) ?? (await store.lastSeq(record.source)) + 1;
    const seq = record.seq ?? next;
    if (!Number.isSafeInteger(seq)) {
      admissions.push({ kind: "refused", error: exhausted() });
      continue;
    }
    // A number that the source gave elsewhere in this batch must not be assigned to another of its records.
    nextSeqs.set(record.source, Math.max(next, seq + 1));
    if (canRepeat) for (const name of [...names, seqName(record.source, seq)]) inBatch.set(name, fresh.length);
    admissions.push({ kind: "new", position: fresh.length });
    fresh.push({ ...ingested, seq });
  }
  return { fresh, admissions };
}

/** One round trip for the whole batch; none when no record can be a repetition. */
async function findSubmitted(
  batch: readonly IngestedRecord[],
  store: LedgerStore,
): Promise<(Submitted | undefined)[] | undefined> {
  if (batch.every(({ record }) => record.key === undefined && record.seq === undefined)) return undefined;
  return store.findSubmitted(batch.map(({ record }): Fingerprint => record));
}

function namesOf({ source, key, seq }: Record): string[] {
  const names: string[] = [];
  if (key !== undefined) names.push(`${source} key ${key}`);
  if (seq !== undefined) names.push(seqName(source, seq));
  return names;
}

function seqName(source: string, seq: number): string {
  return `${source} seq ${seq}`;
}

async function compare(record: Record, { entry, by }: Submitted, vault: Vault): Promise<Admission> {
  try {
    const earlier = await contentOf(entry, vault);
    return earlier === contentText(record, entry.seq)
      ? { kind: "repeated", entry }
      : { kind: "refused", error: conflict(by) };
  } catch (error) {
    if (codeOf(error) !== "IDEMPOTENCY_CONFLICT") throw error;
    return { kind: "refused", error: error as WarifuError };
  }
}

function compareInBatch(record: Record, twin: NewRecord, position: number): Admission {
  const same = contentText(record, twin.seq) === contentText(twin.record, twin.seq);
  const by = record.key !== undefined && record.key === twin.record.key ? "key" : "seq";
  return same ? { kind: "repeatedInBatch", position } : { kind: "refused", error: conflict(by) };
}

/** What a record says, as one text. A record without a seq agrees with whatever was assigned to its first submission. */
function contentText({ type, seq, claims, evidence }: Record, assignedSeq: number): string {
  return canonicalJson({ type, seq: seq ?? assignedSeq, claims, evidence: (evidence ?? null) as JsonValue });
}

/** The content of a stored record in the same form. */
async function contentOf(entry: StoredEntry, vault: Vault): Promise<string> {
  if (entry.body === null) throw erased();
  const body = parseBody(entry.body);
  const opened: JsonObject = {};
  if (body.digests.length > 0) {
    const openings = await vault.open(entry.leafIndex);
    if (openings === undefined) throw erased();
    for (const { name, value } of openings.map(parseOpening)) opened[name] = value;
  }
  const { evidence = null, ...claims } = { ...body.content, ...opened };
  const type = body.vct.split(":")[1] as string;
  return canonicalJson({ type, seq: entry.seq, claims, evidence });
}

function conflict(by: "key" | "seq"): WarifuError {
  return by === "key"
    ? new WarifuError("IDEMPOTENCY_CONFLICT", "this source used the same key for a record with other content")
    : new WarifuError("SEQUENCE_CONFLICT", "this source used the same seq for a record with other content");
}

function exhausted(): WarifuError {
  return new WarifuError(
    "SEQUENCE_CONFLICT",
    "this source has used the highest seq there is, so none can be assigned: send records with a seq of their own",
  );
}

function erased(): WarifuError {
  return new WarifuError(
    "IDEMPOTENCY_CONFLICT",
    "the record of this key was erased, so it cannot be compared: use a new key if this is a new record",
  );
}
