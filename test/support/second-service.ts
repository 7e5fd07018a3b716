// Another service of the log of an open ledger, as a front end on the same database is: it has a tree, a register of events and a
// writer of its own, and knows of what the first one writes once it has followed.

import { pagedRandomBytes } from "../../src/core/random.ts";
import type { SharedLog } from "../../src/store/shared-log.ts";
import { openLog, type OpenLog } from "../../src/write/open-log.ts";
import { committerOf, PROFILES, SIGNER, type TestLedger } from "./ledger.ts";

/** Close its pipeline. Precondition: neither writes while the other one does. */
export function openSecondService({ store, vault }: TestLedger): Promise<OpenLog> {
  const shared: SharedLog = {
    begin: () => store.newestCheckpoint(),
    end: async () => undefined,
    head: () => store.newestCheckpoint(),
    takeLease: async () => undefined,
  };
  return openLog({
    ...{ store, vault, shared, signer: SIGNER, profiles: PROFILES },
    ...{ now: Date.now, randomBytes: pagedRandomBytes(), maxBatch: 4_096, maxQueue: 65_536 },
    committer: committerOf(store, vault),
    onStop: () => undefined,
  });
}
