/**
 * What goes to a partner: records that are shared with it, and what became of those that went. The log is the outbox.
 * Before anything is sent, an event says that it was given or told; once the partner's log proves that it arrived,
 * another event says that. What the log says was given and not confirmed is sent again, after every restart.
 *
 * Invariant: the gate is asked each time. What it no longer lets pass is not sent again, and the partner is told why.
 */
import { exchangeEvent } from "../events/exchange.ts";
import { IN_CLAIM, OUT_CLAIM } from "../core/derivation-event.ts";
import { codeOf, messageOf, WarifuError, type ErrorCode } from "../core/errors.ts";
import { RIGHT_CLAIM } from "../core/exchange-event.ts";
import type { ExchangeItem, RecordItem } from "../core/exchange-message.ts";
import { formatRecordId } from "../core/record-id.ts";
import type { Proofs } from "../read/proofs.ts";
import type { Giving, Transfers } from "../read/transfers.ts";
import type { OpenLog } from "../write/open-log.ts";
import type { Candidate, Candidates } from "./candidates.ts";
import { copiesOf } from "./copies.ts";
import type { Correspondence, GivenRecord, Known, Told } from "./correspondence.ts";
import type { Sender } from "./inbox.ts";
import { entryAt, shownEvent } from "./openings.ts";
import type { Share } from "./partners.ts";
import { isEnded, openTold, type Standing } from "./standing.ts";

export interface OutboxParts {
  readonly log: OpenLog;
  readonly transfers: Pick<Transfers, "give" | "assertMayLeave">;
  readonly proofs: Pick<Proofs, "bundle">;
  readonly correspondence: Correspondence;
  readonly candidates: () => Candidates;
  readonly standing: Standing;
}

/** Something to send, and what it is. */
export interface Outgoing {
  readonly item: ExchangeItem;
  /** The record, and this log's event that is to be confirmed. */
  readonly record: number;
  readonly told: Told;
  /** Id that the partner's event must name: of the record, or of the event that tells. */
  readonly names: string;
}

/** Why a record does not go. */
export interface KeptBack {
  readonly code: ErrorCode;
  readonly message: string;
}

/** What goes to one partner. */
export class Outbox {
  readonly #parts: OutboxParts;
  /** By leaf index of the record; valid as long as nothing changes that could let it go. */
  readonly #keptBack = new Map<number, KeptBack>();
  #version = "";
  #waitsForProof = 0;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** Records that belong to what is shared and do not go, by leaf index. */
  get keptBack(): ReadonlyMap<number, KeptBack> {
    return this.#keptBack;
  }

  /** How many records and events wait for the anchor that their proof needs. */
  get waitsForProof(): number {
    return this.#waitsForProof;
  }

