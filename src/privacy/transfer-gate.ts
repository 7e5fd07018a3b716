/**
 * The gate: whatever a record conceals goes to another controller with a permit from here, and not otherwise. It checks that
 * the record still exists, that its person has not restricted it, which law it came under, and which legal basis applies to
 * that recipient; if none does, it says why and which ways would be open. De-identified tables, which anybody may get, need
 * a permit from here too.
 *
 * Invariant: what cannot be known is refused. Permits are made here and nowhere else; the way out of the vault requires one.
 */
import { unreachable, WarifuError } from "../core/errors.ts";
import { NOT_PERSONAL } from "../core/provision-event.ts";
import type { Recipient } from "../core/recipient.ts";
import type { EventRegister } from "../events/register.ts";
import type { ProfileDocument, Profiles } from "../profiles/profile.ts";
import { dateAt } from "./deadline.ts";
import type { Law } from "./law.ts";
import { ownWordsRule, type OwnWordsParts } from "./city-words.ts";
import { UNRESTRICTED_PURPOSES, type Restrictions } from "./restrictions.ts";
import { reaches, type Requirement, type TransferBasis, type TransferLaw } from "./transfer-bases.ts";
import type { ReadEntry } from "./way-out.ts";

/** Whether the people whom a record is about consented to a purpose, and to recipients in a country if one is named. */
export type HasConsent = (asked: {
  /** Leaf index of the record. */
  readonly record: number;
  readonly purpose: string;
  readonly country?: string;
  /** POSIX seconds. */
  readonly at: number;
}) => Promise<boolean>;

