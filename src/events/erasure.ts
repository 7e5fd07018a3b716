/** What is erased of records, and which bodies are withheld (core/erasure-event.ts). */
import type { Body } from "../core/body.ts";
import {
  ERASURE_CONTENT,
  ERASURE_VCT,
  erasureContent,
  erasureOf,
  isErasure,
  isWithholding,
  WITHHOLDING_VCT,
  withholdingOf,
  type Erasure,
  type Withholding,
} from "../core/erasure-event.ts";
import type { EventFold, LogEvent } from "./event.ts";

/** The event by which an erasure is entered. */
export function erasureEvent(erasure: Erasure): LogEvent {
  return { kind: "erasure", vct: ERASURE_VCT, contentName: ERASURE_CONTENT, content: erasureContent(erasure) };
}

/** The event by which a withholding is entered. */
export function withholdingEvent(withholding: Withholding): LogEvent {
  return { kind: "erasure", vct: WITHHOLDING_VCT, contentName: ERASURE_CONTENT, content: { ...withholding } };
}

/** All erasures and withholdings of the log. Each takes two numbers of memory: there may be millions. */
export class Erasures implements EventFold {
  readonly kind = "erasure";
  readonly counts = "every";
  // Leaf index of the first event about a record, by the record's.
  readonly #erased = new Map<number, number>();
  readonly #withheld = new Map<number, number>();

  /** Leaf index of the event by which a record is erased. Withholding its body erases it too. */
  erasedBy(record: number): number | undefined {
    return this.#erased.get(record) ?? this.#withheld.get(record);
  }

  /** Leaf index of the event by which a record's body is withheld. */
  withheldBy(record: number): number | undefined {
    return this.#withheld.get(record);
  }

  /** Leaf indexes of all records that are erased, in no order; some may come twice. */
  *erased(): Iterable<number> {
    yield* this.#erased.keys();
    yield* this.#withheld.keys();
  }

  /** Number of erased records plus number of withheld bodies. */
  get count(): number {
    return this.#erased.size + this.#withheld.size;
  }

  /** How many records' bodies are withheld. */
  get withheldCount(): number {
    return this.#withheld.size;
  }

  /** Leaf indexes of all records whose bodies are withheld. */
  withheld(): Iterable<number> {
    return this.#withheld.keys();
  }

  follow(leafIndex: number, body: Body | undefined): void {
    if (body && isErasure(body)) noteFirst(this.#erased, erasureOf(body).record, leafIndex);
    if (body && isWithholding(body)) noteFirst(this.#withheld, withholdingOf(body).record, leafIndex);
  }

  /** Whatever a damaged event says has been done already, or will be when the event is restored. */
  damaged(): void {}
}

function noteFirst(events: Map<number, number>, record: number, leafIndex: number): void {
  if (record < leafIndex && !events.has(record)) events.set(record, leafIndex);
}
