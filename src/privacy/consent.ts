/**
 * Consent: given and withdrawn by purpose, and by the recipients' country, in the same way. Each is an event of the log with
 * a receipt; the newest one decides whether a person has consented.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { toBase64Url, toHex, utf8 } from "../core/bytes.ts";
import { consentSubjectIn, RECEIPT_CLAIM, SUBJECT, type ConsentState } from "../core/consent-event.ts";
import { parseOpening } from "../core/opening.ts";
import { WarifuError } from "../core/errors.ts";
import { canonicalJson, type JsonObject } from "../core/json.ts";
import { sha256 } from "../core/sha256.ts";
import { consentEvent, type EnteredConsent } from "../events/consent.ts";
import type { EnteredNotice } from "../events/notice.ts";
import type { EventRegister } from "../events/register.ts";
import type { AppendedEntry } from "../write/append.ts";
import type { Writer } from "../write/writer.ts";
import { CatchUp, claimsAt, type ConcealedParts } from "./concealed.ts";
import type { Law } from "./law.ts";
import type { NoticeBoard } from "./notices.ts";
import { receiptFor } from "./receipt.ts";
import type { Asker, WayOut } from "./way-out.ts";

export interface ConsentParts extends ConcealedParts {
  readonly events: Pick<EventRegister, "consents">;
  readonly wayOut: Pick<WayOut, "openings">;
  readonly writer: Pick<Writer, "enterIf">;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

/** A person's statement, as an officer enters it. */
export interface SaidConsent {
  readonly state: ConsentState;
  readonly purpose: string;
  /** Country of the recipients, if it is another one. */
  readonly country?: string | undefined;
  /** Language of the notice that was shown. */
  readonly language: string;
  /** The person's pseudonym; if absent, a new one is made. */
  readonly subject?: string | undefined;
}

/** A consent that was entered. */
export interface NotedConsent {
  readonly entry: AppendedEntry;
  readonly subject: string;
  readonly receipt: JsonObject;
}

const SUBJECT_BYTES = 16;

/** Another pseudonym of the same person, if there is one. */
export type OtherName = (subject: string) => Promise<string | undefined>;

/** The consents of one log. */
export class Consents {
  readonly #parts: ConsentParts;
  readonly #law: Law;
  readonly #notices: NoticeBoard;
  readonly #bySubject = new Map<string, EnteredConsent[]>();
  readonly #reading: CatchUp<EnteredConsent>;
  #otherName: OtherName = async () => undefined;

