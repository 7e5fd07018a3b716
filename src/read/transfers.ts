/**
 * Records that are given to other controllers and received from them, for the edges. Records that leave have passed the gate
 * (privacy/transfer-gate.ts). Records that arrive have been verified, and stay under the law that they came with.
 */
import { WarifuError } from "../core/errors.ts";
import { formatProvision, type OriginLabel, type ProvidedRecord } from "../core/provision-file.ts";
import type { Recipient } from "../core/recipient.ts";
import { formatRecordId } from "../core/record-id.ts";
import { provisionEvent } from "../events/provision.ts";
import { claimsAt } from "../privacy/concealed.ts";
import type { Law } from "../privacy/law.ts";
import type { NumberedRecipient, Recipients } from "../privacy/recipients.ts";
import type { TransferLaw } from "../privacy/transfer-bases.ts";
import { decisionOn, type Leaving, type OpenWay, type Permit, type TransferGate } from "../privacy/transfer-gate.ts";
import type { OpenLog } from "../write/open-log.ts";
import type { Proofs } from "./proofs.ts";
import { Receiving } from "./receiving.ts";
import type { CheckedEntry, Records } from "./records.ts";

export interface TransferParts {
  readonly log: Pick<OpenLog, "store" | "check" | "writer" | "events" | "pipeline">;
  readonly records: Pick<Records, "entry">;
  readonly proofs: Pick<Proofs, "bundle">;
  readonly gate: TransferGate;
  readonly recipients: Recipients;
  readonly law: Law;
  readonly transfers: TransferLaw;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

/** What an officer gives to a recipient. */
export interface NewProvision extends Omit<Leaving, "records" | "recipient"> {
  /** Ids of records. */
  readonly records: readonly string[];
  /** Name of a recipient of the register. */
  readonly recipient: string;
  /** Id of the officer's key. */
  readonly by: string;
}

/** What the exchange with a partner city gives. */
export type Giving = Omit<Leaving, "records" | "recipient"> & { readonly recipient: Recipient };

/** Who gives, if no officer does. */
const EXCHANGE_KEY = "exchange";

/** A provision of a record, for officers. */
export interface ProvisionView {
  readonly leafIndex: number;
  readonly record: string;
  /** POSIX seconds. */
  readonly at: number;
  readonly to: string;
  readonly country: string;
  readonly claims: readonly string[];
  readonly purpose: string;
  readonly basis: string;
  readonly jurisdiction: string;
  readonly lawVersion: string;
}

/** Throws if the caller may not see records of a source. */
export type AssertFor = (source: string) => void;
/** Provisions and receptions of one log. */
export class Transfers {
  readonly recipients: Recipients;
  readonly receiving: Receiving;
  readonly #parts: TransferParts;

  constructor(parts: TransferParts) {
    this.#parts = parts;
    this.recipients = parts.recipients;
    this.receiving = new Receiving(parts);
  }

  /** The bases of transfers. */
  get law(): TransferLaw {
    return this.#parts.transfers;
  }

  /** The bases for a recipient, each with what it lacks; see {@link TransferGate.waysTo}. */
  waysTo(recipient: NumberedRecipient): Promise<OpenWay[]> {
    return this.#parts.gate.waysTo(recipient);
  }

