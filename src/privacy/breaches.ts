/** The register of breaches: the state of each by its clocks, what the vault has of it, and whose records it names. */
import { breachAboutIn, type BreachAbout, type BreachFacts } from "../core/breach-event.ts";
import { WarifuError } from "../core/errors.ts";
import { isBreachClosed, runningClocks, type EnteredBreach } from "../events/breach.ts";
import type { EventRegister } from "../events/register.ts";
import type { Vault } from "../store/vault.ts";
import { affectedPeople, type AffectedPeople } from "./affected-people.ts";
import { areAllFor, claimsAt, type ConcealedParts, type ForSource } from "./concealed.ts";
import type { RequestFilter } from "./requests.ts";

export interface BreachParts extends ConcealedParts {
  readonly events: Pick<EventRegister, "breaches">;
  readonly persons: Pick<Vault, "subjectsOf">;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

/** What the vault has of a breach, from all its steps. */
export interface KnownOfBreach {
  readonly facts: BreachFacts;
  /** Leaf indexes. */
  readonly records: readonly number[];
  /** POSIX seconds. */
  readonly happenedAt?: number;
  readonly onPurpose: boolean;
  /** One for each step, in order; `undefined` where it is erased. */
  readonly abouts: readonly (BreachAbout | undefined)[];
}

/** A clock that ends within this many seconds counts as ending soon. */
const BREACH_SOON_SECONDS = 86_400;

/** The register of one log. */
export class BreachRegister {
  readonly #parts: BreachParts;

  constructor(parts: BreachParts) {
    this.#parts = parts;
  }

  /** Breaches in a state, the one whose next clock ends first in front. */
  list(filter: RequestFilter): readonly EnteredBreach[] {
    const next = (one: EnteredBreach): number => runningClocks(one)[0]?.due ?? Infinity;
    const isWanted: Readonly<Record<RequestFilter, (one: EnteredBreach) => boolean>> = {
      open: (one) => !isBreachClosed(one),
      soon: (one) => this.#dues(one, "soon").length > 0,
      overdue: (one) => this.#dues(one, "overdue").length > 0,
      closed: isBreachClosed,
      all: () => true,
    };
    // Two without a clock stay in the order in which they were noted: Infinity minus Infinity orders nothing.
    const found = this.#parts.events.breaches.all.filter(isWanted[filter]);
    return found.toSorted((a, b) => (next(a) === next(b) ? a.leafIndex - b.leafIndex : next(a) - next(b)));
  }

  /** End times of the clocks of all breaches that are over or end soon, ascending. */
  dues(which: "overdue" | "soon"): readonly number[] {
    const found = this.#parts.events.breaches.all.flatMap((one) => this.#dues(one, which));
    return found.sort((a, b) => a - b);
  }

  /** The breach whose first step is at that leaf. @throws NOT_FOUND */
  at(leafIndex: number): EnteredBreach {
    const breach = this.#parts.events.breaches.at(leafIndex);
    if (breach) return breach;
    throw noBreach();
  }

  /**
   * Asserts that the caller may handle a breach: every record that it names must be of a source that they may act for. For
   * one that names none, or whose names are erased, the caller must be allowed all sources.
   * @throws NOT_FOUND, as if there were no such breach; STORE_DAMAGED, STORE_FAILED, VAULT_FAILED
   */
  async assertFor(leafIndex: number, isFor: ForSource): Promise<void> {
    const { records, abouts } = await this.knownOf(this.at(leafIndex));
    const isKnown = records.length > 0 && !abouts.includes(undefined);
    if (isKnown ? await areAllFor(records, isFor, this.#parts) : isFor("*")) return;
    throw noBreach();
  }

  /** What the vault has of a breach. @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED */
  async knownOf({ steps }: EnteredBreach): Promise<KnownOfBreach> {
    const abouts: (BreachAbout | undefined)[] = [];
    for (const { leafIndex } of steps) abouts.push(breachAboutIn((await claimsAt(leafIndex, this.#parts)) ?? {}));
    const happenedAt = abouts.findLast((one) => one?.happenedAt !== undefined)?.happenedAt;
    return {
      facts: Object.assign({}, ...abouts.map((one) => one?.facts)) as BreachFacts,
      records: abouts.flatMap((one) => one?.records ?? []),
      ...(happenedAt !== undefined && { happenedAt }),
      onPurpose: abouts.some((one) => one?.onPurpose === true),
      abouts,
    };
  }

  /** The people whose records a breach names. @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED */
  async peopleOf(breach: EnteredBreach): Promise<AffectedPeople> {
    return affectedPeople((await this.knownOf(breach)).abouts, this.#parts.persons);
  }

  /** POSIX seconds. */
  now(): number {
    return Math.floor(this.#parts.now() / 1_000);
  }

  #dues(breach: EnteredBreach, which: "overdue" | "soon"): number[] {
    const left = runningClocks(breach).map(({ due }) => due - this.now());
    return left
      .filter((seconds) => (which === "overdue" ? seconds < 0 : seconds >= 0 && seconds <= BREACH_SOON_SECONDS))
      .map((seconds) => seconds + this.now());
  }
}

/** The error for a breach that does not exist, or that the caller may not know of. */
export function noBreach(): WarifuError {
  return new WarifuError("NOT_FOUND", "there is no breach of that id");
}
