/** Restrictions of use, objections and cessations (core/restriction-event.ts), and which of them were lifted. */
import type { Body } from "../core/body.ts";
import { WarifuError } from "../core/errors.ts";
import {
  CONSENT_CONTENT,
  isRestriction,
  RESTRICTION_VCT,
  restrictionOf,
  type RestrictedRecords,
  type Restriction,
} from "../core/restriction-event.ts";
import type { EventFold, LogEvent } from "./event.ts";

/** The event by which a restriction is entered. */
export function restrictionEvent(restriction: Restriction, { records, subject }: RestrictedRecords): LogEvent {
  const { purposes, told, ...rest } = restriction;
  return {
    kind: "consent",
    vct: RESTRICTION_VCT,
    contentName: CONSENT_CONTENT,
    content: { ...rest, purposes: [...purposes], ...(told !== undefined && { told: [...told] }) },
    concealed: { about: { records: [...records], ...(subject !== undefined && { subject }) } },
  };
}

/** A restriction, and its place in the log. */
export interface EnteredRestriction extends Restriction {
  readonly leafIndex: number;
  /** POSIX seconds. */
  readonly at: number;
}

/** All restrictions of the log. Which records they are about is in the vault. */
export class EnteredRestrictions implements EventFold {
  readonly kind = "consent";
  readonly counts = "every";
  readonly #entered: EnteredRestriction[] = [];
  readonly #lifted = new Set<number>();

  /** In the order of the log, including those that lift others. */
  get all(): readonly EnteredRestriction[] {
    return this.#entered;
  }

  /** The restriction that was entered at that leaf. */
  at(leafIndex: number): EnteredRestriction | undefined {
    return this.#entered.find((one) => one.leafIndex === leafIndex);
  }

  /** Whether the restriction at that leaf is no longer in force. */
  isLifted(leafIndex: number): boolean {
    return this.#lifted.has(leafIndex);
  }

  follow(leafIndex: number, body: Body | undefined): void {
    if (!body || !isRestriction(body)) return;
    const restriction = restrictionOf(body);
    this.#entered.push({ ...restriction, leafIndex, at: body.iat });
    if (restriction.lifts !== undefined) this.#lifted.add(restriction.lifts);
  }

  /**
   * Without a damaged event, records would be used although somebody has the right that they are not.
   * @throws STORE_CORRUPT
   */
  damaged(leafIndex: number, cause: unknown): never {
    throw new WarifuError(
      "STORE_CORRUPT",
      `what is stored for leaf ${leafIndex}, an event about a person's rights, is damaged: restore a good copy`,
      { cause },
    );
  }
}
