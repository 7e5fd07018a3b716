/**
 * Does here what a partner tells of records that came from it: erased, corrected, held back, shown again, translated.
 * An event says that it was done, and conceals which event of the partner's log it follows.
 *
 * Invariant: it is done before the event says so, and doing it again changes nothing. So a service that is killed in
 * between does it again when the partner tells it again.
 */
import type { Body } from "../core/body.ts";
import { textsIn, isTranslation, translationOf } from "../core/translation-event.ts";
import { IN_CLAIM, OUT_CLAIM } from "../core/derivation-event.ts";
import { WarifuError } from "../core/errors.ts";
import {
  exchangeEventOf,
  isExchangeEvent,
  RIGHT_CLAIM,
  type ExchangeMatter,
  type FollowUp,
} from "../core/exchange-event.ts";
import { canonicalJson, type JsonObject } from "../core/json.ts";
import { exchangeEvent } from "../events/exchange.ts";
import { translationEvent } from "../events/translation.ts";
import { claimsAt } from "../privacy/concealed.ts";
import { eraseRecords } from "../privacy/erasure.ts";
import type { Law } from "../privacy/law.ts";
import type { Rights } from "../privacy/rights.ts";
import type { Pictures } from "../read/pictures.ts";
import type { Verify } from "../read/receiving.ts";
import type { Transfers } from "../read/transfers.ts";
import type { OpenLog } from "../write/open-log.ts";
import type { Correspondence, Honoured, Known } from "./correspondence.ts";

export interface InboxParts {
  readonly log: OpenLog;
  readonly transfers: Pick<Transfers, "receiving">;
  readonly pictures: Pick<Pictures, "receive" | "wake">;
  readonly rights: Pick<Rights, "rectifying">;
  readonly law: Law;
  readonly correspondence: Correspondence;
  readonly verify: Verify;
}

/** An event of the partner's log, verified. */
export interface ToldEvent {
  readonly id: string;
  readonly leafIndex: number;
  readonly body: Body;
  /** Claims that it opens. */
  readonly opened: JsonObject;
}

/** Honours what partners tell. */
export class Honouring {
  readonly #parts: InboxParts;

  constructor(parts: InboxParts) {
    this.#parts = parts;
  }

  /**
   * Does what an event tells, unless that was done before.
   * @returns the event of this log; `undefined` as long as something has to come first
   * @throws BUNDLE_INVALID the event tells nothing; what doing it throws
   */
  async honour(
    told: ToldEvent,
    kind: "follow-up" | "translation",
    partner: string,
    known: Known,
  ): Promise<Honoured | undefined> {
    const before = known.honoured.get(told.id);
    if (before) return before;
    const { matter, theirs } = kind === "translation" ? translated(told) : followedUp(told);
    const taken = known.takenByLeaf.get(theirs);
    if (!taken) return this.#absent(matter, theirs, told, partner);
    const isDone = await this.#do(matter, taken.record, told, known);
    if (!isDone) return undefined;
    const said = { matter, record: taken.record, step: "honoured" } as const;
    const { leafIndex } = await this.#parts.log.writer.enter(exchangeEvent(said, { partner, event: told.id }));
    return { leafIndex, step: "honoured" };
  }

  /** There is no such record. If it is on its way, it is not taken when it comes. */
  async #absent(
    matter: ExchangeMatter,
    theirs: number,
    told: ToldEvent,
    partner: string,
  ): Promise<Honoured | undefined> {
    if (!ENDS.has(matter)) return undefined;
    const words = { partner, event: told.id, absent: theirs };
    const { leafIndex } = await this.#parts.log.writer.enter(exchangeEvent({ matter, step: "absent" }, words));
    return { leafIndex, step: "absent" };
  }

  /** @returns false if something has to come first */
  async #do(matter: ExchangeMatter, record: number, told: ToldEvent, known: Known): Promise<boolean> {
    const { log, law } = this.#parts;
    const isErased = log.events.erasures.erasedBy(record) !== undefined;
    if (ENDS.has(matter)) {
      await eraseRecords([record], erasureGrounds(law), log);
      return true;
    }
    // Nothing is left of it that anything could be done with.
    if (isErased) return true;
    if (matter === "corrected") return this.#correct(record, told.opened, known);
    if (matter === "translated") await this.#translate(record, told);
    // What is held back or shown again follows from the event itself.
    return true;
  }

  async #correct(wrong: number, opened: JsonObject, known: Known): Promise<boolean> {
    const { law, log, rights } = this.#parts;
    const id = opened[RIGHT_CLAIM];
    if (typeof id !== "string") throw new WarifuError("BUNDLE_INVALID", "it does not say which record is right");
    const right = known.takenById.get(id)?.record;
    if (right === undefined) return false;
    if ((await rights.rectifying.supersededBy(wrong)) === right) return true;
    // A rectification names a later record: of one that came before the wrong one, there is no need to keep the wrong one.
    if (right < wrong) {
      await eraseRecords([wrong], erasureGrounds(law), log);
      return true;
    }
    const [basis = ""] = law.operations.rectify.provisions;
    await rights.rectifying.rectify({ wrong, right, basis });
    return true;
  }

  async #translate(record: number, { body, opened }: ToldEvent): Promise<void> {
    const { log } = this.#parts;
    const texts = textsIn(opened[OUT_CLAIM]);
    if (!texts) throw new WarifuError("BUNDLE_INVALID", "it does not show the translation");
    const translation = { ...translationOf(body), record };
    const concealed = { [IN_CLAIM]: opened[IN_CLAIM] ?? {}, [OUT_CLAIM]: { ...texts } };
    const newest = log.events.translations.newestOf(record, translation);
    const before = newest && (await claimsAt(newest.leafIndex, log));
    if (before && canonicalJson(before[OUT_CLAIM] ?? {}) === canonicalJson({ ...texts })) return;
    await log.writer.enterIf(() => {
      if (log.events.erasures.erasedBy(record) !== undefined)
        throw new WarifuError("NOT_FOUND", "the record was erased");
      return translationEvent(translation, concealed);
    });
  }
}

/** After these, the partner's record is not to be here. */
const ENDS: ReadonlySet<ExchangeMatter> = new Set<FollowUp>(["erased", "withdrawn"]);

interface Followed {
  readonly matter: ExchangeMatter;
  /** Leaf index of the record in the partner's log. */
  readonly theirs: number;
}

function followedUp({ body }: ToldEvent): Followed {
  if (!isExchangeEvent(body)) throw new WarifuError("BUNDLE_INVALID", "that event tells nothing of a record");
  const { matter, record, step } = exchangeEventOf(body);
  if (step !== "told" || record === undefined || matter === "given" || matter === "translated")
    throw new WarifuError("BUNDLE_INVALID", "that event tells nothing of a record");
  return { matter, theirs: record };
}

function translated({ body }: ToldEvent): Followed {
  if (!isTranslation(body)) throw new WarifuError("BUNDLE_INVALID", "that event is no translation");
  return { matter: "translated", theirs: translationOf(body).record };
}

/** On which provision of this city's law something is erased that the other city has no ground for any more. */
export function erasureGrounds({ operations }: Law): { readonly basis: string } {
  const [basis = ""] = operations.erase.provisions;
  return { basis };
}
