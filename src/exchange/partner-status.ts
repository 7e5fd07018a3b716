/** The status of the exchange with a partner: what went, what its log proves of that, and what does not go and why. */
import type { Confirming } from "./confirming.ts";
import type { Known } from "./correspondence.ts";
import type { Outbox } from "./outbox.ts";
import type { Partner } from "./partners.ts";

/** How it stands with a partner. */
export const PARTNER_STATES = [
  ...(["new", "well", "unreachable", "refuses-us", "other-version", "other-log", "doubted", "unknown"] as const),
] as const;
export type PartnerState = (typeof PARTNER_STATES)[number];

/** What is to be said of the exchange with a partner. */
export interface PartnerStatus {
  readonly number: number | null;
  readonly recipient: string;
  readonly endpoint: string;
  readonly origin: string;
  readonly sends: boolean;
  readonly takes: boolean;
  readonly state: PartnerState;
  /** Since when it is in that state, POSIX milliseconds. */
  readonly since: number;
  /** Why, in English; empty if all is well. */
  readonly reason: string;
  /** Records given, and how many of them the partner's log proves that it has. */
  readonly given: number;
  readonly confirmed: number;
  /** What the partner was told of them, and what its log proves that it did. */
  readonly told: number;
  readonly honoured: number;
  /** Answers that wait for the partner's proof, and what waits for one of this log. */
  readonly unproved: number;
  readonly waiting: number;
  readonly taken: number;
  /** Records that belong to what is shared and do not go, by the reason. */
  readonly keptBack: readonly { readonly code: string; readonly message: string; readonly count: number }[];
  /** What the partner refused, by the code of its answer. */
  readonly refused: readonly { readonly code: string; readonly count: number }[];
}

/** What is remembered of a partner between rounds: nothing that a restart may not forget. */
export interface Course {
  readonly outbox: Outbox;
  readonly confirming: Confirming;
  readonly refused: Map<number, { readonly code: string; readonly until: number }>;
  state: PartnerState;
  since: number;
  reason: string;
  failures: number;
  nextAt: number;
}

/** How it stands with a partner. */
export function statusOf(partner: Partner, number: number | null, course: Course, known: Known): PartnerStatus {
  const { recipient, endpoint, policy, sends, takes } = partner;
  const { outbox, confirming, refused, state, since, reason } = course;
  const given = [...known.given.values()];
  const told = given.flatMap((one) => one.told);
  return {
    ...{ number, recipient, endpoint, origin: policy.log.name, sends, takes, state, since, reason },
    ...{ given: given.length, confirmed: given.filter(({ provision }) => isConfirmed(provision)).length },
    ...{ told: told.length, honoured: told.filter(isConfirmed).length },
    ...{ unproved: confirming.count, waiting: outbox.waitsForProof, taken: known.taken.size },
    keptBack: counted([...outbox.keptBack.values()]),
    refused: counted([...refused.values()].map(({ code }) => ({ code }))),
  };
}

/** When what is open was given or told: POSIX seconds, rising. What could not go yet is not open. */
export function openSince({ given }: Known): readonly number[] {
  const all = [...given.values()].flatMap(({ provision, told }) => {
    const end = told.find(({ matter }) => matter === "erased" || matter === "withdrawn");
    if (end) return [end];
    return isConfirmed(provision) ? told : [provision];
  });
  return all
    .filter((one) => !isConfirmed(one))
    .map(({ at }) => at)
    .sort((a, b) => a - b);
}

function isConfirmed({ confirmedBy }: { readonly confirmedBy?: string }): boolean {
  return confirmedBy !== undefined;
}

/** Equal ones once, with how many there are. */
function counted<T extends object>(all: readonly T[]): readonly (T & { readonly count: number })[] {
  const found = new Map<string, T & { count: number }>();
  for (const one of all) {
    const name = JSON.stringify(one);
    found.set(name, { ...one, count: (found.get(name)?.count ?? 0) + 1 });
  }
  return [...found.values()];
}