  /**
   * What is to be sent now, at most so many. The log says of each that it was given or told before this returns.
   * @param isUnderWay whether an event of this log was sent and waits for the partner's proof
   * @throws STOPPED, STORE_DAMAGED, STORE_FAILED, VAULT_FAILED
   */
  async next(to: Sender, most: number, isUnderWay: (event: number) => boolean): Promise<Outgoing[]> {
    const { correspondence, standing } = this.#parts;
    const candidates = this.#parts.candidates();
    await candidates.catchUp();
    if (this.#version !== standing.version) {
      this.#keptBack.clear();
      await this.#tell(to, await correspondence.with(to.recipient.name));
      this.#version = standing.version;
    }
    this.#waitsForProof = 0;
    const known = await correspondence.with(to.recipient.name);
    const found: Outgoing[] = [];
    for (const given of known.given.values()) {
      if (found.length >= most) return found;
      const told = openTold(given);
      if (told && !isUnderWay(told.leafIndex)) found.push(...(await this.#followUp(given, told, to)));
    }
    for (const given of [...known.given.values()].filter(({ provision }) => provision.confirmedBy === undefined)) {
      if (found.length >= most) return found;
      if (!isEnded(given) && !isUnderWay(given.provision.leafIndex))
        found.push(...(await this.#again(given, to, known)));
    }
    for (const [candidate, share] of candidates.open(to.partner.shares, known)) {
      if (found.length >= most) return found;
      if (!this.#keptBack.has(candidate.leafIndex)) found.push(...(await this.#give(candidate, share, to, known)));
    }
    return found;
  }

  /** After something was told or confirmed, there may be more to tell. */
  lookAgain(): void {
    this.#version = "";
  }

  /** Enters what a partner has to be told. */
  async #tell({ partner, recipient }: Sender, known: Known): Promise<void> {
    const { log, standing } = this.#parts;
    const candidates = this.#parts.candidates();
    for (const given of known.given.values()) {
      const share = shareOf(candidates.at(given.record), partner.shares);
      const next = await standing.next(given, share, partner.purpose, known);
      if (!next) continue;
      const { matter, ...about } = next;
      const said = { matter, record: given.record, step: "told" } as const;
      await log.writer.enter(exchangeEvent(said, { partner: recipient.name, ...about }));
    }
  }

  async #followUp(given: GivenRecord, told: Told, to: Sender): Promise<Outgoing[]> {
    return this.#unlessNotYet(given.record, async () => {
      const event = told.translation ?? told.leafIndex;
      const names = told.translation === undefined ? [RIGHT_CLAIM] : [IN_CLAIM, OUT_CLAIM];
      if (told.translation !== undefined) await this.#assertMayLeave(given.record, told.translation, to);
      const { id, openings } = await shownEvent(event, names, this.#parts.log);
      const { text } = await this.#parts.proofs.bundle(id);
      const kind = told.translation === undefined ? "follow-up" : "translation";
      return { item: { kind, bundle: text, openings }, record: given.record, told, names: id };
    });
  }

  /** What translates concealed claims goes as these do. */
  async #assertMayLeave(record: number, translation: number, to: Sender): Promise<void> {
    const { log, transfers } = this.#parts;
    const [entry] = await log.store.entries(translation, translation + 1);
    if (!entry || log.events.erasures.erasedBy(record) !== undefined)
      throw new WarifuError("TRANSFER_REFUSED", "the translation is not there any more");
    const id = formatRecordId((await entryAt(record, log)).id);
    const share = shareOf(this.#parts.candidates().at(record), to.partner.shares);
    await transfers.assertMayLeave(id, giving(to, share));
  }

  async #again(given: GivenRecord, to: Sender, known: Known): Promise<Outgoing[]> {
    const candidate = this.#parts.candidates().at(given.record);
    const share = shareOf(candidate, to.partner.shares);
    if (!candidate || !share || (await this.#isKeptBack(candidate, share, to, known))) return [];
    return this.#unlessNotYet(given.record, () => this.#outgoing(candidate, share, to, known, given.provision));
  }

  async #give(candidate: Candidate, share: Share, to: Sender, known: Known): Promise<Outgoing[]> {
    if (await this.#isKeptBack(candidate, share, to, known)) return [];
    return this.#unlessNotYet(candidate.leafIndex, () => this.#outgoing(candidate, share, to, known));
  }

  async #isKeptBack({ leafIndex }: Candidate, share: Share, { partner }: Sender, known: Known): Promise<boolean> {
    const reason = await this.#parts.standing.keptBack(leafIndex, share, partner.purpose, known);
    if (reason !== undefined) this.#keptBack.set(leafIndex, { code: "TRANSFER_REFUSED", message: reason });
    return reason !== undefined;
  }

  async #outgoing(
    { id, leafIndex, about }: Candidate,
    share: Share,
    to: Sender,
    known: Known,
    given?: Told,
  ): Promise<Outgoing | undefined> {
    const { transfers, correspondence } = this.#parts;
    // Before the log says that it was given: without copies of its pictures it does not go.
    if (share.pictures) await copiesOf(leafIndex, this.#parts);
    const record = await transfers.give(id, giving(to, share), given !== undefined);
    // After it: whatever is covered from now on enters later than that event, so the partner is told.
    const pictures = share.pictures ? await copiesOf(leafIndex, this.#parts) : [];
    const told = given ?? (await correspondence.with(to.recipient.name)).given.get(leafIndex)?.provision;
    if (!told) return undefined;
    const origin = await this.#originOf(about, known);
    const item: RecordItem = {
      ...{ kind: "record", label: record.label, purpose: to.partner.purpose, bundle: record.bundle },
      ...(origin && { about: origin }),
      ...(pictures.length > 0 && { pictures }),
    };
    return { item, record: leafIndex, told, names: id };
  }

  /** The record that another one is about, as the log where it began names it. */
  async #originOf(about: string | undefined, known: Known): Promise<RecordItem["about"]> {
    if (about === undefined) return undefined;
    const { log } = this.#parts;
    const leaf = this.#parts.candidates().leafOf(about);
    const taken = leaf === undefined ? undefined : known.taken.get(leaf);
    return taken ? { log: taken.log, id: taken.id } : { log: log.store.origin, id: about };
  }

  /** Nothing if it cannot go: because it has no proof yet, or the law does not let it. */
  async #unlessNotYet(record: number, make: () => Promise<Outgoing | undefined>): Promise<Outgoing[]> {
    try {
      const made = await make();
      return made ? [made] : [];
    } catch (error) {
      const code = codeOf(error);
      if (code === "NOT_ANCHORED_YET" || code === "FACES_NOT_HIDDEN") this.#waitsForProof++;
      else if (code === "TRANSFER_REFUSED") this.#keptBack.set(record, { code, message: reasonOf(error) });
      else if (code !== "NOT_FOUND") throw error;
      return [];
    }
  }
}

/** Why, without which record: many are kept back for one reason. */
function reasonOf(error: unknown): string {
  return messageOf(error).replace(/^the record at leaf \d+ may not leave: /, "");
}

function giving({ partner, recipient }: Sender, share: Share | undefined): Giving {
  return { recipient, purpose: partner.purpose, claims: share?.claims ?? [] };
}

function shareOf(candidate: Candidate | undefined, shares: readonly Share[]): Share | undefined {
  return candidate && shares.find(({ type }) => type === candidate.type);
}
