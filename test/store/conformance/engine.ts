// What a storage engine offers, for the tests that each one must pass: see conformance.test.ts.

import type { CityStore } from "../../../src/store/city-store.ts";
import type { LedgerReader, LedgerStore } from "../../../src/store/ledger-store.ts";
import type { OpenVaultOptions, StorePlace } from "../../../src/store/open.ts";
import type { Vault } from "../../../src/store/vault.ts";

export interface StoreEngine {
  /** Opens the ledger of a place for writing, or makes it. */
  openLedger(place: StorePlace, origin: string): Promise<LedgerStore>;
  readLedger(place: StorePlace): Promise<LedgerReader>;
  /** Opens what citizens arrange, or makes it. */
  openCityStore(place: StorePlace): Promise<CityStore>;
  openVault(place: StorePlace, options: OpenVaultOptions): Promise<Vault>;
  /** Whether what was erased is in no file any more when that returns. */
  readonly emptiesFiles: boolean;
}
