// Every engine that store/open.ts can choose passes the same tests. What an engine does in a way of its own is tested beside
// it, such as in sqlite/.

import { openLedger, openVault, readLedger } from "../../src/store/open.ts";
import { describeVault } from "./conformance/vault.ts";

const SQLITE = { openLedger, readLedger, openVault };

describe("every engine of the stores", () => {
  describeVault("SQLite", SQLITE);
});
