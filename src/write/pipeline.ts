/**
 * The path of a record. Read this first:
 *
 *     submit ─ ingest ─ conceal ─ admit ─ append ─ publish ─┬─ vault, then ledger: durable ─ acknowledge
 *                                                            └─ anchor ─ confirm ─ prove (see anchor/rounds.ts)
 *
 * One writer. Concealed records wait in a bounded and fair queue; whatever has gathered there while one batch becomes
 * durable is the next batch, so one fsync serves many. If much has gathered, the next batch is put together and signed
 * before the previous one is durable.
 *
 * A failure beyond the queue ends the process: nothing is repaired silently, and nothing is acknowledged that is not
 * durable.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { WarifuError } from "../core/errors.ts";
import type { Record } from "../core/record.ts";
import type { RandomBytes } from "../core/random.ts";
import type { SourceKey } from "../core/source-key.ts";
import type { Submitter } from "../core/submitter.ts";
import type { EventRegister } from "../events/register.ts";
import type { Profiles } from "../profiles/profile.ts";
import { Turns } from "../serve/turns.ts";
import type { LogStore } from "../store/log-store.ts";
import type { SourceIds } from "./append.ts";
import { BatchPath } from "./batch-path.ts";
import { BatchSize } from "./batch-size.ts";
import { conceal, type ConcealedRecord } from "./conceal.ts";
import { ConcealedLine } from "./concealed-line.ts";
import { Conflicts } from "./conflicts.ts";
import type { KeyNames } from "./derived-keys.ts";
import { ingest, mayRepeat, type IngestedRecord } from "./ingest.ts";
import { refuse, settle, type Outcome, type Place, type Submission } from "./outcome.ts";
import { RideAlong } from "./ride-along.ts";
import { SignatureThreads } from "./signature-threads.ts";
import { holdSigned, openSigned, type SignatureChecks, type Submitted } from "./signed-submission.ts";
import type { SourceQuotas } from "./source-quotas.ts";
import type { SourceRules } from "./source-rules.ts";
import type { TrafficWatch } from "./source-traffic.ts";
import type { StoredCheck } from "./stored-check.ts";
import type { Term } from "./term.ts";
import { watchRefused } from "./watch-outcomes.ts";
import { WaitingQueue } from "./waiting-queue.ts";
import type { Writer } from "./writer.ts";

export interface PipelineParts {
  readonly store: LogStore;
  readonly writer: Writer;
  readonly check: StoredCheck;
  readonly events: Pick<EventRegister, "sources">;
  /** What the log's events say about who may send what. */
  readonly rules: SourceRules;
  readonly sourceIds: SourceIds;
  readonly profiles: Profiles;
  readonly randomBytes: RandomBytes;
  /** Most records in one batch. */
  readonly maxBatch: number;
  /** Most records that may wait; beyond that, submissions are refused as BUSY. */
  readonly maxQueue: number;
  /** How far a seq may run ahead of its source's numbers so far. */
  readonly maxSeqGap: number;
  readonly keyNames: KeyNames;
  /** What each source may send in a second; without, any number. */
  readonly quotas?: SourceQuotas | undefined;
  /** When records are taken; at any time if left out. */
  readonly term?: Term | undefined;
  /** Is told what each source sends. */
  readonly traffic: TrafficWatch;
}

/** A batch of fewer records is not put together while the one before becomes durable, however small that is. */
const WORTH_BEGINNING = 8;

/** The records of one submission in the queue. */
interface Queued {
  waiting: number;
  /** Whether all that it had for the queue have been there. */
  isWhole: boolean;
}

/** A record that waits for its batch. */
interface Waiting extends Place {
  readonly queued: Queued;
  readonly record: ConcealedRecord;
  /** Whether it waits for another record to start a batch: see ride-along.ts. */
  readonly isPatient: boolean;
}

