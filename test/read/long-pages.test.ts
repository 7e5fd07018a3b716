// Several who ask for a thousand records at once: each page is read and written in a pass of the event loop of its own, so that
// whoever asks for something small waits for one of them.

import { expect } from "chai";

import { WayOut } from "../../src/privacy/way-out.ts";
import { Records } from "../../src/read/records.ts";
import { interpose } from "../support/interpose.ts";
import { openLedger, reading, type TestLedger } from "../support/ledger.ts";

describe("pages that are asked for at the same time", () => {
  const ASKED = 4;
  let ledger: TestLedger;
  before(async () => {
    ledger = await openLedger();
    await ledger.submit(Array.from({ length: 300 }, (_, at) => reading(at)));
  });
  after(() => ledger.close());

  /** In which passes of the event loop the pages were begun and ended. */
  async function passesOf(limit: number): Promise<{ begun: number[]; ended: number[] }> {
    let [pass, isOver] = [0, false];
    const count = (): void => {
      pass++;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    const begun: number[] = [];
    const store = interpose(ledger.store, (method, call) => {
      if (method === "findRecords") begun.push(pass);
      return call();
    });
    const records = new Records({ ...ledger.log, store, wayOut: new WayOut({ ...ledger.log, now: Date.now }) });
    const ended: number[] = [];
    await Promise.all(
      Array.from({ length: ASKED }, async () => {
        const { items } = await records.list({ limit });
        expect(items).to.have.length(Math.min(limit, 300));
        ended.push(pass);
      }),
    );
    isOver = true;
    return { begun, ended };
  }

  it("are read one after another, and written one after another, if they are long", async () => {
    const { begun, ended } = await passesOf(1_000);
    expect(new Set(begun).size).to.equal(ASKED);
    expect(new Set(ended).size).to.equal(ASKED);
  });

  it("wait for nobody if they are short", async () => {
    const { begun } = await passesOf(100);
    expect(begun).to.deep.equal(Array.from({ length: ASKED }, () => 0));
  });
});
