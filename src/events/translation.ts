/** Translations of what records say (core/translation-event.ts): the newest one into a language is shown. */
import type { Body } from "../core/body.ts";
import { DERIVATION_CONTENT } from "../core/derivation-event.ts";
import type { JsonObject } from "../core/json.ts";
import {
  isTranslation,
  TRANSLATION_VCT,
  translationOf,
  type Translated,
  type Translation,
} from "../core/translation-event.ts";
import type { EventFold, LogEvent } from "./event.ts";

/** The event by which a translation is entered. */
export function translationEvent({ models, ...translation }: Translation, concealed: JsonObject): LogEvent {
  return {
    kind: "derivation",
    vct: TRANSLATION_VCT,
    contentName: DERIVATION_CONTENT,
    content: { ...translation, ...(models && { models: [...models] }) },
    concealed,
  };
}

/** A translation, and its place in the log. */
export interface EnteredTranslation {
  readonly leafIndex: number;
  readonly to: string;
  readonly of: Translated;
  readonly by: Translation["by"];
}

/** All translations of the log, by record. */
export class Translations implements EventFold {
  readonly kind = "derivation";
  readonly counts = "every";
  readonly #byRecord = new Map<number, readonly EnteredTranslation[]>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The translations of the record at that leaf, in the order of the log. */
  of(record: number): readonly EnteredTranslation[] {
    return this.#byRecord.get(record) ?? [];
  }

  /** The newest translation into a language, of the record's public or its concealed claims. */
  newestOf(record: number, into: Pick<EnteredTranslation, "to" | "of">): EnteredTranslation | undefined {
    return this.of(record).findLast(({ to, of }) => to === into.to && of === into.of);
  }

  /** Leaf indexes of translations that a newer one replaced; the vault keeps nothing of them. */
  *replaced(): Iterable<number> {
    for (const [record, entered] of this.#byRecord)
      for (const one of entered) if (this.newestOf(record, one) !== one) yield one.leafIndex;
  }

  follow(leafIndex: number, body: Body | undefined): void {
    if (!body || !isTranslation(body)) return;
    const { record, to, of, by } = translationOf(body);
    this.#count++;
    this.#byRecord.set(record, [...this.of(record), { leafIndex, to, of, by }]);
  }

  /** A damaged translation counts as not made, and may be made again. */
  damaged(): void {}
}
