// The index of anchors in its file: what a step makes durable, which rows a question finds, and that no damage to the file
// outlives the next start. Invariant: nothing that was seen is deleted.

import { readFileSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";

import { expect } from "chai";

import type { AnchorIndex, IndexedBlock, IndexedContract, SeenAnchor } from "../../../src/store/anchor-index.ts";
import { ANCHOR_INDEX_FILE, openSqliteAnchorIndex } from "../../../src/store/sqlite/anchor-index.ts";
import { expectCode } from "../../support/expect-code.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { indexedAnchors } from "../../support/indexed-anchors.ts";
import { temporaryFolder } from "../../support/ledger.ts";

const OF: IndexedContract = { chainId: 31_337, contract: `0x${"c5".repeat(20)}` };
const hash = (number: number, branch = 0): string =>
  `0x${branch.toString(16).padStart(8, "0")}${number.toString(16).padStart(56, "0")}`;
const block = (number: number, branch = 0): IndexedBlock => ({
  number,
  hash: hash(number, branch),
  parentHash: hash(number - 1, branch),
});
const seen = (treeSize: number, previousSize: number, blockNumber: number, branch = 0): SeenAnchor => ({
  transactionHash: hash(treeSize, 0xff),
  blockHash: hash(blockNumber, branch),
  logIndex: 0,
  blockNumber,
  treeSize,
  rootHash: new Uint8Array(32).fill(treeSize),
  previousSize,
});
const provisional = (anchor: SeenAnchor) => ({ ...anchor, state: "provisional" as const });

describe("the index of anchors in SQLite", () => {
  let path: string;
  let index: AnchorIndex;
  beforeEach(() => {
    path = join(temporaryFolder(), ANCHOR_INDEX_FILE);
    ({ index } = openSqliteAnchorIndex(path));
  });
  afterEach(() => index.close().catch(() => undefined));

  const rows = async (of = OF): Promise<string[]> =>
    indexedAnchors(path, of).map(
      ({ treeSize, blockNumber, state, firstSeenAt }) => `${treeSize} in ${blockNumber} ${state} since ${firstSeenAt}`,
    );
  const reopen = async (): Promise<string | undefined> => {
    await index.close();
    const again = openSqliteAnchorIndex(path);
    ({ index } = again);
    return again.discarded;
  };

  it("is empty at first, and keeps rows and position through a restart", async () => {
    expect(await index.position(OF)).to.equal(undefined);
    expect(await index.newest(OF)).to.equal(undefined);
    const position = { startBlock: 4, blocks: [block(5), block(6), block(9)] };
    await index.apply(OF, { seen: [provisional(seen(12, 0, 6))], position, seenAt: 70 });
    expect(await reopen()).to.equal(undefined);
    expect(await index.position(OF)).to.deep.equal(position);
    expect(await index.newest(OF)).to.deep.equal({
      ...provisional(seen(12, 0, 6)),
      firstSeenAt: 70,
      verdict: null,
    });
  });

  it("writes a step as a whole or not at all", async () => {
    const position = { startBlock: 0, blocks: [block(5)] };
    await index.apply(OF, { position, seenAt: 1 });
    const broken = { ...provisional(seen(12, 0, 6)), rootHash: null as unknown as Uint8Array };
    const update = { seen: [provisional(seen(20, 12, 6)), broken], position: { startBlock: 0, blocks: [block(6)] } };
    await expectRejection("STORE_FAILED", index.apply(OF, { ...update, seenAt: 2 }));
    expect(await rows()).to.deep.equal([]);
    expect(await index.position(OF)).to.deep.equal(position);
  });

  it("orphans, adds again and makes final, in that order; nothing is deleted and the first sight stays", async () => {
    const [a, b] = [seen(12, 0, 5), seen(20, 12, 7)];
    await index.apply(OF, { seen: [provisional(a), provisional(b)], seenAt: 1 });
    await index.apply(OF, { seen: [provisional(a), provisional(b)], seenAt: 2 });
    expect(await rows()).to.deep.equal(["20 in 7 provisional since 1", "12 in 5 provisional since 1"]);
    await index.apply(OF, { orphanAbove: 6, final: [a], seen: [provisional(seen(20, 12, 8, 1))], seenAt: 3 });
    expect(await rows()).to.deep.equal([
      "20 in 8 provisional since 3",
      "20 in 7 orphaned since 1",
      "12 in 5 final since 1",
    ]);
    await index.apply(OF, { orphanAbove: 6, seen: [provisional(a), provisional(b)], seenAt: 4 });
    expect(await rows()).to.deep.equal([
      "20 in 8 orphaned since 3",
      "20 in 7 provisional since 1",
      "12 in 5 final since 1",
    ]);
    await index.apply(OF, { orphaned: [a, b], seenAt: 5 });
    expect((await rows()).filter((row) => !row.includes("orphaned"))).to.deep.equal([]);
    expect(await index.newest(OF)).to.equal(undefined);
  });

  it("follows the position: blocks are added, replaced and dropped, and the position can be forgotten", async () => {
    const set = async (blocks: IndexedBlock[]): Promise<void> => {
      await index.apply(OF, { position: { startBlock: 0, blocks }, seenAt: 1 });
      expect((await index.position(OF))?.blocks).to.deep.equal(blocks);
    };
    await set([block(5), block(6), block(7)]);
    await set([block(5), block(6, 1), block(7, 1), block(8, 1)]);
    await set([block(7, 1), block(8, 1)]);
    await index.apply(OF, { seen: [provisional(seen(12, 0, 6))], seenAt: 1 });
    expect((await index.position(OF))?.blocks).to.have.length(2);
    await index.apply(OF, { position: null, seenAt: 1 });
    expect(await index.position(OF)).to.equal(undefined);
    expect(await rows()).to.have.length(1);
  });

  it("finds rows by what is asked of them, each contract's its own", async () => {
    const other = { ...OF, chainId: 1 };
    const all = [seen(12, 0, 5), seen(20, 12, 7), seen(30, 25, 9), seen(40, 30, 9)].map((anchor, at) =>
      provisional({ ...anchor, logIndex: at }),
    );
    await index.apply(OF, { seen: all, final: all.slice(0, 1), orphaned: [seen(20, 12, 7)], seenAt: 1 });
    await index.apply(other, { seen: [provisional(seen(99, 0, 1))], seenAt: 1 });
    await index.apply(OF, { orphaned: [all[1]!], seenAt: 1 });
    const sizes = (found: readonly SeenAnchor[]): number[] => found.map(({ treeSize }) => treeSize);
    expect(sizes(await index.live(OF, Number.POSITIVE_INFINITY, 10))).to.deep.equal([40, 30, 12]);
    expect(sizes(await index.live(OF, 9, 10))).to.deep.equal([12]);
    expect((await index.hole(OF, 0, 10))?.treeSize).to.equal(30);
    expect(await index.hole(OF, 0, 8)).to.equal(undefined);
    expect(await index.hole(OF, 10, 20)).to.equal(undefined);
    expect(sizes(await index.provisional(OF, 9))).to.deep.equal([30, 40]);
    expect(sizes(await index.provisional(OF, 8))).to.deep.equal([]);
    expect((await index.below(OF, 30))?.treeSize).to.equal(12);
    expect(await index.below(OF, 12)).to.equal(undefined);
    expect((await index.newest(OF))?.treeSize).to.equal(40);
    expect(await rows(other)).to.deep.equal(["99 in 1 provisional since 1"]);
  });

  it("remembers what a row is to the log, until the row is orphaned", async () => {
    const all = [seen(12, 0, 5), seen(20, 12, 7), seen(30, 20, 9)].map(provisional);
    await index.apply(OF, { seen: all, seenAt: 1 });
    const sizes = (found: readonly SeenAnchor[]): number[] => found.map(({ treeSize }) => treeSize);
    expect(sizes(await index.unjudged(OF, 2))).to.deep.equal([12, 20]);
    await index.judge(OF, [{ ...all[0]!, verdict: "ours" }]);
    await index.judge(OF, [
      { ...all[1]!, verdict: "foreign" },
      { ...all[2]!, verdict: "fork" },
    ]);
    expect(await index.unjudged(OF, 10)).to.deep.equal([]);
    expect(sizes(await index.suspicious(OF, 10))).to.deep.equal([20, 30]);
    await index.apply(OF, { orphanAbove: 8, seenAt: 2 });
    expect(sizes(await index.suspicious(OF, 10))).to.deep.equal([20]);
    await reopen();
    expect((await index.newest(OF))?.verdict).to.equal("foreign");
  });

  it("throws a file away that is damaged, of another version or no database, and begins anew", async () => {
    const fill = (): Promise<void> => {
      const anchors = Array.from({ length: 200 }, (_, at) => provisional(seen(at + 1, at, at)));
      return index.apply(OF, { seen: anchors, position: { startBlock: 0, blocks: [block(200)] }, seenAt: 1 });
    };
    const damages: [RegExp, () => void][] = [
      [/has version 7/, () => new DatabaseSync(path).exec("PRAGMA user_version = 7")],
      [/not a database/, () => writeFileSync(path, "this is no database, though it is long enough to be read as one")],
      [
        /cannot be used/,
        () => {
          const bytes = readFileSync(path);
          bytes.fill(0xff, 8_192, 20_480);
          writeFileSync(path, bytes);
        },
      ],
    ];
    for (const [reason, damage] of damages) {
      await fill();
      await index.close();
      damage();
      const again = openSqliteAnchorIndex(path);
      ({ index } = again);
      expect(again.discarded).to.match(reason);
      expect(await index.position(OF)).to.equal(undefined);
      expect(await rows()).to.deep.equal([]);
    }
    expect(await reopen()).to.equal(undefined);
  });

  it("says so when no file can be made, or the engine fails", async () => {
    expectCode("STORE_FAILED", () => openSqliteAnchorIndex(join(path, "no", "such", "folder")));
    await index.close();
    await expectRejection("STORE_FAILED", index.newest(OF));
  });
});
