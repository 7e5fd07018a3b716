/**
 * The running ledger as its edges see it: HTTP, command line and pages ask here and present what they get. Each kind of
 * question has its own file next to this one.
 */
import type { Anchoring } from "../anchor/schedule.ts";
import type { WarifuError } from "../core/errors.ts";
import type { RandomBytes } from "../core/random.ts";
import type { Issuer } from "../core/sd-jwt.ts";
import type { Law } from "../privacy/law.ts";
import { Restrictions, unlessHeldByOrigin, unlessRestricted } from "../privacy/restrictions.ts";
import { Rights } from "../privacy/rights.ts";
import type { SeqRepair } from "../core/source-event.ts";
import type { SourceKey } from "../core/source-key.ts";
import type { Submitter } from "../core/submitter.ts";
import type { Stamping } from "../cosign/stamping.ts";
import type { Witnessing } from "../cosign/witnessing.ts";
import { profileFor, type Profile, type ProfileDocument } from "../profiles/profile.ts";
import type { AnchoredLogStore } from "../store/ledger-store.ts";
import type { StoredCheckpoint } from "../store/log-store.ts";
import type { AppendedEntry } from "../write/append.ts";
import type { SourceChange } from "../write/change-source.ts";
import type { OpenLog } from "../write/open-log.ts";
import { PicturedValue } from "../write/pictured-value.ts";
import type { Submitted } from "../write/signed-submission.ts";
import type { Outcome } from "../write/outcome.ts";
import { EventRetention } from "../privacy/event-retention.ts";
import { Retention, RETENTION_BASIS } from "../privacy/retention.ts";
import { Deidentifying } from "../privacy/deidentification.ts";
import { DisclosureDesk } from "../privacy/disclosure.ts";
import { Recipients } from "../privacy/recipients.ts";
import type { Jurisdictions, TransferLaw } from "../privacy/transfer-bases.ts";
import { consentOfAll, gateForGrants } from "../privacy/transfer-conditions.ts";
import { TransferGate } from "../privacy/transfer-gate.ts";
import { WayOut, type Condition } from "../privacy/way-out.ts";
import type { Translating } from "../translate/translating.ts";
import { Anchors } from "./anchors.ts";
import { cosignaturesOf, type CosignedAnchor } from "./cosignatures.ts";
import { Disclosures } from "./disclosures.ts";
import { Erasing } from "./erasing.ts";
import { ModerationDesk } from "../moderation/desk.ts";
import type { ModerationRules } from "../moderation/rules.ts";
import { Growth } from "./growth.ts";
import { Lineages } from "./lineage.ts";
import { LogFiles } from "./log-files.ts";
import { ModerationReader } from "./moderation.ts";
import { Persons } from "./persons.ts";
import { Pictures, type PictureParts } from "./pictures.ts";
import { PlaceFinder } from "./places.ts";
import { Proofs } from "./proofs.ts";
import { Records } from "./records.ts";
import { countRights, type RightsCounts } from "./rights-counts.ts";
import { SourceList } from "./sources.ts";
import { readTraffic, type Traffic, type TrafficQuery } from "./traffic.ts";
import { Transfers } from "./transfers.ts";
import { Translations } from "./translations.ts";
import { readHealth, readStatus, type Health, type LedgerStatus, type StatusParts } from "./status.ts";

/** The parts of the service that the ledger asks. */
export interface LedgerParts extends StatusParts {
  readonly log: OpenLog;
  readonly anchoring: Anchoring;
  readonly pictures: PictureParts;
  readonly translating: Translating;
  /** Signs SD-JWTs. */
  readonly issuer: Issuer;
  readonly randomBytes: RandomBytes;
  /** Further conditions that must be met before anything concealed is handed out. */
  readonly conditions?: readonly Condition[] | undefined;
  readonly law: Law;
  /** File that remembers how far records have been erased whose time was over. */
  readonly retentionFile: string;
  /** The bases on which records may go to other controllers. */
  readonly transfers: TransferLaw;
  readonly jurisdictions: Jurisdictions;
  /** The names that the city itself goes by. */
  readonly ownNames?: ReadonlySet<string> | undefined;
  /** The rules by which records may be hidden. */
  readonly moderationRules: ModerationRules;
  /** Without one, checkpoints carry the log's signature alone. */
  readonly witnessing?: Witnessing | undefined;
  /** Without one, bundles have no timestamps. */
  readonly stamping?: Pick<Stamping, "timestampsOf"> | undefined;
}