  /**
   * Gives records to another controller.
   * @returns text of the file for it
   * @throws TRANSFER_REFUSED; NOT_FOUND no such record or recipient; REQUEST_INVALID none of the records has such a claim;
   *   NOT_ANCHORED_YET; what `assertFor` throws; STOPPED, STORE_DAMAGED, VAULT_FAILED
   */
  async provide({ records: ids, by, ...wanted }: NewProvision, assertFor: AssertFor): Promise<string> {
    const { gate, recipients } = this.#parts;
    const records = await this.#entriesOf(ids, assertFor);
    const leaving = { ...wanted, records, recipient: await recipients.named(wanted.recipient) };
    await this.#assertClaims(records, wanted.claims);
    const permit = await gate.assertMayLeave(leaving);
    const provided: ProvidedRecord[] = [];
    for (const record of records) provided.push(await this.#provided(record, permit, by));
    // Nothing is handed out before the log says so; each time under the law, and with the consents, of that moment.
    for (const record of records) await this.#enter(record, leaving, by);
    return formatProvision({ purpose: wanted.purpose, records: provided });
  }

  /**
   * Gives one record to a partner city. The log states it before it is handed out, and only once, however often it is sent.
   * @param isEntered whether the log states it already
   * @throws as {@link Transfers.provide}
   */
  async give(id: string, { recipient, ...wanted }: Giving, isEntered: boolean): Promise<ProvidedRecord> {
    const record = await this.#parts.records.entry(id);
    const has = new Set(Object.keys((await this.#parts.log.check.claimsOf(record.entry.leafIndex, record.body)) ?? {}));
    const leaving = { ...wanted, claims: wanted.claims.filter((name) => has.has(name)), recipient };
    const permit = await this.#parts.gate.assertMayLeave({ ...leaving, records: [record] });
    const provided = await this.#provided(record, permit, EXCHANGE_KEY);
    if (!isEntered) await this.#enter(record, leaving, EXCHANGE_KEY);
    return provided;
  }

  /** Asserts that a record may go to a recipient. @throws as {@link TransferGate.assertMayLeave} */
  async assertMayLeave(id: string, wanted: Giving): Promise<void> {
    await this.#parts.gate.assertMayLeave({ ...wanted, records: [await this.#parts.records.entry(id)] });
  }

  /**
   * Who a record was given to, in the order of the log.
   * @throws NOT_FOUND; what `assertFor` throws; STORE_DAMAGED, VAULT_FAILED
   */
  async provisionsOf(id: string, assertFor: AssertFor): Promise<ProvisionView[]> {
    const { log } = this.#parts;
    const [{ entry }] = (await this.#entriesOf([id], assertFor)) as [CheckedEntry];
    const views: ProvisionView[] = [];
    for (const { record: _, ...provision } of log.events.provisions.of(entry.leafIndex)) {
      const { to, claims, purpose } = (await claimsAt(provision.leafIndex, log)) ?? {};
      const names = Array.isArray(claims) ? claims.map(String) : [];
      views.push({ ...provision, record: id, to: textOf(to), claims: names, purpose: textOf(purpose) });
    }
    return views;
  }

  async #entriesOf(ids: readonly string[], assertFor: AssertFor): Promise<CheckedEntry[]> {
    const found: CheckedEntry[] = [];
    for (const id of new Set(ids)) {
      const read = await this.#parts.records.entry(id);
      assertFor(read.entry.sourceName);
      found.push(read);
    }
    return found;
  }

  /** @throws REQUEST_INVALID */
  async #assertClaims(records: readonly CheckedEntry[], wanted: readonly string[]): Promise<void> {
    const { check } = this.#parts.log;
    const names = new Set<string>();
    for (const { entry, body } of records)
      for (const name of Object.keys((await check.claimsOf(entry.leafIndex, body)) ?? {})) names.add(name);
    // If all of them are erased, that is the error.
    if (names.size === 0 || wanted.every((name) => names.has(name))) return;
    throw new WarifuError(
      "REQUEST_INVALID",
      `claims: these records have ${[...names].sort().join(", ")}, and no others`,
    );
  }

  async #provided({ entry }: CheckedEntry, permit: Permit, keyId: string): Promise<ProvidedRecord> {
    const { proofs } = this.#parts;
    const openTo = { role: "controller", keyId, permit } as const;
    const { text } = await proofs.bundle(formatRecordId(entry.id), { openTo, names: permit.claims });
    return { label: await this.#labelOf(entry.leafIndex, permit), bundle: text };
  }

  async #labelOf(leafIndex: number, permit: Permit): Promise<OriginLabel> {
    const { log, law } = this.#parts;
    const { basis, origin, law: name, lawVersion, onward } = decisionOn(permit, leafIndex);
    const reception = log.events.provisions.receptionOf(leafIndex);
    const came = reception && (await claimsAt(reception.leafIndex, log));
    const notice = log.events.notices.of(law.language)?.notice;
    return {
      ...{ basis, jurisdiction: origin, law: name, lawVersion },
      log: typeof came?.["log"] === "string" ? came["log"] : log.store.origin,
      ...(notice && { notice: { language: notice.language, version: String(notice.version) } }),
      ...(onward !== undefined && { onward }),
    };
  }

  /** The gate is asked again in the writer's turn, so that no restriction can be entered in between. */
  async #enter(record: CheckedEntry, leaving: Giving, by: string): Promise<void> {
    const { gate, law, log } = this.#parts;
    const { leafIndex } = record.entry;
    await log.writer.enterIf(async () => {
      const permit = await gate.assertMayLeave({ ...leaving, records: [record] });
      const { basis, lawVersion } = decisionOn(permit, leafIndex);
      const { recipient, purpose, claims } = leaving;
      const { country, name: to } = recipient;
      const said = { basis, country, jurisdiction: law.jurisdiction, lawVersion, record: leafIndex };
      return provisionEvent(said, { by, claims: [...claims], purpose, to });
    });
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
