/**
 * Anchoring against real chains: what a crash between any two steps leaves, a chain that was restarted or reorganised, a
 * contract that contradicts the log. Hardhat where finality is immediate, anvil where it lags and blocks can be taken back.
 */
import { JsonRpcProvider } from "ethers";
import { expect } from "chai";
import { Anchoring, type AnchoringEvent, type AnchoringOptions } from "../../src/anchoring.ts";
import { LOCAL_DEV_KEY } from "../../src/chain/anchor-key.ts";
import type { Chain } from "../../src/chain/chain.ts";
import { connectChain } from "../../src/chain/ethers-chain.ts";
import { utf8 } from "../../src/core/bytes.ts";
import { WarifuError } from "../../src/core/errors.ts";
import type { Policy } from "../../src/core/policy.ts";
import { logIdOf } from "../../src/core/record.ts";
import { nextAnchorSize } from "../../src/stages/anchor.ts";
import { prove } from "../../src/stages/prove.ts";
import { verifyBundle } from "../../src/verify/verify-bundle.ts";
import { startAnvil, startHardhat, type TestChain } from "../support/chains.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import {
  expectClean,
  keyed,
  openLedger,
  reading,
  SIGNER,
  temporaryFolder,
  type TestLedger,
} from "../support/ledger.ts";

const EVERY_ROUND = { everyRecords: 1, everyMs: 1, pollMs: 60_000 };

describe("nextAnchorSize", () => {
  it("prefers the newest tile boundary that is not anchored", () => {
    expect(nextAnchorSize(0, 255)).to.equal(255);
    expect(nextAnchorSize(0, 256)).to.equal(256);
    expect(nextAnchorSize(0, 700)).to.equal(512);
    expect(nextAnchorSize(512, 700)).to.equal(700);
    expect(nextAnchorSize(700, 767)).to.equal(767);
    expect(nextAnchorSize(700, 768)).to.equal(768);
  });

  it("never grows by more than the contract allows", () => {
    expect(nextAnchorSize(10, 2 ** 30)).to.equal(10 + 2 ** 26);
  });
});

describe("anchoring on Hardhat", function () {
  this.timeout(60_000);
  let node: TestChain;
  let chain: Chain;
  let ledger: TestLedger;
  let events: AnchoringEvent[];

  beforeEach(async () => {
    node = await startHardhat();
    chain = await connectChain({ rpcUrl: node.rpcUrl, anchorKey: LOCAL_DEV_KEY });
    ledger = await openLedger();
    events = [];
  });
  afterEach(async () => {
    await ledger.close();
    await chain.close();
    await node.stop();
  });

  const anchoringOver = (over: Partial<AnchoringOptions> = {}): Anchoring =>
    new Anchoring({
      store: ledger.store,
      chain,
      tree: ledger.pipeline.tree,
      publisher: ledger.pipeline.publisher,
      now: Date.now,
      ...EVERY_ROUND,
      onEvent: (event) => events.push(event),
      onStop: (reason) => expect.fail(reason.message),
      ...over,
    });

  it("anchors what is published, follows it until it is final, and proves it", async () => {
    await ledger.submit(keyed(reading, 300));
    const anchoring = anchoringOver();
    for (let round = 0; round < 3; round++) await anchoring.round();
    expect(anchoring.status.finalizedSize).to.equal(ledger.pipeline.tree.publishedSize);
    expect(anchoring.status.waitingSince).to.equal(undefined);
    expect((await chain.anchorEvents()).map(({ treeSize }) => treeSize)).to.deep.equal([256, 302]);
    const [entry] = await ledger.store.entries(100, 101);
    const bundle = await prove(entry as NonNullable<typeof entry>, ledger.store, ledger.pipeline.tree);
    expect((await verifyBundle(utf8(bundle), await policyOf(chain))).outcome).to.equal("holds");
  });

  for (const isDone of [false, true])
    it(`makes one anchor when it ended right ${isDone ? "after" : "before"} the transaction was sent`, async () => {
      await ledger.submit(keyed(reading, 10));
      await chain.deploy(logIdOf(ledger.store.origin));
      const crashing = sendingWith(chain, async (anchor) => {
        if (isDone) await chain.send(anchor);
        throw new WarifuError("CHAIN_UNREACHABLE", "the test ends the process here");
      });
      await expectRejection("CHAIN_UNREACHABLE", anchoringOver({ chain: crashing }).round());
      expect((await ledger.store.anchorsIn(["pending"])).length).to.equal(1);
      const anchoring = anchoringOver();
      for (let round = 0; round < 3; round++) await anchoring.round();
      expect((await chain.anchorEvents()).map(({ treeSize }) => treeSize)).to.deep.equal([12]);
      expect((await ledger.store.anchorsIn(["finalized"])).map(({ treeSize }) => treeSize)).to.deep.equal([12]);
    });

  it("notices a local chain that was restarted empty, deploys, anchors again, and keeps what was lost", async () => {
    await ledger.submit(keyed(reading, 10));
    const anchoring = anchoringOver();
    for (let round = 0; round < 2; round++) await anchoring.round();
    await chain.close();
    await node.stop();
    node = await startHardhat();
    chain = await connectChain({ rpcUrl: node.rpcUrl, anchorKey: LOCAL_DEV_KEY });
    events = [];
    const again = anchoringOver();
    for (let round = 0; round < 3; round++) await again.round();
    expect(events.find(({ event }) => event === "deployed")).to.include({ chainWasLost: true, orphaned: 1 });
    expect((await ledger.store.anchorsIn(["orphaned"])).length).to.equal(1);
    expect(again.status.finalizedSize).to.equal(12);
  });

  it("refuses to start on a store that lies behind the contract", async () => {
    const longer = await openLedger({ folder: temporaryFolder() });
    await longer.submit(keyed(reading, 20));
    const { tree, publisher } = longer.pipeline;
    await anchoringOver({ store: longer.store, tree, publisher }).round();
    await longer.close();
    await ledger.submit(keyed(reading, 5));
    await expectRejection("STORE_BEHIND", anchoringOver().start(), /older copy/);
  });

  it("refuses a contract with a root that the log does not have", async () => {
    const other = await openLedger({ folder: temporaryFolder() });
    await other.submit([7, 8, 9].map((number) => reading(number)));
    const { tree, publisher } = other.pipeline;
    await anchoringOver({ store: other.store, tree, publisher }).round();
    await other.close();
    await ledger.submit(keyed(reading, 20));
    await expectRejection("STORE_CORRUPT", anchoringOver().start(), /this log does not have/);
  });

  it("refuses a contract that was deployed for another log", async () => {
    await chain.deploy(logIdOf("another.example/log"));
    await expectRejection("CHAIN_WRONG", anchoringOver().start(), /another log/);
  });
});

