/** The register of breaches: where each stands by its clocks, what the vault has of it, and whose records it names. */
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
  /** By step, in their order; `undefined` where it is erased. */
  readonly abouts: readonly (BreachAbout | undefined)[];
}

/** A clock that ends within this many seconds ends soon. */
const BREACH_SOON_SECONDS = 86_400;

/** The register of one log. */
export class BreachRegister {
  readonly #parts: BreachParts;

  constructor(parts: BreachParts) {
    this.#parts = parts;
  }

  /** Breaches of a state, the one whose next clock ends first at the head. */
  list(filter: RequestFilter): readonly EnteredBreach[] {
    const next = (one: EnteredBreach): number => runningClocks(one)[0]?.due ?? Infinity;
    const isWanted: Readonly<Record<RequestFilter, (one: EnteredBreach) => boolean>> = {
      open: (one) => !isBreachClosed(one),
      soon: (one) => this.#dues(one, "soon").length > 0,
      overdue: (one) => this.#dues(one, "overdue").length > 0,
      closed: isBreachClosed,
      all: () => true,
    };
    // Two that have no clock left are as they were noted: Infinity less itself is no order.
    const found = this.#parts.events.breaches.all.filter(isWanted[filter]);
    return found.toSorted((a, b) => (next(a) === next(b) ? a.leafIndex - b.leafIndex : next(a) - next(b)));
  }

  /** When the clocks of all breaches ended that are over, or end that do so soon, rising. */
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
   * Asserts that a caller may go on with a breach: of sources that it may act for are all records that it names. One that
   * names none, or of which that is erased, takes a caller for all sources.
   * @throws NOT_FOUND alike where there is no such breach; STORE_DAMAGED, STORE_FAILED, VAULT_FAILED
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

/** The answer where there is no breach that the caller may know of. */
export function noBreach(): WarifuError {
  return new WarifuError("NOT_FOUND", "there is no breach of that id");
}
