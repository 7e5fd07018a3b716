/**
 * The way of a record. Read this first:
 *
 *     submit ─ ingest ─ admit ─ conceal ─ append ─ publish ─┬─ vault, then ledger: durable ─ acknowledge
 *                                                            └─ anchor ─ confirm ─ prove (see anchor/rounds.ts)
 *
 * One writer. Submissions wait in a bounded queue; whatever has gathered there while the last batch became durable is
 * the next batch, so one fsync serves many. A failure after this point ends the process: nothing is repaired in
 * silence, and nothing is acknowledged that is not durable.
 */
import { formatEventBody } from "../core/body.ts";
import { toHex } from "../core/bytes.ts";
import { WarifuError, codeOf, messageOf } from "../core/errors.ts";
import { canonicalJson, type JsonObject, type JsonValue } from "../core/json.ts";
import { encodeEntry, type EntryKind } from "../core/entry.ts";
import { leafHash } from "../core/merkle.ts";
import { seqRepairContent, SOURCE_EVENT_CONTENT, SOURCE_EVENT_VCT, type SeqRepair } from "../core/source-event.ts";
import type { RandomBytes } from "../core/random.ts";
import { formatRecordId, receivedAtOf } from "../core/record-id.ts";
import type { LedgerStore, StoredCheckpoint, StoredEntry } from "../store/ledger-store.ts";
import type { RecordOpenings, Vault } from "../store/vault.ts";
import { admit, DEFAULT_MAX_SEQ_GAP, type Admission } from "./admit.ts";
import { append, SourceIds, type Appended, type AppendedEntry, type Sealable } from "./append.ts";
import { conceal } from "./conceal.ts";
import type { Profiles } from "../profiles/profile.ts";
import { ingest, type IngestedRecord } from "./ingest.ts";
import { LogTree } from "./log-tree.ts";
import { Publisher } from "./publish.ts";
import { damageOf, StoredCheck, type Damage } from "./stored-check.ts";
import type { Checkpoint, LogSigner } from "../core/checkpoint.ts";
import type { Submitter } from "../core/submitter.ts";

/** What a submitter gets: the record is durable, in the tree, and under this checkpoint. */
export interface Acknowledgement {
  /** UUIDv7. */
  readonly id: string;
  readonly leafIndex: number;
  /** Hexadecimal. */
  readonly leafHash: string;
  /** The first signed checkpoint over the record. */
  readonly checkpoint: string;
}

/** How one submitted record fared. `isNew` is false when it repeated an earlier one. */
export type Outcome =
  | { readonly ok: true; readonly isNew: boolean; readonly acknowledgement: Acknowledgement }
  | { readonly ok: false; readonly error: WarifuError };

/** Time and chance, so that tests can supply their own. */
export interface Surroundings {
  /** POSIX milliseconds. */
  readonly now: () => number;
  readonly randomBytes: RandomBytes;
}

export interface PipelineOptions {
  readonly store: LedgerStore;
  readonly vault: Vault;
  readonly signer: LogSigner;
  readonly profiles: Profiles;
  readonly surroundings: Surroundings;
  /** Most records of one batch. */
  readonly maxBatch: number;
  /** Most records that wait; above it submissions are refused as BUSY. */
  readonly maxQueue: number;
  /** How far a seq may run ahead of its source's numbers so far. */
  readonly maxSeqGap?: number | undefined;
  /** Told once when the pipeline stops for good. */
  readonly onStop: (reason: WarifuError) => void;
  /**
   * Asked at the start, before anything is written or erased: may this tree be built on? What it throws keeps the
   * pipeline shut. An older copy of the ledger, put back, would otherwise cost the vault its newer openings.
   */
  readonly beforeWriting?: (tree: LogTree) => Promise<void>;
  /** Told of each leaf whose entry or openings were met damaged. */
  readonly onDamage?: ((damage: Damage) => void) | undefined;
  /** Told at the start of how many records openings were set aside: a crash kept their entries from being committed. */
  readonly onSetAside?: ((records: number) => void) | undefined;
  /** POSIX milliseconds that the clock cannot have passed yet, by somebody else's clock; infinity when nobody can say. */
  readonly latestTime?: (() => number | Promise<number>) | undefined;
}