  constructor(parts: ConsentParts, law: Law, notices: NoticeBoard) {
    this.#parts = parts;
    this.#law = law;
    this.#notices = notices;
    this.#reading = new CatchUp(
      () => parts.events.consents.all,
      (entered) => this.#read(entered),
    );
  }

  /**
   * A person may be known by two pseudonyms, as the sender of records and as the giver of consents; statements under either
   * count.
   */
  nameAlso(otherName: OtherName): void {
    this.#otherName = otherName;
  }

  /**
   * Enters that consent was given or withdrawn.
   * @throws NOT_FOUND no notice in that language is in force, or there is nothing to withdraw; REQUEST_INVALID the notice
   *   does not mention that purpose or country; STOPPED
   */
  async note(said: SaidConsent): Promise<NotedConsent> {
    const { state, purpose, country } = said;
    const subject = said.subject ?? `own_${toBase64Url(randomBytes(SUBJECT_BYTES))}`;
    if (!SUBJECT.test(subject)) throw new WarifuError("REQUEST_INVALID", "that is no subject");
    const { jurisdiction, lawVersion } = this.#law;
    let receipt: JsonObject = {};
    const entry = await this.#parts.writer.enterIf(async () => {
      const shown = this.#notices.of(said.language);
      if (state === "given") assertInformed(shown, purpose, country);
      else await this.#assertGiven(subject, purpose, country);
      const consent = {
        ...(country !== undefined && { country }),
        ...{ jurisdiction, lawVersion, notice: shown.leafIndex, purpose, state },
      };
      const at = Math.floor(this.#parts.now() / 1_000);
      receipt = receiptFor({ consent, subject, shown, law: this.#law, id: randomUUID(), at });
      return consentEvent(consent, subject, receipt);
    });
    return { entry, subject, receipt };
  }

  /**
   * Whether a person's consent to a purpose, or to recipients in a country for it, was valid at a time. Withdrawing a
   * purpose withdraws it for every country.
   * @param at POSIX seconds
   * @throws STORE_DAMAGED, VAULT_FAILED it cannot be known
   */
  async hasConsent(subject: string, purpose: string, country: string | undefined, at: number): Promise<boolean> {
    const said = await this.of(subject);
    const newest = said.findLast(
      (one) =>
        one.at <= at &&
        one.purpose === purpose &&
        (one.country === country || (one.country === undefined && one.state === "withdrawn")),
    );
    return newest?.state === "given";
  }

  /** Everything that a person gave and withdrew, in the order of the log. @throws as {@link Consents.hasConsent} */
  async of(subject: string): Promise<readonly EnteredConsent[]> {
    await this.#reading.now();
    const [said, other] = [this.#bySubject.get(subject) ?? [], await this.#otherName(subject)];
    const alsoSaid = (other !== undefined && this.#bySubject.get(other)) || [];
    return alsoSaid.length === 0 ? said : [...said, ...alsoSaid].sort((a, b) => a.leafIndex - b.leafIndex);
  }

  /**
   * The receipt of the consent at a leaf.
   * @param asker whose access is entered
   * @throws NOT_FOUND there is no consent, or its receipt was erased; STORE_DAMAGED, VAULT_FAILED
   */
  async receiptOf(leafIndex: number, asker: Asker): Promise<Uint8Array> {
    const { store, check, wayOut, events } = this.#parts;
    const isThere = events.consents.all.some((one) => one.leafIndex === leafIndex);
    const [entry] = isThere ? await store.entries(leafIndex, leafIndex + 1) : [];
    const body = entry && (await check.bodyOf(entry));
    const openings = entry && body && (await wayOut.openings({ entry, body }, asker, new Set([RECEIPT_CLAIM])));
    const [opening] = openings ?? [];
    if (opening === undefined) throw noReceipt();
    return receiptBytes(parseOpening(opening).value as JsonObject);
  }

  /**
   * Whose consent was entered at that leaf; `undefined` if none was, or that is erased.
   * @throws STORE_DAMAGED, VAULT_FAILED
   */
  async subjectAt(leafIndex: number): Promise<string | undefined> {
    if (!this.#parts.events.consents.all.some((one) => one.leafIndex === leafIndex)) return undefined;
    const claims = await claimsAt(leafIndex, this.#parts);
    return claims && consentSubjectIn(claims);
  }

  async #assertGiven(subject: string, purpose: string, country: string | undefined): Promise<void> {
    const said = await this.of(subject);
    const isGiven = said.some((one) => one.purpose === purpose && (country === undefined || one.country === country));
    if (!isGiven) throw new WarifuError("NOT_FOUND", "nothing was given that this would withdraw");
  }

  async #read(entered: EnteredConsent): Promise<void> {
    const claims = await claimsAt(entered.leafIndex, this.#parts);
    const subject = claims && consentSubjectIn(claims);
    if (subject !== undefined) this.#bySubject.set(subject, [...(this.#bySubject.get(subject) ?? []), entered]);
  }
}

/** The error for a receipt that does not exist, or that the caller may not get. */
export function noReceipt(): WarifuError {
  return new WarifuError("NOT_FOUND", "there is no receipt of that id");
}

/** A receipt as it is handed out. */
function receiptBytes(receipt: JsonObject): Uint8Array {
  return utf8(canonicalJson(receipt));
}

/** SHA-256 of a receipt as it is handed out, hexadecimal. */
export function receiptHash(receipt: JsonObject): string {
  return toHex(sha256(receiptBytes(receipt)));
}

/** Nobody can consent to what they were not told. */
function assertInformed({ notice }: EnteredNotice, purpose: string, country: string | undefined): void {
  if (!notice.purposes.some(({ code }) => code === purpose))
    throw new WarifuError("REQUEST_INVALID", "the notice in force has no such purpose");
  if (country !== undefined && !notice.recipients.some((one) => one.country === country))
    throw new WarifuError("REQUEST_INVALID", "the notice in force names no recipient in that country");
}
