/** Derivations of the pictures of records (core/derivation-event.ts): the newest one of a picture is published. */
import type { Body } from "../core/body.ts";
import {
  DERIVATION_CONTENT,
  DERIVATION_VCT,
  derivationOf,
  isDerivation,
  type Derivation,
} from "../core/derivation-event.ts";
import type { JsonObject } from "../core/json.ts";
import type { EventAttachment, EventFold, LogEvent } from "./event.ts";

/** The event by which a derivation is entered. @param outcome the result, which goes into the vault with the event */
export function derivationEvent(derivation: Derivation, concealed: JsonObject, outcome: EventAttachment): LogEvent {
  return {
    kind: "derivation",
    vct: DERIVATION_VCT,
    contentName: DERIVATION_CONTENT,
    content: { ...derivation },
    concealed,
    attachments: [outcome],
  };
}

/** A derivation, and its place in the log. */
export interface EnteredDerivation {
  readonly leafIndex: number;
  readonly picture: number;
}

/** All derivations of the log, by record. Of each, only its place is kept: there may be many. */
export class Derivations implements EventFold {
  readonly kind = "derivation";
  readonly counts = "every";
  readonly #byRecord = new Map<number, readonly EnteredDerivation[]>();
  #count = 0;

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** The derivations of the record at that leaf, in the order of the log. */
  of(record: number): readonly EnteredDerivation[] {
    return this.#byRecord.get(record) ?? [];
  }

  /** The newest derivation of a picture. */
  newestOf(record: number, picture: number): EnteredDerivation | undefined {
    return this.of(record).findLast((one) => one.picture === picture);
  }

  /** Leaf indexes of derivations that a newer one of the same picture replaced; the vault keeps nothing of them. */
  *replaced(): Iterable<number> {
    for (const [record, entered] of this.#byRecord)
      for (const { leafIndex, picture } of entered)
        if (this.newestOf(record, picture)?.leafIndex !== leafIndex) yield leafIndex;
  }

  follow(leafIndex: number, body: Body | undefined): void {
    if (!body || !isDerivation(body)) return;
    const { record, picture } = derivationOf(body);
    this.#byRecord.set(record, [...this.of(record), { leafIndex, picture }]);
    this.#count++;
  }

  /** If the event is damaged, its picture counts as not published: it is not shown, and may be derived again. */
  damaged(): void {}
}
