// Controllers abroad and at home, and a gate over an open log.

import type { Recipient } from "../../src/core/recipient.ts";
import { Restrictions } from "../../src/privacy/restrictions.ts";
import type { TransferLaw } from "../../src/privacy/transfer-bases.ts";
import { TransferGate, type GateParts } from "../../src/privacy/transfer-gate.ts";
import type { ReadEntry } from "../../src/privacy/way-out.ts";
import type { Profiles } from "../../src/profiles/profile.ts";
import type { OpenLog } from "../../src/write/open-log.ts";
import { lawsOf } from "./laws.ts";

export const OPERATOR: Recipient = {
  ...{ country: "JP", jurisdiction: "jp-operator", kind: "business-operator", name: "Example K.K.", papers: [] },
};
export const FUJISAWA: Recipient = {
  ...{ country: "JP", jurisdiction: "jp-public-body", kind: "public-body", name: "Fujisawa City", papers: [] },
};
export const KEIO: Recipient = {
  ...{ country: "JP", jurisdiction: "jp-operator", kind: "academia", name: "Example University", papers: [] },
};
export const SANTANDER: Recipient = {
  ...{ country: "ES", jurisdiction: "eu", kind: "public-body", name: "Santander", papers: [] },
};
export const AMERICAN: Recipient = {
  ...{ country: "US", jurisdiction: "us", kind: "business-operator", name: "Example Inc.", papers: [] },
};

export interface GateOptions {
  readonly jurisdiction?: string;
  readonly transfers?: TransferLaw;
  readonly profiles?: Profiles;
  readonly hasConsent?: GateParts["hasConsent"];
  readonly now?: () => number;
  readonly ownNames?: ReadonlySet<string>;
}

/** The gate of a log, as the service makes it; nobody has consented. */
export function gateOf(log: OpenLog, options: GateOptions = {}): { gate: TransferGate; restrictions: Restrictions } {
  const { jurisdiction = "eu", hasConsent = async () => false, now = Date.now } = options;
  const { law, ...shipped } = lawsOf(jurisdiction);
  const restrictions = new Restrictions(log, law);
  const transfers = options.transfers ?? shipped.transfers;
  const profiles = options.profiles ?? log.profiles;
  const { ownNames } = options;
  const gate = new TransferGate({ ...log, profiles, law, transfers, ownNames, restrictions, hasConsent, now });
  return { gate, restrictions };
}

/** The entry of a leaf with its body. */
export async function entryAt({ store, check }: OpenLog, leafIndex: number): Promise<ReadEntry> {
  const [entry] = await store.entries(leafIndex, leafIndex + 1);
  return { entry: entry!, body: await check.bodyOf(entry!) };
}
