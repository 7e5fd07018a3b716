/**
 * The desk at which officers receive people's requests and follow them to their end. Each step is an event of the log; the
 * law data says when a request is due, what must be done before it ends, and what the person must be told.
 */
import { SUBJECT } from "../core/consent-event.ts";
import { WarifuError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { RequestOperation } from "../core/request-event.ts";
import type { EventRegister } from "../events/register.ts";
import { ABOUT_CLAIM, hasStep, isClosed, requestEvent, type EnteredRequest } from "../events/request.ts";
import type { AppendedEntry } from "../write/append.ts";
import type { Writer } from "../write/writer.ts";
import { claimsAt, type ConcealedParts } from "./concealed.ts";
import { endOf, together } from "./deadline.ts";
import { assertProvision, assertTold, deadlineOf, type Law } from "./law.ts";

export interface DeskParts extends ConcealedParts {
  readonly events: Pick<EventRegister, "requests">;
  readonly writer: Pick<Writer, "enterIf">;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

/** A person's request. */
export interface NewRequest {
  readonly operation: RequestOperation;
  readonly subject?: string | undefined;
  /** Leaf indexes of the records that it is about. */
  readonly records?: readonly number[] | undefined;
  /** When it came, POSIX seconds; now without. */
  readonly receivedAt?: number | undefined;
  /** In words; concealed. */
  readonly text?: string | undefined;
}

/** The next step of a request. */
export interface NextStep {
  /** Codes of the law data: what the person was told, and what was done. */
  readonly told: readonly string[];
  /** Why, in words; concealed. */
  readonly reason?: string | undefined;
  /** Of a refusal: the provisions that allow it. */
  readonly provisions?: readonly string[] | undefined;
}

/** What the person must be told with each step, and what must be done before it, as codes of the law data. */
export interface StepNeeds {
  readonly extended: readonly string[];
  readonly done: readonly string[];
  readonly refused: readonly string[];
}

/** What must be done before a request ends, in addition to telling the person, if the law data requires it. */
const DONE_FIRST = ["recipients-told", "human-review"] as const;
/** Which requests are listed. */
export const REQUEST_FILTERS = ["open", "soon", "overdue", "closed", "all"] as const;
export type RequestFilter = (typeof REQUEST_FILTERS)[number];
/** A request that is due within this many seconds is due soon. */
const SOON_SECONDS = 7 * 86_400;
const MOST_RECORDS = 1_000;
const LONGEST_TEXT = 8_000;

/** The desk of one log. */
export class RequestDesk {
  readonly #parts: DeskParts;
  readonly #law: Law;

  constructor(parts: DeskParts, law: Law) {
    this.#parts = parts;
    this.#law = law;
  }

  /** Requests in a state, the one that is due first in front. */
  list(filter: RequestFilter): readonly EnteredRequest[] {
    const now = this.#now();
    const isWanted: Readonly<Record<RequestFilter, (one: EnteredRequest) => boolean>> = {
      open: (one) => !isClosed(one),
      soon: (one) => !isClosed(one) && one.due >= now && one.due - now <= SOON_SECONDS,
      overdue: (one) => this.isOverdue(one),
      closed: isClosed,
      all: () => true,
    };
    return this.#parts.events.requests.all.filter(isWanted[filter]).sort((a, b) => a.due - b.due);
  }

  /** The request whose first step is at that leaf. @throws NOT_FOUND */
  at(leafIndex: number): EnteredRequest {
    const request = this.#parts.events.requests.at(leafIndex);
    if (request) return request;
    throw noRequest();
  }

  /** Whether a request is overdue. */
  isOverdue(request: EnteredRequest): boolean {
    return !isClosed(request) && request.due < this.#now();
  }

  /** What the steps of an operation require. */
  needsOf(operation: RequestOperation): StepNeeds {
    const { tell, records } = this.#law.operations[operation];
    const first = DONE_FIRST.filter((one) => (records as readonly string[]).includes(one));
    const { extended = [], done = [], refused = [] } = tell ?? {};
    return { extended, done: [...done, ...first], refused };
  }

  /** Whose a request is and what it says, from the vault; `undefined` once it is erased. @throws STORE_DAMAGED */
  async aboutOf({ leafIndex }: EnteredRequest): Promise<JsonObject | undefined> {
    const about = (await claimsAt(leafIndex, this.#parts))?.[ABOUT_CLAIM];
    return about as JsonObject | undefined;
  }

  /**
   * Receives a request.
   * @throws REQUEST_INVALID it came in the future, its person is malformed, or it names too many records; STOPPED
   */
  async open({ operation, subject, records = [], text, ...said }: NewRequest): Promise<AppendedEntry> {
    const receivedAt = said.receivedAt ?? this.#now();
    if (receivedAt > this.#now()) throw new WarifuError("REQUEST_INVALID", "a request cannot come in the future");
    if (subject !== undefined && !SUBJECT.test(subject)) throw new WarifuError("REQUEST_INVALID", "that is no subject");
    if (records.length > MOST_RECORDS)
      throw new WarifuError("REQUEST_INVALID", `a request names ${MOST_RECORDS} records at most`);
    const { jurisdiction, lawVersion, operations, timeZone } = this.#law;
    const due = endOf(deadlineOf(this.#law, operation), receivedAt, timeZone);
    const { provisions } = operations[operation];
    const step = {
      due,
      jurisdiction,
      lawVersion,
      operation,
      provisions,
      receivedAt,
      state: "received",
      told: [],
    } as const;
    const about = {
      ...(subject !== undefined && { subject }),
      ...(records.length > 0 && { records: [...records] }),
      ...words("text", text),
    };
    return this.#parts.writer.enterIf(() => requestEvent(step, about));
  }

  /**
   * Enters that its sender was identified.
   * @throws NOT_FOUND; REQUEST_INVALID it is closed, or the sender was identified before; STOPPED
   */
  noteIdentity(request: number): Promise<AppendedEntry> {
    return this.#step(request, (known) => {
      if (hasStep(known, "identity-checked"))
        throw new WarifuError("REQUEST_INVALID", "who sent the request was checked already");
      return { state: "identity-checked", told: [], about: {} };
    });
  }

  /**
   * Extends the time, once, with a reason that the person is told.
   * @throws NOT_FOUND; REQUEST_INVALID the law has no extension, it was extended before, or its time is over; STOPPED
   */
  extend(request: number, { told, reason }: NextStep): Promise<AppendedEntry> {
    return this.#step(request, (known) => {
      const { extension, ...first } = deadlineOf(this.#law, known.operation);
      if (!extension)
        throw new WarifuError("REQUEST_INVALID", `the law of ${this.#law.jurisdiction} has no extension of this time`);
      if (hasStep(known, "extended")) throw new WarifuError("REQUEST_INVALID", "the time was extended already");
      if (known.due < this.#now())
        throw new WarifuError("REQUEST_INVALID", "the time is over: it can only be extended while it runs");
      this.#assertTold(known, "extended", told);
      const due = endOf(together(first, extension), known.receivedAt, this.#law.timeZone);
      return { state: "extended", due, told, about: needed("reason", reason) };
    });
  }

  /** Closes it: what was asked for is done. @throws NOT_FOUND; REQUEST_INVALID something is still missing; STOPPED */
  finish(request: number, { told, reason }: NextStep): Promise<AppendedEntry> {
    return this.#step(request, (known) => {
      const { records } = this.#law.operations[known.operation];
      if (records.includes("identity-check") && !hasStep(known, "identity-checked"))
        throw new WarifuError("REQUEST_INVALID", "first note that you know who sent the request");
      this.#assertTold(known, "done", told);
      return { state: "done", told, about: words("reason", reason) };
    });
  }

  /** Refuses it. @throws NOT_FOUND; REQUEST_INVALID there is no reason or provision, or something is missing; STOPPED */
  refuse(request: number, { told, reason, provisions = [] }: NextStep): Promise<AppendedEntry> {
    return this.#step(request, (known) => {
      if (provisions.length === 0)
        throw new WarifuError("REQUEST_INVALID", "a refusal names the provisions that allow it");
      for (const provision of provisions) assertProvision(this.#law, provision);
      this.#assertTold(known, "refused", told);
      return { state: "refused", told, provisions, about: needed("reason", reason) };
    });
  }

  #step(
    request: number,
    decide: (known: EnteredRequest) => {
      readonly state: "identity-checked" | "extended" | "done" | "refused";
      readonly due?: number;
      readonly told: readonly string[];
      readonly provisions?: readonly string[];
      readonly about: JsonObject;
    },
  ): Promise<AppendedEntry> {
    const { jurisdiction, lawVersion, operations } = this.#law;
    return this.#parts.writer.enterIf(() => {
      const known = this.at(request);
      if (isClosed(known)) throw new WarifuError("REQUEST_INVALID", "the request is closed already");
      const { about, ...step } = decide(known);
      const { operation } = known;
      const { provisions } = operations[operation];
      return requestEvent({ provisions, ...step, jurisdiction, lawVersion, operation, request }, about);
    });
  }

  /** @throws REQUEST_INVALID */
  #assertTold({ operation }: EnteredRequest, step: keyof StepNeeds, told: readonly string[]): void {
    assertTold(this.#law, this.needsOf(operation)[step], told);
  }

  #now(): number {
    return Math.floor(this.#parts.now() / 1_000);
  }
}

/** The error for a request that does not exist, or that the caller may not know of. */
export function noRequest(): WarifuError {
  return new WarifuError("NOT_FOUND", "there is no request of that id");
}

function words(name: string, text: string | undefined): JsonObject {
  if (text === undefined) return {};
  if (text.length > LONGEST_TEXT)
    throw new WarifuError("REQUEST_INVALID", `the ${name} has more than ${LONGEST_TEXT} characters`);
  return { [name]: text };
}

function needed(name: string, text: string | undefined): JsonObject {
  if (text === undefined || text.trim() === "") throw new WarifuError("REQUEST_INVALID", `this step needs a ${name}`);
  return words(name, text);
}