/** How long the clock may go back before the log stops signing. */
const CLOCK_TOLERANCE_MS = 5_000;

/** How long openings that were set aside are kept: somebody may have to find out what a crash cut off. */
const SET_ASIDE_KEPT_MS = 30 * 86_400_000;

/** The records of one call of `submit`: one promise for all of them. */
interface Submission {
  readonly outcomes: Outcome[];
  unsettled: number;
  readonly resolve: (outcomes: Outcome[]) => void;
}

/** A record that waits for its batch, and its place in its submission. */
interface Waiting {
  readonly ingested: IngestedRecord;
  readonly submission: Submission;
  readonly place: number;
}

/** A batch in the log, durable, and the checkpoint over it; none for a batch of nothing new. */
interface SealedBatch {
  readonly sealed: readonly Appended[];
  readonly checkpoint: Checkpoint | undefined;
}

/** The writing side of the ledger. */
export class Pipeline {
  readonly store: LedgerStore;
  readonly vault: Vault;
  readonly tree: LogTree;
  readonly publisher: Publisher;
  /** What is read from the store is checked by it. */
  readonly check: StoredCheck;
  readonly #options: PipelineOptions;
  readonly #sourceIds: SourceIds;
  #queue: Waiting[] = [];
  #drained: Promise<void> | undefined;
  #writing: Promise<unknown> = Promise.resolve();
  #stopReason: WarifuError | undefined;
  #failure: WarifuError | undefined;
  #newestReceivedAt: number;

  private constructor(
    options: PipelineOptions,
    tree: LogTree,
    newest: StoredCheckpoint | undefined,
    newestReceivedAt: number,
  ) {
    this.#options = options;
    this.store = options.store;
    this.vault = options.vault;
    this.tree = tree;
    this.publisher = new Publisher(options.signer, newest);
    this.#sourceIds = new SourceIds(options.store.origin);
    this.check = new StoredCheck({
      tree,
      vault: options.vault,
      sourceIds: this.#sourceIds,
      onDamage: options.onDamage,
    });
    this.#newestReceivedAt = newestReceivedAt;
  }

  /**
   * Opens the pipeline over a store: derives the tree, settles what a crash left between vault and ledger, and enters
   * the profiles in force into the log.
   * @throws STORE_CORRUPT, STORE_FAILED, VAULT_FAILED; STORE_BEHIND when the vault is ahead by more than a crash leaves;
   *   CONFIG_INVALID when another key signed the newest checkpoint;
   *   CLOCK_BACKWARDS when the clock is behind the newest entry; CLOCK_AHEAD; what `beforeWriting` throws
   */
  static async open(options: PipelineOptions): Promise<Pipeline> {
    const tree = await LogTree.load(options.store, { onDamaged: (tile) => options.onDamage?.(damageOf(tile)) });
    const newest = await options.store.newestCheckpoint();
    const [last] = await options.store.entries(tree.size - 1, tree.size);
    const pipeline = new Pipeline(options, tree, newest, last ? receivedAtOf(last) * 1000 : 0);
    await pipeline.#tick();
    await options.beforeWriting?.(tree);
    await settleVault(options, tree.size);
    await pipeline.eraseSetAside();
    await pipeline.#enterProfiles();
    return pipeline;
  }

  /** Submissions that wait for the next batch. */
  get queueLength(): number {
    return this.#queue.length;
  }

  /** Why the pipeline stopped, if it did. */
  get stopReason(): WarifuError | undefined {
    return this.#stopReason;
  }

  get profiles(): Profiles {
    return this.#options.profiles;
  }

