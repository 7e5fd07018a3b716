/**
 * The state that the log's own events add up to: events of all kinds are read in one pass when the log is opened, and then
 * each new event as it is entered.
 */
import type { Body } from "../core/body.ts";
import type { EntryKind } from "../core/entry.ts";
import { codeOf } from "../core/errors.ts";
import { EventsAboutRecords } from "./about-records.ts";
import { NewestBeacon } from "./beacon.ts";
import { Breaches } from "./breach.ts";
import { EnteredConsents } from "./consent.ts";
import { Deidentifications } from "./deidentification.ts";
import { Derivations } from "./derivation.ts";
import { Disclosures } from "./disclosure.ts";
import { Erasures } from "./erasure.ts";
import { Exchanges } from "./exchange.ts";
import type { EventFold } from "./event.ts";
import { EnteredLogKeys } from "./log-keys.ts";
import { Moderations } from "./moderation.ts";
import { Notices } from "./notice.ts";
import { EnteredProfiles } from "./profile.ts";
import { Provisions } from "./provision.ts";
import { Rectifications } from "./rectification.ts";
import { Requests } from "./request.ts";
import { EnteredRestrictions } from "./restriction.ts";
import { Sources } from "./source.ts";
import { EventTally } from "./tally.ts";
import { Translations } from "./translation.ts";
import { EnteredVerifier } from "./verifier.ts";

/** How many events are read at a time. */
const PAGE = 1_000;

/** The place of an event. */
interface EventEntry {
  readonly leafIndex: number;
  readonly kind: EntryKind;
}

/** The stored events of a log. */
export interface EventLog<Entry extends EventEntry> {
  /** Events of these kinds, by leaf index, from one on. */
  page(kinds: readonly EntryKind[], from: number, limit: number): Promise<readonly Entry[]>;
  newestOfKind(kind: EntryKind): Promise<Entry | undefined>;
  /** The body of an entry; `undefined` once it is erased. @throws STORE_DAMAGED */
  bodyOf(entry: Entry): Promise<Body | undefined>;
}

/** The state that all events of the log add up to. */
export class EventRegister {
  readonly profiles = new EnteredProfiles();
  readonly verifier = new EnteredVerifier();
  readonly logKeys = new EnteredLogKeys();
  readonly sources = new Sources();
  readonly beacons = new NewestBeacon();
  readonly derivations = new Derivations();
  readonly translations = new Translations();
  readonly notices = new Notices();
  readonly consents = new EnteredConsents();
  readonly requests = new Requests();
  readonly rectifications = new Rectifications();
  readonly restrictions = new EnteredRestrictions();
  readonly erasures = new Erasures();
  readonly disclosures = new Disclosures();
  readonly provisions = new Provisions();
  readonly exchanges = new Exchanges();
  readonly breaches = new Breaches();
  readonly deidentifications = new Deidentifications();
  readonly moderations = new Moderations();
  readonly aboutRecords = new EventsAboutRecords();
  readonly tally = new EventTally();
  readonly #folds: readonly EventFold[] = [
    ...[this.profiles, this.verifier, this.logKeys, this.sources, this.beacons, this.derivations, this.translations],
    ...[...this.aboutRecords.folds, ...this.tally.folds],
    ...[this.notices, this.consents, this.requests, this.rectifications, this.restrictions],
    ...[this.erasures, this.disclosures, this.provisions, this.deidentifications, this.breaches],
    ...[this.moderations, this.exchanges],
  ];

  /**
   * Reads the events that are in the log.
   * @throws what reading throws; STORE_CORRUPT a damaged event without which the log cannot be written to
   */
  static async open<Entry extends EventEntry>(log: EventLog<Entry>): Promise<EventRegister> {
    const register = new EventRegister();
    const kinds = [...new Set(register.#folds.filter(({ counts }) => counts === "every").map(({ kind }) => kind))];
    for (let from = 0, isLast = false; !isLast;) {
      const page = await log.page(kinds, from, PAGE);
      for (const entry of page) await register.#read(entry, log);
      isLast = page.length < PAGE;
      from = (page.at(-1)?.leafIndex ?? 0) + 1;
    }
    for (const { kind } of register.#folds.filter(({ counts }) => counts === "newest")) {
      const entry = await log.newestOfKind(kind);
      if (entry) await register.#read(entry, log);
    }
    return register;
  }

  /** Takes an event that has just been entered. */
  follow({ kind, leafIndex }: EventEntry, body: Body): void {
    for (const fold of this.#foldsOf(kind)) fold.follow(leafIndex, body);
  }

  async #read<Entry extends EventEntry>(entry: Entry, log: EventLog<Entry>): Promise<void> {
    const folds = this.#foldsOf(entry.kind);
    let body: Body | undefined;
    try {
      body = await log.bodyOf(entry);
    } catch (error) {
      if (codeOf(error) !== "STORE_DAMAGED") throw error;
      for (const fold of folds) fold.damaged(entry.leafIndex, error);
      return;
    }
    for (const fold of folds) fold.follow(entry.leafIndex, body);
  }

  /** Several states may be of one kind of event: each picks its own events, by their `vct`. */
  #foldsOf(kind: EntryKind): readonly EventFold[] {
    return this.#folds.filter((fold) => fold.kind === kind);
  }
}
