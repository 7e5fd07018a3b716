/**
 * How a record stands with its own city, and so what a partner has to be told of it: the law lets it go and its people consent,
 * or it is gone, restricted, hidden, corrected, or translated since.
 */
import type { FollowUp } from "../core/exchange-event.ts";
import { NOT_PERSONAL } from "../core/provision-event.ts";
import { formatRecordId } from "../core/record-id.ts";
import { consentOfAll } from "../privacy/transfer-conditions.ts";
import type { Rights } from "../privacy/rights.ts";
import type { OpenLog } from "../write/open-log.ts";
import type { GivenRecord, Known, Told } from "./correspondence.ts";
import { entryAt } from "./openings.ts";
import { PUBLISH_PURPOSE, type Share } from "./partners.ts";

export interface StandingParts {
  readonly log: Pick<OpenLog, "store" | "check" | "events" | "persons">;
  readonly rights: Pick<Rights, "consents" | "restrictions" | "rectifying">;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

/** What a partner has to be told next. */
export type Next =
  | { readonly matter: FollowUp; readonly right?: string }
  | { readonly matter: "translated"; readonly translation: number };

/** After these nothing more is told of a record. */
const ENDS: ReadonlySet<string> = new Set<FollowUp>(["erased", "withdrawn"]);

/** How records stand. */
export class Standing {
  readonly #parts: StandingParts;

  constructor(parts: StandingParts) {
    this.#parts = parts;
  }

  /** It changes whenever a partner may have to be told something, or something may go that might not before. */
  get version(): string {
    const { erasures, restrictions, consents, moderations, rectifications, translations, derivations, provisions } =
      this.#parts.log.events;
    const lists = [restrictions.all, consents.all, moderations.all, rectifications.all].map(({ length }) => length);
    const counts = [...lists, erasures.count, translations.count, derivations.count, provisions.registerChanges];
    return [...counts, Math.floor(this.#parts.now() / DAY_MS)].join(" ");
  }

  /** Why a record does not go although the law lets it; `undefined` if it does. @throws STORE_DAMAGED, VAULT_FAILED */
  async keptBack(record: number, share: Share, purpose: string, known: Known): Promise<string | undefined> {
    const { log, rights } = this.#parts;
    const { events } = log;
    if (events.erasures.erasedBy(record) !== undefined) return "erased";
    if (events.moderations.visibilityOf(record) !== "shown") return "hidden";
    if (share.consent && !(await this.#hasConsent(record, purpose))) return "consent";
    const isSuperseded = (await rights.rectifying.supersededBy(record)) !== undefined;
    return isSuperseded && !known.given.has(record) ? "corrected" : undefined;
  }

  /** What has to be told next of a record that was given. @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED */
  async next(given: GivenRecord, share: Share | undefined, purpose: string, known: Known): Promise<Next | undefined> {
    if (given.told.some(({ matter }) => ENDS.has(matter))) return undefined;
    const { record } = given;
    if (this.#parts.log.events.erasures.erasedBy(record) !== undefined) return { matter: "erased" };
    const asks = share?.consent === true && !this.#isOfNobody(given);
    if (asks && !(await this.#hasConsent(record, purpose))) return { matter: "withdrawn" };
    if (share?.pictures === true && this.#isCoveredSince(given)) return { matter: "withdrawn" };
    // One after another, so that the partner's log has them in this order.
    if (given.told.some(isOpen)) return undefined;
    return (
      (await this.#corrected(given, known)) ??
      (await this.#held(given, purpose)) ??
      (given.provision.confirmedBy === undefined ? undefined : this.#translated(given))
    );
  }

  /** Of a picture that went with it, more was covered later: the partner has a copy that nobody may see any more. */
  #isCoveredSince({ record, provision }: GivenRecord): boolean {
    return this.#parts.log.events.derivations.of(record).some(({ leafIndex }) => leafIndex > provision.leafIndex);
  }

  async #corrected({ record, told }: GivenRecord, known: Known): Promise<Next | undefined> {
    const right = await this.#parts.rights.rectifying.supersededBy(record);
    if (right === undefined || told.some(({ matter }) => matter === "corrected")) return undefined;
    if (known.given.get(right)?.provision.confirmedBy === undefined) return undefined;
    return { matter: "corrected", right: formatRecordId((await entryAt(right, this.#parts.log)).id) };
  }

  async #held({ record, told }: GivenRecord, purpose: string): Promise<Next | undefined> {
    const { log, rights } = this.#parts;
    const isRestricted = await rights.restrictions.isRestricted(record, purpose, "provide");
    const isHidden = log.events.moderations.visibilityOf(record) !== "shown";
    if (isRestricted !== isTold(told, "restricted", "lifted"))
      return { matter: isRestricted ? "restricted" : "lifted" };
    if (isHidden !== isTold(told, "hidden", "shown")) return { matter: isHidden ? "hidden" : "shown" };
    return undefined;
  }

  #translated({ record, told }: GivenRecord): Next | undefined {
    const { translations } = this.#parts.log.events;
    const isNewest = ({ leafIndex, ...into }: { leafIndex: number; to: string; of: "public" | "concealed" }): boolean =>
      translations.newestOf(record, into)?.leafIndex === leafIndex;
    const fresh = translations
      .of(record)
      .find((one) => isNewest(one) && !told.some(({ translation }) => translation === one.leafIndex));
    return fresh && { matter: "translated", translation: fresh.leafIndex };
  }

  #isOfNobody({ record, provision }: GivenRecord): boolean {
    const given = this.#parts.log.events.provisions.of(record);
    return given.find(({ leafIndex }) => leafIndex === provision.leafIndex)?.basis === NOT_PERSONAL;
  }

  async #hasConsent(record: number, purpose: string): Promise<boolean> {
    const { log, rights, now } = this.#parts;
    const at = Math.floor(now() / 1_000);
    const consented = consentOfAll(rights.consents, log.persons);
    for (const one of new Set([purpose, PUBLISH_PURPOSE]))
      if (!(await consented({ record, purpose: one, at }))) return false;
    return true;
  }
}

const DAY_MS = 86_400_000;

/** What has to be sent of what was told: what ends a record before all else, otherwise the oldest that is open. */
export function openTold({ told }: GivenRecord): Told | undefined {
  return told.find((one) => isOpen(one) && ENDS.has(one.matter)) ?? told.find(isOpen);
}

/** Whether the partner was told that its copy has to go. */
export function isEnded({ told }: GivenRecord): boolean {
  return told.some(({ matter }) => ENDS.has(matter));
}

function isOpen({ confirmedBy }: Told): boolean {
  return confirmedBy === undefined;
}

function isTold(told: readonly Told[], begins: FollowUp, ends: FollowUp): boolean {
  return told.findLast(({ matter }) => matter === begins || matter === ends)?.matter === begins;
}
