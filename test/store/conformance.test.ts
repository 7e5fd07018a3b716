// Every engine that store/open.ts can choose passes the same tests. What an engine does in a way of its own is tested beside
// it, such as in sqlite/.

import { openAnchorIndex, openCityStore, openLedger, openVault, readLedger } from "../../src/store/open.ts";
import { describeAnchorIndex } from "./conformance/anchor-index.ts";
import { describeStore } from "./conformance/describe-store.ts";

describe("every engine of the stores", () => {
  describeStore("SQLite", { openLedger, readLedger, openCityStore, openVault, emptiesFiles: true });
  describeAnchorIndex("SQLite", { openAnchorIndex });
});
