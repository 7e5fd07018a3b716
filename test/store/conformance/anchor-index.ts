// What any index of anchors does, whatever engine is behind it: what a step makes durable, and which rows a question finds.
// Invariant: a row is there as of the first time it was seen, whatever became of its block since.

import { expect } from "chai";

import type { AnchorIndex, IndexedBlock, SeenAnchor } from "../../../src/store/anchor-index.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { temporaryFolder } from "../../support/ledger.ts";
import { block, OF, provisional, seen } from "../support/seen-anchors.ts";
import type { OpenedAnchorIndex } from "../../../src/store/open.ts";

const sizes = (found: readonly SeenAnchor[]): number[] => found.map(({ treeSize }) => treeSize);

export function describeAnchorIndex(
  name: string,
  engine: { openAnchorIndex(folder: string): OpenedAnchorIndex },
): void {
  describe(`the index of anchors of ${name}`, () => {
    let folder: string;
    let index: AnchorIndex;
    beforeEach(() => {
      folder = temporaryFolder();
      ({ index } = engine.openAnchorIndex(folder));
    });
    afterEach(() => index.close().catch(() => undefined));

    /** The live rows, newest block first. */
    const rows = async (of = OF): Promise<string[]> =>
      (await index.live(of, Number.POSITIVE_INFINITY, 100)).map(
        ({ treeSize, blockNumber, state, firstSeenAt }) =>
          `${treeSize} in ${blockNumber} ${state} since ${firstSeenAt}`,
      );
    const reopen = async (): Promise<string | undefined> => {
      await index.close();
      const again = engine.openAnchorIndex(folder);
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

    it("orphans, adds again and makes final, in that order; the first sight stays", async () => {
      const [a, b] = [seen(12, 0, 5), seen(20, 12, 7)];
      await index.apply(OF, { seen: [provisional(a), provisional(b)], seenAt: 1 });
      await index.apply(OF, { seen: [provisional(a), provisional(b)], seenAt: 2 });
      expect(await rows()).to.deep.equal(["20 in 7 provisional since 1", "12 in 5 provisional since 1"]);
      await index.apply(OF, { orphanAbove: 6, final: [a], seen: [provisional(seen(20, 12, 8, 1))], seenAt: 3 });
      expect(await rows()).to.deep.equal(["20 in 8 provisional since 3", "12 in 5 final since 1"]);
      await index.apply(OF, { orphanAbove: 6, seen: [provisional(a), provisional(b)], seenAt: 4 });
      expect(await rows()).to.deep.equal(["20 in 7 provisional since 1", "12 in 5 final since 1"]);
      await index.apply(OF, { orphaned: [a, b], seenAt: 5 });
      expect(await rows()).to.deep.equal([]);
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
      // No row has that key: the one of that transaction has another place in the block.
      await index.apply(OF, { seen: all, final: all.slice(0, 1), orphaned: [seen(20, 12, 7)], seenAt: 1 });
      await index.apply(other, { seen: [provisional(seen(99, 0, 1))], seenAt: 1 });
      await index.apply(OF, { orphaned: [all[1]!], seenAt: 1 });
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
      expect(await index.unjudged(OF, 2)).to.have.length(2);
      await index.judge(OF, [{ ...all[0]!, verdict: "ours" }]);
      expect(sizes(await index.unjudged(OF, 10))).to.have.members([20, 30]);
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

    it("says so when the engine fails", async () => {
      await index.close();
      await expectRejection("STORE_FAILED", index.newest(OF));
      await expectRejection("STORE_FAILED", index.apply(OF, { seenAt: 1 }));
    });
  });
}
