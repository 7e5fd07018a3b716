// What an engine finds wrong with itself, all of it.

import type { LedgerReader, StoreFault } from "../../../src/store/ledger-store.ts";

export async function faultsOf(reader: LedgerReader): Promise<StoreFault[]> {
  const faults: StoreFault[] = [];
  for await (const fault of reader.check()) faults.push(fault);
  return faults;
}
