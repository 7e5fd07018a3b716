// Batches that are put together while the one before is made durable.
// Invariant (durable ack): that changes when a batch is signed, never when it is answered, nor the order in which batches
// become durable; and what follows a batch that failed is neither kept nor answered.

import { setImmediate as turn } from "node:timers/promises";

import { expect } from "chai";

import { WarifuError } from "../../src/core/errors.ts";
import { openCheckpoint } from "../../src/core/checkpoint.ts";
import { utf8 } from "../../src/core/bytes.ts";
import type { Batch } from "../../src/store/log-store.ts";
import type { LedgerStore } from "../../src/store/ledger-store.ts";
import type { Sealable } from "../../src/write/append.ts";
import type { Acknowledgement, Outcome } from "../../src/write/outcome.ts";
import { acknowledged, codesOf, expectClean, openLedger, reading, report, SIGNER } from "../support/ledger.ts";
import type { TestLedger } from "../support/ledger.ts";
import { interpose } from "../support/interpose.ts";

const PROVISION = { kind: "provision", vct: "warifu:provision:9", contentName: "provision", content: {} } as const;

/** Holds commits back, as a slow disk does. */
class SlowDisk {
  readonly batches: Batch[] = [];
  readonly #held: PromiseWithResolvers<undefined>[] = [];
  #isSlow = false;

