/** Events about a source (core/source-event.ts): so far the repair of its numbers. */
import type { Body } from "../core/body.ts";
import { WarifuError } from "../core/errors.ts";
import {
  isSourceEvent,
  seqRepairContent,
  seqRepairOf,
  SOURCE_EVENT_CONTENT,
  SOURCE_EVENT_VCT,
  type RepairedAt,
  type SeqRepair,
} from "../core/source-event.ts";
import type { EventFold, LogEvent } from "./event.ts";

/** The event that sets a source's numbers right. */
export function seqRepairEvent(repair: SeqRepair): LogEvent {
  const content = seqRepairContent(repair);
  return { kind: "source", vct: SOURCE_EVENT_VCT, contentName: SOURCE_EVENT_CONTENT, content };
}

/** The newest repair of each source's numbers. */
export class SeqRepairs implements EventFold {
  readonly kind = "source";
  readonly counts = "every";
  readonly #newest = new Map<string, RepairedAt>();

  /** The repair that a source's numbers rest on, if any. */
  of(source: string): RepairedAt | undefined {
    return this.#newest.get(source);
  }

  follow(leafIndex: number, body: Body | undefined): void {
    if (!body || !isSourceEvent(body)) return;
    const { name, from } = seqRepairOf(body);
    this.#newest.set(name, { leafIndex, from });
  }

  /** Over one that is not known, records would get wrong numbers for good. @throws STORE_CORRUPT */
  damaged(leafIndex: number, cause: unknown): never {
    throw new WarifuError(
      "STORE_CORRUPT",
      `what is stored for leaf ${leafIndex}, a repair of a source's numbers, is damaged: restore a good copy`,
      { cause },
    );
  }
}
