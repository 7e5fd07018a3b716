// Everything that the stores behind one engine must do.

import { describeAnchorJournal } from "./anchor-journal.ts";
import { describeCitizenStore } from "./citizen-store.ts";
import type { StoreEngine } from "./engine.ts";
import { describeCityStore } from "./city-store.ts";
import { describeKeyStore } from "./key-store.ts";
import { describeLog } from "./log.ts";
import { describeOfficerStore } from "./officer-store.ts";
import { describeVault } from "./vault.ts";

export function describeStore(name: string, engine: StoreEngine): void {
  describeLog(name, engine);
  describeAnchorJournal(name, engine);
  describeKeyStore(name, engine);
  describeOfficerStore(name, engine);
  describeCitizenStore(name, engine);
  describeCityStore(name, engine);
  describeVault(name, engine);
}
