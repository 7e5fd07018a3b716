// The laws that the program ships, read once a run: to check their files takes a quarter of what a service of a test takes to
// start.

import { join } from "node:path";

import { readLaw, type Law } from "../../src/privacy/law.ts";
import {
  readJurisdictions,
  readTransferLaw,
  type Jurisdictions,
  type TransferLaw,
} from "../../src/privacy/transfer-bases.ts";

/** The folder that they are in. */
export const LAWS = join(import.meta.dirname, "../../laws");

/** What holds for whoever is under one jurisdiction. Nothing changes it. */
export type Laws = { readonly law: Law; readonly transfers: TransferLaw; readonly jurisdictions: Jurisdictions };

const known = new Map<string, Laws>();

/** @param jurisdiction such as `eu` */
export function lawsOf(jurisdiction: string): Laws {
  const laws = known.get(jurisdiction) ?? {
    law: readLaw([LAWS], jurisdiction),
    transfers: readTransferLaw([LAWS], jurisdiction),
    jurisdictions: readJurisdictions([LAWS]),
  };
  known.set(jurisdiction, laws);
  return laws;
}
