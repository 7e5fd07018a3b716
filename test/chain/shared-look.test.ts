// What is final is asked for once a round, and nothing is shared that could have changed in between. Over anvil, by way of a
// node that counts.

import { expect } from "chai";

import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import type { Chain } from "../../src/chain/chain.ts";
import { connectChain } from "../../src/chain/nodes/connect-chain.ts";
import { sharedLook, type SharedLook } from "../../src/chain/shared-look.ts";
import { startAnvil, type TestChain } from "../support/chains.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { startFaultyNode, type FaultyNode } from "../support/faulty-node.ts";

const HEIGHT = 10;
/** Two below the newest, as anvil has it. */
const FINAL = HEIGHT - 2;

describe("truth E4: what is final, once a round", () => {
  let node: TestChain;
  let proxy: FaultyNode;
  let chain: Chain;
  let look: SharedLook;
  let shared: Chain;
  beforeEach(async () => {
    node = await startAnvil({ args: ["--slots-in-an-epoch", "1"] });
    await node.ask("anvil_mine", `0x${HEIGHT.toString(16)}`);
    proxy = await startFaultyNode(node.rpcUrl);
    chain = await connectChain({ rpcUrl: proxy.rpcUrl, anchorKey: LOCAL_DEV_KEY });
    look = sharedLook(chain);
    shared = look.chain;
    proxy.seen.length = 0;
  });
  afterEach(async () => {
    await chain?.close();
    await proxy?.stop();
    await node?.stop();
  });
  const asked = (): number => proxy.seen.splice(0).length;

  it("takes one question for the final height and the final block, and one for each block below", async () => {
    expect(await shared.finalizedHeight()).to.equal(FINAL);
    const block = await shared.block("finalized");
    expect(block?.number).to.equal(FINAL);
    expect(await shared.block(FINAL)).to.equal(block);
    expect(asked()).to.equal(1);
    for (let time = 0; time < 3; time++) expect((await shared.block(FINAL - 1))?.hash).to.equal(block?.parentHash);
    expect(asked()).to.equal(1);
  });

  it("asks each time for what is above it", async () => {
    await shared.finalizedHeight();
    const before = await shared.blockHashAt(FINAL + 1);
    const newest = await shared.block("latest");
    await node.ask("anvil_reorg", 2, []);
    expect(await shared.blockHashAt(FINAL + 1)).not.to.equal(before);
    expect((await shared.block("latest"))?.hash).not.to.equal(newest?.hash);
    expect((await shared.block(FINAL + 1))?.hash).not.to.equal(before);
    expect(asked()).to.equal(1 + 5);
  });

  it("truth E2: asks each time whether a block is still there, since a reorg can go below what was final", async () => {
    await shared.block("finalized");
    const heights = [FINAL - 1, FINAL];
    const before = [await shared.blockHashAt(FINAL - 1), await shared.blockHashAt(FINAL)];
    await node.ask("anvil_reorg", HEIGHT - FINAL + 2, []);
    for (const [index, height] of heights.entries())
      expect(await shared.blockHashAt(height), `at ${height}`).not.to.equal(before[index]);
  });

  it("does not take a block that was asked for before the height that makes it final", async () => {
    const before = await shared.blockHashAt(HEIGHT);
    await node.ask("anvil_reorg", 1, []);
    await node.ask("anvil_mine", "0x5");
    expect(await shared.finalizedHeight()).to.be.greaterThan(HEIGHT);
    expect(await shared.blockHashAt(HEIGHT)).not.to.equal(before);
  });

  it("asks for everything anew in the next round", async () => {
    await shared.finalizedHeight();
    await shared.block(FINAL - 1);
    await node.ask("anvil_mine", "0x3");
    expect(await shared.finalizedHeight()).to.equal(FINAL);
    look.renew();
    expect(await shared.finalizedHeight()).to.equal(FINAL + 3);
    await shared.block(FINAL - 1);
    expect(asked()).to.equal(4);
  });

  it("keeps no failure", async () => {
    proxy.setFault((_request, _forward, { response }) => void response.destroy());
    await expectRejection("CHAIN_UNREACHABLE", shared.finalizedHeight());
    proxy.setFault();
    expect(await shared.finalizedHeight()).to.equal(FINAL);
  });

  it("has the height where the header cannot be read", async () => {
    proxy.setFault(async ({ method }, forward) => {
      const { result } = await forward();
      if (method !== "eth_getBlockByNumber") return { result };
      return { result: { ...(result as object), stateRoot: `0x${"5e".repeat(32)}` } };
    });
    expect(await shared.finalizedHeight()).to.equal(FINAL);
    await expectRejection("CHAIN_EVIDENCE_INVALID", shared.block("finalized"));
    expect(await shared.blockHashAt(FINAL)).to.match(/^0x/);
  });

  it("names the contract that was deployed since", async () => {
    await chain.deploy(new Uint8Array(32).fill(1));
    expect(shared.contract).to.equal(chain.contract);
    expect((await shared.head()).treeSize).to.equal(0);
  });
});
