/** Requests of people (core/request-event.ts): the state of each. Whose they are is in the vault. */
import type { Body } from "../core/body.ts";
import type { JsonObject } from "../core/json.ts";
import {
  isRequest,
  REQUEST_VCT,
  requestOf,
  type RequestEvent,
  type RequestOperation,
  type RequestStep,
} from "../core/request-event.ts";
import { CONSENT_CONTENT } from "../core/restriction-event.ts";
import type { EventFold, LogEvent } from "./event.ts";

/** Name of the concealed claim: person, records and reasons. */
export const ABOUT_CLAIM = "about";

/** The event by which a step is entered. */
export function requestEvent(step: RequestEvent, about: JsonObject): LogEvent {
  const { provisions, told, ...rest } = step;
  return {
    kind: "consent",
    vct: REQUEST_VCT,
    contentName: CONSENT_CONTENT,
    content: { ...rest, provisions: [...provisions], told: [...told] },
    concealed: { [ABOUT_CLAIM]: about },
  };
}

/** A step, and its place in the log. */
export interface EnteredStep {
  readonly leafIndex: number;
  /** POSIX seconds. */
  readonly at: number;
  readonly state: RequestStep;
  readonly told: readonly string[];
  readonly provisions: readonly string[];
}

/** A request, as its steps so far describe it. */
export interface EnteredRequest {
  /** Leaf index of the first step. */
  readonly leafIndex: number;
  readonly operation: RequestOperation;
  readonly jurisdiction: string;
  readonly lawVersion: string;
  /** POSIX seconds, like all times here. */
  readonly receivedAt: number;
  readonly due: number;
  readonly steps: readonly EnteredStep[];
}

/** Whether the request is closed. */
export function isClosed({ steps }: Pick<EnteredRequest, "steps">): boolean {
  return steps.some(({ state }) => state === "done" || state === "refused");
}

/** Whether a request has been through a step. */
export function hasStep({ steps }: Pick<EnteredRequest, "steps">, wanted: RequestStep): boolean {
  return steps.some(({ state }) => state === wanted);
}

/** All requests of the log. */
export class Requests implements EventFold {
  readonly kind = "consent";
  readonly counts = "every";
  readonly #requests = new Map<number, EnteredRequest>();

  /** In the order in which they were received. */
  get all(): readonly EnteredRequest[] {
    return [...this.#requests.values()];
  }

  /** The request whose first step is at that leaf. */
  at(leafIndex: number): EnteredRequest | undefined {
    return this.#requests.get(leafIndex);
  }

  follow(leafIndex: number, body: Body | undefined): void {
    if (!body || !isRequest(body)) return;
    const { operation, jurisdiction, lawVersion, state, told, provisions, ...event } = requestOf(body);
    const step = { leafIndex, at: body.iat, state, told, provisions };
    const known = this.#requests.get(event.request ?? -1);
    if (known) {
      const due = event.due ?? known.due;
      this.#requests.set(known.leafIndex, { ...known, due, steps: [...known.steps, step] });
    } else if (event.receivedAt !== undefined && event.due !== undefined) {
      const { receivedAt, due } = event;
      this.#requests.set(leafIndex, {
        ...{ leafIndex, operation, jurisdiction, lawVersion, receivedAt, due },
        steps: [step],
      });
    }
  }

  /** Events of this kind are shared with restriction.ts, which refuses to open the log if one is damaged. */
  damaged(): void {}
}
