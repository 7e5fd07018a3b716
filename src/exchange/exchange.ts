/**
 * The exchange of records between this city and its partners: in each round, every partner is sent what is due, and the
 * proofs of what it answered are fetched. A partner that is down, late, of another version, or whose log does not prove
 * what it says is named in the status and by an alarm. Nothing is lost by it, and nothing is believed.
 */
import type { Alarms } from "../alarms/alarms.ts";
import { codeOf, isPassing, messageOf, WarifuError, type ErrorCode } from "../core/errors.ts";
import {
  EXCHANGE_FORMAT,
  formatMessage,
  MAX_MESSAGE_BYTES,
  parseAnswer,
  parseMessage,
} from "../core/exchange-message.ts";
import type { ExchangeAnswer } from "../core/exchange-message.ts";
import { formatSecond } from "../core/timestamp.ts";
import type { Ledger } from "../read/ledger.ts";
import { assertLogOf, type Verify } from "../read/receiving.ts";
import type { OpenLog } from "../write/open-log.ts";
import { Candidates } from "./candidates.ts";
import { Catalogue } from "./catalogue.ts";
import { Confirming } from "./confirming.ts";
import { Correspondence } from "./correspondence.ts";
import { Elsewhere } from "./elsewhere.ts";
import { Inbox, type Sender } from "./inbox.ts";
import { Outbox, type Outgoing } from "./outbox.ts";
import { openSince, statusOf, type Course, type PartnerState, type PartnerStatus } from "./partner-status.ts";
import { sourceOf, type Partner, type Partners } from "./partners.ts";
import { Standing } from "./standing.ts";
import type { Wire } from "./wire.ts";

export interface ExchangeParts {
  readonly log: OpenLog;
  readonly ledger: Pick<Ledger, "transfers" | "proofs" | "rights" | "pictures" | "moderation" | "moderating">;
  readonly partners: Partners;
  readonly wire: Wire;
  readonly verify: Verify;
  readonly alarms: Alarms;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

const EVERY_MS = 2_000;
/** A partner that does not answer is asked again after longer and longer pauses, up to this one. */
const LONGEST_PAUSE_MS = 300_000;
const MOST_AT_ONCE = 50;
/** What is open for longer than this is late. */
const LATE_SECONDS = 3_600;
/** Of a partner that the register does not have any more. */
const NO_NUMBER = -1;

/** The exchange of one city. */
export class Exchange {
  readonly partners: Partners;
  readonly catalogue: Catalogue;
  readonly #parts: ExchangeParts;
  /** Which record is which of a partner's. */
  readonly correspondence: Correspondence;
  readonly elsewhere: Elsewhere;
  readonly #candidates: { types: string; list: Candidates };
  readonly #inbox: Inbox;
  readonly #standing: Standing;
  readonly #courses = new Map<string, Course>();
  readonly #settled = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    this.partners = parts.partners;
    const { log, ledger } = parts;
    this.catalogue = new Catalogue(log);
    this.correspondence = new Correspondence(log);
    this.#candidates = { types: "", list: new Candidates(log, new Set()) };
    this.#standing = new Standing({ log, rights: ledger.rights, now: parts.now });
    const { transfers, rights, pictures } = ledger;
    const inbox = { log, transfers, rights, pictures, law: rights.law, verify: parts.verify };
    const { correspondence, partners } = this;
    this.#inbox = new Inbox({ ...inbox, correspondence });
    const senderOf = (source: string) => this.#senderOf((one) => isOf(source, one));
    this.elsewhere = new Elsewhere({ log, ledger, partners, correspondence, wire: parts.wire, senderOf });
  }

  /** What is told to whoever asks: the log, and the formats of messages that are taken. */
  get greeting(): { readonly origin: string; readonly formats: readonly string[] } {
    return { origin: this.#parts.log.store.origin, formats: [EXCHANGE_FORMAT] };
  }

  /**
   * Takes a message of the partner whose records are of a source.
   * @throws NOT_FOUND no such partner; FORBIDDEN nothing is taken from it; BUNDLE_INVALID the message; ORIGIN_MISMATCH
   */
  async deliver(source: string, text: string): Promise<ExchangeAnswer[]> {
    const sender = await this.#senderOf((one) => isOf(source, one));
    if (!sender.partner.takes) throw new WarifuError("FORBIDDEN", "nothing is taken from that partner");
    const items = parseMessage(text);
    await this.#settle(sender);
    const answers = await this.#inbox.receive(sender, items);
    this.#doubt(
      sender,
      answers.find(({ state, code }) => state === "refused" && isDoubtful(code)),
    );
    return answers;
  }

