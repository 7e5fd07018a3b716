/**
 * The state that the log's events about a source (source-event.ts) add up to: which keys it must sign with, whether it is
 * suspended, where its numbers start over. Both the service that writes a log and the auditor who reads it compute it here.
 */
import type { RepairedAt, RevocationReason, SeqConflict, ShownKey, SourceEvent } from "./source-event.ts";

/** A signing key of a source, and the entries for which it counts. */
export interface RegisteredKey {
  /** Leaf index of the event that introduced it; other events refer to it by that index. */
  readonly from: number;
  readonly key: ShownKey;
  /** Leaf index of the event that ended it, and why; absent while the key is valid. */
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

/** The state of a source that no event is about. */
export const UNKNOWN_SOURCE: SourceState = {
  registeredAt: undefined,
  keys: [],
  isSuspended: false,
  repair: undefined,
  conflicts: [],
};

/** The state after one more event, at a leaf and entered at a time, POSIX seconds. */
export function stateAfter(
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

/** The first event that ends a key decides; a later one changes nothing. */
function ended(
  keys: readonly RegisteredKey[],
  ends: readonly number[],
  end: NonNullable<RegisteredKey["ended"]>,
): readonly RegisteredKey[] {
  return keys.map((key) => (ends.includes(key.from) && key.ended === undefined ? { ...key, ended: end } : key));
}
