// The block tracker: each named case on a chain in memory, where every branch can be made, and on anvil, which makes real
// ones. Invariant: what is known is linked, bounded, and after a look that found no contradiction the node's own chain.

import { expect } from "chai";
import fc from "fast-check";

import { trackBlocks, type BlockSource, type TrackerOptions } from "../../src/chain/block-tracker.ts";
import type { ChainChange, ChainTracker, KnownChain } from "../../src/chain/chain-change.ts";
import type { BlockHeader } from "../../src/chain/chain.ts";
import { startAnvil } from "../support/chains.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { connect } from "../support/anchored-log.ts";
import { MemoryBlocks } from "../support/memory-blocks.ts";

const numbers = (blocks: readonly { readonly number: number }[]): number[] => blocks.map(({ number }) => number);
const heads = ({ known }: ChainChange): [number, number] => [known.blocks[0].number, known.blocks.at(-1)!.number];

describe("the block tracker", () => {
  let node: MemoryBlocks;
  let clock: number;
  let tracker: ChainTracker;
  let known: KnownChain;

  const setUp = async (height: number, start: number, options: Partial<TrackerOptions> = {}): Promise<void> => {
    node = new MemoryBlocks(height);
    node.final = start;
    clock = 0;
    tracker = trackBlocks(node, { now: () => clock, ...options });
    known = await tracker.startAt(start);
  };
  const advance = async (): Promise<ChainChange> => {
    const change = await tracker.advance(known);
    ({ known } = change);
    return change;
  };
  const expectCase = async <C extends ChainChange["case"]>(expected: C): Promise<ChainChange & { case: C }> => {
    const change = await advance();
    expect(change.case).to.equal(expected);
    return change as ChainChange & { case: C };
  };

  it("begins at the block that it is told, but never above the newest final one", async () => {
    await setUp(20, 12);
    expect(numbers(known.blocks)).to.deep.equal([12]);
    expect(numbers((await tracker.startAt(5)).blocks)).to.deep.equal([5]);
    expect(numbers((await tracker.startAt(18)).blocks)).to.deep.equal([12]);
  });

  it("unchanged: nothing happened, at two questions; finality may still move", async () => {
    await setUp(10, 8);
    await expectCase("extended");
    node.calls = 0;
    expect(heads(await expectCase("unchanged"))).to.deep.equal([8, 10]);
    expect(node.calls).to.equal(2);
    node.final = 10;
    expect(heads(await expectCase("unchanged"))).to.deep.equal([10, 10]);
  });

  it("extended: new blocks, oldest first, at three questions for one", async () => {
    await setUp(10, 8);
    expect(numbers((await expectCase("extended")).blocks)).to.deep.equal([9, 10]);
    node.grow(1);
    node.final = 9;
    node.calls = 0;
    const change = await expectCase("extended");
    expect(numbers(change.blocks)).to.deep.equal([11]);
    expect(heads(change)).to.deep.equal([9, 11]);
    expect(node.calls).to.equal(3);
  });

  it("extended: a final height above what was read makes what was read final", async () => {
    await setUp(4, 4);
    node.grow(2);
    node.final = 6;
    expect(heads(await expectCase("extended"))).to.deep.equal([6, 6]);
  });

  it("never takes a height for final when the block there is another one", async () => {
    await setUp(10, 5);
    await expectCase("extended");
    const ours = node.at(10);
    node.reorg(3, 1);
    node.final = 9;
    // The newest block still comes from a node on our branch, the final height from one on the other.
    const mixed = trackBlocks(
      {
        block: (which) => (which === "latest" ? Promise.resolve(ours) : node.block(which)),
        blockByHash: (hash) => node.blockByHash(hash),
        finalizedHeight: () => node.finalizedHeight(),
      },
      { now: () => 0 },
    );
    const change = await mixed.advance(known);
    expect(change.case).to.equal("unchanged");
    expect(heads(change)).to.deep.equal([5, 10]);
  });

  it("reorged: the common ancestor by the parents' hashes, what was dropped and what came", async () => {
    await setUp(10, 2);
    await expectCase("extended");
    const dropped = [node.at(8), node.at(9), node.at(10)].map(({ hash }) => hash);
    node.reorg(3, 1, 5);
    const change = await expectCase("reorged");
    expect(change.ancestor.number).to.equal(7);
    expect(change.dropped.map(({ hash }) => hash)).to.deep.equal(dropped);
    expect(numbers(change.blocks)).to.deep.equal([8, 9, 10, 11, 12]);
    await expectCase("unchanged");
  });

  it("reorged: also when the other branch is shorter", async () => {
    await setUp(10, 2);
    await expectCase("extended");
    node.reorg(4, 1, 2);
    const change = await expectCase("reorged");
    expect([change.ancestor.number, ...numbers(change.blocks)]).to.deep.equal([6, 7, 8]);
    expect(heads(change)).to.deep.equal([2, 8]);
  });

  it("reorged: too deep to be linked block by block, the ancestor is found by halves", async () => {
    await setUp(400, 1, { maxLinked: 20 });
    while ((await advance()).case !== "unchanged");
    for (let i = 0; i < 10; i++) {
      node.grow(20);
      await expectCase("extended");
    }
    node.reorg(150, 1);
    node.calls = 0;
    const change = await expectCase("reorged");
    expect(change.ancestor).to.deep.include({ number: 450, hash: node.at(450).hash });
    expect(node.calls).to.be.lessThan(60);
    while ((await advance()).case !== "unchanged");
    expect(known.blocks.at(-1)!.hash).to.equal(node.at(600).hash);
  });

  it("behind: a lower head whose blocks are known drops nothing, however low it goes", async () => {
    await setUp(10, 5);
    await expectCase("extended");
    const before = known.blocks;
    for (const height of [9, 6, 5, 4, 0]) {
      node.rollBack(node.height - height);
      const change = await expectCase("behind");
      expect(change.nodeHeight).to.equal(height);
      expect(known.blocks).to.deep.equal(before);
    }
    node.grow(10);
    await expectCase("unchanged");
  });

  it("behind: a node that syncs another chain below what is final contradicts nothing", async () => {
    await setUp(50, 40);
    await expectCase("extended");
    node.reorg(51, 1, 20);
    node.final = 20;
    for (let i = 0; i < 10; i++) {
      clock += 3_600_000;
      await expectCase("behind");
    }
    expect(known.blocks[0].number).to.equal(40);
  });

  it("gapFilled: through final blocks in bounded ranges, without their headers, then on block by block", async () => {
    await setUp(100_000, 10, { maxGap: 40_000 });
    node.final = 99_950;
    node.calls = 0;
    const gaps: [number, number, boolean][] = [];
    let change = await advance();
    for (; change.case === "gapFilled"; change = await advance())
      gaps.push([change.from, change.to.number, change.isFinal]);
    expect(gaps).to.deep.equal([
      [11, 40_010, true],
      [40_011, 80_010, true],
      [80_011, 99_950, true],
    ]);
    expect(change.case).to.equal("extended");
    expect(heads(change)).to.deep.equal([99_950, 100_000]);
    expect(node.calls).to.be.lessThan(70);
  });

  it("gapFilled: where finality stalls, the gap is not final", async () => {
    await setUp(1_000, 10);
    const change = await expectCase("gapFilled");
    expect([change.from, change.to.number, change.isFinal]).to.deep.equal([11, 1_000, false]);
    expect(numbers(change.known.blocks)).to.deep.equal([10, 1_000]);
    node.reorg(500, 1);
    const reorg = await expectCase("reorged");
    expect(reorg.ancestor.number).to.equal(10);
    await expectCase("gapFilled");
  });

  it("a gap is not crossed from a block that is not canonical any more", async () => {
    await setUp(20, 10);
    await expectCase("extended");
    node.reorg(5, 1, 500);
    const change = await expectCase("reorged");
    expect([change.ancestor.number, change.blocks.length]).to.deep.equal([15, 0]);
    await expectCase("gapFilled");
    await expectCase("unchanged");
  });

  it("beyondFinality: told at once, undone only after looks and time, and only while the node calls its own final", async () => {
    await setUp(20, 10, { doubtLooks: 3, doubtMs: 1_000 });
    await expectCase("extended");
    const ours = known.blocks;
    node.reorg(15, 1);
    const confirmed = async (): Promise<boolean> => {
      const change = await expectCase("beyondFinality");
      expect([change.ours.hash, change.theirs]).to.deep.equal([ours[0].hash, node.at(10).hash]);
      expect(known.blocks).to.deep.equal(ours);
      return change.isConfirmed;
    };
    for (let i = 0; i < 5; i++) expect(await confirmed()).to.equal(false);
    node.final = 9;
    clock = 1_000;
    expect(await confirmed()).to.equal(false);
    node.final = 10;
    expect(await confirmed()).to.equal(true);
  });

  it("beyondFinality: doubt begins anew with another block, and ends when ours is back", async () => {
    await setUp(20, 10, { doubtLooks: 2, doubtMs: 0 });
    await expectCase("extended");
    node.reorg(15, 1);
    expect((await expectCase("beyondFinality")).isConfirmed).to.equal(false);
    node.reorg(15, 2);
    expect((await expectCase("beyondFinality")).isConfirmed).to.equal(false);
    node.reorg(15, 0);
    await expectCase("unchanged");
    node.reorg(15, 2);
    expect((await expectCase("beyondFinality")).isConfirmed).to.equal(false);
    expect((await expectCase("beyondFinality")).isConfirmed).to.equal(true);
  });

  it("beyondFinality: also found over a gap and when the final block is the newest", async () => {
    await setUp(20, 20);
    node.reorg(5, 1);
    expect((await expectCase("beyondFinality")).theirs).to.equal(node.at(20).hash);
    node.grow(500, 1);
    expect((await expectCase("beyondFinality")).theirs).to.equal(node.at(20).hash);
  });

  it("keeps a bounded number of blocks, and the final one among them", async () => {
    await setUp(20, 3, { maxKept: 10 });
    await expectCase("extended");
    expect(numbers(known.blocks)).to.deep.equal([3, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
    // Deeper than all that is kept: back to the final one.
    node.reorg(12, 1);
    const change = await expectCase("reorged");
    expect([change.ancestor.number, change.blocks.length]).to.deep.equal([3, 17]);
  });

  it("takes answers that do not fit together for none", async () => {
    await setUp(10, 5);
    const over = (change: Partial<BlockSource>): ChainTracker => {
      const honest: BlockSource = {
        block: (which) => node.block(which),
        blockByHash: (hash) => node.blockByHash(hash),
        finalizedHeight: () => node.finalizedHeight(),
      };
      return trackBlocks({ ...honest, ...change }, { now: () => 0 });
    };
    const nothing = async (): Promise<undefined> => undefined;
    await expectRejection("CHAIN_UNREACHABLE", over({ block: nothing }).advance(known), /no newest block/);
    await expectRejection("CHAIN_UNREACHABLE", over({ blockByHash: nothing }).advance(known), /parent of block 10/);
    const stray = async (): Promise<BlockHeader> => node.at(3);
    await expectRejection("CHAIN_UNREACHABLE", over({ blockByHash: stray }).advance(known), /parent of block 10/);
    await expectRejection("CHAIN_UNREACHABLE", over({ block: nothing }).startAt(4), /does not have block 4/);
  });

  it("whatever a chain does above its final block, what is known becomes that chain, linked and bounded", async () => {
    const step = fc.oneof(
      fc.record({ act: fc.constant("grow" as const), count: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ act: fc.constant("reorg" as const), count: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ act: fc.constant("rollBack" as const), count: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ act: fc.constant("finalize" as const), count: fc.integer({ min: 1, max: 20 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        await setUp(10, 5, { maxLinked: 12, maxGap: 25, maxKept: 40 });
        for (const [at, { act, count }] of steps.entries()) {
          const depth = Math.min(count, node.height - node.final);
          if (act === "grow") node.grow(count, at + 1);
          if (act === "reorg") node.reorg(depth, at + 1, depth + (count % 3));
          if (act === "rollBack") node.rollBack(depth);
          if (act === "finalize") node.final = Math.min(node.height, node.final + count);
          const base = known.blocks[0].number;
          node.calls = 0;
          const change = await advance();
          expect(change.case).to.not.equal("beyondFinality");
          expect(node.calls).to.be.at.most(2 * 12 + 12);
          expect(known.blocks.length).to.be.at.most(40);
          expect(known.blocks[0].number).to.be.at.least(base);
          expect(known.blocks[0].number).to.be.at.most(Math.max(node.final, base));
          for (const [i, { number, parentHash }] of known.blocks.entries())
            if (known.blocks[i - 1]?.number === number - 1) expect(parentHash).to.equal(known.blocks[i - 1]!.hash);
        }
        node.grow(1, 99);
        for (let looks = 0; (await advance()).case !== "unchanged"; looks++) expect(looks).to.be.lessThan(60);
        for (const { number, hash } of known.blocks) expect(hash).to.equal(node.at(number).hash);
        expect(known.blocks.at(-1)!.number).to.equal(node.height);
      }),
      { numRuns: 300 },
    );
  });

  it("follows anvil through growth, a reorg, a rollback and a reorg beyond its finality", async () => {
    const anvil = await startAnvil({ args: ["--slots-in-an-epoch", "5"] });
    const chain = await connect(anvil);
    try {
      tracker = trackBlocks(chain, { now: () => 0, doubtLooks: 2, doubtMs: 0 });
      known = await tracker.startAt(0);
      await anvil.ask("anvil_mine", "0x14");
      expect(heads(await expectCase("extended"))).to.deep.equal([10, 20]);
      await anvil.ask("anvil_reorg", 4, []);
      expect((await expectCase("reorged")).ancestor.number).to.equal(16);
      await anvil.ask("anvil_rollback", 2);
      expect((await expectCase("behind")).nodeHeight).to.equal(18);
      await anvil.ask("anvil_mine", "0x1");
      expect((await expectCase("reorged")).ancestor.number).to.equal(18);
      await anvil.ask("anvil_reorg", 12, []);
      expect((await expectCase("beyondFinality")).isConfirmed).to.equal(false);
      await anvil.ask("anvil_mine", "0x5");
      expect((await expectCase("beyondFinality")).isConfirmed).to.equal(true);
    } finally {
      await chain.close();
      await anvil.stop();
    }
  });
});
