// What a storage engine offers, for the tests that each one must pass: see conformance.test.ts.

import type { LedgerReader, LedgerStore } from "../../../src/store/ledger-store.ts";
import type { OpenedAnchorIndex, OpenVaultOptions } from "../../../src/store/open.ts";
import type { Vault } from "../../../src/store/vault.ts";

export interface StoreEngine {
  /** Opens the ledger of a folder for writing, or makes it. */
  openLedger(folder: string, origin: string): LedgerStore;
  readLedger(folder: string): LedgerReader;
  openVault(folder: string, options: OpenVaultOptions): Vault;
  openAnchorIndex(folder: string): OpenedAnchorIndex;
}
