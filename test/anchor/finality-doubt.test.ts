// What was final is not taken back on one look: by the rule of docs/alarms.md, three contradictions over a minute, by a node
// that calls the other block final, and red from the first sight. The clock is the test's.

import { expect } from "chai";

import { Alarms } from "../../src/alarms/alarms.ts";
import { Anchoring } from "../../src/anchor/schedule.ts";
import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import { sharedLook } from "../../src/chain/shared-look.ts";
import { connectChain } from "../../src/chain/nodes/connect-chain.ts";
import { anchoringDefaults } from "../support/anchoring-options.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { startAnvil } from "../support/chains.ts";
import { startFaultyNode, type FaultyNode } from "../support/faulty-node.ts";
import { keyed, openLedger, reading, type TestLedger } from "../support/ledger.ts";
import { anchoringParts } from "../support/anchoring-parts.ts";

const OTHER = `0x${"ab".repeat(32)}`;

describe("doubt about what was final", () => {
  let ledger: TestLedger;
  let node: FaultyNode;
  let anchoring: Anchoring;
  let alarms: Alarms;
  let clock: number;
  let mine: () => Promise<unknown>;
  let firstBlock: unknown;
  let restarted: () => Anchoring;
  const closers: (() => Promise<unknown>)[] = [];
  const states = async (): Promise<string[]> =>
    (await ledger.store.anchors(1_000, 10)).map(({ treeSize, state }) => `${treeSize} ${state}`);
  const alarm = (): string | undefined => alarms.active().find(({ code }) => code === "reorg-beyond-finality")?.message;

  beforeEach(async () => {
    clock = Date.now();
    const anvil = await startAnvil({ args: ["--slots-in-an-epoch", "1"] });
    mine = () => anvil.ask("anvil_mine", "0x4");
    node = await startFaultyNode(anvil.rpcUrl);
    ledger = await openLedger();
    const chain = await connectChain({ rpcUrl: node.rpcUrl, anchorKey: LOCAL_DEV_KEY });
    alarms = new Alarms(() => clock);
    // As in the service: what is final is asked for by the index first, and shared for the length of a round.
    const look = sharedLook(chain);
    const lookAtChain = async (): Promise<boolean> => {
      look.renew();
      return (await look.chain.finalizedHeight()) >= 0;
    };
    const parts = { ...anchoringParts(ledger, look.chain, () => clock), lookAtChain };
    restarted = () => new Anchoring({ ...anchoringDefaults(() => clock), ...parts, alarms });
    anchoring = restarted();
    closers.push(
      () => anvil.stop(),
      () => node.stop(),
      () => ledger.close(),
      () => chain.close(),
      () => anchoring.close(),
    );
    await anchoring.start();
    await ledger.submit(keyed(reading, 10));
    while (anchoring.status.finalizedSize === 0) {
      await anchoring.round();
      await mine();
    }
    firstBlock = await anvil.ask("eth_getBlockByNumber", "0x1", false);
    // Past the pause between two looks at heights and funds.
    clock += 10_000;
    await anchoring.round();
  });
  afterEach(async () => {
    for (let close = closers.pop(); close; close = closers.pop()) await close();
  });

  /** From now on the anchor's block has another hash. */
  const contradict = async (): Promise<void> => {
    const height = (await ledger.store.newestFinalAnchor())?.blockNumber ?? 0;
    node.setFault(async ({ method, params }, forward) => {
      const answer = await forward();
      const isIt = method === "eth_getBlockByNumber" && params[0] === `0x${height.toString(16)}`;
      return isIt ? { result: { ...(answer.result as object), hash: OTHER } } : answer;
    });
  };

  it("truth E2: one wrong hash in one answer takes nothing back: red at once, and over with the next look", async () => {
    const before = await states();
    await contradict();
    await anchoring.round();
    expect(await states()).to.deep.equal(before);
    expect(alarm()).to.match(/is another one now, says the chain's node; no anchor was taken back yet/);
    node.setFault();
    await anchoring.round();
    expect([await states(), alarm()]).to.deep.equal([before, undefined]);
  });

  it("truth E2: three contradictions over a minute are believed, and not three within one", async () => {
    const before = await states();
    await contradict();
    for (let look = 0; look < 5; look++) {
      await anchoring.round();
      clock += 10_000;
    }
    expect(await states()).to.deep.equal(before);
    clock += 10_000;
    await anchoring.round();
    expect(await states()).not.to.deep.equal(before);
    expect(alarm()).to.match(/were taken back/);
  });

  it("truth E2: nothing becomes final above what is in doubt, and a service that starts anew goes on doubting", async () => {
    const doubted = anchoring.status.finalizedSize;
    await contradict();
    await anchoring.round();
    await ledger.submit(keyed(reading, 10, "later"));
    for (let round = 0; round < 6; round++) {
      await anchoring.round();
      await mine();
    }
    expect(await states()).to.deep.equal([`${ledger.log.tree.publishedSize} included`, `${doubted} finalized`]);
    expect(alarm()).to.match(/no anchor was taken back yet/);
    // As after a restart: nothing is known of the looks before.
    await anchoring.close();
    anchoring = restarted();
    for (let look = 0; look < 3; look++) {
      await anchoring.round();
      clock += 30_000;
    }
    await anchoring.round();
    expect(await states()).to.include(`${doubted} pending`);
  });

  it("truth E2: nothing becomes final above what the chain dropped in the middle of a round", async () => {
    const doubted = anchoring.status.finalizedSize;
    await ledger.submit(keyed(reading, 10, "later"));
    while ((await ledger.store.anchorsIn(["included"])).length === 0) await anchoring.round();
    await mine();
    // The chain has the block at the round's first question, and another from then on.
    const height = (await ledger.store.newestFinalAnchor())?.blockNumber ?? 0;
    let times = 0;
    node.setFault(async ({ method, params }, forward) => {
      const answer = await forward();
      const isIt = method === "eth_getBlockByNumber" && params[0] === `0x${height.toString(16)}`;
      return isIt && ++times > 1 ? { result: { ...(answer.result as object), hash: OTHER } } : answer;
    });
    await anchoring.round();
    expect(await states()).to.deep.equal([`${ledger.log.tree.publishedSize} included`, `${doubted} finalized`]);
    expect(times).to.be.greaterThan(1);
  });

  it("truth E2: a look that the nodes do not answer ends no doubt", async () => {
    await contradict();
    const doubted = `${anchoring.status.finalizedSize} finalized`;
    await anchoring.round();
    clock += 30_000;
    await anchoring.round();
    node.setFault(({ method }, forward) =>
      method === "eth_getBlockByNumber" ? { error: { code: -32_000, message: "out of order" } } : forward(),
    );
    await expectRejection("NODE_REFUSED", anchoring.round());
    await contradict();
    expect(await states()).to.include(doubted);
    clock += 31_000;
    await anchoring.round();
    expect(await states()).not.to.include(doubted);
  });

  it("truth E2: a final height that goes back is red at once, and off when it is reached again", async () => {
    node.setFault(({ method, params }, forward) =>
      method === "eth_getBlockByNumber" && params[0] === "finalized" ? { result: firstBlock } : forward(),
    );
    clock += 10_000;
    await anchoring.round();
    expect(alarm()).to.match(
      /newest final block is 1, says the chain's node, and was \d+ before; nothing was taken back/,
    );
    node.setFault();
    clock += 10_000;
    await anchoring.round();
    expect(alarm()).to.equal(undefined);
  });
});
