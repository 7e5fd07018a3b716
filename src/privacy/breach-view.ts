/** A breach as everybody at the desk sees it: its state, and nothing of what happened or to whom. */
import type { Band, BreachReason, BreachState, BreachTold } from "../core/breach-event.ts";
import { formatRecordId } from "../core/record-id.ts";
import { isBreachClosed, type EnteredBreach, type EnteredBreachStep } from "../events/breach.ts";
import { clockViews, isUnder, type BreachClockView } from "./breach-clocks.ts";
import type { BreachSteps } from "./breach-steps.ts";
import type { Law } from "./law.ts";
import type { ViewParts } from "./request-view.ts";

/** Times are POSIX seconds. */
export interface BreachView {
  readonly id: string;
  readonly leafIndex: number;
  readonly state: BreachState;
  readonly jurisdiction: string;
  readonly lawVersion: string;
  readonly knownAt: number;
  readonly records: Band;
  readonly overdue: boolean;
  readonly clocks: readonly BreachClockView[];
  readonly steps: readonly EnteredBreachStep[];
  /** The reasons why somebody need not be told; absent once the breach is closed, and if another law is in force by now. */
  readonly reasons?: Readonly<Record<BreachTold, readonly BreachReason[]>>;
}

/** The people whom a breach concerns, as far as the vault knows; for officers. */
export interface BreachPeople {
  readonly people: readonly {
    readonly subject: string;
    readonly told: boolean;
    readonly records: readonly { readonly id: string; readonly leafIndex: number }[];
  }[];
  readonly recordsOfNobody: number;
}

/** Id of the entry at a leaf. @throws STORE_FAILED, STORE_DAMAGED */
export async function idAt(leafIndex: number, { store, check }: ViewParts): Promise<string> {
  const [entry] = await store.entries(leafIndex, leafIndex + 1);
  if (!entry) throw check.missing(leafIndex);
  return formatRecordId(entry.id);
}

/** The view of a breach. @throws STORE_FAILED, STORE_DAMAGED */
export async function breachViewOf(
  breach: EnteredBreach,
  {
    law,
    now,
    taking,
    parts,
  }: {
    readonly law: Law;
    /** POSIX seconds. */
    readonly now: number;
    readonly taking: Pick<BreachSteps, "reasonsFor">;
    readonly parts: ViewParts;
  },
): Promise<BreachView> {
  const { leafIndex, jurisdiction, lawVersion, knownAt, records, steps } = breach;
  const clocks = clockViews(breach, law, now);
  const reasons = { authority: taking.reasonsFor("authority"), people: taking.reasonsFor("people") };
  return {
    id: await idAt(leafIndex, parts),
    ...{ leafIndex, jurisdiction, lawVersion, knownAt, records, clocks, steps },
    state: steps.at(-1)?.state ?? "noted",
    overdue: clocks.some(({ overdue }) => overdue),
    ...(!isBreachClosed(breach) && isUnder(law, breach) && { reasons }),
  };
}
