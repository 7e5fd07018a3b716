/**
 * Disclosures by the ids of records, for the edges: what an officer grants, and what its recipient gets.
 */
import type { DisclosurePurpose } from "../core/disclosure-event.ts";
import { WarifuError } from "../core/errors.ts";
import { formatRecordId } from "../core/record-id.ts";
import { formatSdJwt, type Issuer } from "../core/sd-jwt.ts";
import {
  askerOf,
  ORIGINALS,
  type DisclosureDesk,
  type GrantDetails,
  type GrantedDisclosure,
  type GrantState,
  type NewDisclosure,
} from "../privacy/disclosure.ts";
import type { WayOut } from "../privacy/way-out.ts";
import { labelLanguages, labelsFor } from "../profiles/labels.ts";
import type { OpenLog } from "../write/open-log.ts";
import type { Original } from "../write/received-value.ts";
import type { ProvedRecord, Proofs } from "./proofs.ts";
import type { Pictures, ShownPicture } from "./pictures.ts";
import type { CheckedEntry, Records } from "./records.ts";

/** A grant for officers. */
export interface GrantView {
  readonly number: number;
  readonly disclosure: number;
  readonly record: string;
  readonly leafIndex: number;
  readonly source: string;
  readonly claims: readonly string[];
  /** Names of the claims, in the reader's language. */
  readonly labels: Readonly<Record<string, string>>;
  readonly recipient: string;
  readonly purpose: DisclosurePurpose;
  readonly purposeText: string;
  /** POSIX seconds. */
  readonly grantedAt: number;
  readonly until: number;
  readonly state: GrantState;
  readonly accesses: number;
}

/** A record of a disclosure, for its recipient. */
export interface DisclosedRecord {
  readonly id: string;
  readonly leafIndex: number;
  readonly claims: readonly string[];
  /** Names of the claims, in the reader's language. */
  readonly labels: Readonly<Record<string, string>>;
  /** Whether the record was erased meanwhile: it can be proved, but nothing of it can be opened. */
  readonly erased: boolean;
}

/** A disclosure for its recipient. */
export interface DisclosedRecords {
  readonly disclosure: number;
  readonly recipient: string;
  readonly purpose: DisclosurePurpose;
  readonly purposeText: string;
  readonly until: number;
  readonly records: readonly DisclosedRecord[];
}

export interface DisclosureViewParts {
  readonly desk: DisclosureDesk;
  readonly log: Pick<OpenLog, "store" | "check" | "profiles">;
  readonly records: Pick<Records, "entry">;
  readonly proofs: Pick<Proofs, "bundle">;
  readonly pictures: Pick<Pictures, "original">;
  readonly wayOut: Pick<WayOut, "openings" | "original">;
  readonly issuer: Issuer;
}

/** Grants and hands out. */
export class Disclosures {
  readonly #parts: DisclosureViewParts;

  constructor(parts: DisclosureViewParts) {
    this.#parts = parts;
  }

  /** The key that SD-JWTs are signed with. */
  get issuerKey(): Issuer["key"] {
    return this.#parts.issuer.key;
  }

