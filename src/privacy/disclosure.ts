/**
 * Disclosure: an officer grants somebody named claims of named records for a purpose and a time. The recipient gets a token
 * for it, of which only the hash is kept, in the vault with the grant.
 *
 * Each record has a grant of its own in the log, so that the log does not say which records were granted together. The
 * grants of one disclosure follow each other; the number of the first is the disclosure's.
 */
import { timingSafeEqual } from "node:crypto";
import type { Body } from "../core/body.ts";
import { fromHex, toBase64Url, toHex, utf8 } from "../core/bytes.ts";
import type { DisclosurePurpose } from "../core/disclosure-event.ts";
import { WarifuError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { PICTURES_CLAIM } from "../core/picture.ts";
import type { RandomBytes } from "../core/random.ts";
import { sha256 } from "../core/sha256.ts";
import { disclosureEvent, isInForce, type EnteredGrant } from "../events/disclosure.ts";
import type { EventRegister } from "../events/register.ts";
import type { LogStore } from "../store/log-store.ts";
import type { StoredCheck } from "../write/stored-check.ts";
import type { Writer } from "../write/writer.ts";
import { UNRESTRICTED_PURPOSES, type Restrictions } from "./restrictions.ts";
import type { Asker, ReadEntry } from "./way-out.ts";

/** What a grant may name besides claims: the bytes of the pictures, where `pictures` gives only what is said of them. */
export const ORIGINALS = "originals";
/** Most records of one disclosure. */
export const MOST_RECORDS = 100;

/** What an officer grants. */
export interface NewDisclosure {
  readonly records: readonly ReadEntry[];
  /** Names of concealed claims, or {@link ORIGINALS}. */
  readonly claims: readonly string[];
  readonly recipient: string;
  readonly purpose: DisclosurePurpose;
  readonly purposeText: string;
  /** POSIX seconds; it ends with the hour that this is in. */
  readonly until: number;
  /** Id of the officer's key. */
  readonly by: string;
}

/** A grant with what is concealed of it. */
export interface GrantDetails extends Omit<EnteredGrant, "claims"> {
  /** Number of the disclosure that it belongs to. */
  readonly disclosure: number;
  readonly claims: readonly string[];
  readonly recipient: string;
  readonly purposeText: string;
  readonly state: GrantState;
  /** How often something was handed out by it. */
  readonly accesses: number;
}

/** Whether a grant counts, and if not, why. */
export const GRANT_STATES = ["in-force", "expired", "withdrawn"] as const;
export type GrantState = (typeof GRANT_STATES)[number];

export interface DisclosureParts {
  readonly store: Pick<LogStore, "entries">;
  readonly check: Pick<StoredCheck, "bodyOf" | "claimsOf">;
  readonly writer: Pick<Writer, "exclusively" | "stopReason">;
  readonly events: Pick<EventRegister, "disclosures">;
  readonly restrictions: Pick<Restrictions, "isRestricted">;
  readonly randomBytes: RandomBytes;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

const TOKEN = /^wd_(0|[1-9][0-9]{0,14})_([A-Za-z0-9_-]{43})$/;
const HOUR_SECONDS = 3_600;
const NO_HASH = new Uint8Array(32);

/** What a grant gives back. */
export interface GrantedDisclosure {
  readonly disclosure: number;
  readonly token: string;
  /** When it ends, POSIX seconds. */
  readonly until: number;
}

/** The disclosures of one log. */
export class DisclosureDesk {
  readonly #parts: DisclosureParts;

  constructor(parts: DisclosureParts) {
    this.#parts = parts;
  }

  /**
   * Enters a grant for each record. The token is shown here only.
   * @throws REQUEST_INVALID the time is over, a record conceals nothing or no more, a restriction stands against granting
   *   it, or a claim is in none of them; STOPPED
   */
  async grant(wanted: NewDisclosure): Promise<GrantedDisclosure> {
    const { writer, events, randomBytes, now } = this.#parts;
    if (wanted.until * 1_000 <= now()) throw new WarifuError("REQUEST_INVALID", "until: is over already");
    await this.#assertThere(wanted);
    await this.#assertUnrestricted(wanted);
    const secret = toBase64Url(randomBytes(32));
    const until = fullHour(wanted.until);
    if (writer.stopReason) throw writer.stopReason;
    const disclosure = await writer.exclusively(async (turn) => {
      const first = events.disclosures.nextNumber;
      const concealed = concealedOf(wanted, first, secret);
      const { purpose } = wanted;
      const claims = namesIn(wanted).length;
      for (const [at, { entry }] of wanted.records.entries()) {
        const said = { number: first + at, record: entry.leafIndex, claims, purpose, until };
        await turn.enterEvent(disclosureEvent({ state: "granted", ...said }, concealed));
      }
      return first;
    });
    return { disclosure, token: `wd_${disclosure}_${secret}`, until };
  }

  /**
   * Ends what is in force of a disclosure.
   * @returns how many grants that were
   * @throws NOT_FOUND there is no disclosure of that number; STOPPED
   */
  async withdraw(disclosure: number, by: string): Promise<number> {
    const { writer, now } = this.#parts;
    const grants = await this.of(disclosure);
    if (writer.stopReason) throw writer.stopReason;
    return writer.exclusively(async (turn) => {
      const open = grants.filter(({ number }) => isOpen(this.#parts.events.disclosures.grant(number), now()));
      for (const { number, record, recipient } of open)
        await turn.enterEvent(disclosureEvent({ state: "withdrawn", number, record }, { by, recipient }));
      return open.length;
    });
  }

  /**
   * The grants of a disclosure.
   * @throws NOT_FOUND there is none of that number; STORE_DAMAGED, VAULT_FAILED
   */
  async of(disclosure: number): Promise<GrantDetails[]> {
    const found: GrantDetails[] = [];
    for (let number = disclosure; ; number++) {
      const grant = this.#parts.events.disclosures.grant(number);
      const details = grant && (await this.#detailsOf(grant));
      if (details?.disclosure !== disclosure) break;
      found.push(details);
    }
    if (found.length === 0) throw new WarifuError("NOT_FOUND", "there is no disclosure of that number");
    return found;
  }

  /** Whether there are grants from a number on. */
  hasFrom(number: number): boolean {
    return number < this.#parts.events.disclosures.nextNumber;
  }

  /** Grants from a number on, each with its details. @throws STORE_DAMAGED, VAULT_FAILED */
  async list(from: number, limit: number): Promise<GrantDetails[]> {
    const grants = this.#parts.events.disclosures.from(from, limit);
    const details = await Promise.all(grants.map((grant) => this.#detailsOf(grant)));
    return details.flatMap((one) => one ?? []);
  }

  /**
   * The grants of a disclosure, if they are in force and the token is for them. A wrong number or secret, a grant that has
   * expired and one that was withdrawn all get the same answer.
   * @throws UNAUTHENTICATED; STORE_DAMAGED, VAULT_FAILED
   */
  async recognise(disclosure: number, token: string | undefined): Promise<GrantDetails[]> {
    const [, number, secret = ""] = TOKEN.exec(token ?? "") ?? [];
    const isNamed = number === String(disclosure);
    const grant = isNamed ? this.#parts.events.disclosures.grant(disclosure) : undefined;
    const claims = grant && (await this.#concealedOf(grant));
    // Hashed and compared in every case.
    const matches = timingSafeEqual(sha256(utf8(secret)), hashIn(claims));
    if (!grant || !matches || claims?.["first"] !== disclosure || !isOpen(grant, this.#parts.now()))
      throw new WarifuError(
        "UNAUTHENTICATED",
        "send the token of a disclosure that is in force: `Authorization: Bearer wd_…`",
      );
    return (await this.of(disclosure)).filter(({ state }) => state === "in-force");
  }

  /** @throws REQUEST_INVALID */
  async #assertThere({ records, claims }: NewDisclosure): Promise<void> {
    const names = new Set<string>();
    for (const { entry, body } of records) {
      const found = body?.contentName === "record" ? await this.#concealedNames(entry.leafIndex, body) : [];
      if (found.length === 0)
        throw new WarifuError("REQUEST_INVALID", "records: one of them conceals nothing, or was erased: leave it out");
      for (const name of found) names.add(name);
    }
    if (names.has(PICTURES_CLAIM)) names.add(ORIGINALS);
    if (claims.every((name) => names.has(name))) return;
    throw new WarifuError("REQUEST_INVALID", `claims: these records conceal ${[...names].join(", ")}, and no others`);
  }

  /** What would be refused when it is requested is not granted in the first place. @throws REQUEST_INVALID */
  async #assertUnrestricted({ records, purpose }: NewDisclosure): Promise<void> {
    if (UNRESTRICTED_PURPOSES.has(purpose)) return;
    for (const { entry } of records)
      if (await this.#parts.restrictions.isRestricted(entry.leafIndex, purpose, "provide"))
        throw new WarifuError("REQUEST_INVALID", "records: a restriction stands against granting one of them");
  }

  async #concealedNames(leafIndex: number, body: Body): Promise<string[]> {
    const claims = (await this.#parts.check.claimsOf(leafIndex, body)) ?? {};
    return Object.keys(claims).filter((name) => !Object.hasOwn(body.content, name));
  }

  async #detailsOf(grant: EnteredGrant): Promise<GrantDetails | undefined> {
    const concealed = await this.#concealedOf(grant);
    if (!concealed) return undefined;
    const { first, names, recipient, purposeText } = concealed;
    return {
      ...grant,
      disclosure: Number(first),
      claims: Array.isArray(names) ? names.map(String) : [],
      recipient: String(recipient),
      purposeText: String(purposeText),
      state: stateOf(grant, this.#parts.now()),
      accesses: this.#parts.events.disclosures.accessesBy(grant.leafIndex),
    };
  }

  /** `undefined` once it is erased. */
  async #concealedOf({ leafIndex }: EnteredGrant): Promise<JsonObject | undefined> {
    const { store, check } = this.#parts;
    const [entry] = await store.entries(leafIndex, leafIndex + 1);
    return entry && check.claimsOf(leafIndex, await check.bodyOf(entry));
  }
}

/** Rounded up: the same second in several events would say that they were granted together. */
function fullHour(seconds: number): number {
  return Math.ceil(seconds / HOUR_SECONDS) * HOUR_SECONDS;
}

/** Who asks by such a grant. */
export function askerOf(grant: GrantDetails): Asker {
  return { role: "recipient", recipient: grant.recipient, grant: { ...grant, claims: grant.claims.length } };
}

/** The bytes of pictures are named by the claim that has their hashes. */
function namesIn({ claims }: Pick<NewDisclosure, "claims">): string[] {
  return [...new Set([...claims, ...(claims.includes(ORIGINALS) ? [PICTURES_CLAIM] : [])])].sort();
}

function concealedOf(wanted: NewDisclosure, first: number, secret: string): JsonObject {
  const { recipient, purposeText, by } = wanted;
  return { by, first, names: namesIn(wanted), purposeText, recipient, token: toHex(sha256(utf8(secret))) };
}

function hashIn(claims: JsonObject | undefined): Uint8Array {
  const hash = claims?.["token"];
  return typeof hash === "string" ? fromHex(hash, "hash of a token", 32) : NO_HASH;
}

function isOpen(grant: EnteredGrant | undefined, now: number): boolean {
  return grant !== undefined && isInForce(grant, now);
}

function stateOf(grant: EnteredGrant, now: number): GrantState {
  if (grant.withdrawn !== undefined) return "withdrawn";
  return isInForce(grant, now) ? "in-force" : "expired";
}