/** The path of the records of one log, from the queue on. */
export class Pipeline {
  readonly #parts: PipelineParts;
  readonly #conflicts: Conflicts;
  readonly #path: BatchPath;
  readonly #queue: WaitingQueue<Waiting>;
  readonly #signatures = new SignatureThreads();
  readonly #batches: BatchSize;
  readonly #rideAlong = new RideAlong(() => this.#startDraining());
  /** Records in the newest batch. */
  #lastBegun = 0;
  #drained: Promise<void> | undefined;
  #onWellFilled: (() => void) | undefined;
  /** Submissions of which some records are not in the queue yet. */
  #unfinished = 0;
  /** Waiting records of the other submissions. */
  #whole = 0;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
    this.#queue = new WaitingQueue(parts.maxQueue);
    this.#batches = new BatchSize(parts.maxBatch);
    this.#conflicts = new Conflicts({ ...parts, sources: parts.events.sources });
    this.#path = new BatchPath({ ...parts, conflicts: this.#conflicts });
  }

  /** Submissions that wait for the next batch. */
  get queueLength(): number {
    return this.#queue.size;
  }

  /** How many conflicts of a source are kept in no event. */
  conflictsOmitted(source: string): number {
    return this.#conflicts.omittedOf(source);
  }

  /**
   * Submits records, each with an outcome of its own. Resolves when all that were accepted are durable.
   * @returns one outcome per record, in order
   */
  async submit(submitted: readonly Submitted[], submitter?: Submitter): Promise<Outcome[]> {
    this.#assertRoom(submitted.length, submitter);
    // No wait if there is nothing to verify: a call of `submit` before `close` must count as submitted first.
    const values = holdSigned(submitted) ? await openSigned(submitted, this.#checksFor(submitter)) : submitted;
    this.#assertRoom(values.length, submitter);
    if (values.length === 0) return [];
    this.#batches.submitted(values.length);
    const { promise, resolve } = Promise.withResolvers<Outcome[]>();
    await this.#submitAll(values, { outcomes: [], unsettled: values.length, resolve }, submitter);
    const outcomes = await promise;
    watchRefused(this.#parts.traffic, submitted, outcomes, submitter);
    return outcomes;
  }

  /** Yields now and then: a thousand records take long enough to hold others up. */
  async #submitAll(values: readonly Submitted[], submission: Submission, submitter?: Submitter): Promise<void> {
    this.#unfinished++;
    const queued = { waiting: 0, isWhole: false };
    try {
      const turns = new Turns();
      let place = 0;
      for (const value of values) {
        // Not before the first: a single record is in the queue at once, however busy the machine is.
        if (place > 0 && turns.isOver) {
          this.#startDraining();
          await turns.end();
        }
        this.#submitOne(value, { submission, place: place++, queued }, submitter);
      }
    } finally {
      this.#unfinished--;
      queued.isWhole = true;
      this.#whole += queued.waiting;
    }
    this.#startDraining();
  }

  /**
   * Whether to write now. A full batch does not wait for the rest of a submission; a smaller one does, to keep the
   * submission whole, but only while nobody else waits: there may always be one that is unfinished.
   */
  get #hasBatch(): boolean {
    const { size } = this.#queue;
    if (size >= this.#batches.size) return true;
    return size > 0 && (this.#unfinished === 0 || this.#whole > 0) && this.#rideAlong.mayBegin;
  }

  /**
   * Whether to put a batch together while the one before becomes durable: if it would be no smaller than that one, or half
   * full. With less it is better to wait: more records share the next fsync.
   */
  get #isWellFilled(): boolean {
    const enough = Math.min(Math.max(this.#lastBegun, WORTH_BEGINNING), this.#batches.size / 2);
    return this.#hasBatch && this.#queue.size >= enough;
  }

  #checksFor(submitter: Submitter | undefined): SignatureChecks {
    return {
      verifyAside: (...claim) => this.#signatures.verify(...claim),
      keysOf: (record) => {
        submitter?.assertMaySend(record);
        return this.#parts.rules.keysOf(record.source);
      },
    };
  }

  #assertRoom(count: number, submitter: Submitter | undefined): void {
    if (!this.#queue.hasRoom(submitter?.sender ?? "", count))
      throw new WarifuError("BUSY", `${this.#queue.size} records wait already: send again in a moment`);
  }

  /** The keys that were ever registered for a source. @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED */
  keysOf(source: string): Promise<readonly SourceKey[]> {
    return this.#parts.rules.keysOf(source);
  }

  /** Stops taking submissions and waits for those that were taken. */
  async close(): Promise<void> {
    const { writer } = this.#parts;
    writer.refuseMore();
    // Records that are not in the queue yet are refused, so this does not take long.
    while (this.#unfinished > 0) await new Promise((resolve) => setImmediate(resolve));
    this.#rideAlong.close();
    await this.#drained;
    await this.#signatures.close();
    await writer.close();
  }

  #submitOne(
    value: Submitted,
    { submission, place, queued }: Place & Pick<Waiting, "queued">,
    submitter: Submitter | undefined,
  ): void {
    try {
      const record = this.#concealed(value, submitter);
      const isPatient = this.#parts.quotas?.isNearlySpent(record.source) ?? false;
      this.#queue.add(record.sender ?? "", record.source, submission, { record, submission, place, queued, isPatient });
      queued.waiting++;
      this.#rideAlong.add(isPatient);
    } catch (error) {
      if (!(error instanceof WarifuError)) throw error;
      settle(submission, place, { ok: false, error });
    }
  }

  /** What is kept of a value that may go on. @throws whatever it is refused for */
  #concealed(value: Submitted, submitter: Submitter | undefined): ConcealedRecord {
    const { profiles, store, writer, randomBytes } = this.#parts;
    if (value instanceof WarifuError) throw value;
    if (writer.stopReason) throw writer.stopReason;
    if (value instanceof ConcealedLine) return this.#ofLine(value, submitter);
    const ingested = ingest(value, profiles, store.origin, submitter?.sender);
    submitter?.assertMaySend(ingested.record);
    this.#assertWithinQuota(ingested.record);
    return conceal(this.#named(ingested), randomBytes);
  }

  /** As {@link #concealed}, of a line that went through ingest and conceal on another thread. */
  #ofLine({ result }: ConcealedLine, submitter: Submitter | undefined): ConcealedRecord {
    if (result instanceof WarifuError) throw result;
    const { source, profile, key } = result;
    submitter?.assertMaySend({ source, type: profile.document.type });
    this.#assertWithinQuota(result);
    return { ...result, sender: submitter?.sender, key: key === undefined ? key : this.#parts.keyNames(key) };
  }

  /**
   * Refuses at once what admit would refuse for the quota, so that a flood does not even take up the queue. Only admit
   * can tell whether a record that may repeat an earlier one is new, so those are let through.
   * @throws RATE_LIMITED
   */
  #assertWithinQuota(record: Pick<Record, "source" | "key" | "seq">): void {
    const { quotas, rules } = this.#parts;
    if (!quotas || mayRepeat(record) || !rules.isOpen(record.source)) return;
    const exceeded = quotas.refusalOf(record.source);
    if (exceeded) throw exceeded;
  }

  /** The record, with its key as the store names it. */
  #named(ingested: IngestedRecord): IngestedRecord {
    const { key } = ingested.record;
    if (key === undefined) return ingested;
    const name = this.#parts.keyNames(key);
    return name === key ? ingested : { ...ingested, record: { ...ingested.record, key: name } };
  }

  #startDraining(): void {
    if (this.#hasBatch) this.#drained ??= this.#drain();
    if (this.#isWellFilled) this.#onWellFilled?.();
  }

  async #drain(): Promise<void> {
    // Not immediately: what else arrives in this turn of the event loop shares the batch, and its fsync.
    await nextTurn();
    let before: Promise<void> | undefined;
    while (before || this.#hasBatch) {
      if (before && !this.#isWellFilled) {
        if (await this.#isAnsweredFirst(before)) before = undefined;
      } else {
        const { answered } = await this.#begin();
        await before;
        before = answered;
      }
      // Lets the answers go out before the next batch takes the thread.
      await nextTurn();
    }
    // Right after the last look at the queue, without waiting: nothing can be queued in between and forgotten.
    this.#drained = undefined;
  }

  /** Waits until a batch is answered, or the next one is well filled. @returns whether it is answered */
  #isAnsweredFirst(batch: Promise<void>): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#onWellFilled = () => resolve(false);
    return Promise.race([batch.then(() => true), promise]);
  }

  /** Starts writing the next batch. @returns when the one after it may be started */
  async #begin(): Promise<{ readonly answered: Promise<void> }> {
    const begun = performance.now();
    const batch = this.#queue.take(this.#batches.size);
    for (const { queued } of batch) {
      queued.waiting--;
      if (queued.isWhole) this.#whole--;
    }
    this.#rideAlong.take(batch, this.#queue.size > 0);
    this.#lastBegun = batch.length;
    const records = batch.map(({ record }) => record);
    // Without the records, which are not needed until the batch is durable.
    const places = batch.map(({ submission, place }) => ({ submission, place }));
    try {
      const { outcomes } = await this.#path.begin(records);
      return { answered: this.#answer(places, outcomes, begun) };
    } catch (error) {
      refuse(places, error);
      return { answered: Promise.resolve() };
    }
  }

  async #answer(places: readonly Place[], outcomes: Promise<Outcome[]>, begun: number): Promise<void> {
    try {
      const all = await outcomes;
      this.#batches.note(places.length, performance.now() - begun);
      let at = 0;
      for (const { submission, place } of places) settle(submission, place, all[at++] as Outcome);
    } catch (error) {
      refuse(places, error);
    }
  }
}