  /** Languages that have labels. */
  get languages(): readonly string[] {
    return labelLanguages(this.#parts.log.profiles);
  }

  /**
   * Grants; see {@link DisclosureDesk.grant}.
   * @param assertFor takes the source of each record, and throws if the officer may not act for it
   */
  async grant(
    ids: readonly string[],
    wanted: Omit<NewDisclosure, "records">,
    assertFor: (source: string) => void,
  ): Promise<GrantedDisclosure> {
    const records: CheckedEntry[] = [];
    for (const id of ids) {
      const read = await this.#parts.records.entry(id);
      assertFor(read.entry.sourceName);
      records.push(read);
    }
    return this.#parts.desk.grant({ ...wanted, records });
  }

  /** A page of all grants, and the number at which the next page begins. */
  async list(
    from: number,
    limit: number,
    language: string,
  ): Promise<{ readonly items: GrantView[]; readonly next?: number }> {
    const grants = await this.#parts.desk.list(from, limit);
    const items = await Promise.all(grants.map((grant) => this.#viewOf(grant, language)));
    return { items, ...(this.#parts.desk.hasFrom(from + limit) && { next: from + limit }) };
  }

  /**
   * Ends a disclosure; see {@link DisclosureDesk.withdraw}.
   * @param assertFor as in {@link Disclosures.grant}
   */
  async withdraw(disclosure: number, by: string, assertFor: (source: string) => void): Promise<number> {
    for (const grant of await this.#parts.desk.of(disclosure)) assertFor((await this.#entryOf(grant)).entry.sourceName);
    return this.#parts.desk.withdraw(disclosure, by);
  }

  /** The recipient that a token is for; see {@link DisclosureDesk.recognise}. */
  recognise(disclosure: number, token: string | undefined): Promise<GrantDetails[]> {
    return this.#parts.desk.recognise(disclosure, token);
  }

  /** What the grants of a disclosure show, with labels in a language. */
  async shown(grants: readonly GrantDetails[], language: string): Promise<DisclosedRecords> {
    const [first] = grants as readonly [GrantDetails];
    const { disclosure, recipient, purpose, purposeText, until } = first;
    const records = await Promise.all(
      grants.map(async (grant) => {
        const read = await this.#entryOf(grant);
        const erased = await this.#parts.log.check.isErased(grant.record);
        const { record: leafIndex, claims } = grant;
        const labels = this.#labelsOf(grant, read, language);
        return { id: formatRecordId(read.entry.id), leafIndex, claims, labels, erased };
      }),
    );
    return { disclosure, recipient, purpose, purposeText, until, records };
  }

  /** The grant for a record. @throws NOT_FOUND, the same if there is no such record and if it is not granted */
  async grantFor(id: string, grants: readonly GrantDetails[]): Promise<GrantDetails> {
    for (const grant of grants) if (formatRecordId((await this.#entryOf(grant)).entry.id) === id) return grant;
    throw new WarifuError("NOT_FOUND", "this disclosure has no such record");
  }

  /** The bundle of a record with the granted openings. @throws as {@link Proofs.bundle} */
  bundle(id: string, grant: GrantDetails, size: number | undefined): Promise<ProvedRecord> {
    return this.#parts.proofs.bundle(id, { openTo: askerOf(grant), names: new Set(grant.claims), size });
  }

  /**
   * The record as an SD-JWT with the granted openings, and whether there are any.
   * @throws NOT_FOUND its body is withheld; as {@link WayOut.openings}
   */
  async sdJwt(grant: GrantDetails): Promise<{ readonly text: string; readonly hasOpenings: boolean }> {
    const { wayOut, issuer } = this.#parts;
    const read = await this.#entryOf(grant);
    if (read.entry.body === null) throw new WarifuError("NOT_FOUND", "the body of this record is withheld");
    const openings = (await wayOut.openings(read, askerOf(grant), new Set(grant.claims))) ?? [];
    return { text: formatSdJwt(read.entry.body, openings, issuer), hasOpenings: openings.length > 0 };
  }

  /**
   * The bytes that a record was made from, if they are granted.
   * @throws NOT_FOUND they are not, there are none, or they are erased
   */
  async original(grant: GrantDetails): Promise<Original> {
    const isGranted = grant.claims.includes("received");
    const found = isGranted && (await this.#parts.wayOut.original(await this.#entryOf(grant), askerOf(grant)));
    if (!found) throw new WarifuError("NOT_FOUND", "this disclosure has no bytes that the record was made of");
    return found;
  }

  /**
   * The original of a picture, if it is granted.
   * @throws NOT_FOUND it is not, there is none with that hash, or it is erased
   */
  async picture(id: string, hash: string, grant: GrantDetails): Promise<ShownPicture> {
    if (grant.claims.includes(ORIGINALS)) return this.#parts.pictures.original(id, hash, askerOf(grant));
    throw new WarifuError("NOT_FOUND", "the record has no such picture");
  }

  async #viewOf(grant: GrantDetails, language: string): Promise<GrantView> {
    const { leafIndex: _, record, withdrawn: __, ...rest } = grant;
    const read = await this.#entryOf(grant);
    const { id, sourceName: source } = read.entry;
    const labels = this.#labelsOf(grant, read, language);
    return { ...rest, labels, record: formatRecordId(id), leafIndex: record, source };
  }

  #labelsOf({ claims }: GrantDetails, { body }: CheckedEntry, language: string): Record<string, string> {
    return labelsFor(claims, { vct: body?.vct, profiles: this.#parts.log.profiles, language });
  }

  async #entryOf({ record }: GrantDetails): Promise<CheckedEntry> {
    const { store, check } = this.#parts.log;
    const [entry] = await store.entries(record, record + 1);
    if (!entry) throw check.missing(record);
    return { entry, body: await check.bodyOf(entry) };
  }
}