  /**
   * Submits records; each fares for itself. Resolves when all that were taken are durable.
   * @returns one outcome a record, in order
   */
  async submit(values: readonly (JsonValue | WarifuError)[], submitter?: Submitter): Promise<Outcome[]> {
    const { maxQueue } = this.#options;
    if (this.#queue.length + values.length > Math.max(maxQueue, values.length))
      throw new WarifuError("BUSY", `${this.#queue.length} records wait already: send again in a moment`);
    return new Promise((resolve) => {
      const submission: Submission = { outcomes: [], unsettled: values.length, resolve };
      for (const [place, value] of values.entries()) this.#submitOne(value, submission, place, submitter);
      if (values.length === 0) resolve([]);
      if (this.#queue.length > 0) this.#startDraining();
    });
  }

  /** Stops taking submissions and waits for those that were taken. */
  async close(): Promise<void> {
    this.#stopReason ??= new WarifuError("STOPPED", "the service is stopping: send again when it is back");
    await this.#drained;
    await this.#writing;
  }

  /**
   * Looks whether what was acknowledged is still where the next start looks for it, and stops for good when it is not.
   * @throws STORE_FAILED, VAULT_FAILED; STOPPED
   */
  assertInPlace(): Promise<void> {
    return this.#exclusively(async () => {
      this.store.assertInPlace();
      this.vault.assertInPlace();
    });
  }

  /**
   * Erases openings that were set aside longer ago than anybody would look for them.
   * @returns of how many records
   */
  eraseSetAside(): Promise<number> {
    return this.#exclusively(() => this.vault.eraseSetAside(this.#options.surroundings.now(), SET_ASIDE_KEPT_MS));
  }

  /**
   * Enters the repair of a source's numbers: see core/source-event.ts.
   * @throws NOT_FOUND the source has sent nothing; SEQUENCE_CONFLICT that number is used, or leaves no room; STOPPED
   */
  async repairSource(repair: SeqRepair): Promise<AppendedEntry> {
    const { name, from } = repair;
    if (name === this.store.origin || !(await this.store.numbering(name)))
      throw new WarifuError("NOT_FOUND", "no record of a source of that name is in the log");
    const highest = Number.MAX_SAFE_INTEGER - (this.#options.maxSeqGap ?? DEFAULT_MAX_SEQ_GAP);
    if (from > highest)
      throw new WarifuError("SEQUENCE_CONFLICT", `numbering can go on from ${highest} at most, so that room is left`);
    if ((await this.store.firstFreeSeq(name, from)) !== from)
      throw new WarifuError("SEQUENCE_CONFLICT", "this source has used that seq already: name one that is free");
    return this.enterEvent("source", SOURCE_EVENT_VCT, SOURCE_EVENT_CONTENT, seqRepairContent(repair));
  }

  /**
   * Enters one of the log's own events. The log itself is its source.
   * @throws STOPPED; what stops the pipeline for good, as it happens
   */
  async enterEvent(kind: EntryKind, vct: string, contentName: string, content: JsonObject): Promise<AppendedEntry> {
    if (this.#stopReason) throw this.#stopReason;
    return this.#exclusively(async () => {
      const { origin } = this.store;
      const receivedAt = await this.#tick();
      const seq = ((await this.store.numbering(origin))?.last ?? -1) + 1;
      const sourceId = this.#sourceIds.of(origin);
      const head = { iat: receivedAt, iss: origin, seq, src: toHex(sourceId), vct };
      const body = formatEventBody(head, contentName, content);
      const { sealed } = await this.#seal([{ kind, sourceName: origin, sourceId, seq, body, receivedAt }]);
      return (sealed[0] as Appended).entry;
    });
  }

