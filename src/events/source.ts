/**
 * Events about sources (core/source-event.ts): who is registered, under which keys, who is suspended, whose numbers
 * were repaired.
 */
import type { Body } from "../core/body.ts";
import { WarifuError } from "../core/errors.ts";
import {
  CONFLICT_CLAIM,
  isSourceEvent,
  KEY_CLAIM,
  sourceEventContent,
  sourceEventOf,
  SOURCE_EVENT_CONTENT,
  SOURCE_EVENT_VCT,
  type RepairedAt,
  type RevocationReason,
  type SeqConflict,
  type ShownKey,
  type SourceEvent,
} from "../core/source-event.ts";
import type { JsonObject } from "../core/json.ts";
import { conflictClaim } from "../core/source-conflict.ts";
import type { SourceKey } from "../core/source-key.ts";
import type { SignedRecord } from "../core/source-signature.ts";
import type { EventFold, LogEvent } from "./event.ts";

/**
 * The event as it enters the log.
 * @param concealedKey if the event's key is `"concealed"`
 */
export function sourceEvent(event: SourceEvent, concealedKey?: SourceKey): LogEvent {
  return eventOf(event, concealedKey && { [KEY_CLAIM]: concealedKey });
}

/**
 * The event of a source that signed two records under one number.
 * @param second the one that was refused
 */
export function conflictEvent(conflict: SeqConflict, second: SignedRecord): LogEvent {
  return eventOf({ action: "conflict", ...conflict }, { [CONFLICT_CLAIM]: conflictClaim(second) });
}

function eventOf(event: SourceEvent, concealed: JsonObject | undefined): LogEvent {
  const content = sourceEventContent(event);
  return { kind: "source", vct: SOURCE_EVENT_VCT, contentName: SOURCE_EVENT_CONTENT, content, concealed };
}

/** A signing key of a source, and the entries for which it counts. */
export interface RegisteredKey {
  /** Leaf index of the event that introduced it; other events refer to it by that index. */
  readonly from: number;
  readonly key: ShownKey;
  /** Leaf index of the event that ended it, and why; while absent, the key counts. */
  readonly ended?: { readonly at: number; readonly why: RevocationReason | "replaced" };
}

/** Two records under one number, the second of which is kept. */
export interface KeptConflict extends Omit<SeqConflict, "name"> {
  /** Leaf index of the event. */
  readonly leafIndex: number;
  /** When it was entered, POSIX seconds. */
  readonly at: number;
}

/** What the log's events say about a source. */
export interface SourceState {
  /** Leaf index of its registration; `undefined` if only its numbers have been repaired. */
  readonly registeredAt: number | undefined;
  /** In the order of their events. */
  readonly keys: readonly RegisteredKey[];
  readonly isSuspended: boolean;
  readonly repair: RepairedAt | undefined;
  /** In the order of their events. */
  readonly conflicts: readonly KeptConflict[];
}

const UNKNOWN: SourceState = {
  registeredAt: undefined,
  keys: [],
  isSuspended: false,
  repair: undefined,
  conflicts: [],
};

/** All sources that the log has events about. */
export class Sources implements EventFold {
  readonly kind = "source";
  readonly counts = "every";
  readonly #states = new Map<string, SourceState>();

  /** What is known about a source; a source without events is trusted by its API key alone. */
  of(name: string): SourceState {
    return this.#states.get(name) ?? UNKNOWN;
  }

  /** Names of the registered sources, in the order of their registration. */
  registered(): string[] {
    return [...this.#states].filter(([, { registeredAt }]) => registeredAt !== undefined).map(([name]) => name);
  }

  follow(leafIndex: number, body: Body | undefined): void {
    if (!body || !isSourceEvent(body)) return;
    const event = sourceEventOf(body);
    this.#states.set(event.name, after(this.of(event.name), event, { leafIndex, time: body.iat }));
  }

  /**
   * Without one of them, records would get wrong numbers or be accepted under a revoked key.
   * @throws STORE_CORRUPT
   */
  damaged(leafIndex: number, cause: unknown): never {
    throw new WarifuError(
      "STORE_CORRUPT",
      `what is stored for leaf ${leafIndex}, an event about a source, is damaged: restore a good copy`,
      { cause },
    );
  }
}

function after(
  state: SourceState,
  event: SourceEvent,
  { leafIndex: at, time }: { readonly leafIndex: number; readonly time: number },
): SourceState {
  switch (event.action) {
    case "register":
      return { ...state, registeredAt: at, keys: withKey(state.keys, event.key, at) };
    case "rotate":
      return { ...state, keys: withKey(ended(state.keys, event.ends, { at, why: "replaced" }), event.key, at) };
    case "revoke":
      return { ...state, keys: ended(state.keys, event.ends, { at, why: event.reason }) };
    case "suspend":
      return { ...state, isSuspended: true };
    case "resume":
      return { ...state, isSuspended: false };
    case "repair-seq":
      return { ...state, repair: { leafIndex: at, from: event.from } };
    case "conflict": {
      const { seq, first, omitted } = event;
      return { ...state, conflicts: [...state.conflicts, { leafIndex: at, at: time, seq, first, omitted }] };
    }
  }
}

function withKey(keys: readonly RegisteredKey[], key: ShownKey | undefined, from: number): readonly RegisteredKey[] {
  return key === undefined ? keys : [...keys, { from, key }];
}

/** A later event does not move an end. */
function ended(
  keys: readonly RegisteredKey[],
  ends: readonly number[],
  end: NonNullable<RegisteredKey["ended"]>,
): readonly RegisteredKey[] {
  return keys.map((key) => (ends.includes(key.from) && key.ended === undefined ? { ...key, ended: end } : key));
}
