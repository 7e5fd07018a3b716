// The rounds of anchoring over real chains: when an anchor is due, what happens when a chain fails, restarts or lies.
// Invariant (anchored or loud): what waits for an anchor is said to wait, since when, and why.

import { setTimeout as sleep } from "node:timers/promises";

import { Wallet } from "ethers";
import { expect } from "chai";

import { freePort } from "../../scripts/free-port.ts";
import { Alarms } from "../../src/alarms/alarms.ts";
import { recordBeacon } from "../../src/anchor/beacon.ts";
import { Anchoring, type AnchoringEvent, type AnchoringOptions } from "../../src/anchor/schedule.ts";
import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import type { Chain } from "../../src/chain/chain.ts";
import { connectChain, type ChainOptions } from "../../src/chain/nodes/connect-chain.ts";
import { startLocalChain } from "../../src/chain/local/local-chain.ts";
import { WarifuError } from "../../src/core/errors.ts";
import { anchoringDefaults } from "../support/anchoring-options.ts";
import { startAnvil } from "../support/chains.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { interpose } from "../support/interpose.ts";
import { startFaultyNode } from "../support/faulty-node.ts";
import { copyFolder, expectClean, keyed, openLedger, reading, report, type TestLedger } from "../support/ledger.ts";
import { anchoringParts, storedContract } from "../support/anchoring-parts.ts";