  #submitOne(
    value: JsonValue | WarifuError,
    submission: Submission,
    place: number,
    submitter: Submitter | undefined,
  ): void {
    const refusal = value instanceof WarifuError ? value : this.#stopReason;
    if (refusal) return settle(submission, place, { ok: false, error: refusal });
    try {
      const { record, profile } = ingest(value as JsonValue, this.#options.profiles, this.store.origin);
      submitter?.assertMaySend(record);
      this.#queue.push({ ingested: { record, profile, sender: submitter?.sender }, submission, place });
    } catch (error) {
      if (!(error instanceof WarifuError)) throw error;
      settle(submission, place, { ok: false, error });
    }
  }

  #startDraining(): void {
    this.#drained ??= this.#drain();
  }

  async #drain(): Promise<void> {
    // Not at once: what else arrives in this turn of the event loop shares the batch, and its fsync.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, this.#options.maxBatch);
      try {
        const outcomes = await this.#exclusively(() => this.#process(batch.map(({ ingested }) => ingested)));
        for (const [at, { submission, place }] of batch.entries()) settle(submission, place, outcomes[at] as Outcome);
      } catch (error) {
        refuse(batch, error);
      }
      // Lets the answers go out before the next batch takes the thread.
      await new Promise((resolve) => setImmediate(resolve));
    }
    // In the same breath as the last look at the queue: nothing can be queued in between and be forgotten.
    this.#drained = undefined;
  }

  /** One writer: what is passed in here runs alone, and nothing runs after a failure, when tree and store may differ. */
  #exclusively<T>(write: () => Promise<T>): Promise<T> {
    const done = this.#writing.then(async () => {
      if (this.#failure) throw this.#failure;
      try {
        return await write();
      } catch (cause) {
        throw this.#fail(cause);
      }
    });
    this.#writing = done.catch(() => undefined);
    return done;
  }

  /** The way of a batch, from ingested records to acknowledgements. */
  async #process(ingested: readonly IngestedRecord[]): Promise<Outcome[]> {
    const receivedAt = await this.#tick();
    const { origin } = this.store;
    const { fresh, admissions, newNames } = await admit(ingested, this.store, this.check, this.#options.maxSeqGap);
    const { randomBytes } = this.#options.surroundings;
    const batch = await this.#seal(
      fresh.map((one) => conceal(one, this.#sourceIds.of(one.record.source), { origin, receivedAt }, randomBytes)),
    );
    if (newNames.length > 0)
      await this.store.bindKeys(
        newNames.map(({ source, key, of }) => ({ source, key, leafIndex: entryOf(of, batch.sealed).leafIndex })),
      );
    const outcomes: Outcome[] = [];
    for (const admission of admissions) outcomes.push(await this.#answer(admission, batch));
    return outcomes;
  }

  /**
   * Appends, publishes and makes durable: openings first, since an entry without its openings could never be shown; an
   * opening without its entry is set aside at the next start.
   */
  async #seal(items: readonly Sealable[]): Promise<SealedBatch> {
    if (items.length === 0) return { sealed: [], checkpoint: undefined };
    const sealed = append(this.tree, items);
    const checkpoint = this.publisher.publish(this.tree);
    await this.vault.keep(sealed.flatMap(openingsToKeep));
    const entries = sealed.map(({ entry }) => entry);
    await this.store.commit({ entries, tiles: this.tree.filledTiles(), checkpoint });
    this.tree.markPublished();
    return { sealed, checkpoint };
  }

  async #answer(admission: Admission, { sealed, checkpoint }: SealedBatch): Promise<Outcome> {
    if (admission.kind === "refused") return { ok: false, error: admission.error };
    if (admission.kind === "repeated")
      return { ok: true, isNew: false, acknowledgement: await this.acknowledgementAgain(admission.entry) };
    const { entry } = sealed[admission.position] as Appended;
    const acknowledgement = acknowledgementOf(entry, entry.leafHash, checkpoint?.note ?? "");
    return { ok: true, isNew: admission.kind === "new", acknowledgement };
  }

  /** The acknowledgement that a stored entry was first given. */
  async acknowledgementAgain(entry: StoredEntry): Promise<Acknowledgement> {
    const checkpoint = await this.store.checkpointAbove(entry.leafIndex);
    return acknowledgementOf(entry, leafHash(encodeEntry(entry)), checkpoint?.note ?? "");
  }

  /** Enters each profile whose newest form in the log is not the one in force. */
  async #enterProfiles(): Promise<void> {
    const entered = new Map<string, string>();
    for (
      let from = 0, page: StoredEntry[] = [];
      from === 0 || page.length > 0;
      from = (page.at(-1)?.leafIndex ?? 0) + 1
    ) {
      page = await this.store.query({ from, limit: 1_000, kind: "profile" });
      for (const entry of page) {
        const profile = await this.#contentOf(entry);
        if (profile) entered.set(String(profile["type"]), canonicalJson(profile));
      }
    }
    for (const { document } of this.#options.profiles.values())
      if (entered.get(document.type) !== canonicalJson(document as JsonObject))
        await this.enterEvent("profile", "warifu:profile:1", "profile", document as JsonObject);
  }

  /** Content of an event; `undefined` where it is erased or damaged, which is reported. */
  async #contentOf(entry: StoredEntry): Promise<JsonObject | undefined> {
    try {
      return (await this.check.bodyOf(entry))?.content;
    } catch (error) {
      if (codeOf(error) === "STORE_DAMAGED") return undefined;
      throw error;
    }
  }

  /** Seconds since 1970, never falling. */
  async #tick(): Promise<number> {
    const now = this.#options.surroundings.now();
    if (now < this.#newestReceivedAt - CLOCK_TOLERANCE_MS)
      throw new WarifuError(
        "CLOCK_BACKWARDS",
        `the clock went back: the newest entry is of ${shown(this.#newestReceivedAt)}, the clock says ${shown(now)}. Set it right ` +
          "and start the service again; if it is right, the log takes records from the former time on",
      );
    // Signed once, a time to come would be the log's until it comes: every later record would have to wait for it.
    const latest = (await this.#options.latestTime?.()) ?? Number.POSITIVE_INFINITY;
    if (now > latest)
      throw new WarifuError(
        "CLOCK_AHEAD",
        `the clock says ${shown(now)}, and by the chain's blocks it cannot be later than ${shown(latest)}: set it right, then ` +
          "start the service again; nothing was signed with that time",
      );
    this.#newestReceivedAt = Math.max(now, this.#newestReceivedAt);
    return Math.floor(this.#newestReceivedAt / 1000);
  }

  /** Fail stop. */
  #fail(cause: unknown): WarifuError {
    const reason =
      cause instanceof WarifuError
        ? cause
        : new WarifuError("STOPPED", `the pipeline failed: ${messageOf(cause)}`, { cause });
    this.#failure = reason;
    this.#stopReason = reason;
    this.#options.onStop(reason);
    return reason;
  }
}

