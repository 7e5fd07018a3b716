/** Provisions, receptions and the register of recipients (core/provision-event.ts, core/recipient.ts). */
import type { Body } from "../core/body.ts";
import { WarifuError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import {
  isProvision,
  isReception,
  PROVISION_CONTENT,
  PROVISION_VCT,
  provisionOf,
  RECEPTION_VCT,
  receptionOf,
  type Provision,
  type Reception,
} from "../core/provision-event.ts";
import {
  isRecipientEntry,
  RECIPIENT_CLAIM,
  RECIPIENT_VCT,
  recipientEntryOf,
  type Recipient,
} from "../core/recipient.ts";
import type { EventFold, LogEvent } from "./event.ts";

const common = { kind: "provision", contentName: PROVISION_CONTENT } as const;

/** The event by which a provision is entered. */
export function provisionEvent(provision: Provision, concealed: JsonObject): LogEvent {
  return { ...common, vct: PROVISION_VCT, content: { ...provision }, concealed };
}

/** The event by which a reception is entered. */
export function receptionEvent(reception: Reception, concealed: JsonObject): LogEvent {
  return { ...common, vct: RECEPTION_VCT, content: { ...reception }, concealed };
}

/** The event by which an officer enters a recipient into the register. */
export function recipientEvent(number: number, recipient: Recipient, by: string): LogEvent {
  const { papers, ...rest } = recipient;
  const concealed = { [RECIPIENT_CLAIM]: { ...rest, papers: papers.map((paper) => ({ ...paper })) }, by };
  return { ...common, vct: RECIPIENT_VCT, content: { number, state: "kept" }, concealed };
}

/** The event that removes a recipient from the register. */
export function recipientRemoval(number: number, by: string): LogEvent {
  return { ...common, vct: RECIPIENT_VCT, content: { number, state: "removed" }, concealed: { by } };
}

/** A provision, and its place in the log. */
export interface EnteredProvision extends Provision {
  readonly leafIndex: number;
  /** POSIX seconds. */
  readonly at: number;
}

/** A reception, and its place in the log. */
export interface EnteredReception extends Reception {
  readonly leafIndex: number;
  /** POSIX seconds. */
  readonly at: number;
}

/** All events of the kind. */
export class Provisions implements EventFold {
  readonly kind = "provision";
  readonly counts = "every";
  readonly #provisions = new Map<number, EnteredProvision[]>();
  readonly #receptions = new Map<number, EnteredReception>();
  #registerChanges = 0;
  readonly #inOrder: (EnteredProvision | EnteredReception)[] = [];
  // Leaf index of the event in force, by the recipient's number.
  readonly #recipients = new Map<number, number>();
  #nextNumber = 0;

  /** The number that the next recipient gets. */
  get nextNumber(): number {
    return this.#nextNumber;
  }

  /** Numbers of the recipients in the register, each with the leaf index of the event that names it. */
  get recipients(): ReadonlyMap<number, number> {
    return this.#recipients;
  }

  /** Provisions of the record at that leaf, in the order of the log. */
  of(record: number): readonly EnteredProvision[] {
    return this.#provisions.get(record) ?? [];
  }

  /** How the record at that leaf was received; `undefined` if it was first recorded here. */
  receptionOf(record: number): EnteredReception | undefined {
    return this.#receptions.get(record);
  }

  /** How many times the register of recipients was changed. */
  get registerChanges(): number {
    return this.#registerChanges;
  }

  /** All provisions and receptions, in the order of the log. */
  get inOrder(): readonly (EnteredProvision | EnteredReception)[] {
    return this.#inOrder;
  }

  /** All provisions and receptions, in no order. */
  *all(): Iterable<EnteredProvision | EnteredReception> {
    for (const provisions of this.#provisions.values()) yield* provisions;
    yield* this.#receptions.values();
  }

  follow(leafIndex: number, body: Body | undefined): void {
    if (!body) return;
    if (isProvision(body)) {
      const provision = provisionOf(body);
      const entered = { ...provision, leafIndex, at: body.iat };
      this.#provisions.set(provision.record, [...this.of(provision.record), entered]);
      this.#inOrder.push(entered);
    }
    if (isReception(body)) this.#followReception({ ...receptionOf(body), leafIndex, at: body.iat });
    if (isRecipientEntry(body)) this.#followRecipient(leafIndex, body);
  }

  /**
   * A damaged event may have said that a record came under another law: the record would then be treated as the city's own.
   * @throws STORE_CORRUPT
   */
  damaged(leafIndex: number, cause: unknown): never {
    throw new WarifuError(
      "STORE_CORRUPT",
      `what is stored for leaf ${leafIndex}, an event about records given or received, is damaged: restore a good copy`,
      { cause },
    );
  }

  /** The first event counts: the law that a record came under does not change. */
  #followReception(reception: EnteredReception): void {
    this.#inOrder.push(reception);
    if (!this.#receptions.has(reception.record)) this.#receptions.set(reception.record, reception);
  }

  #followRecipient(leafIndex: number, body: Body): void {
    const { number, state } = recipientEntryOf(body);
    this.#registerChanges++;
    if (state === "kept") this.#recipients.set(number, leafIndex);
    else this.#recipients.delete(number);
    this.#nextNumber = Math.max(this.#nextNumber, number + 1);
  }
}
