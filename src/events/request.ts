/** Requests of people (core/request-event.ts): where each has got to. Whose they are is in the vault. */
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

/** A step as it enters the log. */
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

/** A step, and where it stands. */
export interface EnteredStep {
  readonly leafIndex: number;
  /** POSIX seconds. */
  readonly at: number;
  readonly state: RequestStep;
  readonly told: readonly string[];
  readonly provisions: readonly string[];
}

/** A request, by its steps so far. */
export interface EnteredRequest {
  /** Of the first step. */
  readonly leafIndex: number;
  readonly operation: RequestOperation;
  readonly jurisdiction: string;
  readonly lawVersion: string;
  /** POSIX seconds, like all times here. */
  readonly receivedAt: number;
  readonly due: number;
  readonly steps: readonly EnteredStep[];
}

/** Whether nothing more is to be done. */
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

  /** In the order in which they came. */
  get all(): readonly EnteredRequest[] {
    return [...this.#requests.values()];
  }

  /** The one whose first step is at that leaf. */
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

  /** The fold of restrictions refuses the start, for events of this kind. */
  damaged(): void {}
}
