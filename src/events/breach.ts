/** Breaches of personal data (core/breach-event.ts): the state of each, by the clocks of the law. */
import type { Body } from "../core/body.ts";
import {
  BREACH_CLAIM,
  BREACH_CLOCKS,
  BREACH_VCT,
  breachOf,
  isBreach,
  type Band,
  type BreachAbout,
  type BreachClockName,
  type BreachClocks,
  type BreachEvent,
  type BreachStep,
  type BreachTold,
} from "../core/breach-event.ts";
import { DISCLOSURE_CONTENT } from "../core/disclosure-event.ts";
import type { JsonObject } from "../core/json.ts";
import type { EventFold, LogEvent } from "./event.ts";

/** The event by which a step is entered. */
export function breachEvent(step: BreachEvent, about: BreachAbout): LogEvent {
  return {
    ...{ kind: "disclosure", vct: BREACH_VCT, contentName: DISCLOSURE_CONTENT },
    content: { ...step } as unknown as JsonObject,
    concealed: { [BREACH_CLAIM]: { ...about } as unknown as JsonObject },
  };
}

/** A step, and its place in the log. */
export type EnteredBreachStep = BreachEvent & {
  readonly leafIndex: number;
  /** POSIX seconds, like all times here. */
  readonly at: number;
};

/** A breach, as its steps so far describe it. */
export interface EnteredBreach {
  /** Leaf index of the first step. */
  readonly leafIndex: number;
  readonly jurisdiction: string;
  readonly lawVersion: string;
  readonly knownAt: number;
  /** All clocks that ever ran, each as the newest step that names it states it. */
  readonly clocks: BreachClocks;
  readonly records: Band;
  readonly steps: readonly EnteredBreachStep[];
}

/** Whether the breach is closed. */
export function isBreachClosed({ steps }: Pick<EnteredBreach, "steps">): boolean {
  return steps.at(-1)?.state === "closed";
}

/** The step that stopped a clock: somebody was told, in time or late, or need not be told. */
export function stepThatStopped(
  { steps }: Pick<EnteredBreach, "steps">,
  clock: BreachClockName,
): EnteredBreachStep | undefined {
  const since = steps.slice(steps.findLastIndex((step) => "clocks" in step && step.clocks[clock] !== undefined));
  // If somebody is told although it was found that they need not be, that they were told is what counts.
  return (
    since.find((step) => isTold(step, clock)) ??
    since.findLast((step) => step.state === "not-needed" && step.whom === whomOf(clock))
  );
}

/** The clocks of a breach that still run, the one that ends first in front. */
export function runningClocks(breach: EnteredBreach): readonly { clock: BreachClockName; due: number }[] {
  if (isBreachClosed(breach)) return [];
  const all = BREACH_CLOCKS.flatMap((clock) => {
    const due = breach.clocks[clock];
    return due === undefined || stepThatStopped(breach, clock) ? [] : [{ clock, due }];
  });
  return all.sort((a, b) => a.due - b.due);
}

/** Whether a step told somebody for whom a clock runs. */
export function isTold(step: BreachStep, clock: BreachClockName): boolean {
  if (clock === "people") return step.state === "people-told" && step.complete;
  return step.state === "authority-told" && (clock !== "authority-full" || step.report === "final");
}

/** Who must be told before a clock ends. */
export function whomOf(clock: BreachClockName): BreachTold {
  return clock === "people" ? "people" : "authority";
}

/** All breaches of the log. */
export class Breaches implements EventFold {
  readonly kind = "disclosure";
  readonly counts = "every";
  readonly #breaches = new Map<number, EnteredBreach>();

  /** In the order in which they were noted. */
  get all(): readonly EnteredBreach[] {
    return [...this.#breaches.values()];
  }

  /** The breach whose first step is at that leaf. */
  at(leafIndex: number): EnteredBreach | undefined {
    return this.#breaches.get(leafIndex);
  }

  follow(leafIndex: number, body: Body | undefined): void {
    if (!body || !isBreach(body)) return;
    const event = breachOf(body);
    const step = { ...event, leafIndex, at: body.iat };
    if (event.state === "noted") {
      const { jurisdiction, lawVersion, knownAt, clocks, records } = event;
      this.#breaches.set(leafIndex, {
        ...{ leafIndex, jurisdiction, lawVersion, knownAt, clocks, records },
        steps: [step],
      });
      return;
    }
    const known = this.#breaches.get(event.breach ?? -1);
    if (!known) return;
    const { clocks, records } = event.state === "amended" ? event : known;
    this.#breaches.set(known.leafIndex, {
      ...known,
      ...{ clocks: { ...known.clocks, ...clocks }, records },
      steps: [...known.steps, step],
    });
  }

  /** A damaged event is reported by whoever reads it; a clock that it stopped runs on. */
  damaged(): void {}
}
