/** What was made of the pictures of records (core/derivation-event.ts): the newest for a picture is what is published. */
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

/**
 * The event as it enters the log.
 * @param outcome goes into the vault with the event
 */
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

/** A derivation, and where it stands. */
export interface EnteredDerivation {
  readonly leafIndex: number;
  readonly picture: number;
}

/** All derivations of the log, by record. Holds no more of each than where it is: there may be many. */
export class Derivations implements EventFold {
  readonly kind = "derivation";
  readonly counts = "every";
  readonly #byRecord = new Map<number, readonly EnteredDerivation[]>();
  #count = 0;

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** Of the record at that leaf, in the order of the log. */
  of(record: number): readonly EnteredDerivation[] {
    return this.#byRecord.get(record) ?? [];
  }

  /** The newest of one picture. */
  newestOf(record: number, picture: number): EnteredDerivation | undefined {
    return this.of(record).findLast((one) => one.picture === picture);
  }

  /** Leaf indexes of those that a newer one of the same picture replaced: nothing is kept of them. */
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

  /** Its picture counts as not published: it is not shown, and may be made again. */
  damaged(): void {}
}
