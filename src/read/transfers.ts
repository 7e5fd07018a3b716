/**
 * Records that go to other controllers, and come from them, for the edges. What goes has passed the gate
 * (privacy/transfer-gate.ts); what comes has been verified, and keeps whose law came with it.
 */
import { toHex, utf8 } from "../core/bytes.ts";
import { WarifuError, type ErrorCode } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { parseVerifierKey } from "../core/note.ts";
import type { Policy } from "../core/policy.ts";
import { formatProvision, parseProvision, type OriginLabel, type ProvidedRecord } from "../core/provision-file.ts";
import type { Reception } from "../core/provision-event.ts";
import type { Recipient } from "../core/recipient.ts";
import { formatRecordId } from "../core/record-id.ts";
import { provisionEvent, receptionEvent } from "../events/provision.ts";
import { claimsAt } from "../privacy/concealed.ts";
import type { Law } from "../privacy/law.ts";
import { recordFromBundle, type RecordFromBundle } from "../privacy/received-record.ts";
import type { NumberedRecipient, Recipients } from "../privacy/recipients.ts";
import type { TransferLaw } from "../privacy/transfer-bases.ts";
import {
  decisionOn,
  RECEIVED_FROM,
  type Leaving,
  type OpenWay,
  type Permit,
  type TransferGate,
} from "../privacy/transfer-gate.ts";
import type { OpenLog } from "../write/open-log.ts";
import type { Proofs } from "./proofs.ts";
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

/** What an officer gives. */
export interface NewProvision extends Omit<Leaving, "records" | "recipient"> {
  /** Ids of records. */
  readonly records: readonly string[];
  /** Name of a recipient of the register. */
  readonly recipient: string;
  /** Id of the officer's key. */
  readonly by: string;
}

/** What an officer takes. */
export interface NewReception {
  /** The file. */
  readonly file: Uint8Array;
  /** Name of the sender in the register. */
  readonly from: string;
  /** How it came. */
  readonly how: string;
  readonly policy: Policy;
  readonly by: string;
}

/** What became of a record of a file. */
export type ReceivedRecord =
  | { readonly id: string; readonly leafIndex: number; readonly origin: string; readonly isNew: boolean }
  | { readonly error: WarifuError };

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

/** Throws if who asks may not see records of a source. */
export type AssertFor = (source: string) => void;
/** Verifies a bundle, as `verify/` does. */
export type Verify = (bytes: Uint8Array, policy: Policy) => Promise<FoundOut>;

/** The part of a verdict that decides here. */
interface FoundOut {
  readonly outcome: "holds" | "refuted" | "undecided";
  readonly steps: readonly { readonly code?: ErrorCode; readonly detail: string }[];
}

/** Of records that were received, whoever sends the file again is the same sender. */
const SUBMITTER = { sender: "received", assertMaySend: (): void => undefined };

/** Provisions and receptions of one log. */
export class Transfers {
  readonly recipients: Recipients;
  readonly #parts: TransferParts;

  constructor(parts: TransferParts) {
    this.#parts = parts;
    this.recipients = parts.recipients;
  }

  /** The bases of transfers. */
  get law(): TransferLaw {
    return this.#parts.transfers;
  }

