/**
 * What may still be done with a record although its person has objected: everything that opens, discloses, provides, uses or
 * erases records asks {@link Restrictions.on} first. Which records a restriction is about is in the vault; it is read once
 * at the start, and then whenever a restriction is entered.
 *
 * Invariant: if it cannot be read, there is no answer, so that nobody proceeds without knowing.
 */
import { DISCLOSURE_PURPOSES } from "../core/disclosure-event.ts";
import { WarifuError } from "../core/errors.ts";
import {
  ALL_PURPOSES,
  MOST_RESTRICTED,
  restrictedRecordsIn,
  type RestrictedRecords,
  type Restriction,
  type RestrictionState,
} from "../core/restriction-event.ts";
import type { EventRegister } from "../events/register.ts";
import { restrictionEvent, type EnteredRestriction } from "../events/restriction.ts";
import type { AppendedEntry } from "../write/append.ts";
import type { Writer } from "../write/writer.ts";
import { areAllFor, assertRecords, CatchUp, claimsAt, type ConcealedParts, type ForSource } from "./concealed.ts";
import { assertProvision, assertTold, type Law, type Operation, type Told } from "./law.ts";
import type { Condition } from "./way-out.ts";

/** The planned use of a record: within the city, by others, or its erasure when its retention period is over. */
const WAYS_OF_USE = ["use", "provide", "retention"] as const;
export type WayOfUse = (typeof WAYS_OF_USE)[number];

export interface RestrictionParts extends ConcealedParts {
  readonly events: Pick<EventRegister, "restrictions" | "notices" | "consents">;
  readonly writer: Pick<Writer, "enterIf">;
}

/** A restriction to be entered. */
export interface NewRestriction extends RestrictedRecords {
  readonly state: Exclude<RestrictionState, "lifted">;
  readonly purposes: readonly string[];
  /** Id of a provision of law. */
  readonly basis: string;
  readonly request?: number | undefined;
}

/** How a restriction is ended. */
export interface Lifting {
  readonly basis: string;
  readonly request?: number | undefined;
  /** Codes of the law data: what the person was told before. */
  readonly told?: readonly string[] | undefined;
}

/** The operation of a request that each state answers. */
const ASKED_FOR: Readonly<Record<NewRestriction["state"], Operation>> = {
  restricted: "restrict",
  objected: "object",
  "provision-ceased": "cease-provision",
};

/** What the person is told before a restriction is lifted, as codes of the law data. */
export function toldBeforeLifting(law: Law, state: NewRestriction["state"]): readonly Told[] {
  return law.operations[ASKED_FOR[state]].tell?.lifted ?? [];
}

/** The uses that a state forbids. */
const FORBIDS: Readonly<Record<RestrictionState, readonly WayOfUse[]>> = {
  restricted: WAYS_OF_USE,
  objected: ["use", "provide"],
  "provision-ceased": ["provide"],
  lifted: [],
};

/** Purposes of grants that stay valid under a restriction: the law keeps them open for legal claims and for authorities. */
export const UNRESTRICTED_PURPOSES: ReadonlySet<string> = new Set(["authority", "court", "data-subject"]);

/** Of those, the ones that a restriction for these purposes mentions but does not stop. */
export function stillShownFor(purposes: readonly string[]): readonly string[] {
  return [...UNRESTRICTED_PURPOSES].filter((one) => purposes[0] === ALL_PURPOSES || purposes.includes(one));
}

/**
 * The condition for the way out: against a restriction, nobody is shown claims that were granted to them. Officers are,
 * since they answer the person and legal claims.
 */
export function unlessRestricted(restrictions: Pick<Restrictions, "isRestricted">): Condition {
  return async ({ of, to }) => {
    if (to.role !== "recipient" || UNRESTRICTED_PURPOSES.has(to.grant.purpose)) return;
    if (await restrictions.isRestricted(of.entry.leafIndex, to.grant.purpose, "provide"))
      throw new WarifuError("NOT_FOUND", "a restriction stands against showing this record: ask whoever granted it");
  };
}

/** The condition for the way out for whatever the city that a record comes from has restricted or hidden. */
export function unlessHeldByOrigin({ exchanges }: Pick<EventRegister, "exchanges">): Condition {
  return ({ of, to }) => {
    if (to.role === "recipient" && exchanges.heldByOrigin(of.entry.leafIndex).size > 0)
      throw new WarifuError("NOT_FOUND", "the city that this record comes from has restricted or hidden it");
  };
}

/** The restrictions of one log. */
export class Restrictions {
  readonly #parts: RestrictionParts;
  readonly #law: Law;
  readonly #byRecord = new Map<number, EnteredRestriction[]>();
  readonly #reading: CatchUp<EnteredRestriction>;