  /** What it sent last did not hold. */
  #doubt({ recipient: { name, number } }: Sender, refused: ExchangeAnswer | undefined): void {
    const { alarms, now } = this.#parts;
    const since = formatSecond(Math.floor(now() / 1_000));
    const message = refused && `${refused.code ?? ""}: ${refused.detail ?? ""}`;
    const fact =
      message === undefined ? undefined : ({ id: "partner-doubted", partner: number, since, message } as const);
    alarms.set("partner-doubted", fact, `from ${name}`);
  }

  /** How it stands with each partner. @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED */
  async status(): Promise<PartnerStatus[]> {
    const found: PartnerStatus[] = [];
    for (const partner of this.partners.all) found.push(await this.#statusOf(partner));
    return found;
  }

  /**
   * Keeps a partner, or replaces what is said of it.
   * @throws NOT_FOUND it is no recipient of the register; ORIGIN_MISMATCH its policy is for another log than that has
   */
  async keepPartner(partner: Partner): Promise<PartnerStatus> {
    assertLogOf(await this.#parts.ledger.transfers.recipients.named(partner.recipient), partner.policy);
    this.partners.keep(partner);
    this.#courses.delete(partner.recipient);
    return this.#statusOf(this.partners.named(partner.recipient));
  }

  /** @throws NOT_FOUND there is no partner of that number */
  async removePartner(number: number): Promise<void> {
    const { partner } = await this.#senderOf(({ recipient }) => recipient.number === number);
    this.partners.remove(partner.recipient);
    this.#courses.delete(partner.recipient);
    for (const code of ["partner-down", "partner-doubted", "exchange-late"] as const)
      this.#parts.alarms.clear(code, partner.recipient);
  }

  async #statusOf(partner: Partner): Promise<PartnerStatus> {
    const recipient = await this.#parts.ledger.transfers.recipients.find(partner.recipient);
    const known = await this.correspondence.with(partner.recipient);
    return statusOf(partner, recipient?.number ?? null, this.#courseOf(partner.recipient), known);
  }

  /** Begins rounds with all partners. */
  start(): void {
    const next = (): void => {
      if (this.#isClosed) return;
      this.#running = this.#all().finally(() => {
        if (!this.#isClosed) this.#timer = setTimeout(next, EVERY_MS).unref();
      });
    };
    next();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /**
   * One round with a partner: proofs are fetched, and what is due is sent.
   * @returns how many items moved
   */
  async round(partner: Partner): Promise<number> {
    const course = this.#courseOf(partner.recipient);
    try {
      const recipient = await this.#parts.ledger.transfers.recipients.find(partner.recipient);
      if (!recipient) throw new WarifuError("NOT_FOUND", "the register of recipients does not have it any more");
      const moved = await this.#exchange({ partner, recipient }, course);
      this.#note(course, "well", "");
      return moved;
    } catch (error) {
      if (this.#parts.log.writer.stopReason) throw error;
      this.#note(course, stateOf(error), messageOf(error));
      return 0;
    } finally {
      await this.#raise(partner, course);
    }
  }

  async #all(): Promise<void> {
    for (const partner of this.partners.all) {
      const course = this.#courseOf(partner.recipient);
      if (this.#isClosed || !partner.sends || this.#parts.now() < course.nextAt) continue;
      await this.round(partner).catch(() => undefined);
    }
  }

  async #exchange(to: Sender, course: Course): Promise<number> {
    await this.#settle(to);
    await this.#assertUnderstood(to.partner);
    const confirmed = await course.confirming.round(to);
    if (confirmed > 0) course.outbox.lookAgain();
    return confirmed + (await this.#send(to, course));
  }

  /** @throws REQUEST_INVALID another version; ORIGIN_MISMATCH another log; SERVICE_UNREACHABLE */
  async #assertUnderstood(partner: Partner): Promise<void> {
    const { origin, formats } = await this.#parts.wire.greet(partner);
    if (!formats.includes(EXCHANGE_FORMAT))
      throw new WarifuError(
        "REQUEST_INVALID",
        `it takes ${formats.join(", ") || "nothing"}, and not ${EXCHANGE_FORMAT}`,
      );
    if (origin !== partner.policy.log.name)
      throw new WarifuError("ORIGIN_MISMATCH", "the log at its endpoint is not the one of the policy for it");
  }

  async #send(to: Sender, { outbox, confirming, refused }: Course): Promise<number> {
    const now = this.#parts.now();
    const isUnderWay = (event: number): boolean =>
      confirming.isUnderWay(event) || (refused.get(event)?.until ?? 0) > now;
    const due = fitting(await outbox.next(to, MOST_AT_ONCE, isUnderWay));
    if (due.length === 0) return 0;
    const text = await this.#parts.wire.deliver(to.partner, formatMessage(due.map(({ item }) => item)));
    let moved = 0;
    const answers = parseAnswer(text, due.length);
    for (const [at, answer] of answers.entries()) {
      const sent = due[at] as Outgoing;
      const event = sent.told.leafIndex;
      refused.delete(event);
      if (answer.state === "refused" || answer.state === "later")
        refused.set(event, { code: answer.code ?? answer.state, until: now + pauseOf(answer) });
      // That a record came after it was gone is no answer to what was told: that has one of its own.
      else if (sent.told.matter !== "given" || answer.state === "taken") confirming.note(sent, answer);
      if (answer.state !== "later") moved++;
    }
    return moved;
  }

  /** Before anything is taken from or sent to a partner in this process, what a kill left half-done is settled. */
  #settle(sender: Sender): Promise<void> {
    const { name } = sender.recipient;
    const settled = this.#settled.get(name) ?? this.#inbox.settle(sender);
    this.#settled.set(name, settled);
    settled.catch(() => this.#settled.delete(name));
    return settled;
  }

  async #senderOf(isMeant: (sender: Sender) => boolean): Promise<Sender> {
    for (const partner of this.partners.all) {
      const recipient = await this.#parts.ledger.transfers.recipients.find(partner.recipient);
      if (recipient && isMeant({ partner, recipient })) return { partner, recipient };
    }
    throw new WarifuError("NOT_FOUND", "there is no such partner");
  }

  #courseOf(name: string): Course {
    const known = this.#courses.get(name);
    if (known) return known;
    const { log, ledger, wire, verify, now } = this.#parts;
    const parts = { log, transfers: ledger.transfers, proofs: ledger.proofs, correspondence: this.correspondence };
    const course: Course = {
      outbox: new Outbox({ ...parts, candidates: () => this.#candidatesNow(), standing: this.#standing }),
      confirming: new Confirming({ log, wire, verify }),
      refused: new Map(),
      ...{ state: "new", since: now(), reason: "", failures: 0, nextAt: 0 },
    };
    this.#courses.set(name, course);
    return course;
  }

  /** Read anew once other types of record go to somebody. */
  #candidatesNow(): Candidates {
    const types = new Set(this.partners.all.flatMap(({ shares }) => shares.map(({ type }) => type)));
    const names = [...types].sort().join(" ");
    if (this.#candidates.types !== names) {
      this.#candidates.types = names;
      this.#candidates.list = new Candidates(this.#parts.log, types);
    }
    return this.#candidates.list;
  }

  #note(course: Course, state: PartnerState, reason: string): void {
    const now = this.#parts.now();
    if (course.state !== state) course.since = now;
    course.state = state;
    course.reason = reason;
    course.failures = state === "well" ? 0 : course.failures + 1;
    const pause = course.failures === 0 ? 0 : Math.min(LONGEST_PAUSE_MS, EVERY_MS * 2 ** course.failures);
    course.nextAt = now + pause;
  }

  async #raise(partner: Partner, course: Course): Promise<void> {
    const { alarms, now, ledger } = this.#parts;
    const late = openSince(await this.correspondence.with(partner.recipient));
    const number = (await ledger.transfers.recipients.find(partner.recipient))?.number ?? NO_NUMBER;
    const by = partner.recipient;
    const { state, reason, since } = course;
    const isDoubted = state === "doubted" || state === "other-log";
    const isDown = state !== "well" && state !== "new" && !isDoubted;
    const said = { partner: number, since: formatSecond(Math.floor(since / 1_000)), message: reason };
    alarms.set("partner-down", isDown ? { id: "partner-down", state, ...said } : undefined, by);
    alarms.set("partner-doubted", isDoubted ? { id: "partner-doubted", ...said } : undefined, by);
    const [first] = late;
    const isLate = first !== undefined && first < Math.floor(now() / 1_000) - LATE_SECONDS;
    const fact = { id: "exchange-late", partner: number, count: late.length, since: formatSecond(first ?? 0) } as const;
    alarms.set("exchange-late", isLate ? fact : undefined, by);
  }
}

