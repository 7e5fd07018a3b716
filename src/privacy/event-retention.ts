/**
 * How long the log's own events keep what they conceal: what people wrote in requests and whose these are, to whom records
 * were given, from whom they came, what happened in a breach. The law data says for how many years. What the events say in
 * clear stays in the log for ever, so it can still be shown that a request was made, and when and how it ended.
 *
 * Invariant: what is not known to be over is kept: what is open, came under another law, has no time by the law in force, or
 * is about a record whose use is restricted. A provision is kept as long as its record, whose person may ask to whom it went.
 */
import { breachAboutIn } from "../core/breach-event.ts";
import { isJsonObject, type JsonObject } from "../core/json.ts";
import { isBreachClosed } from "../events/breach.ts";
import type { EnteredProvision, EnteredReception } from "../events/provision.ts";
import type { EventRegister } from "../events/register.ts";
import { ABOUT_CLAIM, hasStep, isClosed, type EnteredRequest } from "../events/request.ts";
import type { Vault } from "../store/vault.ts";
import { claimsAt, type ConcealedParts } from "./concealed.ts";
import { dateAt, endOf } from "./deadline.ts";
import type { Kept, Law } from "./law.ts";

/** What goes when its time is over. */
export const TIMED_EVENTS = ["requests", "provision-records", "breaches"] as const satisfies readonly Kept[];
export type TimedEvents = (typeof TIMED_EVENTS)[number];

export interface EventRetentionParts extends ConcealedParts {
  readonly events: Pick<EventRegister, "requests" | "provisions" | "breaches" | "erasures">;
  readonly persons: Pick<Vault, "recordsOf">;
  /** Whether a record must be kept although its time is over. */
  readonly isRestricted: (leafIndex: number) => Promise<boolean>;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

/** The keep times of one log's events. */
export class EventRetention {
  readonly #parts: EventRetentionParts;
  readonly #law: Law;

  constructor(parts: EventRetentionParts, law: Law) {
    this.#parts = parts;
    this.#law = law;
  }

  /** The present month where the law holds, as 2026-11. */
  get month(): string {
    return dateAt(this.#now, this.#law.timeZone).slice(0, 7);
  }

  /**
   * Leaf indexes of events that keep something for which there is no time left.
   * @param withErased also requests about nothing but records that are erased: once a month, since the log would otherwise
   *   say by its times which requests and records belong together
   * @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED
   */
  async due(what: TimedEvents, withErased: boolean): Promise<number[]> {
    const leaves = await this.#dueOf(what, withErased);
    const { erasures } = this.#parts.events;
    return leaves.filter((leaf) => erasures.erasedBy(leaf) === undefined).sort((a, b) => a - b);
  }

  async #dueOf(what: TimedEvents, withErased: boolean): Promise<number[]> {
    if (what === "requests") return this.#dueRequests(withErased);
    return what === "breaches" ? this.#dueBreaches() : this.#dueProvisions();
  }

  get #now(): number {
    return Math.floor(this.#parts.now() / 1_000);
  }

  async #dueRequests(withErased: boolean): Promise<number[]> {
    const { requests, erasures } = this.#parts.events;
    const due: number[] = [];
    for (const request of requests.all) {
      if (!isClosed(request) || erasures.erasedBy(request.leafIndex) !== undefined) continue;
      const isOver = this.#isOver("requests", request.steps.at(-1)?.at ?? Infinity, request.jurisdiction);
      if ((isOver || withErased) && (await this.#isDue(request, isOver)))
        due.push(...request.steps.map(({ leafIndex }) => leafIndex));
    }
    return due;
  }

  /** Whether nobody needs it any longer: its time is over, or it was done and all that it is about is erased. */
  async #isDue(request: EnteredRequest, isOver: boolean): Promise<boolean> {
    const { persons, isRestricted, events } = this.#parts;
    const about = (await claimsAt(request.leafIndex, this.#parts))?.[ABOUT_CLAIM];
    const { subject, records } = isJsonObject(about) ? about : ({} as JsonObject);
    const named = Array.isArray(records) ? records.filter((one) => typeof one === "number") : [];
    const own = typeof subject === "string" ? await persons.recordsOf(subject) : [];
    const all = [...named, ...own];
    for (const record of all) if (await isRestricted(record)) return false;
    if (isOver) return true;
    const isOfRecords = named.length > 0 || (typeof subject === "string" && subject.startsWith("sub_"));
    return (
      isOfRecords && hasStep(request, "done") && all.every((record) => events.erasures.erasedBy(record) !== undefined)
    );
  }

  /** Those that are closed: with every step, also who was told. */
  async #dueBreaches(): Promise<number[]> {
    const due: number[] = [];
    for (const breach of this.#parts.events.breaches.all) {
      const { steps, jurisdiction } = breach;
      if (!isBreachClosed(breach) || !this.#isOver("breaches", steps.at(-1)?.at ?? Infinity, jurisdiction)) continue;
      const leaves = steps.map(({ leafIndex }) => leafIndex);
      if (!(await this.#isAnyRestricted(leaves))) due.push(...leaves);
    }
    return due;
  }

  /** Whether one of the records that steps of a breach name must be kept. */
  async #isAnyRestricted(steps: readonly number[]): Promise<boolean> {
    for (const step of steps)
      for (const record of breachAboutIn((await claimsAt(step, this.#parts)) ?? {})?.records ?? [])
        if (await this.#parts.isRestricted(record)) return true;
    return false;
  }

  #dueProvisions(): number[] {
    const { provisions, erasures } = this.#parts.events;
    const isDue = (one: EnteredProvision | EnteredReception): boolean =>
      erasures.erasedBy(one.record) !== undefined &&
      this.#isOver("provision-records", one.at, "jurisdiction" in one ? one.jurisdiction : undefined);
    return [...provisions.all()].filter(isDue).map(({ leafIndex }) => leafIndex);
  }

  #isOver(what: TimedEvents, from: number, jurisdiction = this.#law.jurisdiction): boolean {
    const years = this.#law.retention[what]?.keepFor?.years;
    if (years === undefined || jurisdiction !== this.#law.jurisdiction) return false;
    return endOf({ months: 12 * years }, from, this.#law.timeZone) < this.#now;
  }
}