/** Largest page of any list. */
export const MAX_PAGE = 1_000;

/** The running ledger. */
export class Ledger {
  readonly records: Records;
  readonly proofs: Proofs;
  readonly files: LogFiles;
  readonly sources: SourceList;
  readonly pictures: Pictures;
  readonly disclosures: Disclosures;
  readonly lineages: Lineages;
  readonly growth: Growth;
  readonly anchors: Anchors;
  readonly places: PlaceFinder;
  readonly persons: Persons;
  readonly erasing: Erasing;
  readonly rights: Rights;
  readonly retention: Retention;
  readonly transfers: Transfers;
  readonly translations: Translations;
  readonly deidentifying: Deidentifying;
  readonly moderating: ModerationDesk;
  readonly moderation: ModerationReader;
  readonly #parts: LedgerParts;
  readonly #store: AnchoredLogStore;

  constructor(parts: LedgerParts) {
    const { log, law, chain, cosigner, stamping, witnessing, anchoring, randomBytes } = parts;
    const { store } = log;
    this.#parts = parts;
    this.#store = store;
    const now = (): number => anchoring.now();
    const restrictions = new Restrictions(log, law);
    // Rights are exercised through the way out, whose gate asks them for consents: hence looked up when it asks.
    const hasConsent: HasConsent = (...asked) => this.rights.consents.hasConsent(...asked);
    const { wayOut, gate, recipients } = openWayOut(parts, restrictions, { now, hasConsent });

    this.records = new Records({ ...log, wayOut });
    const { records } = this;
    this.proofs = new Proofs({ records, log, wayOut, chain, cosigner, now, stamping });
    const { proofs } = this;

    // What anybody may ask.
    this.sources = new SourceList(log);
    this.lineages = new Lineages({ log, store, records });
    this.growth = new Growth(records, store);
    this.anchors = new Anchors(store);
    this.places = new PlaceFinder(log);
    this.files = new LogFiles({ store, tree: log.tree, check: log.check, witnessing });

    // What is done for the people whom records are about.
    this.persons = new Persons(log);
    const strip = (bytes: Uint8Array) => stripped(bytes, parts.pictures);
    this.rights = new Rights({ ...log, now, restrictions, wayOut, strip }, law);
    this.erasing = new Erasing({ log, records, law, restrictions, now });
    this.retention = openRetention(parts, restrictions, now);

    // What people see of records.
    this.pictures = new Pictures(parts.pictures, log, records, wayOut);
    const { pictures } = this;
    this.moderating = new ModerationDesk({ ...log, now }, parts.moderationRules);
    this.moderation = new ModerationReader({ log, desk: this.moderating, wayOut, pictures });

    // What is handed to others.
    const desk = new DisclosureDesk({ ...log, restrictions, randomBytes, now });
    this.disclosures = new Disclosures({ log, wayOut, records, proofs, pictures, issuer: parts.issuer, desk });
    const { transfers, translating } = parts;
    this.transfers = new Transfers({ log, records, proofs, gate, recipients, now, law, transfers });
    this.translations = new Translations({
      ...{ log, records, wayOut, gate, recipients, restrictions },
      ...{ law, translating },
    });
    this.deidentifying = new Deidentifying({ log, gate, wayOut, law, now });
  }

  /** Origin of the log. */
  get origin(): string {
    return this.#store.origin;
  }

  /** Number of entries under a checkpoint that may be handed out. */
  get publishedSize(): number {
    return this.#parts.log.tree.publishedSize;
  }

  /** Why no more records are taken, if so. */
  get stopReason(): WarifuError | undefined {
    return this.#parts.log.writer.stopReason;
  }

