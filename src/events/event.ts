/**
 * One of the log's own events: what the log says about itself, a source or a record, as an entry beside the records. The
 * log is the source of its events, and numbers them in one sequence.
 */
import type { EntryKind } from "../core/entry.ts";
import type { JsonObject } from "../core/json.ts";

/** An event on its way into the log. */
export interface LogEvent {
  readonly kind: EntryKind;
  readonly vct: string;
  /** Name of the body's member that holds the content. */
  readonly contentName: string;
  readonly content: JsonObject;
}
