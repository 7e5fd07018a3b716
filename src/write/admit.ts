/**
 * Between conceal and append: which records of a batch are new, and which repeat an earlier one? A repetition with the
 * same content gets the first acknowledgement again, one with other content is refused. New records get their seq.
 *
 * Content is not kept a second time for the comparison: it is read back from the body and, where claims are concealed,
 * from the openings, which are in the vault for an earlier record. That is done only for the API key that sent the earlier
 * record: the answers would show anybody else whether they guessed right. Records signed by their source are the
 * exception: whoever has the signature already has the content, so a signed repetition is recognised whichever API key
 * sends it.
 */
import { codeOf, WarifuError } from "../core/errors.ts";
import type { EventRegister } from "../events/register.ts";
import type { LogStore, StoredEntry, Submitted } from "../store/log-store.ts";
import { numberingsOf, type BatchNumbering } from "./batch-numbering.ts";
import type { ConcealedRecord } from "./conceal.ts";
import { mayRepeat } from "./ingest.ts";
import { contentOf, storedContentOf } from "./record-content.ts";
import type { SourceQuotas } from "./source-quotas.ts";
import type { SourceRules } from "./source-rules.ts";
import type { StoredCheck } from "./stored-check.ts";

/** A new record, with the seq it was given. */
export interface NewRecord {
  readonly record: ConcealedRecord;
  readonly seq: number;
  /** The first number that the source skipped by using this one, if it skipped any. */
  readonly passedFrom: number | undefined;
}

/** The decision on one record of a batch. */
export type Admission =
  | { readonly kind: "new"; readonly position: number }
  | { readonly kind: "repeated"; readonly entry: StoredEntry }
  | { readonly kind: "repeatedInBatch"; readonly position: number }
  | Refused;

/** `isForeign`: it repeats a record that came with another API key. */
interface Refused {
  readonly kind: "refused";
  readonly error: WarifuError;
  readonly isForeign?: true;
  readonly conflict?: Conflict;
}

/**
 * A signed record that reuses the number of another; `first` is the earlier one: stored, or at that position in the
 * batch.
 */
export interface Conflict {
  readonly second: ConcealedRecord;
  readonly first: { readonly leafIndex: number } | { readonly position: number };
}

/** An idempotency key to remember for a record that was recognised by its seq. */
export interface NewName {
  readonly source: string;
  readonly key: string;
  readonly of: Exclude<Admission, { kind: "refused" }>;
}

/** A batch after admission. `position` of an admission is an index into `fresh`. */
export interface AdmittedBatch {
  readonly fresh: readonly NewRecord[];
  readonly admissions: readonly Admission[];
  readonly newNames: readonly NewName[];
}

/** What the stage works with. */
export interface AdmitParts {
  readonly store: LogStore;
  readonly check: StoredCheck;
  readonly events: Pick<EventRegister, "sources">;
  readonly rules: Pick<SourceRules, "isOpen" | "refusalOf">;
  /** How far a seq may run ahead of the source's numbers so far. */
  readonly maxSeqGap: number;
  /** What each source may send in a second; without, any number. */
  readonly quotas?: SourceQuotas | undefined;
  /** Why the log takes no new records at present; repetitions of earlier ones are acknowledged again all the same. */
  readonly notOpen?: WarifuError | undefined;
  /** The highest number of a source that is in the log but not in the store yet; -1 if there is none. */
  readonly numberAhead: (source: string) => number;
}

/** Tells new records from repeated ones, in the store and within the batch. @throws STORE_FAILED, VAULT_FAILED */
export async function admit(batch: readonly ConcealedRecord[], parts: AdmitParts): Promise<AdmittedBatch> {
  return new Admitting(parts).sortOut(batch);
}

/** What a name (a key or a seq of a source) stands for within a batch. */
type Twin = { readonly position: number } | { readonly stored: Submitted };

/** One batch on its way through {@link admit}. */
class Admitting {
  readonly #parts: AdmitParts;
  readonly #fresh: NewRecord[] = [];
  readonly #newNames: NewName[] = [];
  readonly #inBatch = new Map<string, Twin>();
  #numberings: ReadonlyMap<string, BatchNumbering> = new Map();
  #canRepeat = false;

  constructor(parts: AdmitParts) {
    this.#parts = parts;
  }

