/**
 * Which events of the log are about a record: by their public member `record`, its leaf index, or `records`, a list of them.
 * What an event says is read when somebody asks; here is only where it stands.
 */
import type { Body } from "../core/body.ts";
import type { EntryKind } from "../core/entry.ts";
import type { EventFold } from "./event.ts";

/** Kinds of events that may be about records. */
const KINDS = ["erasure", "consent", "disclosure", "provision", "derivation"] as const satisfies readonly EntryKind[];

/** All such events of the log. */
export class EventsAboutRecords {
  readonly folds: readonly EventFold[] = KINDS.map((kind) => ({
    kind,
    counts: "every",
    follow: (leafIndex, body) => this.#follow(leafIndex, body),
    // It is not shown where a record's events are, and is reported by whoever reads it.
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