export interface GateParts extends Pick<OwnWordsParts, "check" | "ownNames"> {
  readonly law: Pick<Law, "jurisdiction" | "law" | "lawVersion" | "operations" | "timeZone">;
  readonly transfers: TransferLaw;
  readonly restrictions: Pick<Restrictions, "on" | "of">;
  readonly events: Pick<EventRegister, "erasures" | "provisions" | "exchanges">;
  readonly profiles: Profiles;
  readonly hasConsent: HasConsent;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

/** Nobody in particular: whoever may get a de-identified table. */
export const ANYBODY = "anybody";

/** A planned transfer. */
export interface Leaving {
  readonly records: readonly ReadEntry[];
  readonly recipient: Recipient | typeof ANYBODY;
  /** Code of the purpose. */
  readonly purpose: string;
  /** Names of the claims. */
  readonly claims: readonly string[];
  /** Id of a basis; if absent, the first one that applies to each record. */
  readonly basis?: string | undefined;
}

/** Why a record may leave. */
export interface Decision {
  /** Id of the basis, of the rule by which it is the city's own words, or {@link NOT_PERSONAL}. */
  readonly basis: string;
  readonly law: string;
  readonly lawVersion: string;
  /** The requirements of the basis, all of which are met. */
  readonly conditions: readonly Requirement[];
  /** Jurisdiction whose law applies to the record. */
  readonly origin: string;
  readonly onward?: string;
}

/** A decision: what may leave, to whom, and why. */
export interface Permit {
  readonly recipient: Recipient | typeof ANYBODY;
  readonly purpose: string;
  readonly claims: ReadonlySet<string>;
  /** By leaf index of the record. */
  readonly decisions: ReadonlyMap<number, Decision>;
}

/** What a basis lacks. */
export type Lack = Requirement | "not-yet-valid" | "no-longer-valid";

/** A basis that is for such recipients, and what it lacks. */
export interface OpenWay {
  readonly basis: TransferBasis;
  readonly lacks: readonly Lack[];
}

/** Names of sources of received records begin with it. */
export const RECEIVED_FROM = "received/";

const permits = new WeakSet<Permit>();

/** @throws TRANSFER_REFUSED the gate has not let these claims of that record pass */
export function assertPermitted(permit: Permit, record: number, names: Iterable<string>): void {
  const isMade = permits.has(permit) && permit.decisions.has(record);
  if (!isMade || [...names].some((name) => !permit.claims.has(name)))
    throw new WarifuError(
      "TRANSFER_REFUSED",
      "nothing leaves the vault for another controller without a permit for it",
    );
}

/** The gate of one log. */
export class TransferGate {
  readonly #parts: GateParts;

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  /**
   * Allows all of it, or nothing.
   * @throws TRANSFER_REFUSED naming the record, the reason, and the ways that would be open; STORE_DAMAGED, VAULT_FAILED
   */
  async assertMayLeave(leaving: Leaving): Promise<Permit> {
    const decisions = new Map<number, Decision>();
    for (const record of leaving.records) decisions.set(record.entry.leafIndex, await this.#decide(record, leaving));
    const { recipient, purpose, claims } = leaving;
    const permit: Permit = { recipient, purpose, claims: new Set(claims), decisions };
    permits.add(permit);
    return permit;
  }

  /**
   * The bases for a recipient, for records that came under the law of `origin`, with what each lacks. Without a particular
   * record, consent is always lacking.
   */
  async waysTo(
    recipient: Recipient,
    { origin = this.#parts.law.jurisdiction, record, purpose }: WaysFor = {},
  ): Promise<OpenWay[]> {
    const { transfers, law } = this.#parts;
    const own = law.jurisdiction;
    const from = transfers.jurisdictions.includes(origin) ? "own" : origin;
    const isFor = (basis: TransferBasis): boolean =>
      basis.from.includes(own) &&
      basis.origins.includes(from) &&
      basis.recipients.includes(recipient.kind) &&
      reaches(basis, recipient.country, transfers);
    const ways: OpenWay[] = [];
    for (const basis of transfers.bases.filter(isFor))
      ways.push({ basis, lacks: await this.#lacksOf(basis, recipient, record, purpose) });
    return ways;
  }

  /** Jurisdiction whose law holds for the record. @throws TRANSFER_REFUSED it was received, and no event says from where */
  originOf({ entry: { leafIndex, sourceName } }: ReadEntry): string {
    const reception = this.#parts.events.provisions.receptionOf(leafIndex);
    if (reception) return reception.origin;
    if (sourceName.startsWith(RECEIVED_FROM))
      throw refused(leafIndex, "it was received, and the log does not say under which law: receive its file again");
    return this.#parts.law.jurisdiction;
  }

  /** Another city may be under the same law and use any name. */
  #isReceived({ entry: { leafIndex, sourceName } }: ReadEntry): boolean {
    return this.#parts.events.provisions.receptionOf(leafIndex) !== undefined || sourceName.startsWith(RECEIVED_FROM);
  }

  async #assertUnrestricted(record: number, purpose: string): Promise<void> {
    if (UNRESTRICTED_PURPOSES.has(purpose)) return;
    if (await this.#parts.restrictions.on(record, purpose, "provide"))
      throw refused(record, "its use is restricted, objected to, or its provision has ceased");
  }

  async #decide(record: ReadEntry, { recipient, purpose, basis, claims }: Leaving): Promise<Decision> {
    const { leafIndex } = record.entry;
    const { law } = this.#parts;
    if (record.body?.contentName !== "record" || this.#parts.events.erasures.erasedBy(leafIndex) !== undefined)
      throw refused(leafIndex, "it is erased or withheld, or is no record");
    if (this.#parts.events.exchanges.heldByOrigin(leafIndex).size > 0)
      throw refused(leafIndex, "the city that it comes from has restricted or hidden it");
    const origin = this.originOf(record);
    if (recipient === ANYBODY) return this.#decideForAnybody(record, claims, origin);
    if (this.#concernsNobody(record))
      return { basis: NOT_PERSONAL, law: law.law, lawVersion: law.lawVersion, conditions: [], origin };
    await this.#assertUnrestricted(leafIndex, purpose);
    const rule = this.#isReceived(record) ? undefined : await ownWordsRule(record, claims, origin, this.#parts);
    if (rule) return { basis: rule.id, law: rule.law, lawVersion: rule.lawVersion, conditions: [], origin };
    const ways = await this.waysTo(recipient, { origin, record: leafIndex, purpose });
    const named = ways.filter((way) => basis === undefined || way.basis.id === basis);
    const way = named.find(({ lacks }) => lacks.length === 0);
    if (!way) throw refused(leafIndex, this.#reason(recipient, basis, named), ways);
    const { id, law: name, lawVersion, requires, onward } = way.basis;
    return { basis: id, law: name, lawVersion, conditions: requires, origin, ...(onward !== undefined && { onward }) };
  }

  /** Nobody can take back what anybody may have, so a restriction of any use forbids this. */
  async #decideForAnybody(record: ReadEntry, claims: readonly string[], origin: string): Promise<Decision> {
    const { law, restrictions } = this.#parts;
    const { leafIndex } = record.entry;
    const { deidentify = {} } = this.#profileOf(record) ?? {};
    if (!claims.every((name) => Object.hasOwn(deidentify, name)))
      throw refused(leafIndex, "its profile does not say how one of the claims is made coarser");
    if (origin !== law.jurisdiction) throw refused(leafIndex, "it came under another law");
    if ((await restrictions.of(leafIndex)).length > 0)
      throw refused(leafIndex, "its use is restricted, objected to, or its provision has ceased");
    const [basis = ""] = law.operations.deidentify.provisions;
    return { basis, law: law.law, lawVersion: law.lawVersion, conditions: [], origin };
  }

  /** By the profile in force; but a record that conceals something is about people, whatever the profile says. */
  #concernsNobody(record: ReadEntry): boolean {
    return record.body?.digests.length === 0 && this.#profileOf(record)?.concernsPeople === false;
  }

  #profileOf({ body }: ReadEntry): ProfileDocument | undefined {
    return this.#parts.profiles.get(body?.vct.split(":")[1] ?? "")?.document;
  }

  #reason({ kind, country }: Recipient, basis: string | undefined, named: readonly OpenWay[]): string {
    const whom = `a recipient of the kind ${kind} in ${country}`;
    if (basis === undefined) return `no basis of law holds for ${whom}`;
    if (named.length > 0) return "something is lacking for the basis that was named";
    const exists = this.#parts.transfers.bases.some(({ id }) => id === basis);
    return exists ? `the basis that was named does not cover ${whom}` : "there is no basis of that id";
  }

  async #lacksOf(
    basis: TransferBasis,
    recipient: Recipient,
    record: number | undefined,
    purpose: string | undefined,
  ): Promise<Lack[]> {
    const { now, law } = this.#parts;
    const at = Math.floor(now() / 1_000);
    const today = dateAt(at, law.timeZone);
    const lacks: Lack[] = [];
    if (today < basis.validFrom) lacks.push("not-yet-valid");
    if (basis.validUntil !== undefined && today > basis.validUntil) lacks.push("no-longer-valid");
    for (const requirement of basis.requires) {
      const isMet =
        requirement === "contract" || requirement === "information"
          ? hasPaper(recipient, basis.id, requirement, today)
          : record !== undefined &&
            purpose !== undefined &&
            (await this.#parts.hasConsent({
              ...{ record, purpose, at },
              ...(requirement === "consent-for-country" && { country: recipient.country }),
            }));
      if (!isMet) lacks.push(requirement);
    }
    return lacks;
  }
}