  async sortOut(batch: readonly ConcealedRecord[]): Promise<AdmittedBatch> {
    const submitted = await findSubmitted(batch, this.#parts.store);
    this.#canRepeat = submitted !== undefined;
    this.#numberings = await numberingsOf(new Set(batch.map(({ source }) => source)), this.#parts);
    const admissions: Admission[] = [];
    let at = 0;
    for (const record of batch) {
      const repetition = this.#canRepeat ? await this.#repetition(record, submitted?.[at]) : undefined;
      at++;
      admissions.push(repetition ?? this.#admitKnown(record) ?? (await this.#admitNew(record)));
    }
    return { fresh: this.#fresh, admissions, newNames: this.#newNames };
  }

  /** Every source of the batch has one. */
  #numberingOf(source: string): BatchNumbering {
    return this.#numberings.get(source) as BatchNumbering;
  }

  /** Admits a record that needs no look-up, as most do; otherwise `undefined`. */
  #admitKnown(record: ConcealedRecord): Admission | undefined {
    const { source, seq } = record;
    if (!this.#parts.rules.isOpen(source)) return undefined;
    const numbering = this.#numberingOf(source);
    if (seq === undefined && numbering.meetsUsed) return undefined;
    return this.#takeIn(record, numbering, numbering.next);
  }

  async #admitNew(record: ConcealedRecord): Promise<Admission> {
    const { rules, store } = this.#parts;
    const refusal = await rules.refusalOf(record);
    if (refusal) return { kind: "refused", error: refusal };
    const { source, seq } = record;
    const numbering = this.#numberingOf(source);
    const isFree = seq !== undefined || !numbering.meetsUsed;
    const next = isFree ? numbering.next : await store.firstFreeSeq(source, numbering.next);
    return this.#takeIn(record, numbering, next);
  }

  /** What a record repeats, in the store or the batch, by its key first and then its seq; `undefined` for a new one. */
  async #repetition(record: ConcealedRecord, stored: Submitted | undefined): Promise<Admission | undefined> {
    const { source, key, seq } = record;
    const byKey = key === undefined ? undefined : this.#inBatch.get(keyName(source, key));
    if (stored?.by === "key") return this.#compare(record, { stored }, "key");
    if (byKey) return this.#compare(record, byKey, "key");
    const bySeq = stored ? { stored } : seq === undefined ? undefined : this.#inBatch.get(seqName(source, seq));
    if (!bySeq) return undefined;
    const admission = await this.#compare(record, bySeq, "seq");
    // The record is acknowledged under this key, so from now on the key names it too.
    if (key !== undefined && admission.kind !== "refused" && !this.#isForeign(record, bySeq)) {
      this.#inBatch.set(keyName(source, key), bySeq);
      this.#newNames.push({ source, key, of: admission });
    }
    return admission;
  }