  /** The bases that are for a recipient, with what each lacks; see {@link TransferGate.waysTo}. */
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
    // Nothing is handed out before the log says so, each time as the law and the people have it by then.
    for (const record of records) await this.#enter(record, leaving, by);
    return formatProvision({ purpose: wanted.purpose, records: provided });
  }

  /**
   * Takes a file: what verifies enters as records of the source `received/` and the sender's number.
   * @returns an outcome for each record of the file
   * @throws BUNDLE_INVALID the file; NOT_FOUND no such sender; ORIGIN_MISMATCH the policy is for another log than the
   *   sender's; BUSY, STOPPED, STORE_DAMAGED, VAULT_FAILED
   */
  async receive(given: NewReception, verify: Verify): Promise<ReceivedRecord[]> {
    const { purpose, records } = parseProvision(given.file);
    const sender = await this.#parts.recipients.named(given.from);
    assertLogOf(sender, given.policy);
    const received: ReceivedRecord[] = [];
    for (const { label, bundle } of records) {
      const read = await this.#verified(bundle, sender, given.policy, verify);
      received.push(
        read instanceof WarifuError ? { error: read } : await this.#take(read, label, { sender, purpose, given }),
      );
    }
    return received;
  }

  /** To whom a record was given, in the order of the log. @throws NOT_FOUND; what `assertFor` throws; STORE_DAMAGED, VAULT_FAILED */
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
    // Once all of them are erased, that is what is said.
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

  /** The gate is asked again in the writer's turn, so that no restriction comes in between. */
  async #enter(record: CheckedEntry, leaving: Leaving & { readonly recipient: Recipient }, by: string): Promise<void> {
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

  async #verified(
    bundle: string,
    { number }: NumberedRecipient,
    policy: Policy,
    verify: Verify,
  ): Promise<RecordFromBundle | WarifuError> {
    const { outcome, steps } = await verify(utf8(bundle), policy);
    const fault = steps.find(({ code }) => code !== undefined);
    if (outcome !== "holds")
      return new WarifuError(fault?.code ?? "BUNDLE_INVALID", fault?.detail ?? "the bundle does not verify");
    try {
      return recordFromBundle(bundle, `${RECEIVED_FROM}${number}`, this.#parts.now());
    } catch (error) {
      if (error instanceof WarifuError) return error;
      throw error;
    }
  }

  async #take({ id, value }: RecordFromBundle, label: OriginLabel, from: Received): Promise<ReceivedRecord> {
    const { log } = this.#parts;
    const [outcome] = await log.pipeline.submit([value], SUBMITTER);
    if (!outcome?.ok) return { error: outcome?.error ?? new WarifuError("STOPPED", "the record was not taken") };
    const { leafIndex, id: own } = outcome.acknowledgement;
    const isNew = log.events.provisions.receptionOf(leafIndex) === undefined;
    const origin = this.#originOf(label, from.sender);
    if (isNew) await log.writer.enter(receptionOf({ id, leafIndex, origin, label, from }));
    return { id: own, leafIndex, origin, isNew };
  }

  /** What comes from elsewhere is never the city's own, whatever its label says. */
  #originOf({ jurisdiction }: OriginLabel, sender: NumberedRecipient): string {
    const { jurisdictions } = this.#parts.transfers;
    const isOurs = jurisdictions.includes(jurisdiction);
    return isOurs && !jurisdictions.includes(sender.jurisdiction) ? sender.jurisdiction : jurisdiction;
  }
}

/** Whom a record comes from. */
interface Received {
  readonly sender: NumberedRecipient;
  readonly purpose: string;
  readonly given: NewReception;
}

/** @throws ORIGIN_MISMATCH */
function assertLogOf({ log }: NumberedRecipient, policy: Policy): void {
  if (log === undefined) return;
  const key = parseVerifierKey(log);
  if (key.name === policy.log.name && toHex(key.publicKey) === toHex(policy.log.publicKey)) return;
  throw new WarifuError("ORIGIN_MISMATCH", "the policy is for another log than the register has for that sender");
}

function receptionOf({ id, leafIndex, origin, label, from }: EnteringReception) {
  const { basis, lawVersion, onward, log, notice } = label;
  const { sender, purpose, given } = from;
  const reception: Reception = {
    ...{ basis, country: sender.country, lawVersion, origin, record: leafIndex },
    ...(onward !== undefined && { onward }),
  };
  const { by, how } = given;
  const concealed: JsonObject = { by, from: sender.name, how, id, log, purpose, ...(notice && { notice }) };
  return receptionEvent(reception, concealed);
}

interface EnteringReception {
  readonly id: string;
  readonly leafIndex: number;
  readonly origin: string;
  readonly label: OriginLabel;
  readonly from: Received;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