function shown(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/**
 * The vault is written first, so a crash leaves openings above the tree: of at most one batch, none of them acknowledged.
 * They are set aside. More than that were acknowledged once: it is the ledger that lost something, and the vault holds the
 * only copy of what people were promised, so nothing is touched.
 * @throws STORE_BEHIND
 */
async function settleVault({ vault, maxBatch, onSetAside }: PipelineOptions, size: number): Promise<void> {
  const { records, highest } = await vault.beyond(size);
  if (records === 0) return;
  if (size === 0 || highest >= size + maxBatch)
    throw new WarifuError(
      "STORE_BEHIND",
      `the ledger (ledger.sqlite) holds ${size} entries, but the vault (vault.sqlite) holds openings up to leaf ${highest}: ` +
        "the ledger is lost, or an older copy or another log's. Put the ledger that belongs to this vault back; nothing was erased. " +
        "(If WARIFU_MAX_BATCH was larger when the service ended, set it so again.)",
      { details: { entries: size, records, highest } },
    );
  onSetAside?.(await vault.setAsideFrom(size));
}

function refuse(batch: readonly Waiting[], cause: unknown): void {
  const error = new WarifuError(
    "STOPPED",
    "the service had to stop; whether this record was kept is not certain: send it again with the same key",
    { cause },
  );
  for (const { submission, place } of batch) settle(submission, place, { ok: false, error });
}

function settle(submission: Submission, place: number, outcome: Outcome): void {
  submission.outcomes[place] = outcome;
  if (--submission.unsettled === 0) submission.resolve(submission.outcomes);
}

function openingsToKeep({ entry: { leafIndex }, openings }: Appended): RecordOpenings[] {
  return openings ? [{ leafIndex, openings }] : [];
}

function entryOf(admission: Exclude<Admission, { kind: "refused" }>, sealed: readonly Appended[]): StoredEntry {
  return admission.kind === "repeated" ? admission.entry : (sealed[admission.position] as Appended).entry;
}

function acknowledgementOf(entry: StoredEntry, leaf: Uint8Array, checkpoint: string): Acknowledgement {
  return { id: formatRecordId(entry.id), leafIndex: entry.leafIndex, leafHash: toHex(leaf), checkpoint };
}