  constructor(parts: RestrictionParts, law: Law) {
    this.#parts = parts;
    this.#law = law;
    this.#reading = new CatchUp(
      () => parts.events.restrictions.all,
      (entered) => this.#read(entered),
    );
  }

  /**
   * The restriction that forbids a use of the record at that leaf; `undefined` if none does.
   * @param purpose code of the purpose, as notices have it
   * @throws STORE_DAMAGED, VAULT_FAILED it cannot be known
   */
  async on(leafIndex: number, purpose: string, way: WayOfUse = "use"): Promise<EnteredRestriction | undefined> {
    await this.#reading.now();
    const { restrictions } = this.#parts.events;
    return (this.#byRecord.get(leafIndex) ?? []).find(
      ({ state, purposes, leafIndex: event }) =>
        !restrictions.isLifted(event) &&
        FORBIDS[state].includes(way) &&
        (purposes.includes(purpose) || purposes[0] === ALL_PURPOSES),
    );
  }

  /** Whether a restriction forbids it. @throws as {@link Restrictions.on} */
  async isRestricted(leafIndex: number, purpose: string, way: WayOfUse = "use"): Promise<boolean> {
    return (await this.on(leafIndex, purpose, way)) !== undefined;
  }

  /** The restrictions in force about a record, in the order of the log. @throws as {@link Restrictions.on} */
  async of(leafIndex: number): Promise<readonly EnteredRestriction[]> {
    await this.#reading.now();
    const entered = this.#byRecord.get(leafIndex) ?? [];
    return entered.filter((one) => !this.#parts.events.restrictions.isLifted(one.leafIndex));
  }

  /**
   * Enters a restriction.
   * @throws REQUEST_INVALID no such provision or purpose, or no records; NOT_FOUND one of the records does not exist;
   *   STOPPED
   */
  async restrict({ state, purposes, basis, request, records, subject }: NewRestriction): Promise<AppendedEntry> {
    assertProvision(this.#law, basis);
    this.#assertPurposes(purposes);
    const leaves = [...new Set(records)].sort((a, b) => a - b);
    if (leaves.length === 0 || leaves.length > MOST_RESTRICTED)
      throw new WarifuError("REQUEST_INVALID", `name 1 to ${MOST_RESTRICTED} records`);
    await assertRecords(leaves, this.#parts);
    const { jurisdiction } = this.#law;
    const restriction: Restriction = {
      ...{ basis, jurisdiction, purposes, records: leaves.length, state },
      ...(request !== undefined && { request }),
    };
    return this.#parts.writer.enterIf(() =>
      restrictionEvent(restriction, { records: leaves, ...(subject !== undefined && { subject }) }),
    );
  }

  /**
   * Lifts the restriction that was entered at a leaf.
   * @param isFor tells for a source whether the caller may act for it
   * @throws REQUEST_INVALID no such provision, or the person was not told what the law requires; NOT_FOUND, the same if no
   *   such restriction is in force and if one of its records is not the caller's; STOPPED
   */
  async lift(
    event: number,
    { basis, request, told = [] }: Lifting,
    isFor: ForSource = () => true,
  ): Promise<AppendedEntry> {
    assertProvision(this.#law, basis);
    const { restrictions } = this.#parts.events;
    return this.#parts.writer.enterIf(async () => {
      const lifted = restrictions.at(event);
      if (!lifted || lifted.state === "lifted" || restrictions.isLifted(event)) throw noneHolds();
      const { jurisdiction } = this.#law;
      const { purposes, records, state } = lifted;
      const about = await this.#recordsOf(event);
      // Once its list of records is erased, it needs a caller who may act for all sources.
      const isTheirs = about ? await areAllFor(about.records, isFor, this.#parts) : isFor("*");
      if (!isTheirs) throw noneHolds();
      assertTold(this.#law, toldBeforeLifting(this.#law, state), told);
      return restrictionEvent(
        {
          ...{ basis, jurisdiction, lifts: event, purposes, records, state: "lifted", told },
          ...(request !== undefined && { request }),
        },
        about ?? { records: [] },
      );
    });
  }

  /** A misspelt purpose would stop nothing, and nobody would notice. */
  #assertPurposes(purposes: readonly string[]): void {
    const { notices, consents } = this.#parts.events;
    const known = new Set<string>([
      ...DISCLOSURE_PURPOSES,
      ...notices.inForce.flatMap(({ notice }) => notice.purposes.map(({ code }) => code)),
      ...consents.all.map(({ purpose }) => purpose),
    ]);
    if (purposes[0] === ALL_PURPOSES || purposes.every((one) => known.has(one))) return;
    throw new WarifuError(
      "REQUEST_INVALID",
      `purposes: there are ${[...known].sort().join(", ")}, or ${ALL_PURPOSES} for all, and no others`,
    );
  }

  async #read(entered: EnteredRestriction): Promise<void> {
    if (entered.state === "lifted") return;
    const about = await this.#recordsOf(entered.leafIndex);
    for (const record of about?.records ?? [])
      this.#byRecord.set(record, [...(this.#byRecord.get(record) ?? []), entered]);
  }

  /**
   * The records that a restriction is about; `undefined` once that is erased, with them.
   * @throws STORE_DAMAGED, VAULT_FAILED
   */
  async #recordsOf(leafIndex: number): Promise<RestrictedRecords | undefined> {
    const claims = await claimsAt(leafIndex, this.#parts);
    return claims && restrictedRecordsIn(claims);
  }
}

function noneHolds(): WarifuError {
  return new WarifuError(
    "NOT_FOUND",
    "no restriction of that id still holds: it is that of the event, not of a record; `warifu privacy restrictions` shows it",
  );
}
