// Records are found while the log grows: what was there when somebody asked is not missed because more came.

import { expect } from "chai";

import { entryLeafHash } from "../../src/core/entry.ts";
import { RecordFinder } from "../../src/read/find-records.ts";
import { interpose } from "../support/interpose.ts";
import { openLedger, reading } from "../support/ledger.ts";

describe("records of a log that grows", () => {
  it("are found by the hash of a leaf, though its tile fills up during the search", async () => {
    const ledger = await openLedger();
    const { log } = ledger;
    const submit = (count: number) => ledger.submit(Array.from({ length: count }, (_, at) => reading(at)));
    const [leafIndex = -1] = (await submit(200)).map((one) => one.leafIndex);
    const [entry] = await ledger.store.entries(leafIndex, leafIndex + 1);
    let looks = 0;
    const store = interpose(ledger.store, (method, call) => {
      if (method !== "tile" || looks++ > 0) return call();
      return (call() as Promise<unknown>).then(async (tile) => {
        await submit(100);
        return tile;
      });
    });
    const finder = new RecordFinder({ ...log, store });
    const { entries } = await finder.find({ hash: entryLeafHash(entry!), limit: 1 });
    expect(entries.map((one) => one.leafIndex)).to.deep.equal([leafIndex]);
    expect(looks).to.equal(1);
    await ledger.close();
  });
});
