// A ledger in a database as a service opens it, beside others.

import type { LogSigner } from "../../../../src/core/checkpoint.ts";
import type { StorePlace } from "../../../../src/store/open.ts";
import { openLedger, SIGNER, type TestLedger } from "../../../support/ledger.ts";

/** Opens it. */
export function openSharedLedger({ dataDir, database }: StorePlace, signer: LogSigner = SIGNER): Promise<TestLedger> {
  return openLedger({ folder: dataDir, database, signer, maxBatch: 50 });
}
