/** What two cities tell each other about records that one gave to the other (core/exchange-event.ts). */
import type { Body } from "../core/body.ts";
import {
  EXCHANGE_VCT,
  exchangeEventOf,
  isExchangeEvent,
  type ExchangeEvent,
  type ExchangeWords,
  type FollowUp,
} from "../core/exchange-event.ts";
import { PROVISION_CONTENT } from "../core/provision-event.ts";
import type { EventFold, LogEvent } from "./event.ts";

/** The event by which a message is entered. */
export function exchangeEvent(said: ExchangeEvent, words: ExchangeWords): LogEvent {
  return {
    kind: "provision",
    vct: EXCHANGE_VCT,
    contentName: PROVISION_CONTENT,
    content: { ...said },
    concealed: { ...words },
  };
}

/** An event, and its place in the log. */
export interface EnteredExchange extends ExchangeEvent {
  readonly leafIndex: number;
  /** POSIX seconds. */
  readonly at: number;
}

/** The events that begin and end that a record is not shown, because the city it comes from says so. */
const HOLDS: ReadonlyMap<string, "restricted" | "hidden"> = new Map([
  ["restricted", "restricted"],
  ["hidden", "hidden"],
]);
const RELEASES: ReadonlyMap<string, "restricted" | "hidden"> = new Map([
  ["lifted", "restricted"],
  ["shown", "hidden"],
]);

/** All events of this kind. */
export class Exchanges implements EventFold {
  readonly kind = "provision";
  readonly counts = "every";
  readonly #all: EnteredExchange[] = [];
  readonly #held = new Map<number, Set<"restricted" | "hidden">>();

  /** In the order of the log. */
  get all(): readonly EnteredExchange[] {
    return this.#all;
  }

  /**
   * The reason why the city that the record at that leaf comes from wants it neither shown nor used; empty if it has none.
   */
  heldByOrigin(record: number): ReadonlySet<Extract<FollowUp, "restricted" | "hidden">> {
    return this.#held.get(record) ?? NOTHING;
  }

  follow(leafIndex: number, body: Body | undefined): void {
    if (!body || !isExchangeEvent(body)) return;
    const event = exchangeEventOf(body);
    this.#all.push({ ...event, leafIndex, at: body.iat });
    if (event.step === "honoured" && event.record !== undefined) this.#honour(event.record, event.matter);
  }

  /** A damaged event counts as not entered: what it was about is told, or done, again. */
  damaged(): void {}

  #honour(record: number, matter: string): void {
    const held = this.#held.get(record) ?? new Set();
    const [begins, ends] = [HOLDS.get(matter), RELEASES.get(matter)];
    if (begins) this.#held.set(record, held.add(begins));
    if (ends) held.delete(ends);
  }
}

const NOTHING: ReadonlySet<"restricted" | "hidden"> = new Set();
