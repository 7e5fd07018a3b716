// The right to write: whoever has it is alone, and nobody has it after a failure.

import { setImmediate as turn } from "node:timers/promises";

import { expect } from "chai";

import { WarifuError } from "../../src/core/errors.ts";
import { MAX_JSON_DEPTH, type JsonValue } from "../../src/core/json.ts";
import type { Acknowledgement } from "../../src/write/outcome.ts";
import type { Writer } from "../../src/write/writer.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { expectClean, openLedger, reading, report, type TestLedger } from "../support/ledger.ts";

const PROVISION = { kind: "provision", vct: "warifu:provision:9", contentName: "provision", content: {} } as const;

describe("the writer", () => {
  let ledger: TestLedger;
  let writer: Writer;
  beforeEach(async () => {
    ledger = await openLedger();
    ({ writer } = ledger.log);
  });
  afterEach(() => ledger.close());

  it("lets one write at a time, in the order of asking, whatever they enter", async () => {
    const steps: string[] = [];
    const slow = async (name: string): Promise<void> =>
      writer.exclusively(async () => {
        steps.push(`${name} begins`);
        await turn();
        await turn();
        steps.push(`${name} ends`);
      });
    const event = (async () => steps.push(`event at ${(await writer.enter(PROVISION)).leafIndex}`))();
    await Promise.all([slow("a"), slow("b"), event, slow("c")]);
    const alone = ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"];
    expect(steps.filter((step) => !step.startsWith("event"))).to.deep.equal(alone);
    expect(steps).to.include("event at 2");
  });

  it("stops for good at whatever is thrown within, and tells once", async () => {
    const defect = writer.exclusively(async () => {
      throw new TypeError("a defect");
    });
    const waiting = writer.exclusively(async () => expect.fail("nobody writes after a failure"));
    await expectRejection("STOPPED", defect, /a defect/);
    await expectRejection("STOPPED", waiting);
    await expectRejection("STOPPED", writer.enter(PROVISION));
    await expectRejection("STOPPED", writer.eraseSetAside());
    expect(ledger.stops.map(({ code }) => code)).to.deep.equal(["STOPPED"]);
    expect(writer.stopReason).to.equal(ledger.stops[0]);
    await ledger.close();
    await expectClean(ledger.folder);
  });

  it("enters nothing for a batch of nothing new, and signs nothing", async () => {
    const before = (await ledger.store.newestCheckpoint())?.note;
    const batch = await writer.exclusively((mine) => mine.enter([]));
    expect(batch).to.deep.equal({ sealed: [], checkpoint: undefined });
    expect((await ledger.store.newestCheckpoint())?.note).to.equal(before);
  });

  it("stops instead of entering an event that nobody could read again, and the log stays whole", async () => {
    const deep = (levels: number): JsonValue => (levels === 0 ? 1 : [deep(levels - 1)]);
    const size = ledger.log.tree.publishedSize;
    const shown = { ...PROVISION, content: { a: deep(MAX_JSON_DEPTH - 1) } };
    const concealed = { ...PROVISION, concealed: { a: deep(MAX_JSON_DEPTH) } };
    for (const [code, event] of [["BODY_INVALID", shown] as const, ["OPENING_INVALID", concealed] as const]) {
      await expectRejection(code, writer.enter(event));
      await ledger.close();
      await expectClean(ledger.folder);
      ledger = await openLedger({ folder: ledger.folder });
      ({ writer } = ledger.log);
      expect(ledger.log.tree.publishedSize).to.equal(size);
    }
  });

  it("brings back the checkpoint that it signed over a batch", async () => {
    const [acknowledgement] = await ledger.submit([reading(1)]);
    expect(acknowledgement?.checkpoint).to.equal((await ledger.store.newestCheckpoint())?.note);
    expect(acknowledgement?.checkpoint).to.match(/^warifu\.test\/ledger\n3\n/);
  });

  it("erases what the vault keeps of a record, in its turn, for good and without touching the log", async () => {
    const [{ leafIndex }, other] = (await ledger.submit([report(1), report(2)])) as [Acknowledgement, Acknowledgement];
    const { vault, folder } = ledger;
    const order: string[] = [];
    const before = writer.exclusively(async () => {
      await turn();
      order.push((await vault.open(leafIndex)) ? "still there" : "gone");
    });
    expect(await writer.erase(leafIndex)).to.equal(true);
    await before;
    expect(order).to.deep.equal(["still there"]);
    expect(await vault.open(leafIndex)).to.equal(undefined);
    expect(await vault.isErased(leafIndex)).to.equal(true);
    expect(await writer.erase(leafIndex), "again").to.equal(true);
    expect((await vault.open(other.leafIndex))?.length).to.be.greaterThan(0);
    await expectRejection("NOT_FOUND", writer.erase(ledger.log.tree.publishedSize));
    await ledger.close();
    await expectRejection("STOPPED", writer.erase(other.leafIndex));
    await expectClean(folder);
    ledger = await openLedger({ folder });
    expect(await ledger.vault.open(leafIndex)).to.equal(undefined);
  });

  it("takes no events while it closes, and waits for what was taken", async () => {
    const taken = writer.enter(PROVISION);
    const closed = writer.close();
    expect(writer.stopReason).to.be.instanceOf(WarifuError);
    await expectRejection("STOPPED", writer.enter(PROVISION), /the service is stopping/);
    await closed;
    expect((await taken).leafIndex).to.equal(2);
    expect(ledger.stops).to.deep.equal([]);
  });
});
