// What the status says of the log is of one moment, whatever is written while it is read.

import { expect } from "chai";

import type { Anchoring } from "../../src/anchor/schedule.ts";
import { Alarms } from "../../src/alarms/alarms.ts";
import type { Chain } from "../../src/chain/chain.ts";
import { toHex } from "../../src/core/bytes.ts";
import { readStatus } from "../../src/read/status.ts";
import { interpose } from "../support/interpose.ts";
import { openLedger, reading, SIGNER } from "../support/ledger.ts";

describe("the status of a log", () => {
  it("has size and root of one and the same checkpoint, though the log grows meanwhile", async () => {
    const ledger = await openLedger();
    await ledger.submit([reading(1)]);
    const { log } = ledger;
    const store = interpose(ledger.store, async (method, call) => {
      if (method !== "checkpoints") return call();
      const found = await call();
      await ledger.submit([reading(2)]);
      return found;
    });
    // Nothing of the chain is asked.
    const anchoring = { status: { finalizedSize: 0, lastAnswerAt: 0 }, now: Date.now } as unknown as Anchoring;
    const chain = { health: () => ({ endpoints: [] }) } as unknown as Chain;
    const parts = { log: { ...log, store }, anchoring, chain, key: SIGNER.key, alarms: new Alarms(Date.now) };
    const { treeSize, rootHash, pendingEntries } = await readStatus(parts);
    expect(log.tree.publishedSize).to.be.greaterThan(treeSize);
    expect([rootHash, pendingEntries]).to.deep.equal([toHex(await log.tree.rootAt(treeSize)), treeSize]);
    await ledger.close();
  });
});
