/**
 * The log's own events: what the log says about itself, a source or a record, as entries alongside the records. The log
 * is the source of its events, and numbers them in one sequence. Each kind has its own file here, which says how its
 * events are written and read, and what all of them add up to; {@link EventRegister} holds that while the log is open.
 */
import type { Body } from "../core/body.ts";
import type { EntryKind } from "../core/entry.ts";
import type { JsonObject } from "../core/json.ts";

/** An event on its way into the log. */
export interface LogEvent {
  readonly kind: EntryKind;
  readonly vct: string;
  /** Name of the body's member that holds the content. */
  readonly contentName: string;
  readonly content: JsonObject;
  /** Claims that only the vault may hold. */
  readonly concealed?: JsonObject | undefined;
  /** Bytes that go into the vault with them. */
  readonly attachments?: readonly EventAttachment[] | undefined;
}

/** Bytes that belong to an event. */
export interface EventAttachment {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** The state that the events of one kind add up to. */
export interface EventFold {
  readonly kind: EntryKind;
  /** Whether the state depends on all events, or only on the newest. */
  readonly counts: "every" | "newest";
  /** Takes the next event of the kind, in the log's order; without a body if that is erased. */
  follow(leafIndex: number, body: Body | undefined): void;
  /** Takes the next event, which is damaged. @throws if the log cannot be written to without it */
  damaged(leafIndex: number, error: unknown): void;
}
