/**
 * Which record of this log corresponds to which record of a partner's, and what the partner was told of it. All of that
 * is in the log, and whom it concerns in the vault. It is read once at the start and then event by event, so a service
 * that was killed continues where it was.
 */
import { exchangeWordsIn, type ExchangeMatter, type ExchangeWords } from "../core/exchange-event.ts";
import type { EnteredExchange } from "../events/exchange.ts";
import type { EnteredProvision, EnteredReception } from "../events/provision.ts";
import type { EventRegister } from "../events/register.ts";
import { CatchUp, claimsAt, type ConcealedParts } from "../privacy/concealed.ts";

export interface CorrespondenceParts extends ConcealedParts {
  readonly events: Pick<EventRegister, "provisions" | "exchanges">;
}

/** Something that a partner was given or told, and the event by which the partner's log confirms it. */
export interface Told {
  readonly matter: ExchangeMatter;
  /** Leaf index of this log's event. */
  readonly leafIndex: number;
  /** POSIX seconds. */
  readonly at: number;
  /** Of `corrected`: id of the record that is right. */
  readonly right?: string;
  /** Of `translated`: leaf index of the translation. */
  readonly translation?: number;
  /** Id of the partner's event. */
  readonly confirmedBy?: string;
}

/** A record that went to a partner. */
export interface GivenRecord {
  readonly record: number;
  readonly provision: Told;
  /** In the order of the log. */
  readonly told: readonly Told[];
}

/** A record that came from a partner. */
export interface TakenRecord {
  readonly record: number;
  /** Leaf index of the event. */
  readonly reception: number;
  /** Id and leaf index in the partner's log; the latter is absent in receptions from before it was kept. */
  readonly id: string;
  readonly theirs?: number;
  /** Origin of the log that it first entered. */
  readonly log: string;
}

/** What this log did on an event of a partner's log. */
export interface Honoured {
  readonly leafIndex: number;
  readonly step: "honoured" | "absent";
}

/** What one log and one partner know of each other's records. */
export class Known {
  /** By leaf index here. */
  readonly given: ReadonlyMap<number, GivenRecord>;
  readonly taken: ReadonlyMap<number, TakenRecord>;
  /** By what the partner's log has: ids of its events and records, leaf indexes of its records. */
  readonly honoured: ReadonlyMap<string, Honoured>;
  readonly takenById: ReadonlyMap<string, TakenRecord>;
  readonly takenByLeaf: ReadonlyMap<number, TakenRecord>;
  /** Leaf indexes of the partner's records that were gone before they came. */
  readonly gone: ReadonlySet<number>;

  constructor(maps: Maps) {
    this.given = maps.given;
    this.taken = maps.taken;
    this.honoured = maps.honoured;
    this.takenById = maps.takenById;
    this.takenByLeaf = maps.takenByLeaf;
    this.gone = maps.gone;
  }
}

interface Maps {
  readonly given: Map<number, GivenRecord>;
  readonly taken: Map<number, TakenRecord>;
  readonly honoured: Map<string, Honoured>;
  readonly takenById: Map<string, TakenRecord>;
  readonly takenByLeaf: Map<number, TakenRecord>;
  readonly gone: Set<number>;
}

/** What a log knows of its partners' records. */
export class Correspondence {
  readonly #parts: CorrespondenceParts;
  readonly #byPartner = new Map<string, Maps>();
  readonly #records: CatchUp<EnteredProvision | EnteredReception>;
  readonly #words: CatchUp<EnteredExchange>;

  constructor(parts: CorrespondenceParts) {
    this.#parts = parts;
    const { provisions, exchanges } = parts.events;
    this.#records = new CatchUp(
      () => provisions.inOrder,
      (entered) => this.#readRecord(entered),
    );
    this.#words = new CatchUp(
      () => exchanges.all,
      (entered) => this.#readWords(entered),
    );
  }

  /** What is known of a partner's records by all that is in the log now. @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED */
  async with(partner: string): Promise<Known> {
    await this.#records.now();
    await this.#words.now();
    return new Known(this.#of(partner));
  }

  #of(partner: string): Maps {
    const known = this.#byPartner.get(partner);
    if (known) return known;
    const fresh: Maps = {
      ...{ given: new Map(), taken: new Map(), honoured: new Map(), takenById: new Map() },
      ...{ takenByLeaf: new Map(), gone: new Set<number>() },
    };
    this.#byPartner.set(partner, fresh);
    return fresh;
  }

  async #readRecord({ record, leafIndex, at }: EnteredProvision | EnteredReception): Promise<void> {
    const { to, from, id, leaf, log } = (await claimsAt(leafIndex, this.#parts)) ?? {};
    if (typeof to === "string" && !this.#of(to).given.has(record))
      this.#of(to).given.set(record, { record, provision: { matter: "given", leafIndex, at }, told: [] });
    if (typeof from !== "string" || typeof id !== "string") return;
    const theirs = typeof leaf === "number" ? { theirs: leaf } : {};
    const taken: TakenRecord = { record, reception: leafIndex, id, log: typeof log === "string" ? log : "", ...theirs };
    const known = this.#of(from);
    known.taken.set(record, taken);
    known.takenById.set(id, taken);
    if (taken.theirs !== undefined) known.takenByLeaf.set(taken.theirs, taken);
  }

  async #readWords(entered: EnteredExchange): Promise<void> {
    const claims = await claimsAt(entered.leafIndex, this.#parts);
    const words = claims && exchangeWordsIn(claims);
    if (!words) return;
    const known = this.#of(words.partner);
    const { step, record, leafIndex } = entered;
    if (step === "honoured" || step === "absent") {
      if (words.event !== undefined) known.honoured.set(words.event, { leafIndex, step });
      if (words.absent !== undefined) known.gone.add(words.absent);
      return;
    }
    const given = record === undefined ? undefined : known.given.get(record);
    if (given) known.given.set(given.record, afterWords(given, entered, words));
  }
}

function afterWords(given: GivenRecord, { matter, leafIndex, at, step }: EnteredExchange, words: ExchangeWords) {
  if (step === "told") {
    const { right, translation } = words;
    const about = { ...(right !== undefined && { right }), ...(translation !== undefined && { translation }) };
    return { ...given, told: [...given.told, { matter, leafIndex, at, ...about }] };
  }
  const confirmed = (told: Told): Told =>
    told.leafIndex === words.of && words.event !== undefined ? { ...told, confirmedBy: words.event } : told;
  return { ...given, provision: confirmed(given.provision), told: given.told.map(confirmed) };
}
