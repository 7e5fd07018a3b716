/** The clocks of a breach: when each ends by the law data, and whether it stopped in time. */
import type { BreachClockName, BreachClocks, BreachEvent } from "../core/breach-event.ts";
import { runningClocks, stepThatStopped, type EnteredBreach } from "../events/breach.ts";
import { endOf } from "./deadline.ts";
import type { BreachClock, Law } from "./law.ts";

/** A clock as officers see it; times are POSIX seconds. */
export interface BreachClockView {
  readonly clock: BreachClockName;
  readonly due: number;
  /** None where another law is in force, or has no clock of that name. */
  readonly provisions: readonly string[];
  readonly overdue: boolean;
  /** With which step it stopped, if it did. */
  readonly stopped?: { readonly leafIndex: number; readonly state: BreachEvent["state"]; readonly late: boolean };
}

/** When each clock of the law ends that runs from a time. */
export function clocksFrom({ breachClocks, timeZone }: Law, from: number, onPurpose: boolean): BreachClocks {
  return Object.fromEntries(breachClocks.map((one) => [one.clock, dueOf(one, from, onPurpose, timeZone)]));
}

function dueOf(clock: BreachClock, from: number, onPurpose: boolean, timeZone: string): number {
  const { hours, days = 0, maliciousDays = days, countsFirstDay } = clock;
  if (hours !== undefined) return endOf({ hours }, from, timeZone);
  return endOf({ days: (onPurpose ? maliciousDays : days) - (countsFirstDay ? 1 : 0) }, from, timeZone);
}

/** The law's own words on a clock. */
export function lawOnClock({ breachClocks }: Law, wanted: BreachClockName): BreachClock | undefined {
  return breachClocks.find(({ clock }) => clock === wanted);
}

/** Whether a breach was noted under that law: of any other, the law data in force says nothing. */
export function isUnder({ jurisdiction }: Law, breach: Pick<EnteredBreach, "jurisdiction">): boolean {
  return breach.jurisdiction === jurisdiction;
}

/** All clocks of a breach, the one that ends first at the head. */
export function clockViews(breach: EnteredBreach, law: Law, now: number): readonly BreachClockView[] {
  const running = new Set(runningClocks(breach).map(({ clock }) => clock));
  const all = Object.entries(breach.clocks) as [BreachClockName, number][];
  return all
    .map(([clock, due]) => ({
      ...{ clock, due, provisions: (isUnder(law, breach) && lawOnClock(law, clock)?.provisions) || [] },
      overdue: running.has(clock) && due < now,
      ...stopOf(breach, clock, due),
    }))
    .sort((a, b) => a.due - b.due);
}

function stopOf(breach: EnteredBreach, clock: BreachClockName, due: number): Pick<BreachClockView, "stopped"> {
  const step = stepThatStopped(breach, clock);
  if (!step) return {};
  const { leafIndex, state, at } = step;
  return { stopped: { leafIndex, state, late: ("toldAt" in step ? step.toldAt : at) > due } };
}
