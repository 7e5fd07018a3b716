/**
 * Events about a source, which the log enters itself. An officer registers a source and its signing keys, ends keys,
 * suspends the source, and repairs its numbers after a mistake. Each event takes effect from its own entry on; everything
 * below stays as it is. When a source signs two different records under one number, the log keeps the second as evidence
 * (source-conflict.ts).
 *
 * The key of a person's own device is not in the event's content: it is a concealed claim of the body, named
 * {@link KEY_CLAIM}, whose opening the vault keeps. Events name a key by the leaf index of the event that brought it,
 * which says nothing about the key.
 */
import type { Body } from "./body.ts";
import type { JsonObject } from "./json.ts";
import { SOURCE_NAME } from "./record.ts";
import { ObjectReader } from "./object-reader.ts";
import { parseSourceKey, type SourceKey } from "./source-key.ts";

/** `vct` of the body of such an event. */
export const SOURCE_EVENT_VCT = "warifu:source:1";
/** Name of the content in that body. */
export const SOURCE_EVENT_CONTENT = "source";
/** Name of the claim that holds the key. */
export const KEY_CLAIM = "key";

/** Name of the claim that holds the second of two records under one number. */
export const CONFLICT_CLAIM = "record";

/** The most keys that one event may end. */
const MOST_ENDED = 64;

/** Why a key was revoked. */
export const REVOCATION_REASONS = ["compromised", "lost", "retired"] as const;
export type RevocationReason = (typeof REVOCATION_REASONS)[number];

/** A key as an event shows it. */
export type ShownKey = SourceKey | "concealed";

/** An event about a source; `name` is the source's. */
export type SourceEvent =
  /** Registers the source; if with a key, whatever it sends must be signed from here on. */
  | { readonly action: "register"; readonly name: string; readonly key?: ShownKey }
  /** Adds a key; `ends` names those that it replaces. */
  | { readonly action: "rotate"; readonly name: string; readonly key: ShownKey; readonly ends: readonly number[] }
  | {
      readonly action: "revoke";
      readonly name: string;
      readonly ends: readonly number[];
      readonly reason: RevocationReason;
    }
  /** Suspends the source: nothing of it is accepted until it is resumed. */
  | { readonly action: "suspend" | "resume"; readonly name: string }
  /**
   * Keeps a record that the source signed under the number of the record at leaf `first`. Since the last conflict that was
   * kept, at least `omitted` others were refused and not kept: the service loses its count when it restarts.
   */
  | {
      readonly action: "conflict";
      readonly name: string;
      readonly seq: number;
      readonly first: number;
      readonly omitted: number;
    }
  /** `from`: the first number after the repair. */
  | { readonly action: "repair-seq"; readonly name: string; readonly from: number };

/** The repair of a source's numbers. */
export type SeqRepair = Omit<Extract<SourceEvent, { action: "repair-seq" }>, "action">;

/** Two records under one number. */
export type SeqConflict = Omit<Extract<SourceEvent, { action: "conflict" }>, "action">;

/** A place where the numbering of a source starts over. */
export interface RepairedAt {
  /** Leaf index of the event. */
  readonly leafIndex: number;
  /** The first number after it. */
  readonly from: number;
}

/** Content of the body of an event. */
export function sourceEventContent(event: SourceEvent): JsonObject {
  const { key, ...rest } = { key: undefined, ...event };
  return (key === undefined || key === "concealed" ? rest : { ...rest, key }) as JsonObject;
}

/** Whether a body is that of an event about a source. */
export function isSourceEvent({ contentName, vct }: Body): boolean {
  return contentName === SOURCE_EVENT_CONTENT && vct === SOURCE_EVENT_VCT;
}

/**
 * The event in the content of such a body.
 * @throws BODY_INVALID unknown action or member, a missing one, or one of the wrong form; KEY_INVALID, KEY_TYPE_UNKNOWN
 */
export function sourceEventOf({ content, digests }: Pick<Body, "content" | "digests">): SourceEvent {
  const reader = new ObjectReader(content, SOURCE_EVENT_CONTENT, "BODY_INVALID");
  const key = reader.has(KEY_CLAIM) ? parseSourceKey(reader.value(KEY_CLAIM)) : undefined;
  const event = readEvent(
    reader,
    reader.string("name", SOURCE_NAME),
    key ?? (digests.length > 0 ? "concealed" : undefined),
  );
  reader.end();
  if (key !== undefined && digests.length > 0) reader.fail(KEY_CLAIM, "stands beside concealed claims");
  return event;
}

function readEvent(reader: ObjectReader, name: string, key: ShownKey | undefined): SourceEvent {
  const action = reader.string("action");
  if (action === "register") return { action, name, ...(key !== undefined && { key }) };
  if (action === "rotate")
    return key === undefined ? reader.fail(KEY_CLAIM, "is missing") : { action, name, key, ends: readEnds(reader) };
  if (action === "conflict") {
    if (key !== "concealed") reader.fail(CONFLICT_CLAIM, "is concealed in such an event");
    return { action, name, seq: reader.count("seq"), first: reader.count("first"), omitted: reader.count("omitted") };
  }
  if (key !== undefined) reader.fail(KEY_CLAIM, "belongs to no such event");
  switch (action) {
    case "revoke":
      return { action, name, ends: readEnds(reader), reason: readReason(reader) };
    case "suspend":
    case "resume":
      return { action, name };
    case "repair-seq":
      return { action, name, from: reader.count("from") };
    default:
      return reader.fail("action", "is unknown");
  }
}

/** Rising, so that each event has one form. */
function readEnds(reader: ObjectReader): number[] {
  const ends = reader.counts("ends");
  if (ends.length > MOST_ENDED || ends.some((end, at) => at > 0 && end <= (ends[at - 1] as number)))
    reader.fail("ends", `names ${MOST_ENDED} keys at most, in rising order`);
  return ends;
}

function readReason(reader: ObjectReader): RevocationReason {
  const given = reader.string("reason");
  const reason = REVOCATION_REASONS.find((one) => one === given);
  return reason ?? reader.fail("reason", `is one of ${REVOCATION_REASONS.join(", ")}`);
}