  async #compare(record: ConcealedRecord, twin: Twin, by: "key" | "seq"): Promise<Admission> {
    // Decided before anything is read: neither answers nor their timing may help others guess what the first one conceals.
    return this.#isForeign(record, twin)
      ? this.#answerForeign(record, twin, by)
      : this.#compareContent(record, twin, by);
  }

  async #compareContent(record: ConcealedRecord, twin: Twin, by: "key" | "seq"): Promise<Admission> {
    if ("stored" in twin) {
      const { entry } = twin.stored;
      const admission = await compareStored(record, entry, by, this.#parts.check);
      return admission === "different" ? differing(record, by, { seq: entry.seq, first: entry }) : admission;
    }
    const { record: first, seq } = this.#fresh[twin.position] as NewRecord;
    return contentOf(record, seq) === contentOf(first, seq)
      ? { kind: "repeatedInBatch", position: twin.position }
      : differing(record, by, { seq, first: twin });
  }

  #isForeign({ sender = "" }: ConcealedRecord, twin: Twin): boolean {
    const first =
      "stored" in twin ? twin.stored.sender : ((this.#fresh[twin.position] as NewRecord).record.sender ?? "");
    return first !== sender;
  }

  /**
   * Answers a record whose key or seq belongs to a record of another API key: it is refused, unless it is the same
   * record, signed by the same source. Whatever else is wrong with it is reported first, as it would be if the key were
   * free: a refusal costs its sender nothing, so it must not tell whether a key was guessed, and a revoked signing key
   * must reveal nothing to whoever has it.
   */
  async #answerForeign(record: ConcealedRecord, twin: Twin, by: "key" | "seq"): Promise<Admission> {
    const refused = (error: WarifuError): Admission => ({ kind: "refused", error, isForeign: true });
    const refusal = await this.#parts.rules.refusalOf(record);
    if (refusal) return refused(refusal);
    const { source, seq, evidence } = record;
    // The comparison is safe: it covers the signer's key, and ingest has verified the signature.
    const compared = evidence && (await this.#compareContent(record, twin, by));
    if (compared && compared.kind !== "refused") return compared;
    if (this.#parts.notOpen) return refused(this.#parts.notOpen);
    if (by === "seq" || seq === undefined) return refused(foreign(by));
    const bySeq = this.#inBatch.get(seqName(source, seq)) ?? (await this.#storedUnder(source, seq));
    if (bySeq) {
      const isOwn = !this.#isForeign(record, bySeq);
      return isOwn ? this.#compare(record, bySeq, "seq") : refused(foreign("seq"));
    }
    const highest = this.#numberingOf(source).highestAllowed(this.#parts.maxSeqGap);
    return refused(seq > highest ? tooFarAhead(highest) : foreign("key"));
  }

  async #storedUnder(source: string, seq: number): Promise<Twin | undefined> {
    const [stored] = await this.#parts.store.findSubmitted([{ source, seq }]);
    return stored && { stored };
  }

  #takeIn(record: ConcealedRecord, numbering: BatchNumbering, nextSeq: number): Admission {
    const { source, key, seq: given } = record;
    if (this.#parts.notOpen) return { kind: "refused", error: this.#parts.notOpen };
    const highest = numbering.highestAllowed(this.#parts.maxSeqGap);
    const seq = given ?? nextSeq;
    if (seq > highest) return { kind: "refused", error: given === undefined ? exhausted() : tooFarAhead(highest) };
    const exceeded = this.#parts.quotas?.take(source);
    if (exceeded) return { kind: "refused", error: exceeded };
    const passedFrom = given !== undefined && numbering.passesOver(given) ? numbering.next : undefined;
    numbering.use(seq);
    const position = this.#fresh.length;
    if (this.#canRepeat) {
      if (key !== undefined) this.#inBatch.set(keyName(source, key), { position });
      this.#inBatch.set(seqName(source, seq), { position });
    }
    this.#fresh.push({ record, seq, passedFrom });
    return { kind: "new", position };
  }
}

/** One round trip for the whole batch; none when no record can be a repetition. */
async function findSubmitted(
  batch: readonly ConcealedRecord[],
  store: LogStore,
): Promise<(Submitted | undefined)[] | undefined> {
  if (!batch.some(mayRepeat)) return undefined;
  return store.findSubmitted(batch);
}

function keyName(source: string, key: string): string {
  return `${source} key ${key}`;
}

function seqName(source: string, seq: number): string {
  return `${source} seq ${seq}`;
}

/** An earlier record that is damaged cannot serve for the comparison: that is not the fault of those who send it again. */
async function compareStored(
  record: ConcealedRecord,
  entry: StoredEntry,
  by: "key" | "seq",
  check: StoredCheck,
): Promise<Admission | "different"> {
  try {
    const body = await check.bodyOf(entry);
    const earlier = body && (await storedContentOf(entry, body, check));
    if (earlier === undefined) return { kind: "refused", error: incomparable(by) };
    return earlier === contentOf(record, entry.seq) ? { kind: "repeated", entry } : "different";
  } catch (error) {
    if (codeOf(error) === "STORE_DAMAGED") return { kind: "refused", error: error as WarifuError };
    throw error;
  }
}

/** The refusal of a record with other content. If it is signed under the same number, the two contradict each other. */
function differing(
  second: ConcealedRecord,
  by: "key" | "seq",
  { seq, first }: { readonly seq: number; readonly first: Conflict["first"] },
): Admission {
  const refused = { kind: "refused", error: conflict(by) } as const;
  const isContradiction = second.evidence !== undefined && second.seq === seq;
  return isContradiction ? { ...refused, conflict: { second, first } } : refused;
}

const CONFLICTS = { key: "IDEMPOTENCY_CONFLICT", seq: "SEQUENCE_CONFLICT" } as const;

function conflict(by: "key" | "seq"): WarifuError {
  return new WarifuError(CONFLICTS[by], `this source used the same ${by} for a record with other content`);
}

/** Worded the same whatever was sent. */
function foreign(by: "key" | "seq"): WarifuError {
  return new WarifuError(
    CONFLICTS[by],
    `a record with this ${by} came with another API key, so this one is not compared with it: ` +
      `send it with that key or one that replaces it, or under another ${by} if it is a new record`,
  );
}

function incomparable(by: "key" | "seq"): WarifuError {
  return new WarifuError(
    CONFLICTS[by],
    `a record with this ${by} is in the log, but what it said cannot be read now, so this one cannot be compared with it: ` +
      `ask the operator, or use another ${by} if it is a new record`,
  );
}

function exhausted(): WarifuError {
  return new WarifuError(
    "SEQUENCE_CONFLICT",
    "this source has used the highest seq there is, so none can be assigned: an officer can repair its numbers, " +
      "see `warifu source repair`",
  );
}

function tooFarAhead(highest: number): WarifuError {
  return new WarifuError(
    "SEQUENCE_CONFLICT",
    `seq runs too far ahead of this source's numbers: at present it may be at most ${highest}`,
    { details: { highest } },
  );
}
