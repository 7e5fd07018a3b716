// The history of a contract out of its events: complete or refused, however the node cuts, repeats or withholds it.

import { expect } from "chai";

import type { Chain } from "../../../src/chain/chain.ts";
import { startHardhat, type TestChain } from "../../support/chains.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { startFaultyNode, type FaultyNode } from "../../support/faulty-node.ts";
import { anchorMined, connect, connectDeployed, growingLog } from "../../support/anchored-log.ts";

type Log = { readonly topics: string[]; readonly address: string; readonly data: string };

const SIZES = [256, 512, 600, 1_024, 5_000, 5_001];

describe("the anchors in a contract's events", () => {
  let node: TestChain;
  let faulty: FaultyNode;
  let chain: Chain;
  before(async () => {
    node = await startHardhat();
    faulty = await startFaultyNode(node.rpcUrl);
    const deployed = await connectDeployed(node);
    const log = growingLog(SIZES[0]!);
    await anchorMined(deployed, log.first);
    for (const size of SIZES.slice(1)) {
      // More blocks between two anchors than are asked for in one go.
      await node.ask("hardhat_mine", "0x1770");
      await anchorMined(deployed, log.next(size));
    }
    chain = await connect(faulty, { contract: deployed.contract });
    await deployed.close();
  });
  afterEach(() => faulty.setFault());
  after(async () => {
    await chain.close();
    await faulty.stop();
    await node.stop();
  });

  /** Changes the logs of every answer. */
  const withLogs = (change: (logs: Log[]) => Log[]): void =>
    faulty.setFault(async (request, forward) => {
      const answer = await forward();
      return request.method === "eth_getLogs" ? { result: change(answer.result as Log[]) } : answer;
    });

  const sizesFound = async (): Promise<number[]> => (await chain.anchorEvents()).map(({ treeSize }) => treeSize);

  it("are all there, oldest first, each with its place on the chain", async () => {
    const events = await chain.anchorEvents();
    expect(events.map(({ treeSize }) => treeSize)).to.deep.equal(SIZES);
    expect(events.map(({ previousSize }) => previousSize)).to.deep.equal([0, ...SIZES.slice(0, -1)]);
    for (const { transactionHash, blockNumber, blockHash } of events)
      expect(await chain.transactionState(transactionHash)).to.include({ state: "included", blockNumber, blockHash });
  });

  it("are asked for in bounded ranges, and no further back than the first", async () => {
    await node.ask("hardhat_mine", "0x1");
    const before = faulty.seen.length;
    await chain.anchorEvents();
    const asked = faulty.seen.slice(before).filter(({ method }) => method === "eth_getLogs");
    const ranges = asked.map(({ params }) => params[0] as { fromBlock: string; toBlock: string });
    expect(ranges).to.have.length(4);
    for (const { fromBlock, toBlock } of ranges) expect(Number(toBlock) - Number(fromBlock)).to.be.lessThan(10_000);
    for (const [at, { toBlock }] of ranges.slice(1).entries())
      expect(Number(toBlock)).to.equal(Number(ranges[at]!.fromBlock) - 1);
  });

  it("are found in smaller ranges where the node refuses large ones", async () => {
    faulty.setFault(({ method, params }, forward) => {
      const { fromBlock, toBlock } = Object(params[0]) as { fromBlock: string; toBlock: string };
      const isTooLong = method === "eth_getLogs" && Number(toBlock) - Number(fromBlock) >= 1_000;
      return isTooLong ? { error: { code: -32005, message: "query exceeds the limit of 1000 blocks" } } : forward();
    });
    expect(await sizesFound()).to.deep.equal(SIZES);
  });

  it("are given up when the node refuses even a single block", async () => {
    faulty.setFault(({ method }, forward) =>
      method === "eth_getLogs" ? { error: { code: -32000, message: "not today" } } : forward(),
    );
    await expectRejection("NODE_REFUSED", chain.anchorEvents(), /not today/);
  });

  it("count once when the node lists them twice or in another order", async () => {
    withLogs((logs) => [...logs, ...logs].reverse());
    expect(await sizesFound()).to.deep.equal(SIZES);
  });

  for (const [at, size] of SIZES.entries())
    it(`are refused as incomplete without the one of size ${size}`, async () => {
      const topic = `0x${size.toString(16).padStart(64, "0")}`;
      withLogs((logs) => logs.filter(({ topics }) => topics[1] !== topic));
      const error = await expectRejection("CHAIN_UNREACHABLE", chain.anchorEvents(), /does not show the anchor/);
      expect(error.details["treeSize"]).to.equal(SIZES[at]);
    });

  it("are refused when the node answers with none for blocks that it does not have", async () => {
    withLogs(() => []);
    await expectRejection("CHAIN_UNREACHABLE", chain.anchorEvents(), /anchor of tree size 5001$/);
  });

  it("are refused with events that were not asked for, or are none", async () => {
    const other = `0x${"12".repeat(32)}`;
    const changes: ((log: Log) => Log)[] = [
      (log) => ({ ...log, address: `0x${"12".repeat(20)}` }),
      (log) => ({ ...log, topics: [other, ...log.topics.slice(1)] }),
      (log) => ({ ...log, topics: log.topics.slice(0, 2) }),
      (log) => ({ ...log, topics: [log.topics[0]!, other, log.topics[2]!] }),
      (log) => ({ ...log, data: "0x" }),
      (log) => ({ ...log, data: other }),
    ];
    for (const change of changes) {
      withLogs((logs) => logs.map(change));
      await expectRejection("CHAIN_UNREACHABLE", chain.anchorEvents());
    }
    faulty.setFault(({ method }, forward) => (method === "eth_getLogs" ? { result: {} } : forward()));
    await expectRejection("CHAIN_UNREACHABLE", chain.anchorEvents());
  });
});