describe("anchoring", () => {
  let ledger: TestLedger;
  let chain: Chain;
  let anchoring: Anchoring;
  let events: AnchoringEvent[];
  let stops: WarifuError[];
  let clock: number;
  let alarms: Alarms;
  const closers: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    [events, stops, clock] = [[], [], 0];
    alarms = new Alarms(() => clock);
    ledger = await openLedger();
    closers.push(() => ledger.close());
  });
  afterEach(async () => {
    for (let close = closers.pop(); close; close = closers.pop()) await close();
  });

  const connect = async (rpcUrl: string, more: Partial<ChainOptions> = {}): Promise<Chain> => {
    const connected = await connectChain({ rpcUrl, anchorKey: LOCAL_DEV_KEY, requestTimeoutMs: 20_000, ...more });
    closers.push(() => connected.close());
    return connected;
  };
  const anchoringOver = (over: Chain, more: Partial<AnchoringOptions> = {}): Anchoring => {
    const made = new Anchoring({
      ...anchoringDefaults(() => clock),
      ...anchoringParts(ledger, over, () => clock),
      alarms,
      everyRecords: 100,
      everyMs: 1_000,
      pollMs: 20,
      onEvent: (event) => events.push(event),
      onStop: (reason) => stops.push(reason),
      ...more,
    });
    closers.push(() => made.close());
    return made;
  };
  /** A chain of its own, whose rounds are run by the test. */
  const setUp = async (args: readonly string[] = ["--slots-in-an-epoch", "1"]) => {
    const node = await startAnvil({ args });
    closers.push(() => node.stop());
    chain = await connect(node.rpcUrl);
    anchoring = anchoringOver(chain);
    return node;
  };
  const told = (): string[] =>
    events.map((event) => {
      if (event.event === "anchored") return `anchored ${event.anchor.treeSize}`;
      if (event.event === "confirmed") return `${event.confirmation.change} ${event.confirmation.anchor.treeSize}`;
      if (event.event === "deployed") return `deployed, lost ${event.chainWasLost}, orphaned ${event.orphaned}`;
      return `unreachable ${event.error.code}`;
    });
  /** Why the last of the rounds that failed did. */
  const lastError = (): string | undefined =>
    stops.at(-1)?.message ?? events.findLast((event) => event.event === "unreachable")?.error.message;
  const states = async (): Promise<string[]> =>
    (await ledger.store.anchors(1_000, 100)).reverse().map(({ treeSize, state }) => `${treeSize} ${state}`);
  const until = async (what: () => boolean | Promise<boolean>): Promise<void> => {
    for (let i = 0; i < 10_000; i++) {
      if (await what()) return;
      await sleep(10);
    }
    expect.fail(`it never came to be; told: ${told().join(", ")}; ${lastError()}`);
  };

  it("truth E4: asks a real chain for the contract's code when it is time, and after a round that failed", async () => {
    const node = await setUp();
    await anchoring.round();
    const asked: string[] = [];
    let isDown = false;
    const real = interpose({ ...chain, isLocal: false, contract: chain.contract }, (method, call) => {
      asked.push(method);
      if (isDown && method !== "health" && method !== "close")
        return Promise.reject(new WarifuError("CHAIN_UNREACHABLE", "a test's"));
      return call();
    });
    anchoring = anchoringOver(real);
    const timesIn = async (round: Promise<void>): Promise<number> => {
      asked.length = 0;
      await round;
      return asked.filter((method) => method === "hasContract" || method === "codeHash").length;
    };
    expect(await timesIn(anchoring.round())).to.equal(2);
    for (let round = 0; round < 3; round++) expect(await timesIn(anchoring.round())).to.equal(0);
    clock += 60_000;
    expect(await timesIn(anchoring.round())).to.equal(2);
    // By the service's own rounds, which take note of a failure.
    expect(await timesIn(anchoring.start())).to.equal(0);
    isDown = true;
    await until(() => told().includes("unreachable CHAIN_UNREACHABLE"));
    isDown = false;
    asked.length = 0;
    await until(() => asked.includes("codeHash"));
    await node.ask("anvil_setCode", chain.contract, "0x");
    clock += 60_000;
    await until(() => /there is no contract at/.test(lastError() ?? ""));
  });

  it("deploys on a local chain that has no contract, and anchors by number and by time", async () => {
    const node = await setUp();
    await anchoring.round();
    expect(told()).to.deep.equal(["deployed, lost false, orphaned 0"]);
    expect((await ledger.store.contract())?.contract).to.equal(chain.contract);
    // Two profiles wait: too few, and not for long enough.
    expect(await states()).to.deep.equal([]);
    clock = 999;
    await anchoring.round();
    expect(await states()).to.deep.equal([]);
    clock = 1_000;
    await anchoring.round();
    expect(await states()).to.deep.equal(["2 submitted"]);
    await node.ask("anvil_mine", "0x4");
    await anchoring.round();
    expect(await states()).to.deep.equal(["2 finalized"]);
    await ledger.submit(keyed(reading, 99, "a"));
    await anchoring.round();
    await ledger.submit([reading(1)]);
    // As many as are anchored at once: it is due whatever the time.
    await node.ask("evm_setAutomine", false);
    await anchoring.round();
    expect(await states()).to.deep.equal(["2 finalized", "102 submitted"]);
    await ledger.submit(keyed(reading, 200, "b"));
    for (let round = 0; round < 3; round++) await anchoring.round();
    expect(await states(), "one transaction at a time").to.deep.equal(["2 finalized", "102 submitted"]);
    await node.ask("evm_mine");
    await anchoring.round();
    expect(await states()).to.deep.equal(["2 finalized", "102 included", "256 submitted"]);
  });

  it("anchors a beacon that is alone only after the end of the log, and enters none at a start from then on", async () => {
    const node = await setUp();
    let [isEnded, entered] = [false, 0];
    const ending = { isEnded: () => isEnded, recordBeacon: async () => void entered++ };
    // Ended again before it comes to a round of its own, beside those of the test.
    const startAndEnd = async (): Promise<void> => {
      const another = anchoringOver(chain, ending);
      await another.start();
      await another.close();
    };
    anchoring = anchoringOver(chain, ending);
    await anchoring.round();
    clock = 1_000;
    await anchoring.round();
    await node.ask("anvil_mine", "0x4");
    await anchoring.round();
    await recordBeacon({ ...ledger.log, chain, onMissed: (reason) => expect.fail(reason.message) });
    clock += 60_000;
    await anchoring.round();
    expect(await states()).to.deep.equal(["2 finalized"]);
    await startAndEnd();
    expect(entered, "one for the anchor, one for the start").to.equal(2);

    isEnded = true;
    await anchoring.round();
    expect(await states()).to.deep.equal(["2 finalized", "3 submitted"]);
    await node.ask("anvil_mine", "0x4");
    await anchoring.round();
    entered = 0;
    await startAndEnd();
    expect(entered).to.equal(0);
  });

  it("runs one round at a time: those asked for together anchor once", async () => {
    const node = await setUp();
    await anchoring.round();
    await node.ask("evm_setAutomine", false);
    await ledger.submit(keyed(reading, 254));
    await Promise.all([anchoring.round(), anchoring.round(), anchoring.round()]);
    expect(await states()).to.deep.equal(["256 submitted"]);
  });

  it("says how far the log is final, and since when the oldest entry that is not has waited", async () => {
    const node = await setUp();
    clock = 5_000;
    await anchoring.round();
    const [first] = await ledger.store.entries(0, 1);
    const receivedAt = Math.floor(Buffer.from(first!.id).readUIntBE(0, 6) / 1_000) * 1_000;
    expect(anchoring.status).to.deep.equal({
      finalizedSize: 0,
      lastAnswerAt: 5_000,
      waitingSince: receivedAt,
    });
    await node.ask("anvil_mine", "0x4");
    await anchoring.round();
    await anchoring.round();
    expect(anchoring.status.finalizedSize).to.equal(2);
    expect(anchoring.status.waitingSince).to.equal(undefined);
    // While entries keep coming, something always waits, but never what is final already.
    await ledger.close();
    ledger = await openLedger({ folder: ledger.folder, now: () => Date.now() + 60_000 });
    await ledger.submit([reading(1)]);
    anchoring = anchoringOver(chain);
    await anchoring.round();
    expect(anchoring.status.waitingSince! - receivedAt).to.be.within(55_000, 120_000);
  });

  it("runs by itself, and ends when it is closed", async () => {
    await setUp([]);
    await ledger.submit(keyed(report, 5));
    clock = 1_000_000;
    await anchoring.start();
    await until(async () => (await states()).join() === "7 submitted" || (await states()).join() === "7 included");
    expect((await chain.anchorEvents()).map(({ treeSize }) => treeSize)).to.deep.equal([7]);
    await anchoring.close();
    const before = [...events];
    await ledger.submit(keyed(reading, 200));
    await sleep(100);
    expect(events).to.deep.equal(before);
    expect(stops).to.deep.equal([]);
  });

  it("B1 goes on by itself when the chain answers again, and never anchors twice meanwhile", async () => {
    const node = await startAnvil({ args: ["--slots-in-an-epoch", "1"] });
    closers.push(() => node.stop());
    const proxy = await startFaultyNode(node.rpcUrl);
    closers.push(() => proxy.stop());
    chain = await connect(proxy.rpcUrl);
    anchoring = anchoringOver(chain);
    clock = 10_000;
    await anchoring.start();
    await until(async () => /submitted|included|finalized/.test((await states()).join()));
    // The answer to the next transaction is lost, and then every answer.
    let isDown = false;
    proxy.setFault(async ({ method }, forward, { response }) => {
      const answer = isDown ? undefined : await forward();
      isDown ||= method === "eth_sendRawTransaction";
      if (!isDown) return answer;
      response.statusCode = 503;
      response.end("down");
      return undefined;
    });
    await node.ask("anvil_mine", "0x4");
    await ledger.submit(keyed(reading, 150));
    await until(() => isDown);
    await until(() => lastError() !== undefined);
    expect(told().at(-1)).to.equal("unreachable CHAIN_UNREACHABLE");
    expect((await states()).at(-1)).to.equal("152 pending");
    expect(lastError()).to.match(/HTTP status 503/);
    proxy.setFault();
    await until(async () => {
      await node.ask("anvil_mine", "0x2");
      return (await states()).join() === "2 finalized,152 finalized";
    });
    await until(() => alarms.active().length === 0);
    expect((await chain.anchorEvents()).map(({ treeSize }) => treeSize)).to.deep.equal([2, 152]);
    expect(stops).to.deep.equal([]);
  });

  it("notices a local chain that was restarted empty, says so, deploys and anchors again", async () => {
    const port = await freePort();
    let local = await startLocalChain({ port });
    closers.push(() => local.stop());
    chain = await connect(local.rpcUrl);
    anchoring = anchoringOver(chain);
    clock = 10_000;
    await ledger.submit(keyed(reading, 300));
    await anchoring.start();
    await until(async () => anchoring.status.finalizedSize === 256);
    clock = 20_000;
    await until(async () => anchoring.status.finalizedSize === 302);
    await local.stop();
    await until(() => lastError() !== undefined);
    // Nothing is called more than it is while the chain is away.
    await ledger.submit([reading(1)]);
    local = await startLocalChain({ port });
    clock = 30_000;
    await until(() => told().includes("deployed, lost true, orphaned 2"));
    clock = 40_000;
    await until(async () => anchoring.status.finalizedSize >= 256);
    clock = 50_000;
    await until(async () => anchoring.status.finalizedSize === 303);
    expect(await states()).to.deep.equal(["256 orphaned", "302 orphaned", "256 finalized", "303 finalized"]);
    expect(stops).to.deep.equal([]);
    await anchoring.close();
    const testimony = { chainId: chain.chainId, contract: chain.contract, events: await chain.anchorEvents() };
    await ledger.close();
    await expectClean(ledger.folder, { chain: testimony });
    ledger = await openLedger({ folder: ledger.folder });
  });

  it("finds its contract again after a restart of the service, and does not deploy a second one", async () => {
    const node = await setUp();
    await anchoring.start();
    await anchoring.close();
    const { contract } = chain;
    const again = await connect(node.rpcUrl, { contract });
    anchoring = anchoringOver(again);
    await anchoring.start();
    await anchoring.close();
    expect(again.contract).to.equal(contract);
    expect(told()).to.deep.equal(["deployed, lost false, orphaned 0"]);
  });

  it("A16 does not start over an older copy, nor on another chain, nor without a contract on a public one", async () => {
    const node = await setUp();
    await ledger.submit(keyed(reading, 5));
    await ledger.close();
    const older = copyFolder(ledger.folder);
    ledger = await openLedger({ folder: ledger.folder });
    await ledger.submit(keyed(reading, 200, "more"));
    anchoring = anchoringOver(chain);
    clock = 10_000;
    await anchoring.round();
    await node.ask("anvil_mine", "0x1");
    await ledger.close();
    ledger = await openLedger({ folder: older });
    await ledger.store.setContract(await storedContract(chain));
    await expectRejection("STORE_BEHIND", anchoringOver(chain).start());
    await ledger.store.setContract({ ...(await storedContract(chain)), chainId: 1 });
    await expectRejection(
      "CHAIN_WRONG",
      anchoringOver(chain).start(),
      /anchored on chain 1, the endpoint serves 31337/,
    );
    const publicNode = await startAnvil({ chainId: 5 });
    closers.push(() => publicNode.stop());
    const { privateKey } = Wallet.createRandom();
    const elsewhere = await connect(publicNode.rpcUrl, { anchorKey: privateKey });
    await ledger.store.setContract({
      chainId: 5,
      contract: elsewhere.contract,
      genesis: "",
      codeHash: "",
      startSize: 0,
    });
    await expectRejection("CHAIN_WRONG", anchoringOver(elsewhere).start(), /there is no contract/);
    expect(events.filter(({ event }) => event === "deployed").length).to.equal(1);
  });

  it("P3 stops the log when the contract turns out to hold another history", async () => {
    await setUp();
    anchoring = anchoringOver(chain, { everyRecords: 450, everyMs: 1e9 });
    await anchoring.start();
    // More than the foreign head has: a smaller log would be taken for an older copy.
    await ledger.submit(keyed(reading, 400));
    const foreign = await openLedger();
    await foreign.submit(keyed(report, 400));
    const other = anchoringParts(foreign, chain);
    const checkpoint = await other.publisher.publishAt(other.tree, 300);
    const signed = await chain.sign({ treeSize: 300, rootHash: checkpoint.rootHash, consistencyProof: [] });
    await chain.send(signed);
    await foreign.close();
    await ledger.submit(keyed(reading, 500));
    await until(() => stops.length > 0);
    expect(stops.map(({ code }) => code)).to.deep.equal(["STORE_CORRUPT"]);
    expect(lastError()).to.match(/a root at size 300 that this log does not have/);
    await sleep(100);
    expect(stops.length).to.equal(1);
  });
});
