// When the contract of a log can be closed: not before its end, not while something of it waits for its anchor, and not while its
// vault has what a person might want erased. The whole way is in test/e2e/closed-log.test.ts.

import { expect } from "chai";

import { Alarms } from "../../src/alarms/alarms.ts";
import { ClosingReminder } from "../../src/anchor/closing-reminder.ts";
import type { AnchoredHead } from "../../src/chain/chain.ts";
import { eraseRecords } from "../../src/privacy/erasure.ts";
import type { StoredAnchor } from "../../src/store/anchor-journal.ts";
import { openLedger, reading, report, type TestLedger } from "../support/ledger.ts";

const UNTIL = Date.parse("2027-01-01T00:00:00Z");

describe("the closing of a log that has ended", () => {
  let ledger: TestLedger;
  let alarms: Alarms;
  let [isClosed, finalSize, now, asked] = [false, 0, UNTIL, 0];
  let reminder: ClosingReminder;
  const isDue = async (): Promise<boolean> => {
    await reminder.look();
    return alarms.active().some(({ code }) => code === "closing-due");
  };

  beforeEach(async () => {
    ledger = await openLedger();
    await ledger.submit([reading(1)]);
    const {
      vault,
      log: { tree },
    } = ledger;
    [isClosed, finalSize, now, asked] = [false, tree.publishedSize, UNTIL, 0];
    alarms = new Alarms(Date.now);
    reminder = new ClosingReminder({
      ...{ alarms, tree, vault, now: () => now },
      term: { until: UNTIL / 1_000 },
      store: { newestFinalAnchor: async () => ({ treeSize: finalSize }) as StoredAnchor },
      chain: {
        head: async () => {
          asked++;
          return { isClosed } as AnchoredHead;
        },
      },
      onFailure: (reason) => expect.fail(String(reason)),
    });
  });
  afterEach(() => ledger.close());

  it("is due once all of it is final and nothing is left in the vault, until it is closed", async () => {
    expect(await isDue()).to.equal(true);
    expect(alarms.active()[0]?.message).to.match(/^this log has taken no records since 2027-01-01T00:00:00Z, its \d+ /);
    isClosed = true;
    expect(await isDue()).to.equal(false);
  });

  it("is not due before the end, nor while something waits for its anchor; the chain is not asked then", async () => {
    now = UNTIL - 1_000;
    expect(await isDue()).to.equal(false);
    [now, finalSize] = [UNTIL, finalSize - 1];
    expect(await isDue()).to.equal(false);
    expect(asked).to.equal(0);
  });

  it("is not due while the vault has openings, which somebody may want erased", async () => {
    const [acknowledged] = await ledger.submit([report(1)]);
    finalSize = ledger.log.tree.publishedSize;
    expect(await isDue()).to.equal(false);
    await eraseRecords([acknowledged!.leafIndex], { basis: "gdpr-17-1-a" }, ledger.log);
    finalSize = ledger.log.tree.publishedSize;
    expect(await isDue()).to.equal(true);
  });
});
