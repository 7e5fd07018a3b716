/** Grants, their withdrawals, and accesses (core/disclosure-event.ts): who may see what, and until when. */
import type { Body } from "../core/body.ts";
import {
  ACCESS_VCT,
  DISCLOSURE_CONTENT,
  DISCLOSURE_VCT,
  accessOf,
  disclosureOf,
  isAccess,
  isDisclosure,
  type CopyAccess,
  type Grant,
  type RecordAccess,
  type Withdrawal,
} from "../core/disclosure-event.ts";
import type { JsonObject } from "../core/json.ts";
import type { EventFold, LogEvent } from "./event.ts";

/** The event by which a grant or its withdrawal is entered. */
export function disclosureEvent(said: Grant | Withdrawal, concealed: JsonObject): LogEvent {
  return {
    ...{ kind: "disclosure", vct: DISCLOSURE_VCT, contentName: DISCLOSURE_CONTENT },
    content: { ...said },
    concealed,
  };
}

/** The event by which an access is entered. */
export function accessEvent(access: RecordAccess | CopyAccess, concealed: JsonObject): LogEvent {
  return {
    ...{ kind: "disclosure", vct: ACCESS_VCT, contentName: DISCLOSURE_CONTENT },
    content: { ...access },
    concealed,
  };
}

/** A grant, and its place in the log. */
export interface EnteredGrant extends Omit<Grant, "state"> {
  readonly leafIndex: number;
  /** POSIX seconds. */
  readonly grantedAt: number;
  /** Leaf index of its withdrawal, if it was withdrawn. */
  readonly withdrawn?: number;
}

/** All grants of the log. */
export class Disclosures implements EventFold {
  readonly kind = "disclosure";
  readonly counts = "every";
  readonly #grants = new Map<number, EnteredGrant>();
  readonly #accesses = new Map<number, number>();
  #nextNumber = 0;

  /** The number that the next grant gets. */
  get nextNumber(): number {
    return this.#nextNumber;
  }

  /** The grant with a number, in force or not. */
  grant(number: number): EnteredGrant | undefined {
    return this.#grants.get(number);
  }

  /** Grants from a number on, in their order. */
  from(number: number, limit: number): EnteredGrant[] {
    const numbers = Array.from(
      { length: Math.min(limit, Math.max(0, this.#nextNumber - number)) },
      (_, at) => number + at,
    );
    return numbers.flatMap((one) => this.#grants.get(one) ?? []);
  }

  /** How many times something was handed out by the grant at that leaf. */
  accessesBy(grant: number): number {
    return this.#accesses.get(grant) ?? 0;
  }

  follow(leafIndex: number, body: Body | undefined): void {
    if (!body) return;
    if (isAccess(body)) {
      const access = accessOf(body);
      const grant = "record" in access ? access.grant : undefined;
      if (grant !== undefined) this.#accesses.set(grant, this.accessesBy(grant) + 1);
    } else if (isDisclosure(body)) this.#followDisclosure(leafIndex, body);
  }

  /**
   * A damaged event may have withdrawn any grant below it, so none of those counts any more; or it was a grant, which used
   * up a number.
   */
  damaged(leafIndex: number): void {
    for (const [number, grant] of this.#grants) this.#grants.set(number, { withdrawn: leafIndex, ...grant });
    this.#nextNumber += 1;
  }

  #followDisclosure(leafIndex: number, body: Body): void {
    const said = disclosureOf(body);
    if (said.state === "granted") {
      const { state: _, ...grant } = said;
      this.#grants.set(said.number, { ...grant, leafIndex, grantedAt: body.iat });
      this.#nextNumber = Math.max(this.#nextNumber, said.number + 1);
      return;
    }
    const grant = this.#grants.get(said.number);
    if (grant) this.#grants.set(said.number, { ...grant, withdrawn: leafIndex });
  }
}

/** Whether a grant is in force at a time in POSIX milliseconds. */
export function isInForce({ until, withdrawn }: EnteredGrant, now: number): boolean {
  return withdrawn === undefined && now < until * 1_000;
}