describe("anchoring on anvil, whose finality lags", function () {
  this.timeout(60_000);
  let node: TestChain;
  let chain: Chain;
  let ledger: TestLedger;
  let provider: JsonRpcProvider;

  beforeEach(async () => {
    node = await startAnvil({ args: ["--slots-in-an-epoch", "4"] });
    provider = new JsonRpcProvider(node.rpcUrl, undefined, { staticNetwork: true });
    chain = await connectChain({ rpcUrl: node.rpcUrl, anchorKey: LOCAL_DEV_KEY });
    ledger = await openLedger();
    await ledger.submit(keyed(reading, 10));
  });
  afterEach(async () => {
    await ledger.close();
    await chain.close();
    provider.destroy();
    await node.stop();
  });

  const anchoringOver = (): Anchoring =>
    new Anchoring({
      store: ledger.store,
      chain,
      tree: ledger.pipeline.tree,
      publisher: ledger.pipeline.publisher,
      now: Date.now,
      ...EVERY_ROUND,
      onEvent: () => undefined,
      onStop: (reason) => expect.fail(reason.message),
    });
  const states = async (): Promise<string[]> =>
    (await ledger.store.anchors(Number.MAX_SAFE_INTEGER, 10)).map(({ state }) => state);

  it("calls nothing final that is not, and proves nothing before", async () => {
    const anchoring = anchoringOver();
    for (let round = 0; round < 3; round++) await anchoring.round();
    expect(await states()).to.deep.equal(["included"]);
    const [entry] = await ledger.store.entries(3, 4);
    const proving = prove(entry as NonNullable<typeof entry>, ledger.store, ledger.pipeline.tree);
    await expectRejection("NOT_ANCHORED_YET", proving, /included/);
    await provider.send("anvil_mine", ["0x20"]);
    await anchoring.round();
    expect(await states()).to.deep.equal(["finalized"]);
  });

  it("B8 B10 sends an anchor again whose block was taken back", async () => {
    await chain.deploy(logIdOf(ledger.store.origin));
    await provider.send("anvil_mine", ["0x5"]);
    const anchoring = anchoringOver();
    for (let round = 0; round < 2; round++) await anchoring.round();
    const [before] = await ledger.store.anchorsIn(["included"]);
    expect(before?.blockHash).to.match(/^0x/);
    await provider.send("anvil_reorg", [2, []]);
    await anchoring.round();
    expect(await states()).to.deep.equal(["pending"]);
    for (let round = 0; round < 2; round++) await anchoring.round();
    await provider.send("anvil_mine", ["0x20"]);
    await anchoring.round();
    const [after] = await ledger.store.anchorsIn(["finalized"]);
    expect(after?.treeSize).to.equal(before?.treeSize);
    expect(after?.blockHash).not.to.equal(before?.blockHash);
    expect((await chain.anchorEvents()).length).to.equal(1);
    await ledger.close();
    await expectClean(ledger.folder);
  });
});

/** The same chain with another way of sending. */
function sendingWith(chain: Chain, send: Chain["send"]): Chain {
  return Object.create(chain, { send: { value: send } }) as Chain;
}

async function policyOf(chain: Chain): Promise<Policy> {
  return {
    log: SIGNER.key,
    chain: { id: chain.chainId, contract: chain.contract, codeHash: await chain.codeHash(), accept: "evidence" },
    trustedBlocks: [],
    rpc: [],
    sources: [],
    witnesses: { keys: [], quorum: 0 },
  };
}
