/**
 * The path of a batch, from concealed records to acknowledgements. From here on, only a record's key and seq matter, not
 * what it says.
 */
import { entryLeafHash } from "../core/entry.ts";
import { unreachable } from "../core/errors.ts";
import { Turns } from "../serve/turns.ts";
import type { LogStore, StoredEntry } from "../store/log-store.ts";
import { acknowledgementOf, answerTo, entryOf } from "./acknowledge.ts";
import { admit, type AdmitParts, type AdmittedBatch, type Conflict, type NewRecord } from "./admit.ts";
import type { Appended, Sealable, SourceIds } from "./append.ts";
import { sealableOf, type ConcealedRecord } from "./conceal.ts";
import type { Conflicts } from "./conflicts.ts";
import { mayRepeat } from "./ingest.ts";
import type { Outcome } from "./outcome.ts";
import type { TrafficWatch } from "./source-traffic.ts";
import { refusalAt, type Term } from "./term.ts";
import type { PreparedBatch, Preparation, SealedBatch, Turn } from "./turn.ts";
import { watchAdmitted } from "./watch-outcomes.ts";
import type { Writer } from "./writer.ts";

export interface BatchPathParts extends Omit<AdmitParts, "numberAhead" | "notOpen"> {
  readonly store: LogStore;
  readonly writer: Writer;
  readonly sourceIds: SourceIds;
  readonly conflicts: Conflicts;
  /** Is told what each source sends. */
  readonly traffic: TrafficWatch;
  /** When the log takes records. */
  readonly term?: Term | undefined;
}

/** A batch that is being written. */
export interface BegunBatch {
  readonly outcomes: Promise<Outcome[]>;
}

/** A batch that is sorted out and signed, but not durable yet. */
interface Prepared extends Pick<AdmittedBatch, "admissions"> {
  readonly batch: PreparedBatch;
}

/** The path of the batches of one log. */
export class BatchPath {
  readonly #parts: BatchPathParts;

  constructor(parts: BatchPathParts) {
    this.#parts = parts;
  }

  /** Starts writing a batch. @returns when another one may be started @throws the error that stopped the writer */
  async begin(records: readonly ConcealedRecord[]): Promise<BegunBatch> {
    const { writer } = this.#parts;
    // Repetitions are looked for in the store, which must hold all earlier records by then.
    if (records.some(mayRepeat)) return { outcomes: writer.exclusively((turn) => this.#process(records, turn)) };
    const prepared = await writer.prepare((preparation) => this.#prepare(records, preparation));
    return { outcomes: onceDurable(prepared) };
  }

  /** Takes a batch in which nothing repeats an earlier record up to the point where it only has to become durable. */
  async #prepare(records: readonly ConcealedRecord[], preparation: Preparation): Promise<Prepared> {
    const { numberAhead } = preparation;
    const receivedAt = await preparation.tick();
    const { fresh, admissions } = await this.#admit(records, receivedAt, numberAhead);
    const batch = preparation.enter(await this.#sealable(fresh, receivedAt));
    watchAdmitted(this.#parts.traffic, records, { admissions, fresh });
    return { admissions, batch };
  }

  /** Takes a batch that may contain repetitions all the way, from concealed records to acknowledgements. */
  async #process(records: readonly ConcealedRecord[], turn: Turn): Promise<Outcome[]> {
    const { store } = this.#parts;
    const receivedAt = await turn.tick();
    const { fresh, admissions, newNames } = await this.#admit(records, receivedAt, () => -1);
    const batch = await turn.enter(await this.#sealable(fresh, receivedAt));
    if (newNames.length > 0)
      await store.bindKeys(
        newNames.map(({ source, key, of }) => ({ source, key, leafIndex: entryOf(of, batch.sealed).leafIndex })),
      );
    for (const admission of admissions)
      if (admission.kind === "refused" && admission.conflict)
        await this.#keepConflict(admission.conflict, { batch, receivedAt, turn });
    watchAdmitted(this.#parts.traffic, records, { admissions, fresh });
    const outcomes: Outcome[] = [];
    for (const admission of admissions)
      outcomes.push(
        admission.kind === "repeated" ? await this.#answerAgain(admission.entry) : answerTo(admission, batch),
      );
    return outcomes;
  }

  #admit(
    records: readonly ConcealedRecord[],
    receivedAt: number,
    numberAhead: AdmitParts["numberAhead"],
  ): Promise<AdmittedBatch> {
    const { term } = this.#parts;
    return admit(records, { ...this.#parts, numberAhead, notOpen: term && refusalAt(term, receivedAt) });
  }

  /** Makes the bodies, which is most of the work. */
  async #sealable(fresh: readonly NewRecord[], receivedAt: number): Promise<Sealable[]> {
    const { store, sourceIds } = this.#parts;
    const at = { origin: store.origin, receivedAt };
    // Ahead of other work: everybody else who wants to write waits for this.
    const turns = new Turns("in front");
    const sealable: Sealable[] = [];
    for (const one of fresh) {
      if (turns.isOver) await turns.end();
      sealable.push(sealableOf(one, sourceIds.of(one.record.source), at));
    }
    return sealable;
  }

  /** Keeps a refused record that contradicts an earlier one of its source, if it proves something. */
  async #keepConflict(
    { second, first }: Conflict,
    { batch, receivedAt, turn }: { readonly batch: SealedBatch; readonly receivedAt: number; readonly turn: Turn },
  ): Promise<void> {
    const { leafIndex } = "position" in first ? (batch.sealed[first.position] as Appended).entry : first;
    const event = await this.#parts.conflicts.eventOf(second, leafIndex, receivedAt);
    if (event) await turn.enterEvent(event);
  }

  /** Answers with the acknowledgement that a stored entry was first given. */
  async #answerAgain(entry: StoredEntry): Promise<Outcome> {
    const checkpoint = await this.#parts.store.checkpointAbove(entry.leafIndex);
    const acknowledgement = acknowledgementOf(entry, entryLeafHash(entry), checkpoint?.note ?? "");
    return { ok: true, isNew: false, acknowledgement };
  }
}

/** The answers to a batch, once it may be answered. */
async function onceDurable({ admissions, batch }: Prepared): Promise<Outcome[]> {
  await batch.durable;
  return admissions.map((admission) =>
    admission.kind === "repeated"
      ? unreachable("a record without key and seq repeats none")
      : answerTo(admission, batch),
  );
}
