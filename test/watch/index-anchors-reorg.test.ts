// The index of anchors over anvil, whose blocks can be replaced, taken away and moved, also those that it called final.
// Invariant (reorg safe): an anchor counts in the block where the chain has it now; nothing that was seen is deleted.

import { readFileSync } from "node:fs";

import { expect } from "chai";
import { keccak256 } from "ethers";

import { encodeKnownHeader } from "../../src/chain/rpc/block-header.ts";
import { checkChainEvidence } from "../../src/core/chain-evidence.ts";
import type { AnchorEvidence } from "../../src/watch/judge-anchors.ts";
import { startAnvil, type TestChain } from "../support/chains.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import {
  alarmsIn,
  AnchoredChain,
  dumpAnchors,
  evidenceFileOf,
  type IndexOptions,
  type TestIndex,
  type ToldFact,
} from "../support/indexed-chain.ts";

describe("the index of anchors through reorgs", () => {
  let node: TestChain;
  let chain: AnchoredChain;
  const closers: (() => Promise<unknown>)[] = [];

  const setUp = async (slots: number): Promise<void> => {
    node = await startAnvil({ args: ["--slots-in-an-epoch", String(slots)] });
    closers.push(() => node.stop());
    chain = await AnchoredChain.over(node, 40);
    closers.push(() => chain.stop());
  };
  afterEach(async () => {
    for (let close = closers.pop(); close; close = closers.pop()) await close();
  });
  const open = (options?: IndexOptions): TestIndex => {
    const index = chain.open(options);
    closers.push(() => index.close());
    return index;
  };
  const rawOf = async (hash: string): Promise<string> =>
    (await node.ask("eth_getRawTransactionByHash", hash)) as string;
  const poll = async (index: TestIndex, rounds = 1): Promise<void> => {
    for (let i = 0; i < rounds; i++) await index.indexing.poll();
  };

  it("B8 a reorg before finality: provisional, orphaned, and final in the block where it is mined again", async () => {
    await setUp(8);
    const index = open();
    await poll(index);
    const hash = await chain.anchor(12);
    const raw = await rawOf(hash);
    await chain.mine(2);
    await poll(index);
    expect(await index.rows()).to.deep.equal(["12 provisional ours"]);
    await node.ask("anvil_reorg", 3, []);
    await poll(index);
    expect(await index.rows()).to.deep.equal(["12 orphaned ours"]);
    expect(await index.index.newest(chain.of)).to.equal(undefined);
    await node.ask("eth_sendRawTransaction", raw);
    await chain.mine(20);
    await poll(index);
    expect(await index.rows()).to.deep.equal(["12 orphaned ours", "12 final ours"]);
    const [lost, kept] = await index.all();
    expect(lost!.transactionHash).to.equal(kept!.transactionHash);
    expect(lost!.blockHash).to.not.equal(kept!.blockHash);
    expect(index.told).to.deep.equal([]);
    expect(index.cases.filter((one) => one === "reorged")).to.have.length(1);
  });

  it("B8 an orphaned anchor whose block comes back is the same row again", async () => {
    await setUp(8);
    const index = open();
    await poll(index);
    await chain.anchor(12);
    await chain.mine(1);
    await poll(index);
    const [row] = await index.all();
    // A node on another branch answers for a while.
    chain.faulty.setFault(async ({ method, params }, forward) => {
      const isNewest = method === "eth_getBlockByNumber" && params[0] === "latest";
      return isNewest ? { result: await otherBlock(row!.blockNumber) } : forward();
    });
    await poll(index);
    expect(await index.rows()).to.deep.equal(["12 orphaned ours"]);
    chain.faulty.setFault();
    await poll(index);
    expect(await index.rows()).to.deep.equal(["12 provisional ours"]);
    expect((await index.all())[0]).to.deep.equal(row);
  });

  /** An empty block of that height on the canonical parent, with the right hash, that no chain has. */
  async function otherBlock(height: number): Promise<unknown> {
    const parent = (await node.ask("eth_getBlockByNumber", `0x${(height - 1).toString(16)}`, false)) as Record<
      string,
      string
    >;
    const empty = { logsBloom: `0x${"00".repeat(256)}`, transactions: [] };
    const block = { ...parent, ...empty, number: `0x${height.toString(16)}`, parentHash: parent["hash"] as string };
    return { ...block, hash: keccak256(encodeKnownHeader(block, "test")) };
  }

  it("B10 a reorg deeper than finality: alarm at once, nothing undone until it is confirmed, then read again", async () => {
    await setUp(1);
    const index = open({ tracker: { doubtLooks: 3, doubtMs: 1_000 } });
    const hashes: string[] = [];
    for (const size of [12, 20, 30]) {
      hashes.push(await chain.anchor(size));
      await chain.mine(4);
    }
    const raws = [await rawOf(hashes[1]!), await rawOf(hashes[2]!)];
    await poll(index);
    expect(await index.rows()).to.deep.equal(["12 final ours", "20 final ours", "30 final ours"]);
    const before = dumpAnchors(index.folder);
    await node.ask("anvil_reorg", 12, []);
    await poll(index, 3);
    expect(alarmsIn(index)).to.deep.equal(["reorg-beyond-finality"]);
    expect((index.told[0] as ToldFact).message).to.match(/nothing was taken back yet/);
    expect(dumpAnchors(index.folder)).to.equal(before);
    chain.clock += 1_000;
    await poll(index);
    expect(await index.rows()).to.deep.equal(["12 final ours", "20 orphaned ours", "30 orphaned ours"]);
    expect((index.told[1] as ToldFact).message).to.match(/was taken back/);
    for (const raw of raws) {
      await node.ask("eth_sendRawTransaction", raw);
      await chain.mine(2);
    }
    await poll(index, 2);
    expect((await index.rows()).sort()).to.deep.equal([
      "12 final ours",
      "20 final ours",
      "20 orphaned ours",
      "30 final ours",
      "30 orphaned ours",
    ]);
    expect(alarmsIn(index).at(-1)).to.equal("clear reorg-beyond-finality");
    const fresh = open();
    await poll(fresh);
    const live = (dump: string): string[] => dump.split("\n").filter((line) => !line.includes('"orphaned"'));
    expect(live(dumpAnchors(fresh.folder))).to.deep.equal(live(dumpAnchors(index.folder)));
  });

  it("B11 an anchor that a reorg moves to another block is one live row, and its evidence goes with it", async () => {
    await setUp(8);
    const index = open();
    await poll(index);
    const ours = await chain.anchor(12);
    const theirs = await chain.anchor(20, "thief");
    const raws = [await rawOf(ours), await rawOf(theirs)];
    await chain.mine(2);
    await poll(index);
    const [before] = index.told as ToldFact[];
    const blockOf = (): string =>
      checkChainEvidence((JSON.parse(readFileSync(evidenceFileOf(before)!, "utf8")) as AnchorEvidence).chain!)
        .blockHash;
    expect(before!.fact).to.include({ blockHash: blockOf() });
    // Both one block later, and then both in the same block.
    for (const places of [
      [1, 2],
      [3, 3],
    ]) {
      await node.ask(
        "anvil_reorg",
        4,
        raws.map((raw, at) => [raw, places[at]]),
      );
      await poll(index);
      const live = (await index.all()).filter(({ state }) => state !== "orphaned");
      expect(live.map(({ treeSize }) => treeSize)).to.deep.equal([12, 20]);
      for (const { transactionHash, blockHash, blockNumber } of live)
        expect(await chain.writer.transactionState(transactionHash)).to.deep.include({
          state: "included",
          blockHash,
          blockNumber,
        });
      expect(blockOf()).to.equal(live[1]!.blockHash);
    }
    expect(await index.all()).to.have.length(6);
    await chain.mine(20);
    await poll(index);
    const fresh = open();
    await poll(fresh);
    expect(await fresh.rows()).to.deep.equal(["12 final ours", "20 final foreign"]);
    expect(new Set(alarmsIn(index))).to.deep.equal(new Set(["foreign-anchor"]));
  });

  it("B15 a row whose block turns out not to be canonical never becomes final; the true one is read instead", async () => {
    await setUp(8);
    await chain.anchor(12);
    await chain.mine(8);
    const lie = `0x${"ab".repeat(32)}`;
    chain.faulty.setFault(async ({ method }, forward) => {
      const answer = await forward();
      if (method !== "eth_getLogs") return answer;
      return { result: (answer.result as object[]).map((log) => ({ ...log, blockHash: lie })) };
    });
    // Over a gap, where headers are not looked at one by one.
    const index = open({ tracker: { maxLinked: 2 } });
    await chain.beginAbove(0, index);
    await poll(index);
    expect(await index.rows()).to.deep.equal(["12 provisional ours"]);
    expect((await index.all())[0]!.blockHash).to.equal(lie);
    chain.faulty.setFault();
    await chain.mine(20);
    await poll(index);
    expect((await index.rows()).sort()).to.deep.equal(["12 orphaned ours", "12 provisional ours"]);
    await poll(index);
    expect((await index.rows()).sort()).to.deep.equal(["12 final ours", "12 orphaned ours"]);
    expect(index.told).to.deep.equal([]);
  });

  it("whatever the chain does above its final blocks, the live rows are those of a reading from the start", async () => {
    await setUp(4);
    const index = open({ tracker: { maxLinked: 5, maxGap: 8 } });
    let seed = 20_261_122;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 1;
      return (seed >>> 8) % below;
    };
    const live = (dump: string): string[] => dump.split("\n").filter((line) => !line.includes('"orphaned"'));
    await chain.mine(9);
    for (let turn = 1; turn <= 60; turn++) {
      const { treeSize } = await chain.writer.head();
      const act = random(6);
      if (act <= 1) await chain.mine(1 + random(9));
      else if (act === 2) await node.ask("anvil_reorg", 1 + random(7), []);
      else if (act === 3) await node.ask("anvil_rollback", 1 + random(3));
      else if (treeSize < chain.size) await chain.anchor(Math.min(chain.size, treeSize + 1 + random(3)));
      if (random(3) > 0) await poll(index);
      if (turn % 15 > 0) continue;
      // A rollback lowers anvil's own finality: on, above what was final before.
      await chain.mine(9);
      await poll(index, 2);
      const fresh = open({ tracker: { maxLinked: 3, maxGap: 100 } });
      await chain.beginAbove(0, fresh);
      await poll(fresh);
      expect(live(dumpAnchors(index.folder)), `turn ${turn}`).to.deep.equal(live(dumpAnchors(fresh.folder)));
    }
    expect(new Set(alarmsIn(index))).to.not.include("missed-anchor");
    expect(new Set(index.cases)).to.include.keys("extended", "reorged", "unchanged", "gapFilled");
  });

  it("B13 the alarm ends when the chain drops the foreign anchor; its evidence stays", async () => {
    await setUp(8);
    const index = open();
    await poll(index);
    await chain.anchor(12, "thief");
    await chain.mine(1);
    await poll(index);
    const [alarm] = index.told as ToldFact[];
    await node.ask("anvil_reorg", 2, []);
    await poll(index);
    expect(alarmsIn(index)).to.deep.equal(["foreign-anchor", "clear foreign-anchor"]);
    expect(await index.rows()).to.deep.equal(["12 orphaned foreign"]);
    expect(readFileSync(evidenceFileOf(alarm)!, "utf8")).to.include("this service did not send it");
  });

  it("a node that lags or lost its newest blocks: nothing is dropped, and after some rounds it is told", async () => {
    await setUp(8);
    const index = open();
    await poll(index);
    await chain.anchor(12);
    await chain.mine(3);
    await poll(index);
    const before = await index.rows();
    await node.ask("anvil_rollback", 3);
    await poll(index, 2);
    expect(index.told).to.deep.equal([]);
    await poll(index, 3);
    expect(alarmsIn(index)).to.deep.equal(["node-behind"]);
    expect(await index.rows()).to.deep.equal(before);
    await chain.mine(5);
    await poll(index);
    expect(alarmsIn(index)).to.deep.equal(["node-behind", "clear node-behind"]);
    expect(await index.rows()).to.deep.equal(before);
  });

  it("a chain that was started empty is begun anew when it is told so; the rows of the lost one stay, orphaned", async () => {
    await setUp(1);
    const index = open();
    await chain.anchor(12);
    await chain.mine(20);
    await poll(index);
    expect(await index.rows()).to.deep.equal(["12 final ours"]);
    await node.ask("anvil_reset");
    // The same account deploys to the same address.
    await chain.writer.deploy(new Uint8Array(32).fill(7));
    const contract = chain.of.contract;
    await index.indexing.forget();
    expect(await index.index.position(chain.of)).to.equal(undefined);
    await chain.anchor(20);
    await chain.mine(2);
    await poll(index);
    expect(chain.of.contract).to.equal(contract);
    expect(await index.rows()).to.deep.equal(["12 orphaned ours", "20 final ours"]);
  });

  it("a contract at another address has rows of its own", async () => {
    await setUp(1);
    const index = open({ chain: chain.writer });
    await chain.anchor(12);
    await chain.mine(2);
    await poll(index);
    const first = chain.of;
    await chain.writer.deploy(new Uint8Array(32).fill(7));
    await chain.anchor(20);
    await chain.mine(2);
    await poll(index);
    expect(await index.rows()).to.deep.equal(["20 final ours"]);
    expect((await index.index.newest(first))?.treeSize).to.equal(12);
  });

  it("an answer from a node that changes branches in between is taken for none, and nothing is written", async () => {
    await setUp(8);
    const index = open();
    await poll(index);
    await chain.anchor(12);
    const before = await index.index.position(chain.of);
    const lie = `0x${"ab".repeat(32)}`;
    chain.faulty.setFault(async ({ method }, forward) => {
      const answer = await forward();
      if (method !== "eth_getLogs") return answer;
      return { result: (answer.result as object[]).map((log) => ({ ...log, blockHash: lie })) };
    });
    await expectRejection("CHAIN_UNREACHABLE", index.indexing.poll(), /has changed branches/);
    chain.faulty.setFault(async ({ method }, forward) => {
      const answer = await forward();
      if (method !== "eth_getLogs") return answer;
      return { result: (answer.result as object[]).map((log) => ({ ...log, blockNumber: "0x1" })) };
    });
    await expectRejection("CHAIN_UNREACHABLE", index.indexing.poll(), /are not in the blocks/);
    expect(await index.index.position(chain.of)).to.deep.equal(before);
    expect(await index.rows()).to.deep.equal([]);
  });
});
