// A ledger in a database as a service opens it, beside others: vault, log and pipeline, with turns.

import type { LogSigner } from "../../../../src/core/checkpoint.ts";
import { pagedRandomBytes } from "../../../../src/core/random.ts";
import type { LedgerStore } from "../../../../src/store/ledger-store.ts";
import { openLedger, openVault, startCommitter, type StorePlace } from "../../../../src/store/open.ts";
import type { Vault } from "../../../../src/store/vault.ts";
import { openLog, type OpenLog } from "../../../../src/write/open-log.ts";
import { MASTER_KEY, ORIGIN, PROFILES, SIGNER } from "../../../support/ledger.ts";

export interface SharedLedger {
  readonly store: LedgerStore;
  readonly vault: Vault;
  readonly log: OpenLog;
  /** Why writing has stopped. */
  readonly stops: Error[];
  close(): Promise<void>;
}

/** Opens it. */
export async function openSharedLedger(place: StorePlace, signer: LogSigner = SIGNER): Promise<SharedLedger> {
  const randomBytes = pagedRandomBytes();
  const store = await openLedger(place, ORIGIN);
  const vault = await openVault(place, { masterKey: MASTER_KEY, randomBytes });
  const guardPath = `${place.dataDir}/head`;
  const committer = startCommitter(store, vault, { dataDir: place.dataDir, guardPath, masterKey: MASTER_KEY });
  const stops: Error[] = [];
  const log = await openLog({
    ...{ store, shared: store.shared, vault, committer, signer, randomBytes, now: Date.now },
    profiles: PROFILES,
    maxBatch: 50,
    maxQueue: 65_536,
    onStop: (reason) => stops.push(reason),
  });
  const close = async (): Promise<void> => {
    await log.pipeline.close();
    await vault.close();
    await store.close();
  };
  return { store, vault, log, stops, close };
}
