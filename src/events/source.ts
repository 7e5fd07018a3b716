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
  type SeqConflict,
  type SourceEvent,
} from "../core/source-event.ts";
import type { JsonObject } from "../core/json.ts";
import { conflictClaim } from "../core/source-conflict.ts";
import type { SourceKey } from "../core/source-key.ts";
import type { SignedRecord } from "../core/source-signature.ts";
import { stateAfter, UNKNOWN_SOURCE, type KeptConflict, type SourceState } from "../core/source-state.ts";
import type { EventFold, LogEvent } from "./event.ts";

/** The event by which a change of a source is entered. @param concealedKey if the event's key is `"concealed"` */
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

/** All sources that the log has events about. */
export class Sources implements EventFold {
  readonly kind = "source";
  readonly counts = "every";
  readonly #states = new Map<string, SourceState>();

  /** What is known about a source; a source without events is trusted by its API key alone. */
  of(name: string): SourceState {
    return this.#states.get(name) ?? UNKNOWN_SOURCE;
  }

  /** Names of the registered sources, in the order of their registration. */
  registered(): string[] {
    return [...this.#states].filter(([, { registeredAt }]) => registeredAt !== undefined).map(([name]) => name);
  }

  /** All conflicts: pairs of records that a source signed under one number. */
  *conflicts(): Iterable<KeptConflict> {
    for (const { conflicts } of this.#states.values()) yield* conflicts;
  }

  follow(leafIndex: number, body: Body | undefined): void {
    if (!body || !isSourceEvent(body)) return;
    const event = sourceEventOf(body);
    this.#states.set(event.name, stateAfter(this.of(event.name), event, { leafIndex, time: body.iat }));
  }

  /** Without a damaged event, records would get wrong numbers or be accepted under a revoked key. @throws STORE_CORRUPT */
  damaged(leafIndex: number, cause: unknown): never {
    throw new WarifuError(
      "STORE_CORRUPT",
      `what is stored for leaf ${leafIndex}, an event about a source, is damaged: restore a good copy`,
      { cause },
    );
  }
}
