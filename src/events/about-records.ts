/**
 * Which events of the log are about a record: those with its leaf index as their public member `record`, or in a list
 * `records`. Only the places of events are kept here; what they say is read when somebody asks.
 */
import type { Body } from "../core/body.ts";
import type { EntryKind } from "../core/entry.ts";
import type { EventFold } from "./event.ts";

/** Kinds that events about records can be of. */
const KINDS = ["erasure", "consent", "disclosure", "provision", "derivation"] as const satisfies readonly EntryKind[];

/** All such events of the log. */
export class EventsAboutRecords {
  readonly folds: readonly EventFold[] = KINDS.map((kind) => ({
    kind,
    counts: "every",
    follow: (leafIndex, body) => this.#follow(leafIndex, body),
    // A damaged event is not found among a record's events; whoever reads it reports it.
    damaged: () => undefined,
  }));
  readonly #byRecord = new Map<number, number[]>();

  /** Leaf indexes of the events about the record at that leaf, ascending. */
  of(record: number): readonly number[] {
    return this.#byRecord.get(record) ?? [];
  }

  #follow(leafIndex: number, body: Body | undefined): void {
    if (!body) return;
    const { record, records } = body.content;
    for (const about of new Set([record, ...(Array.isArray(records) ? records : [])])) {
      if (typeof about !== "number") continue;
      const known = this.#byRecord.get(about);
      if (known) known.push(leafIndex);
      else this.#byRecord.set(about, [leafIndex]);
    }
  }
}