/** For which records ways are asked for. */
interface WaysFor {
  readonly origin?: string;
  readonly record?: number;
  readonly purpose?: string;
}

function hasPaper({ papers }: Recipient, basis: string, kind: Requirement, today: string): boolean {
  return papers.some(
    (one) => one.basis === basis && one.kind === kind && (one.until === undefined || today <= one.until),
  );
}

const LACKS: Readonly<Record<Lack, string>> = {
  contract: "a contract or arrangement with the recipient, in the register",
  information: "what people were told about that country, in the register",
  consent: "the person's consent to the purpose",
  "consent-for-country": "the person's consent to the purpose and that country",
  "not-yet-valid": "that it is valid already",
  "no-longer-valid": "that it is still valid",
};

function refused(record: number, reason: string, ways: readonly OpenWay[] = []): WarifuError {
  const open = ways.map((way) => `${way.basis.id} (${way.basis.title.en}), which lacks ${lackWords(way)}`);
  const told = open.length === 0 ? "" : `; ways that exist: ${open.join("; ")}`;
  return new WarifuError("TRANSFER_REFUSED", `the record at leaf ${record} may not leave: ${reason}${told}`, {
    details: { leafIndex: record, ways: ways.map(({ basis }) => basis.id).join(" ") },
  });
}

function lackWords({ lacks }: OpenWay): string {
  return lacks.length === 0 ? "nothing" : lacks.map((lack) => LACKS[lack]).join(" and ");
}

/** The decision about a record of a permit. */
export function decisionOn({ decisions }: Permit, record: number): Decision {
  return decisions.get(record) ?? unreachable("a record that its permit does not name");
}
