/**
 * What citizens consent to, by themselves: each giving and each withdrawal is an event of the log (privacy/consent.ts) that
 * names the notice they were shown, in its language and version, and has a receipt. Whose it is stays in the vault.
 */
import { unreachable, WarifuError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { EnteredConsent } from "../events/consent.ts";
import { noReceipt, receiptHash, type SaidConsent } from "../privacy/consent.ts";
import type { Rights } from "../privacy/rights.ts";
import type { StoredCitizen } from "../store/citizen-store.ts";
import type { AppendedEntry } from "../write/append.ts";

/** What somebody consents to, and which notice was read before. */
export interface GivenConsent extends Pick<SaidConsent, "purpose" | "country"> {
  /** Version of the notice. */
  readonly noticeVersion: number;
  /** Language of the notice. */
  readonly language: string;
}

/** A receipt, and the event that it is of. */
export interface CitizenReceipt {
  readonly entry: AppendedEntry;
  readonly said: EnteredConsent;
  readonly receipt: JsonObject;
  /** SHA-256 of the receipt as canonical JSON, hexadecimal. */
  readonly receiptSha256: string;
}

type Owner = Pick<StoredCitizen, "subject" | "language">;

/** The consents of citizens. */
export class CitizenConsents {
  readonly #rights: Pick<Rights, "consents" | "notices">;
  readonly #now: () => number;

  constructor(rights: Pick<Rights, "consents" | "notices">, now: () => number) {
    this.#rights = rights;
    this.#now = now;
  }

  /**
   * Asserts that somebody was shown what they consent to: the notice in force, in its present version.
   * @throws NOT_FOUND no notice in that language is in force; REQUEST_INVALID it is of another version, or asks for no
   *   consent to that purpose
   */
  assertShown({ purpose, noticeVersion, language }: GivenConsent): void {
    const { version, purposes } = this.#rights.notices.of(language).notice;
    if (version !== noticeVersion)
      throw new WarifuError("REQUEST_INVALID", `the notice in force is version ${version}: show it, and ask again`);
    if (!purposes.some(({ code, needsConsent }) => code === purpose && needsConsent))
      throw new WarifuError("REQUEST_INVALID", "the notice in force asks for no consent to that purpose");
  }

  /** @throws as {@link CitizenConsents.assertShown}; STOPPED */
  async give({ subject }: Owner, given: GivenConsent): Promise<CitizenReceipt> {
    this.assertShown(given);
    const { purpose, country, language } = given;
    return this.#note({ state: "given", subject, purpose, country, language });
  }

  /**
   * Takes a consent back, as easily as it was given.
   * @throws NOT_FOUND it was not given; STOPPED
   */
  async withdraw(owner: Owner, purpose: string, country?: string): Promise<CitizenReceipt> {
    const { subject } = owner;
    const said = { state: "withdrawn", subject, purpose, country, language: this.#languageFor(owner) } as const;
    return this.#note(said);
  }

  /** Takes back everything that stands. @throws as {@link CitizenConsents.withdraw} */
  async withdrawAll(owner: Owner): Promise<CitizenReceipt[]> {
    const receipts: CitizenReceipt[] = [];
    for (const { purpose, country } of await this.standing(owner))
      receipts.push(await this.withdraw(owner, purpose, country));
    return receipts;
  }

  /** All that somebody gave and withdrew, in the order of the log. @throws STORE_DAMAGED, VAULT_FAILED */
  of({ subject }: Pick<Owner, "subject">): Promise<readonly EnteredConsent[]> {
    return this.#rights.consents.of(subject);
  }

  /**
   * The receipt of one of them again, which is an access in the log.
   * @throws NOT_FOUND alike for a leaf without one and for somebody else's; STOPPED, STORE_DAMAGED, VAULT_FAILED
   */
  async receipt({ citizenId, subject }: StoredCitizen, leafIndex: number): Promise<Uint8Array> {
    const { consents } = this.#rights;
    if ((await consents.subjectAt(leafIndex)) !== subject) throw noReceipt();
    return consents.receiptOf(leafIndex, { role: "citizen", keyId: citizenId });
  }

  /** What stands of it: the newest of each purpose and country, if it was given. @throws STORE_DAMAGED, VAULT_FAILED */
  async standing(owner: Pick<Owner, "subject">): Promise<readonly EnteredConsent[]> {
    const newest = new Map<string, EnteredConsent>();
    for (const one of await this.of(owner)) {
      const isForAll = one.state === "withdrawn" && one.country === undefined;
      if (isForAll) for (const [key, { purpose }] of newest) if (purpose === one.purpose) newest.delete(key);
      newest.set(`${one.purpose} ${one.country ?? ""}`, one);
    }
    return [...newest.values()].filter(({ state }) => state === "given");
  }

  /** Whether somebody consents to a purpose now, or to recipients in a country for it. @throws STORE_DAMAGED, VAULT_FAILED */
  has({ subject }: Pick<Owner, "subject">, purpose: string, country?: string): Promise<boolean> {
    return this.#rights.consents.hasConsent(subject, purpose, country, Math.floor(this.#now() / 1_000));
  }

  async #note(said: SaidConsent & { readonly subject: string }): Promise<CitizenReceipt> {
    const { entry, receipt } = await this.#rights.consents.note(said);
    const all = await this.#rights.consents.of(said.subject);
    const entered = all.find(({ leafIndex }) => leafIndex === entry.leafIndex);
    if (!entered) return unreachable("a consent that entered is not among those of its subject");
    return { entry, said: entered, receipt, receiptSha256: receiptHash(receipt) };
  }

  /** A notice that is in force: the person's own language, or else the first there is. */
  #languageFor({ language }: Owner): string {
    const { inForce } = this.#rights.notices;
    const own = inForce.find(({ notice }) => notice.language === language) ?? inForce[0];
    return own?.notice.language ?? language;
  }
}