  /** The types of record that are accepted. */
  get types(): string[] {
    return [...this.#parts.log.profiles.keys()];
  }

  /** The profiles in force, as in their files. The log holds the same documents. */
  get profiles(): ProfileDocument[] {
    return [...this.#parts.log.profiles.values()].map(({ document }) => document);
  }

  /** The profile in force for a type of record. @throws PROFILE_UNKNOWN */
  profileOf(type: string): Profile {
    return profileFor(this.#parts.log.profiles, type);
  }

  /** Reads lines of NDJSON, to be submitted, on another thread. */
  readLines(lines: Buffer): Promise<readonly Submitted[]> {
    return this.#parts.log.lines.read(lines);
  }

  /**
   * Submits records, see {@link OpenLog.pipeline}. For a value that could not be parsed, pass its error: it keeps its place
   * in the answer.
   * @throws BUSY
   */
  async submit(values: readonly Submitted[], submitter?: Submitter): Promise<Outcome[]> {
    const outcomes = await this.#parts.log.pipeline.submit(values, submitter);
    if (values.some((value) => value instanceof PicturedValue)) this.pictures.wake();
    return outcomes;
  }

  /** Notes that a record of a source was refused for its quota before it was read. */
  noteTurnedAway(source: string): void {
    this.#parts.log.traffic.note(source, "RATE_LIMITED");
  }

  /** The keys that were ever registered for a source. @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED */
  keysOf(source: string): Promise<readonly SourceKey[]> {
    return this.#parts.log.pipeline.keysOf(source);
  }

  /** Enters the repair of a source's numbers, see {@link OpenLog.repairSource}. */
  repairSource(repair: SeqRepair): Promise<AppendedEntry> {
    return this.#parts.log.repairSource(repair);
  }

  /** Enters what an officer does with a source, see {@link OpenLog.changeSource}. */
  changeSource(change: SourceChange): Promise<AppendedEntry> {
    return this.#parts.log.changeSource(change);
  }

  /** Published checkpoints below a size, newest first. */
  checkpoints(belowSize: number, limit: number): Promise<StoredCheckpoint[]> {
    return this.#store.checkpoints(belowSize, limit);
  }

  /** Who cosigned the checkpoints of the anchors below an id, newest first. */
  cosignatures(belowId: number, limit: number): Promise<CosignedAnchor[]> {
    return cosignaturesOf({ store: this.#store, cosigner: this.#parts.cosigner }, belowId, limit);
  }

  /** What sources send at present. */
  traffic(query: TrafficQuery): Promise<Traffic> {
    return readTraffic(this.#parts.log, query);
  }

  /** What was done for people, in numbers. @param now POSIX seconds */
  rightsCounts(now: number): RightsCounts {
    return countRights(this.#parts.log.events, now);
  }

  /** The state of everything now. */
  status(): Promise<LedgerStatus> {
    return readStatus(this.#parts);
  }

  /** Health by stated rules: red while a red alarm is on; see docs/alarms.md. */
  health(): Health {
    return readHealth(this.#parts.alarms);
  }
}

/** A copy of a picture without metadata: pixels only. */
async function stripped(bytes: Uint8Array, { process }: PictureParts) {
  return { bytes: (await process.copy(bytes, [])).bytes, type: "image/webp" };
}

type HasConsent = Rights["consents"]["hasConsent"];

/**
 * The way out of the vault, with the conditions that everything meets which leaves by it: no restriction, neither here nor
 * in the city that a record came from, and for grants what the law of transfers requires.
 */
function openWayOut(
  { log, law, transfers, jurisdictions, ownNames, conditions: further = [] }: LedgerParts,
  restrictions: Restrictions,
  { now, hasConsent }: { readonly now: () => number; readonly hasConsent: HasConsent },
) {
  const consented = consentOfAll({ hasConsent }, log.persons);
  const gate = new TransferGate({ ...log, law, transfers, ownNames, restrictions, hasConsent: consented, now });
  const recipients = new Recipients(log, jurisdictions);
  const grants = gateForGrants(gate, recipients, law);
  const conditions = [unlessRestricted(restrictions), unlessHeldByOrigin(log.events), ...further, grants];
  const wayOut = new WayOut({ ...log, now, conditions });
  return { wayOut, gate, recipients };
}

/** Erases records, and what the log's own events conceal, once their time is over. */
function openRetention({ log, law, retentionFile: file }: LedgerParts, restrictions: Restrictions, now: () => number) {
  const isRestricted = (leafIndex: number): Promise<boolean> =>
    restrictions.isRestricted(leafIndex, RETENTION_BASIS, "retention");
  const events = new EventRetention({ ...log, now, isRestricted }, law);
  return new Retention({ log, file, now, isRestricted, events });
}