function isOf(source: string, { partner, recipient }: Sender): boolean {
  return sourceOf(partner, recipient.number) === source;
}

/** As many as one message may hold. */
function fitting(due: readonly Outgoing[]): readonly Outgoing[] {
  let size = 0;
  const end = due.findIndex(({ item }) => (size += JSON.stringify(item).length) > MAX_MESSAGE_BYTES / 2);
  return end < 1 ? due.slice(0, end === 0 ? 1 : due.length) : due.slice(0, end);
}

const LATER_PAUSE_MS = 2_000;
const REFUSED_PAUSE_MS = 600_000;

function pauseOf({ state }: ExchangeAnswer): number {
  return state === "later" ? LATER_PAUSE_MS : REFUSED_PAUSE_MS;
}

/** Whether what was refused so says something else than its proof. */
function isDoubtful(code: ErrorCode | undefined): boolean {
  return code !== undefined && /_(?:INVALID|MISMATCH|MISSING)$/.test(code) && code !== "CLAIMS_INVALID";
}

function stateOf(error: unknown): PartnerState {
  const code = codeOf(error);
  if (code === "UNAUTHENTICATED" || code === "FORBIDDEN") return "refuses-us";
  if (code === "REQUEST_INVALID" || code === "NOT_FOUND") return code === "NOT_FOUND" ? "unknown" : "other-version";
  if (code === "ORIGIN_MISMATCH") return "other-log";
  if (code === undefined || isPassing(error)) return "unreachable";
  return "doubted";
}