  readonly wrapStore = (store: LedgerStore): LedgerStore =>
    interpose(store, (method, call, [batch]) => (method === "commit" ? this.#commit(batch as Batch, call) : call()));

  async #commit(batch: Batch, call: () => unknown): Promise<void> {
    if (this.#isSlow) {
      this.batches.push(batch);
      const held = Promise.withResolvers<undefined>();
      this.#held.push(held);
      await held.promise;
    }
    await call();
  }

  get held(): number {
    return this.#held.length;
  }

  slowDown(): void {
    this.#isSlow = true;
  }

  letOneThrough(): void {
    this.#held.shift()?.resolve(undefined);
  }

  letAllThrough(): void {
    this.#isSlow = false;
    for (const { resolve } of this.#held.splice(0)) resolve(undefined);
  }

  breakDown(): void {
    this.#held.shift()?.reject(new WarifuError("STORE_FAILED", "the disk is gone"));
  }
}

describe("batches that are put together while others become durable", () => {
  const ofOneSource = (count: number): ReturnType<typeof reading>[] =>
    Array.from({ length: count }, (_, at) => reading(5 * at));
  let disk: SlowDisk;
  let ledger: TestLedger;
  const open = async (maxBatch: number): Promise<number> => {
    disk = new SlowDisk();
    ledger = await openLedger({ maxBatch, wrapStore: disk.wrapStore });
    disk.slowDown();
    return ledger.log.tree.size;
  };
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await turn();
  };
  /** As long as anything could still go on by itself. */
  const settle = async (): Promise<void> => {
    for (let turns = 0; turns < 20; turns++) await turn();
  };
  afterEach(async () => {
    disk.letAllThrough();
    await ledger.close();
  });

  it("signs one of them at a time, numbers it after those before, and answers none early", async () => {
    const size = await open(4);
    const { tree, pipeline } = ledger.log;
    const answered: Outcome[] = [];
    const all = ofOneSource(12).map((one) => pipeline.submit([one]));
    for (const one of all) void one.then((outcomes) => answered.push(...outcomes));
    await until(() => tree.size === size + 8);
    await settle();
    expect([tree.size, tree.publishedSize, ledger.store.treeSize(), disk.held]).to.deep.equal([
      size + 8,
      size,
      size,
      1,
    ]);
    expect(answered).to.deep.equal([]);
    disk.letOneThrough();
    await until(() => tree.size === size + 12);
    await settle();
    expect([tree.publishedSize, disk.held, answered.length]).to.deep.equal([size + 4, 1, 4]);
    disk.letAllThrough();
    const acknowledgements = acknowledged((await Promise.all(all)).flat());
    for (const [at, { leafIndex, checkpoint }] of acknowledgements.entries()) {
      expect(leafIndex).to.equal(size + at);
      const { treeSize } = openCheckpoint(utf8(checkpoint), SIGNER.key).checkpoint;
      expect(treeSize).to.equal(size + 4 * Math.floor(at / 4) + 4);
    }
    const entries = await ledger.store.entries(size, size + 12);
    expect(entries.map(({ seq }) => seq)).to.deep.equal(Array.from({ length: 12 }, (_, seq) => seq));
    await ledger.close();
    await expectClean(ledger.folder);
  });

  it("puts together as many as the one before has, however few that is, but waits for those that would be fewer", async () => {
    const size = await open(4_096);
    const { tree, pipeline } = ledger.log;
    const send = (count: number): Promise<Outcome[]>[] => ofOneSource(count).map((one) => pipeline.submit([one]));
    const all = send(20);
    await until(() => disk.held === 1);
    all.push(...send(19));
    await settle();
    expect(tree.size, "19 wait for more, or for the 20 before").to.equal(size + 20);
    all.push(...send(1));
    await until(() => tree.size === size + 40);
    await settle();
    expect([tree.publishedSize, disk.held], "and none is answered before those").to.deep.equal([size, 1]);
    disk.letAllThrough();
    expect(codesOf((await Promise.all(all)).flat())).to.deep.equal(Array<string>(40).fill("ok"));
    disk.slowDown();
    const few = send(2);
    await until(() => disk.held === 1);
    few.push(...send(7));
    await settle();
    expect(tree.size, "7 are not worth a batch ahead, although the one before had 2").to.equal(size + 42);
    disk.letAllThrough();
    expect(codesOf((await Promise.all(few)).flat())).to.deep.equal(Array<string>(9).fill("ok"));
  });

  it("puts together what gathers when the one before is at the disk already", async () => {
    const size = await open(4);
    const all = [ledger.pipeline.submit(ofOneSource(4))];
    await until(() => disk.held === 1);
    await settle();
    all.push(ledger.pipeline.submit(ofOneSource(4)));
    await until(() => ledger.log.tree.size === size + 8);
    expect(disk.held).to.equal(1);
    disk.letAllThrough();
    acknowledged((await Promise.all(all)).flat());
  });

  it("makes each tile durable with the batch that filled it", async () => {
    const size = await open(4_096);
    const { writer } = ledger.log;
    const at = { kind: "record", sourceName: "a", sourceId: new Uint8Array(32), receivedAt: 1_790_000_000 } as const;
    const itemsFrom = (first: number): Sealable[] =>
      Array.from({ length: 200 }, (_, n) => ({ ...at, seq: first + n, body: utf8(`{"n":${first + n}}`) }));
    const durable: Promise<void>[] = [];
    for (const first of [0, 200, 400])
      await writer.prepare(async ({ enter }) => void durable.push(enter(itemsFrom(first)).durable));
    expect([ledger.log.tree.size, disk.held]).to.deep.equal([size + 600, 1]);
    for (const one of durable) {
      await until(() => disk.held === 1);
      disk.letOneThrough();
      await one;
    }
    expect(disk.batches.map(({ tiles }) => tiles.map(({ index }) => index))).to.deep.equal([[], [0], [1]]);
  });

  it("commits nothing that follows a batch that failed", async () => {
    const size = await open(4);
    const all = [report(1), report(2), report(3), report(4)].map((one) => ledger.pipeline.submit([one, one]));
    await until(() => ledger.log.tree.size === size + 8);
    disk.breakDown();
    const outcomes = (await Promise.all(all)).flat();
    expect(new Set(codesOf(outcomes))).to.deep.equal(new Set(["STOPPED"]));
    expect(ledger.stops.map(({ code }) => code)).to.deep.equal(["STORE_FAILED"]);
    expect(disk.batches.length).to.equal(1);
    // Openings come before entries, but not those of a batch that has none before it to follow.
    expect((await ledger.vault.beyond(size)).records).to.equal(4);
    await ledger.close();
    const again = await openLedger({ folder: ledger.folder });
    expect(again.setAside).to.deep.equal([4]);
    await again.close();
    await expectClean(ledger.folder);
  });

  it("enters an event when all before it is durable", async () => {
    const size = await open(4);
    const all = ledger.pipeline.submit(ofOneSource(8));
    await until(() => ledger.log.tree.size === size + 8);
    let durableBefore: number | undefined;
    const entered = ledger.log.writer.enterIf(() => {
      durableBefore = ledger.store.treeSize();
      return PROVISION;
    });
    await settle();
    expect(durableBefore).to.equal(undefined);
    disk.letAllThrough();
    expect((await entered).leafIndex).to.equal(size + 8);
    expect(durableBefore).to.equal(size + 8);
    acknowledged(await all);
    await ledger.close();
    await expectClean(ledger.folder);
  });

  it("recognises a record that repeats one which was on its way", async () => {
    const size = await open(4);
    const first = ledger.pipeline.submit(ofOneSource(4));
    await until(() => disk.held === 1);
    const repeated = ledger.pipeline.submit(ofOneSource(2).map((one, seq) => ({ ...one, seq })));
    await settle();
    expect(ledger.log.tree.size).to.equal(size + 4);
    disk.letAllThrough();
    expect(acknowledged(await repeated)).to.deep.equal(acknowledged(await first).slice(0, 2));
  });

  it("forgets numbers once they are in the store, which may be told that they do not count", async () => {
    const size = await open(4);
    disk.letAllThrough();
    await ledger.submit([...ofOneSource(2), reading(0, { seq: 1_000 })]);
    await ledger.log.repairSource({ name: "santander/env-0", from: 2 });
    const [{ leafIndex }] = (await ledger.submit([reading(5)])) as [Acknowledgement];
    expect(leafIndex).to.equal(size + 4);
    expect((await ledger.store.entries(leafIndex, leafIndex + 1))[0]?.seq).to.equal(2);
  });
});
