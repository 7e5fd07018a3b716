// Several nodes of one chain, some down, late, greedy or lying: real nodes' answers by way of proxies in front of one anvil.
// Invariant: with two nodes or more, nothing is true on the word of one, and taking one down never lowers that number.

import { expect } from "chai";

import { freePort } from "../../../scripts/free-port.ts";
import type { Chain } from "../../../src/chain/chain.ts";
import type { ChainOptions } from "../../../src/chain/nodes/connect-chain.ts";
import { startAnvil, type TestChain } from "../../support/chains.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { startFaultyNode, type Fault, type FaultyNode } from "../../support/faulty-node.ts";
import { anchorMined, connect, connectDeployed, growingLog, holdMining, mine } from "../../support/anchored-log.ts";

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;
const down: Fault = (_request, _forward, { response }) => void response.destroy();
const answering =
  (method: string, result: unknown): Fault =>
  (request, forward) =>
    request.method === method ? { result } : forward();
const refusing =
  (message: string): Fault =>
  ({ method }, forward) =>
    method === "eth_sendRawTransaction" ? { error: { code: -32_000, message } } : forward();

describe("a chain over several nodes", () => {
  let node: TestChain;
  let contract: string;
  let faulty: FaultyNode[];
  let chain: Chain;
  let clock: number;
  const log = growingLog(256);
  let transactionHash: string;

  before(async () => {
    node = await startAnvil({ args: ["--slots-in-an-epoch", "2"] });
    const deployed = await connectDeployed(node);
    contract = deployed.contract;
    transactionHash = (await anchorMined(deployed, log.first)).transactionHash;
    await node.ask("anvil_mine", "0x10");
    await deployed.close();
  });
  after(() => node.stop());
  beforeEach(() => {
    [faulty, clock] = [[], 1_000_000];
  });
  afterEach(async () => {
    for (const one of faulty) one.setFault();
    await chain.close();
    await Promise.all(faulty.map((one) => one.stop()));
  });

  const open = async (count: number, more: Partial<ChainOptions> = {}): Promise<void> => {
    for (let i = 0; i < count; i++) faulty.push(await startFaultyNode(node.rpcUrl));
    const rpcUrl = faulty.map((one) => one.rpcUrl);
    const options: Partial<ChainOptions> = { contract, now: () => clock, requestTimeoutMs: 60_000, ...more };
    chain = await connect({ rpcUrl: "" }, { rpcUrl, ...options });
  };
  const hostOf = (one: FaultyNode): string => new URL(one.rpcUrl).host;
  const askedSince = async (one: FaultyNode, act: () => Promise<unknown>): Promise<number> => {
    const before = one.seen.length;
    await act();
    return one.seen.length - before;
  };

  describe("connecting", () => {
    it("goes on with one of three down, and says which", async () => {
      const port = await freePort();
      await open(2);
      await chain.close();
      const rpcUrl = [`http://127.0.0.1:${port}`, ...faulty.map((one) => one.rpcUrl)];
      chain = await connect({ rpcUrl: "" }, { rpcUrl, contract, now: () => clock, requestTimeoutMs: 60_000 });
      expect((await chain.head()).treeSize).to.equal(256);
      const health = new Map(chain.health().endpoints.map((one) => [one.name, one]));
      expect([...health.keys()]).to.have.members([`127.0.0.1:${port}`, ...faulty.map(hostOf)]);
      const sick = health.get(`127.0.0.1:${port}`);
      expect(sick?.failures).to.be.greaterThan(0);
      expect(sick?.lastAnswerAt).to.equal(null);
      expect(sick?.lastError).to.match(/ECONNREFUSED/);
      expect(health.get(hostOf(faulty[0]!))).to.include({ failures: 0, lastAnswerAt: clock, lastError: null });
    });

    it("does not start with one of two, nor with none", async () => {
      await open(2);
      const [first, second] = faulty.map((one) => one.rpcUrl) as [string, string];
      faulty[1]!.setFault(down);
      for (const rpcUrl of [[first, second], [second, first], [second]])
        await expectRejection("CHAIN_UNREACHABLE", connect({ rpcUrl: "" }, { rpcUrl, requestTimeoutMs: 60_000 }));
    });

    it("B14 refuses nodes of different chains, and one of another chain than was set", async () => {
      await open(3);
      const rpcUrl = faulty.map((one) => one.rpcUrl);
      faulty[1]!.setFault(answering("eth_chainId", "0x5"));
      const strangers = await expectRejection("CHAIN_MISMATCH", connect({ rpcUrl: "" }, { rpcUrl }));
      expect(strangers.message).to.match(/of different chains: 127.0.0.1:\d+ of 31337, 127.0.0.1:\d+ of 5$/);
      await expectRejection("CHAIN_WRONG", connect({ rpcUrl: "" }, { rpcUrl, chainId: 31_337 }), /serves chain 5/);
    });
  });

  describe("agreeing", () => {
    it("B16 takes nobody's word alone: one of two down, and it waits; it does not believe the other", async () => {
      await open(2);
      for (const [sick] of [[0], [1]] as const) {
        faulty[sick]!.setFault(down);
        for (const question of [chain.head(), chain.finalizedHeight(), chain.nextNonce(), chain.codeHash()])
          await expectRejection(
            "CHAIN_UNREACHABLE",
            question,
            /of 2 endpoints, 2 must answer and agree, and fewer did/,
          );
        faulty[sick]!.setFault();
        clock += 120_000;
      }
      expect((await chain.head()).treeSize).to.equal(256);
    });

    it("B16 two that contradict each other: said on what and who, and nothing is concluded", async () => {
      await open(2);
      faulty[0]!.setFault(answering("eth_getCode", "0x60"));
      const error = await expectRejection("CHAIN_MISMATCH", chain.codeHash());
      const sides = faulty.map(hostOf);
      expect(error.message).to.equal(`the endpoints do not agree on the contract's code: ${sides.join(" against ")}`);
      expect(chain.health().conflicts).to.deep.equal([error.message]);
      faulty[0]!.setFault();
      await chain.codeHash();
      expect(chain.health().conflicts).to.deep.equal([]);
    });

    it("B16 one of three that contradicts is outvoted, and told until it agrees or nobody asks any more", async () => {
      await open(3);
      const before = await chain.codeHash();
      faulty[1]!.setFault(answering("eth_getCode", "0x60"));
      expect(await chain.codeHash()).to.equal(before);
      expect(chain.health().conflicts[0]).to.match(/the contract's code: [^ ]+, [^ ]+ against [^ ,]+$/);
      clock += 60_000;
      expect(chain.health().conflicts).to.have.length(1);
      clock += 1;
      expect(chain.health().conflicts).to.deep.equal([]);
    });

    it("takes heights, nonces and prices that two reach: one that claims more or asks more does not count", async () => {
      const lies: readonly [string, Fault, (chain: Chain) => Promise<unknown>][] = [
        ["final height", answering("eth_getBlockByNumber", { number: "0xffff" }), (of) => of.finalizedHeight()],
        ["nonce", answering("eth_getTransactionCount", "0xffff"), (of) => of.nextNonce()],
        ["balance", answering("eth_getBalance", hex(10n ** 30n)), (of) => of.balance()],
        ["tip", answering("eth_maxPriorityFeePerGas", hex(10n ** 18n)), (of) => of.marketFees()],
      ];
      for (const count of [2, 3]) {
        await open(count);
        for (const [what, lie, ask] of lies)
          for (const liar of faulty) {
            const truth = await ask(chain);
            liar.setFault(lie);
            expect(await ask(chain), `${what}, ${count} nodes`).to.deep.equal(truth);
            liar.setFault();
          }
        if (count === 3) break;
        await chain.close();
        await Promise.all(faulty.splice(0).map((one) => one.stop()));
      }
    });

    it("B17 goes by what two of three have seen: one that lags holds nobody up, two of two wait for it", async () => {
      await open(2);
      const { number } = (await chain.block("latest"))!;
      const lagging: Fault = async (request, forward) => {
        const { method, params } = request;
        if (method === "eth_blockNumber") return { result: hex(number - 3) };
        if (method !== "eth_getBlockByNumber") return forward();
        if (params[0] === "latest") return { result: await node.ask(method, hex(number - 3), false) };
        return Number(params[0]) > number - 3 ? { result: null } : forward();
      };
      faulty[0]!.setFault(lagging);
      expect((await chain.block("latest"))?.number).to.equal(number - 3);
      await expectRejection(
        "CHAIN_UNREACHABLE",
        chain.blockHashAt(number),
        /not enough endpoints have the block at height/,
      );
      expect(await chain.blockHashAt(number + 1)).to.equal(undefined);
      expect(chain.health().conflicts).to.deep.equal([]);
      const names = new Map(chain.health().endpoints.map(({ name, height }) => [name, height]));
      expect(names.get(hostOf(faulty[0]!))).to.equal(number - 3);
      await chain.close();
      await open(1);
      faulty[0]!.setFault(lagging);
      expect((await chain.block("latest"))?.number).to.equal(number);
    });

    it("takes what proves itself from whoever has it", async () => {
      await open(2);
      faulty[0]!.setFault(answering("eth_getTransactionReceipt", null));
      expect((await chain.evidenceOf(transactionHash)).evidence.transaction.hash).to.equal(transactionHash);
      expect(await chain.transactionState(transactionHash)).to.include({ state: "included" });
      const { hash } = (await chain.block(1))!;
      faulty[0]!.setFault(answering("eth_getBlockByHash", null));
      expect((await chain.blockByHash(hash))?.number).to.equal(1);
      faulty[0]!.setFault(answering("eth_getLogs", []));
      expect((await chain.anchorEventsIn(0, 10)).map(({ treeSize }) => treeSize)).to.deep.equal([256]);
      faulty[0]!.setFault();
      expect(await chain.anchorEventsIn(0, 10), "each once").to.have.length(1);
    });

    it("B16 what one of three makes up by the thousand is not proven one by one, and hides nothing", async () => {
      await open(3);
      const [liar, honest] = faulty as [FaultyNode, FaultyNode];
      const logs = (await node.ask("eth_getLogs", { address: contract, fromBlock: "0x0" })) as {
        transactionHash: string;
        topics: string[];
      }[];
      const log = logs.find((one) => one.transactionHash === transactionHash)!;
      const word = (value: number): string => `0x${value.toString(16).padStart(64, "0")}`;
      const madeUp = Array.from({ length: 3_000 }, (_, at) => ({
        ...log,
        topics: [log.topics[0], word(300 + at), ...log.topics.slice(2)],
        transactionHash: word(at + 1),
      }));
      liar.setFault(answering("eth_getLogs", [...madeUp, log]));
      const sizes = async (): Promise<number[]> => (await chain.anchorEventsIn(0, 10)).map(({ treeSize }) => treeSize);
      const asked = await askedSince(honest, async () => expect(await sizes()).to.deep.equal([256]));
      expect(asked).to.be.lessThan(50);
      const told = `the endpoints do not agree on the contract's anchors: ${hostOf(liar)} against the others`;
      expect(chain.health().conflicts).to.deep.equal([told]);
      // What the third of them alone shows is found all the same.
      faulty[2]!.setFault(answering("eth_getLogs", []));
      liar.setFault(answering("eth_getLogs", madeUp));
      expect(await sizes()).to.deep.equal([256]);
      clock += 60_001;
      liar.setFault(answering("eth_getLogs", madeUp.slice(0, 3)));
      expect(await sizes()).to.deep.equal([256]);
      expect(chain.health().conflicts).to.deep.equal([]);
    });

    it("B14 asks again which chain it is whenever it asks what the contract is, and before it signs", async () => {
      await open(2);
      for (const one of faulty) one.setFault(answering("eth_chainId", "0x5"));
      await expectRejection("CHAIN_WRONG", chain.codeHash(), /serves chain 5, not chain 31337/);
      await expectRejection("CHAIN_WRONG", chain.sign(growingLog(300).first), /serves chain 5, not chain 31337/);
      faulty[0]!.setFault();
      await expectRejection("CHAIN_MISMATCH", chain.sign(growingLog(300).first), /do not agree on the chain id/);
    });
  });

  describe("a node that gives no answer", () => {
    it("is left alone after three times, longer each time, and never for more than a minute", async () => {
      await open(3);
      const [sick] = faulty as [FaultyNode];
      sick.setFault(down);
      const ask = (): Promise<unknown> => chain.finalizedHeight();
      for (let i = 0; i < 3; i++) expect(await askedSince(sick, ask)).to.equal(1);
      for (const pause of [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
        clock += pause - 1;
        expect(await askedSince(sick, ask), `within ${pause} ms`).to.equal(0);
        clock += 1;
        expect(await askedSince(sick, ask), `after ${pause} ms`).to.equal(1);
      }
      sick.setFault();
      clock += 60_000;
      await ask();
      expect(chain.health().endpoints[0]).to.include({ failures: 0, lastError: null, lastAnswerAt: clock });
      expect(await askedSince(sick, ask)).to.equal(1);
    });

    it("counts as silent when it lets the others wait, and is left alone like one that is down", async () => {
      await open(3);
      const [slow] = faulty as [FaultyNode];
      slow.setFault(() => undefined);
      const begin = performance.now();
      for (let i = 0; i < 3; i++) expect(await chain.finalizedHeight()).to.be.greaterThan(0);
      expect(await askedSince(slow, () => chain.evidenceOf(transactionHash))).to.equal(0);
      // Three times two seconds, and not the minute for which the request may take.
      expect(performance.now() - begin).to.be.within(5_000, 60_000);
      expect(chain.health().endpoints[0]).to.include({ failures: 3 });
      expect(chain.health().endpoints[0]?.lastError).to.match(/no answer within 2000 ms after enough others/);
    });

    it("is asked all the same when the others are too few to agree: it is heard as soon as it is back", async () => {
      await open(2);
      const [sick] = faulty as [FaultyNode];
      sick.setFault(down);
      for (let i = 0; i < 6; i++) await expectRejection("CHAIN_UNREACHABLE", chain.finalizedHeight());
      sick.setFault();
      expect(await chain.finalizedHeight()).to.be.greaterThan(0);
    });

    it("is asked all the same when it is the only one", async () => {
      await open(1);
      faulty[0]!.setFault(down);
      for (let i = 0; i < 6; i++) await expectRejection("CHAIN_UNREACHABLE", chain.finalizedHeight(), /gave no usable/);
      faulty[0]!.setFault();
      expect(await chain.finalizedHeight()).to.be.greaterThan(0);
    });

    it("has answered when it refuses in words of its own", async () => {
      await open(2);
      const signed = await chain.sign(log.first);
      for (const one of faulty)
        one.setFault(({ method }, forward) =>
          method === "eth_getTransactionReceipt" ? { error: { code: 1, message: "pruned" } } : forward(),
        );
      for (let i = 0; i < 5; i++)
        await expectRejection("NODE_REFUSED", chain.transactionState(signed.transactionHash), /pruned/);
      expect(chain.health().endpoints.map(({ failures }) => failures)).to.deep.equal([0, 0]);
    });
  });

  describe("sending", () => {
    it("sends to all; that one takes it is enough", async () => {
      await open(3);
      await holdMining(node);
      const signed = await chain.sign(log.next(300));
      faulty[0]!.setFault(down);
      faulty[1]!.setFault(refusing("the pool is full"));
      await chain.send(signed);
      for (const one of faulty)
        expect(one.seen.some(({ method }) => method === "eth_sendRawTransaction")).to.equal(true);
      faulty[0]!.setFault();
      clock += 60_000;
      expect(await chain.transactionState(signed.transactionHash)).to.deep.equal({ state: "waiting" });
      await mine(node);
      expect((await chain.head()).treeSize).to.equal(300);
    });

    it("B3 says why when none takes it: a reason rather than a silence", async () => {
      await open(3);
      const signed = await chain.sign(log.next(310));
      faulty[0]!.setFault(down);
      faulty[1]!.setFault(refusing("the pool is full"));
      faulty[2]!.setFault(refusing("insufficient funds"));
      expect((await chain.send(signed))?.reason).to.equal("no-funds");
      for (const one of faulty) one.setFault(down);
      await expectRejection("CHAIN_UNREACHABLE", chain.send(signed));
    });

    it("B15 believes that one failed only when two say so", async () => {
      await open(2);
      const lie: Fault = async ({ method }, forward) => {
        const answer = await forward();
        const isReceipt = method === "eth_getTransactionReceipt" && answer.result !== null;
        return isReceipt ? { result: { ...(answer.result as object), status: "0x0" } } : answer;
      };
      faulty[0]!.setFault(lie);
      faulty[1]!.setFault(answering("eth_getTransactionReceipt", null));
      expect(await chain.transactionState(transactionHash)).to.deep.equal({ state: "waiting" });
      faulty[1]!.setFault(lie);
      expect(await chain.transactionState(transactionHash)).to.include({ state: "failed" });
      for (const one of faulty)
        one.setFault((request, forward) =>
          ["eth_getTransactionReceipt", "eth_getTransactionByHash"].includes(request.method)
            ? { result: null }
            : forward(),
        );
      expect(await chain.transactionState(transactionHash)).to.deep.equal({ state: "unknown" });
    });

    it("deploys where all of them then look", async () => {
      await open(2);
      await chain.deploy(new Uint8Array(32).fill(3));
      expect((await chain.head()).treeSize).to.equal(0);
      expect(chain.contract).not.to.equal(contract);
    });
  });
});
