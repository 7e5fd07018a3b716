/**
 * Records that come from other controllers: once verified, they are entered as records of the source `received/` plus the
 * sender's number, and stay under the law that they came with.
 */
import { utf8 } from "../core/bytes.ts";
import { WarifuError, type ErrorCode } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { keysOfLog } from "../core/log-keys.ts";
import { formatVerifierKey, parseVerifierKey } from "../core/note.ts";
import type { Policy } from "../core/policy.ts";
import { parseProvision, type OriginLabel, type ProvidedRecord } from "../core/provision-file.ts";
import type { Reception } from "../core/provision-event.ts";
import { receptionEvent } from "../events/provision.ts";
import { recordFromBundle, type LocalMeaning, type RecordFromBundle } from "../privacy/received-record.ts";
import type { NumberedRecipient, Recipients } from "../privacy/recipients.ts";
import type { TransferLaw } from "../privacy/transfer-bases.ts";
import { RECEIVED_FROM } from "../privacy/transfer-gate.ts";
import type { OpenLog } from "../write/open-log.ts";

export interface ReceivingParts {
  readonly log: Pick<OpenLog, "writer" | "events" | "pipeline">;
  readonly recipients: Recipients;
  readonly transfers: TransferLaw;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

/** Whose records are taken, by which route, and the policy that verifies them. */
export interface Taking {
  readonly sender: NumberedRecipient;
  readonly policy: Policy;
  readonly purpose: string;
  /** Source of the records; by default, it is named after the sender's number. */
  readonly source?: string;
  /** The route by which it came. */
  readonly how: string;
  /** Id of the key of whoever takes it in. */
  readonly by: string;
}

/** What an officer takes in. */
export interface NewReception extends Pick<Taking, "policy" | "how" | "by"> {
  /** The file. */
  readonly file: Uint8Array;
  /** Name of the sender in the register. */
  readonly from: string;
}

/** A record that was taken. */
export interface TakenRecord {
  readonly id: string;
  readonly leafIndex: number;
  readonly origin: string;
  readonly isNew: boolean;
}

/** The result for a record of a file. */
export type ReceivedRecord = TakenRecord | { readonly error: WarifuError };

/** Verifies a bundle, as `verify/` does. */
export type Verify = (bytes: Uint8Array, policy: Policy) => Promise<FoundOut>;

/** The part of a verdict that matters here. */
interface FoundOut {
  readonly outcome: "holds" | "refuted" | "undecided";
  readonly steps: readonly { readonly code?: ErrorCode; readonly detail: string }[];
}

/** For records that were received: whoever sends the file again counts as the same sender. */
const SUBMITTER = { sender: "received", assertMaySend: (): void => undefined };

/** Takes in records of other controllers for one log. */
export class Receiving {
  readonly #parts: ReceivingParts;

  constructor(parts: ReceivingParts) {
    this.#parts = parts;
  }

  /**
   * Takes in a file.
   * @returns an outcome for each record of the file
   * @throws BUNDLE_INVALID the file; NOT_FOUND no such sender; ORIGIN_MISMATCH the policy is for another log than the
   *   sender's; BUSY, STOPPED, STORE_DAMAGED, VAULT_FAILED
   */
  async file({ file, from, ...given }: NewReception, verify: Verify): Promise<ReceivedRecord[]> {
    const { purpose, records } = parseProvision(file);
    const sender = await this.#parts.recipients.named(from);
    assertLogOf(sender, given.policy);
    const received: ReceivedRecord[] = [];
    for (const record of records) received.push(await this.take(record, { ...given, sender, purpose }, verify));
    return received;
  }

  /** Takes in a record, if its bundle holds under the policy. @throws BUSY, STOPPED, STORE_DAMAGED, VAULT_FAILED */
  async take(
    { label, bundle }: ProvidedRecord,
    taking: Taking,
    verify: Verify,
    meaning: LocalMeaning = {},
  ): Promise<ReceivedRecord> {
    const fault = await faultOf(bundle, taking.policy, verify);
    if (fault) return { error: fault };
    try {
      const { sender, source = `${RECEIVED_FROM}${sender.number}` } = taking;
      return await this.#enter(recordFromBundle(bundle, source, this.#parts.now(), meaning), label, taking);
    } catch (error) {
      if (error instanceof WarifuError && /_(INVALID|MISMATCH)$/.test(error.code)) return { error };
      throw error;
    }
  }

  async #enter({ id, leafIndex: theirs, value }: RecordFromBundle, label: OriginLabel, taking: Taking) {
    const { log } = this.#parts;
    const [outcome] = await log.pipeline.submit([value], SUBMITTER);
    if (!outcome?.ok) return { error: outcome?.error ?? new WarifuError("STOPPED", "the record was not taken") };
    const { leafIndex, id: own } = outcome.acknowledgement;
    const isNew = log.events.provisions.receptionOf(leafIndex) === undefined;
    const origin = this.#originOf(label, taking.sender);
    if (isNew) await log.writer.enter(receptionOf({ id, theirs, leafIndex, origin, label, taking }));
    return { id: own, leafIndex, origin, isNew };
  }

  /** A record from elsewhere is never the city's own, whatever its label says. */
  #originOf({ jurisdiction }: OriginLabel, sender: NumberedRecipient): string {
    const { jurisdictions } = this.#parts.transfers;
    const isOurs = jurisdictions.includes(jurisdiction);
    return isOurs && !jurisdictions.includes(sender.jurisdiction) ? sender.jurisdiction : jurisdiction;
  }
}

/** Why a bundle does not hold under a policy; `undefined` if it does. */
export async function faultOf(bundle: string, policy: Policy, verify: Verify): Promise<WarifuError | undefined> {
  const { outcome, steps } = await verify(utf8(bundle), policy);
  if (outcome === "holds") return undefined;
  const fault = steps.find(({ code }) => code !== undefined);
  return new WarifuError(fault?.code ?? "BUNDLE_INVALID", fault?.detail ?? "the bundle does not verify");
}

/** @throws ORIGIN_MISMATCH */
export function assertLogOf({ log }: Pick<NumberedRecipient, "log">, policy: Policy): void {
  if (log === undefined) return;
  const key = parseVerifierKey(log);
  if (keysOfLog(policy.log).some((own) => formatVerifierKey(own) === formatVerifierKey(key))) return;
  throw new WarifuError("ORIGIN_MISMATCH", "the policy is for another log than the register has for that sender");
}

interface EnteringReception {
  /** Id and leaf index of the record in the sender's log. */
  readonly id: string;
  readonly theirs: number;
  readonly leafIndex: number;
  readonly origin: string;
  readonly label: OriginLabel;
  readonly taking: Taking;
}

function receptionOf({ id, theirs, leafIndex, origin, label, taking }: EnteringReception) {
  const { basis, lawVersion, onward, log, notice } = label;
  const { sender, purpose, how, by } = taking;
  const reception: Reception = {
    ...{ basis, country: sender.country, lawVersion, origin, record: leafIndex },
    ...(onward !== undefined && { onward }),
  };
  const place = { id, leaf: theirs, log };
  const concealed: JsonObject = { by, from: sender.name, how, ...place, purpose, ...(notice && { notice }) };
  return receptionEvent(reception, concealed);
}
