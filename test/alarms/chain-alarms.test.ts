// What can be wrong while the service anchors: each alarm goes on for its cause and off when the cause is gone, records go
// on being taken meanwhile, and nothing is called final that is not. The rounds run by themselves, as in the service.
// Invariant (anchored or loud): whatever keeps an anchor from becoming final has an alarm.

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";
import { keccak256 } from "ethers";

import { ALARMS, Alarms, type AlarmCode } from "../../src/alarms/alarms.ts";
import { Anchoring, type AnchoringEvent, type AnchoringOptions } from "../../src/anchor/schedule.ts";
import { connectChain } from "../../src/chain/nodes/connect-chain.ts";
import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import { WarifuError } from "../../src/core/errors.ts";
import { logIdOf } from "../../src/core/record.ts";
import { worstCost } from "../../src/anchor/fees.ts";
import { LEDGER_FILES } from "../../src/store/sqlite/ledger.ts";
import { anchoringDefaults } from "../support/anchoring-options.ts";
import type { TestChain } from "../support/chains.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import type { Fault, RpcRequest } from "../support/faulty-node.ts";
import { interpose } from "../support/interpose.ts";
import { ORIGIN } from "../support/ledger.ts";
import { changeRole } from "../support/change-role.ts";
import { closeContract } from "../support/close-contract.ts";
import { CLIENTS, GWEI, WriterBench, type BenchOptions } from "../support/writer-bench.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** By the clock on the wall: how long a test waits for what must come. */
const WAIT_MS = 120_000;

for (const { client, start, prefix } of CLIENTS)
  describe(`anchoring over ${client}, and what is wrong with it`, () => {
    let node: TestChain;
    let bench: WriterBench;
    let anchoring: Anchoring;
    let alarms: Alarms;
    let told: string[];
    let events: AnchoringEvent[];
    let stops: WarifuError[];
    before(async () => {
      node = await start();
    });
    after(() => node.stop());
    afterEach(async () => {
      await anchoring.close();
      await bench.close();
    });

    /** Rounds every 15 ms; due when there is anything. */
    const open = async (more: Partial<AnchoringOptions> = {}, options: BenchOptions = {}): Promise<void> => {
      bench = await WriterBench.over(node, prefix, options);
      [told, events, stops] = [[], [], []];
      alarms = new Alarms(
        () => bench.clock,
        ({ code, severity }, isOn) => {
          expect(severity).to.equal(ALARMS[code]);
          told.push(isOn ? code : `no ${code}`);
        },
      );
      anchoring = anchoringOver(more);
    };
    const anchoringOver = (more: Partial<AnchoringOptions> = {}): Anchoring =>
      new Anchoring({
        ...anchoringDefaults(() => bench.clock),
        ...bench.parts,
        pollMs: 15,
        maxLagMs: 100 * HOUR,
        alarms,
        onEvent: (event) => events.push(event),
        onStop: (reason) => stops.push(reason),
        ...more,
      });
    const isOn = (code: AlarmCode): boolean => alarms.active().some((alarm) => alarm.code === code);
    const messageOf = (code: AlarmCode): string => alarms.active().find((alarm) => alarm.code === code)?.message ?? "";
    const until = async (what: () => boolean | Promise<boolean>, wanted: string): Promise<void> => {
      const deadline = performance.now() + WAIT_MS;
      while (performance.now() < deadline) {
        if (await what()) return;
        await sleep(5);
      }
      const on = alarms.active().map(({ code, message }) => `${code}: ${message}`);
      expect.fail(
        `${wanted} did not come to be; told ${told.join(", ")}; on: ${on.join("; ")}; ${(await bench.states()).join()}`,
      );
    };
    const untilOn = (code: AlarmCode): Promise<void> => until(() => isOn(code), code);
    const untilOff = (code: AlarmCode): Promise<void> => until(() => !isOn(code), `the end of ${code}`);
    const untilState = (wanted: string): Promise<void> =>
      until(async () => (await bench.states()).at(-1) === wanted, wanted);
    const untilFinal = (size: number): Promise<void> =>
      until(async () => {
        await bench.mine();
        return anchoring.status.finalizedSize === size;
      }, `${size} final`);
    /** All is well, and one anchor a size. */
    const expectWell = async (sizes: readonly number[]): Promise<void> => {
      bench.clock += 20_000;
      await until(() => alarms.active().length === 0, "the end of every alarm");
      await anchoring.close();
      expect(stops).to.deep.equal([]);
      await bench.expectSettled(sizes);
    };

    const raw =
      (body: (request: RpcRequest) => string | Buffer, status = 200): Fault =>
      (request, _forward, http) => {
        http.response.statusCode = status;
        http.response.end(body(request));
        return undefined;
      };
    const ANSWERS: { readonly [name: string]: Fault } = {
      "status 500": raw(() => "oops", 500),
      "status 429": raw(() => '{"error":{"code":429,"message":"slow down"}}', 429),
      "a web page": raw(() => "<!doctype html><title>Sign in</title>"),
      nothing: raw(() => ""),
      "cut JSON": raw(({ id }) => `{"jsonrpc":"2.0","id":${id},"resul`),
      "100 MB": raw(() => Buffer.alloc(100 * 1024 * 1024, 0x20)),
      "another id": raw(({ id }) => `{"jsonrpc":"2.0","id":${id + 1},"result":"0x1"}`),
      "a result and an error": raw(
        ({ id }) => `{"jsonrpc":"2.0","id":${id},"result":"0x1","error":{"code":1,"message":"no"}}`,
      ),
      "a closed connection": (_request, _forward, { response }) => void response.destroy(),
    };

    /** Of what the rounds alone decide, or answers that are made up here, a second client would show nothing more. */
    const itOverOne = (title: string, test: () => Promise<void>): void => {
      if (client === "anvil") it(title, test);
    };

    itOverOne(
      `B2 the node answers ${Object.keys(ANSWERS).join(", ")}: no crash, pending, and on when it answers`,
      async () => {
        await open();
        for (const [name, fault] of Object.entries(ANSWERS)) {
          bench.setFault(fault);
          const before = bench.faulty[0]!.seen.length;
          const code = name === "a result and an error" ? "NODE_REFUSED" : "CHAIN_UNREACHABLE";
          for (let round = 0; round < 2; round++) await expectRejection(code, anchoring.round());
          // A limited rate alone is worth another try, within the time of the one request.
          const most = name === "status 429" ? 8 : 2;
          expect(bench.faulty[0]!.seen.length - before, `${name}: one request a round`).to.be.within(2, most);
          expect(await bench.states()).to.deep.equal([]);
          await bench.submit(1);
        }
        bench.setFault();
        const size = bench.ledger.log.tree.publishedSize;
        await anchoring.start();
        await untilFinal(size);
        await expectWell([size]);
      },
    );

    itOverOne(
      "B2 the node goes away while the service runs: an alarm, growing pauses, and no more when it is back",
      async () => {
        await open({ pollMs: 4 });
        await anchoring.start();
        await untilState("12 submitted");
        bench.setFault(ANSWERS["status 429"]);
        await untilOn("chain-unreachable");
        const [before, begun] = [bench.faulty[0]!.seen.length, performance.now()];
        while (bench.faulty[0]!.seen.length - before < 15) await sleep(4);
        // 4, 8, 16, 32 and then 64 ms: without the growth, fifteen would come within about 60 ms.
        expect(performance.now() - begun).to.be.greaterThan(400);
        await bench.submit(1);
        bench.setFault();
        await untilOff("chain-unreachable");
        await untilFinal(13);
        expect(told.filter((code) => code === "chain-unreachable")).to.have.length(1);
        await expectWell(await bench.anchored());
      },
    );

    it("B12 no new blocks: records are taken, nothing becomes final, health is red until blocks come", async () => {
      await open({ maxHeadAgeMs: 3 * MINUTE, maxLagMs: 10 * MINUTE });
      await anchoring.start();
      await untilState("12 submitted");
      bench.clock += HOUR;
      await untilOn("head-stale");
      await untilOn("anchor-late");
      expect(messageOf("head-stale")).to.match(/the newest block is \d+ s old, more than 180 s/);
      await bench.submit(5);
      expect(anchoring.status.finalizedSize).to.equal(0);
      await node.ask("evm_setNextBlockTimestamp", Math.floor(bench.clock / 1_000));
      await bench.mine();
      bench.clock += 16_000;
      await untilOff("head-stale");
      await untilFinal(17);
      await untilOff("anchor-late");
    });

    it("B12 finality stalls for an hour: records are taken, anchors are included, none is called final, health is red", async () => {
      await open({ maxFinalityAgeMs: HOUR, maxHeadAgeMs: 3 * MINUTE });
      const stalledAt = (await node.ask("eth_blockNumber")) as string;
      bench.setFault(async ({ method, params }, forward) =>
        method === "eth_getBlockByNumber" && params[0] === "finalized"
          ? { result: await node.ask(method, stalledAt, false) }
          : forward(),
      );
      await anchoring.start();
      await untilState("12 submitted");
      bench.clock += HOUR + MINUTE;
      await node.ask("evm_setNextBlockTimestamp", Math.floor(bench.clock / 1_000));
      await bench.mine(5);
      await untilOn("finality-stalled");
      expect(isOn("head-stale")).to.equal(false);
      await bench.submit(5);
      await until(async () => (await bench.states()).join() === "12 included,17 submitted", "the next anchor");
      await bench.mine(5);
      await untilState("17 included");
      expect(anchoring.status.finalizedSize).to.equal(0);
      bench.setFault();
      bench.clock += 16_000;
      await untilOff("finality-stalled");
      await untilFinal(17);
      await expectWell([12, 17]);
    });

    itOverOne("B12 a node that calls no block final but the first: said so, without an age", async () => {
      await open({ maxFinalityAgeMs: HOUR });
      bench.setFault(async ({ method, params }, forward) =>
        method === "eth_getBlockByNumber" && params[0] === "finalized"
          ? { result: await node.ask(method, "0x0", false) }
          : forward(),
      );
      await anchoring.start();
      bench.clock += 2 * HOUR;
      await untilOn("finality-stalled");
      expect(messageOf("finality-stalled")).to.equal("there is no final block yet but block 0, the first of the chain");
    });

    itOverOne("B14 another chain id at the start: refused, nothing is signed", async () => {
      await open();
      await expectRejection(
        "CHAIN_WRONG",
        connectChain({ rpcUrl: bench.faulty[0]!.rpcUrl, anchorKey: LOCAL_DEV_KEY, chainId: 10 }),
        /serves chain 31337, not chain 10/,
      );
      const known = (await bench.ledger.store.contract())!;
      await bench.ledger.store.setContract({ ...known, chainId: 10 });
      await expectRejection("CHAIN_WRONG", anchoring.start(), /anchored on chain 10, the endpoint serves 31337/);
      expect(await bench.states()).to.deep.equal([]);
    });

    /** anvil changes its id in earnest; Hardhat cannot, so what it says of it is changed on the way. */
    const changeChainId = async (chainId: number): Promise<void> => {
      if (prefix === "anvil") await node.ask("anvil_setChainId", chainId);
      else
        bench.setFault(({ method }, forward) =>
          method === "eth_chainId" ? { result: `0x${chainId.toString(16)}` } : forward(),
        );
    };
    const sent = (): number => bench.faulty[0]!.seen.filter(({ method }) => method === "eth_sendRawTransaction").length;

    for (const isIdle of [false, true])
      it(`B14 the chain id changes while it runs${isIdle ? ", with nothing to anchor" : ""}: nothing is signed, health is red`, async () => {
        await open();
        await anchoring.start();
        await untilState("12 submitted");
        await untilFinal(12);
        const before = sent();
        await changeChainId(10);
        if (isIdle) bench.clock += MINUTE + 1;
        else await bench.submit(5);
        await untilOn("chain-wrong");
        expect(messageOf("chain-wrong")).to.match(/serves chain 10, not chain 31337/);
        expect(sent()).to.equal(before);
        expect(await bench.states()).to.deep.equal(["12 finalized"]);
        bench.setFault();
        await changeChainId(31_337);
        bench.setFault();
        await untilOff("chain-wrong");
        if (!isIdle) await untilFinal(17);
        await expectWell(isIdle ? [12] : [12, 17]);
      });

    itOverOne("B17 the node is frozen on an old block: its age is noticed, health is red", async () => {
      await open({ maxHeadAgeMs: 3 * MINUTE });
      const frozenAt = (await node.ask("eth_blockNumber")) as string;
      bench.setFault(async (request, forward) => {
        const { method, params } = request;
        if (method === "eth_blockNumber") return { result: frozenAt };
        const isNamed = method === "eth_getBlockByNumber" && ["latest", "finalized"].includes(String(params[0]));
        return isNamed ? { result: await node.ask(method, frozenAt, false) } : forward();
      });
      await anchoring.start();
      bench.clock += HOUR;
      await node.ask("evm_setNextBlockTimestamp", Math.floor(bench.clock / 1_000));
      await bench.mine(3);
      await untilOn("head-stale");
      expect(anchoring.status.finalizedSize).to.equal(0);
      bench.setFault();
      bench.clock += 16_000;
      await untilOff("head-stale");
      await untilFinal(12);
    });

    /** A node of a chain that is not local, as far as it says. */
    const asPublic: Fault = ({ method }, forward) => (method === "eth_chainId" ? { result: "0xa" } : forward());
    const publicChain = async (contract: string): Promise<Awaited<ReturnType<typeof connectChain>>> => {
      bench.setFault(asPublic);
      const anchorKey = `0x${"17".repeat(32)}`;
      return connectChain({ rpcUrl: bench.faulty[0]!.rpcUrl, anchorKey, contract });
    };

    it("B18 no code at the contract's address, other code, or another first block: refused at the start", async () => {
      await open();
      const { contract } = bench.chain;
      const { store } = bench.ledger;
      const known = { ...(await store.contract())!, chainId: 10 };
      await store.setContract(known);
      const chain = await publicChain(contract);
      const starting = (): Promise<void> => anchoringOver({ chain }).start();
      const code = (await node.ask("eth_getCode", contract, "latest")) as string;
      await node.ask(`${prefix}_setCode`, contract, "0x");
      await expectRejection("CHAIN_WRONG", starting(), /there is no contract at 0x/);
      await node.ask(`${prefix}_setCode`, contract, `${code}00`);
      await expectRejection("CHAIN_WRONG", starting(), /the code at 0x\w+ has the hash/);
      await node.ask(`${prefix}_setCode`, contract, code);
      await store.setContract({ ...known, genesis: `0x${"12".repeat(32)}` });
      await expectRejection("CHAIN_WRONG", starting(), /the chain begins with block/);
      // As it should be, it starts.
      await store.setContract(known);
      const good = anchoringOver({ chain, everyRecords: 1_000, everyMs: 1e9 });
      await good.start();
      await good.close();
      await chain.close();
      expect(await bench.states()).to.deep.equal([]);
    });

    it("B18 a contract that was deployed for another log is not adopted", async () => {
      await open();
      const other = await connectChain({ rpcUrl: node.rpcUrl, anchorKey: LOCAL_DEV_KEY });
      await node.ask("evm_setAutomine", true);
      await other.deploy(new Uint8Array(32).fill(9));
      await expectRejection("CHAIN_WRONG", anchoringOver({ chain: other }).start(), /deployed for another log/);
      await other.close();
    });

    it("B18 the code changes while it runs: noticed within a minute, and nothing is signed meanwhile", async () => {
      await open();
      await anchoring.start();
      await untilFinal(12);
      const { contract } = bench.chain;
      const code = (await node.ask("eth_getCode", contract, "latest")) as string;
      await node.ask(`${prefix}_setCode`, contract, `${code}00`);
      const before = sent();
      bench.clock += MINUTE + 1;
      await untilOn("chain-wrong");
      await bench.submit(5);
      await sleep(100);
      expect(sent()).to.equal(before);
      await node.ask(`${prefix}_setCode`, contract, code);
      await untilFinal(17);
      await expectWell([12, 17]);
    });

    it("B18 signs nothing for a contract that is gone from a chain that is not local, and goes on when it is back", async () => {
      await open();
      const { contract } = bench.chain;
      await bench.ledger.store.setContract({ ...(await bench.ledger.store.contract())!, chainId: 10 });
      const chain = await publicChain(contract);
      const running = anchoringOver({ chain, everyRecords: 1_000, everyMs: 1e9 });
      await running.start();
      const code = await node.ask("eth_getCode", contract, "latest");
      await node.ask(`${prefix}_setCode`, contract, "0x");
      await untilOn("chain-wrong");
      await node.ask(`${prefix}_setCode`, contract, code);
      await untilOff("chain-wrong");
      expect(stops).to.deep.equal([]);
      await running.close();
      await chain.close();
    });

    it("B6 alarms at the caps, and not before: too dear for one anchor, or for the day", async () => {
      const perAnchor = worstCost({ maxFeePerGas: 5n * GWEI, maxPriorityFeePerGas: 0n }, 96_000);
      await open({ spending: { perAnchor, perDay: 100n * perAnchor } });
      await bench.mineAt(100n);
      await anchoring.start();
      await untilOn("fee-cap");
      expect(messageOf("fee-cap")).to.match(/could cost 0\.\d+ ETH now, the cap is 0\.00048 ETH an anchor/);
      await bench.mineAt(1n);
      await untilOff("fee-cap");
      await untilFinal(12);
      await anchoring.close();
      anchoring = anchoringOver({ spending: { perAnchor, perDay: 1n } });
      await bench.submit(3);
      await anchoring.start();
      await untilOn("daily-cap");
      bench.clock += 25 * HOUR;
      await anchoring.close();
      anchoring = anchoringOver({ spending: { perAnchor, perDay: 100n * perAnchor } });
      await anchoring.start();
      await untilFinal(15);
      await expectWell([12, 15]);
    });

    it("tells low funds before there are none, and none when the node says so", async () => {
      await open({ minBalance: 10n ** 18n });
      const { account } = bench.chain;
      await anchoring.start();
      await untilState("12 submitted");
      await untilFinal(12);
      await node.ask(`${prefix}_setBalance`, account, "0x1000");
      bench.clock += 16_000;
      await untilOn("funds-low");
      expect(messageOf("funds-low")).to.equal(`${account} has 4096 wei left, less than 1000000000000000000`);
      await bench.submit(3);
      await untilOn("no-funds");
      await node.ask(`${prefix}_setBalance`, account, "0x56bc75e2d63100000");
      await untilOff("no-funds");
      bench.clock += 16_000;
      await untilOff("funds-low");
      await untilFinal(15);
      await expectWell([12, 15]);
    });

    itOverOne("tells which node is down, and goes on with the others as long as two answer", async () => {
      await open({}, { nodes: 3 });
      const [down] = bench.faulty;
      await anchoring.start();
      down!.setFault(ANSWERS["status 500"]);
      await untilOn("endpoint-down");
      expect(messageOf("endpoint-down")).to.contain(new URL(down!.rpcUrl).host).and.to.contain("HTTP status 500");
      await untilFinal(12);
      expect(isOn("chain-unreachable")).to.equal(false);
      bench.faulty[1]!.setFault(ANSWERS["status 500"]);
      await untilOn("chain-unreachable");
      expect(messageOf("endpoint-down").split("; ")).to.have.length(2);
      await bench.submit(3);
      bench.setFault();
      // Those that were left alone are asked again after a while.
      bench.clock += 2 * MINUTE;
      await untilOff("chain-unreachable");
      await untilOff("endpoint-down");
      await untilFinal(15);
      await expectWell([12, 15]);
    });

    itOverOne("B17 tells which of three nodes is frozen, while the others carry on", async () => {
      await open({}, { nodes: 3 });
      const frozen = await node.ask("eth_getBlockByNumber", "latest", false);
      bench.faulty[2]!.setFault(({ method, params }, forward) => {
        if (method !== "eth_getBlockByNumber") return forward();
        const isAbove = Number(params[0]) > Number((frozen as { number: string }).number);
        return isAbove ? { result: null } : params[0] === "latest" ? { result: frozen } : forward();
      });
      await anchoring.start();
      await untilFinal(12);
      expect(isOn("endpoint-down")).to.equal(false);
      await bench.mine(66);
      await bench.submit(3);
      await untilOn("endpoint-down");
      expect(messageOf("endpoint-down")).to.match(/^127\.0\.0\.1:\d+: its newest block is \d+, others are at \d+$/);
      expect(messageOf("endpoint-down")).to.contain(new URL(bench.faulty[2]!.rpcUrl).host);
      await untilFinal(15);
      bench.setFault();
      await untilOff("endpoint-down");
    });

    itOverOne("tells that its nodes contradict each other, and that one shows what cannot be", async () => {
      await open({}, { nodes: 2 });
      await bench.mine();
      await anchoring.start();
      await untilState("12 submitted");
      const lie = `0x${"5e".repeat(32)}`;
      bench.faulty[0]!.setFault(async ({ method, params }, forward) => {
        const answer = await forward();
        const isTold = method === "eth_getBlockByNumber" && Number(params[0]) > 0 && answer.result !== null;
        return isTold ? { result: { ...(answer.result as object), hash: lie } } : answer;
      });
      await bench.mine(3);
      await untilOn("endpoints-disagree");
      expect(anchoring.status.finalizedSize).to.equal(0);
      bench.setFault(async ({ method }, forward) => {
        const answer = await forward();
        const isReceipt = /Receipt/.test(method) && answer.result !== null;
        const change = (one: object): object => ({ ...one, logs: [] });
        if (!isReceipt) return answer;
        return { result: Array.isArray(answer.result) ? answer.result.map(change) : change(answer.result as object) };
      });
      await bench.submit(3);
      bench.clock += 2 * MINUTE;
      await untilState("15 submitted");
      await bench.mine();
      await untilOn("node-contradicts");
      bench.setFault();
      await untilOff("node-contradicts");
      await untilFinal(15);
      await untilOff("endpoints-disagree");
      await expectWell(await bench.anchored());
    });

    itOverOne("tells a node that names a nonce which is used, and sends nothing over it", async () => {
      await open();
      await anchoring.start();
      await untilFinal(12);
      const { nonce } = await bench.newest();
      bench.setFault(({ method, params }, forward) =>
        method === "eth_getTransactionCount" && params[1] === "latest"
          ? { result: `0x${nonce.toString(16)}` }
          : forward(),
      );
      await bench.submit(3);
      await untilOn("nonce-behind");
      expect(await bench.states()).to.deep.equal(["12 finalized"]);
      bench.setFault();
      await untilFinal(15);
      await expectWell([12, 15]);
    });

    itOverOne("tells a gas limit that the chain does not take", async () => {
      await open();
      bench.setFault(({ method }, forward) =>
        method === "eth_sendRawTransaction"
          ? { error: { code: -32_000, message: "exceeds block gas limit" } }
          : forward(),
      );
      await anchoring.start();
      await untilOn("gas-limit");
      bench.setFault();
      await untilFinal(12);
      await expectWell([12]);
    });

    it("tells that the account's nonce went to somebody else's transaction", async () => {
      await open();
      await anchoring.start();
      await untilState("12 submitted");
      const { transactionHash } = await bench.newest();
      await bench.drop(transactionHash);
      bench.setFault(({ method }, forward) =>
        method === "eth_sendRawTransaction" ? { error: { message: "busy" } } : forward(),
      );
      await bench.drop(transactionHash);
      await bench.sendOther();
      await bench.mine(4);
      await untilOn("account-shared");
      bench.setFault();
      await untilFinal(12);
    });

    itOverOne("tells on a chain with receipts of its own why no anchor can be proven", async () => {
      await open();
      await anchoring.start();
      await untilState("12 submitted");
      const asForeign = (receipt: object): object => ({ ...receipt, type: "0x6a" });
      bench.setFault(async ({ method }, forward) => {
        const answer = await forward();
        if (!/Receipt/.test(method) || typeof answer.result !== "object" || answer.result === null) return answer;
        return { result: Array.isArray(answer.result) ? answer.result.map(asForeign) : asForeign(answer.result) };
      });
      await bench.mine();
      await untilOn("node-contradicts");
      expect(messageOf("node-contradicts")).to.match(
        /a receipt of type 106: only Ethereum's own, 0 to 4, and those of OP Stack rollups/,
      );
      bench.setFault();
      await untilFinal(12);
      await expectWell([12]);
    });

    it("does not take its own anchor in the contract before for somebody else's transaction", async () => {
      await open();
      await node.ask("evm_setAutomine", true);
      const successor = await connectChain({ rpcUrl: bench.faulty[0]!.rpcUrl, anchorKey: LOCAL_DEV_KEY });
      await successor.deploy(logIdOf(ORIGIN));
      await node.ask("evm_setAutomine", false);
      await anchoring.start();
      await untilState("12 submitted");
      await anchoring.close();
      // What comes next does not reach the pool, so that the one for the contract before takes the nonce.
      bench.setFault(({ method }, forward) =>
        method === "eth_sendRawTransaction" ? { error: { message: "busy" } } : forward(),
      );
      anchoring = anchoringOver({ chain: successor });
      await anchoring.start();
      await until(async () => (await bench.states()).join() === "12 orphaned,12 pending", "an anchor in the successor");
      await bench.mine(4);
      await until(async () => (await bench.states())[1] === "12 orphaned", "the end of the nonce");
      bench.setFault();
      await untilFinal(12);
      await anchoring.close();
      expect(told).not.to.include("account-shared");
      await successor.close();
    });

    itOverOne("tells an anchor of which nothing can be read, while the others and the writer go on", async () => {
      await open();
      await anchoring.start();
      await untilState("12 submitted");
      const { transactionHash } = await bench.newest();
      bench.setFault(({ method, params }, forward) =>
        method === "eth_getTransactionReceipt" && params[0] === transactionHash ? { result: {} } : forward(),
      );
      await bench.mine();
      await bench.submit(3);
      await untilFinal(15);
      expect((await bench.states())[0]).to.equal("12 submitted");
      expect(messageOf("chain-unreachable")).to.match(
        new RegExp(`the anchor in ${transactionHash} cannot be followed`),
      );
      bench.setFault();
      await untilOff("chain-unreachable");
      await expectWell([12, 15]);
    });

    it("tells an anchor that is mined and fails, and does not pay for another one at each look", async () => {
      await open({ everyRecords: 1, everyMs: HOUR, jitter: 0 });
      const setRole = async (change: "grantRole" | "revokeRole"): Promise<void> => {
        await node.ask("evm_setAutomine", true);
        await changeRole(node.rpcUrl, bench.chain.contract, change);
        await node.ask("evm_setAutomine", false);
      };
      await setRole("revokeRole");
      await anchoring.start();
      await untilState("12 submitted");
      await bench.mine(4);
      await untilOn("anchor-failed");
      const answered = anchoring.status.lastAnswerAt;
      bench.clock += MINUTE;
      await until(() => anchoring.status.lastAnswerAt > answered, "another look");
      await bench.mine(4);
      expect(await bench.states()).to.deep.equal(["12 orphaned"]);
      await setRole("grantRole");
      bench.clock += HOUR;
      await untilFinal(12);
      await untilOff("anchor-failed");
    });

    /** Takes every transaction, and passes none on. */
    const swallowing: Fault = ({ method, params }, forward) =>
      method === "eth_sendRawTransaction" ? { result: keccak256(String(params[0])) } : forward();

    itOverOne(
      "truth E4: a transaction that the node swallows is sent again with growing pauses, and named by an alarm",
      async () => {
        await open({ bumpAfterMs: HOUR });
        bench.setFault(swallowing);
        await anchoring.round();
        const begun = bench.clock;
        const sentAt: number[] = [];
        // The seconds at which it is to be sent again, and those just before and after.
        for (const second of [1, 2, 5, 6, 7, 15, 16, 17, 35, 36, 37, 59, 75, 76, 77, 155, 156, 157, 180]) {
          bench.clock = begun + second * 1_000;
          const before = sent();
          await anchoring.round();
          for (let count = before; count < sent(); count++) sentAt.push(second);
          if (second === 59) expect(isOn("anchor-swallowed")).to.equal(false);
        }
        expect(sentAt).to.deep.equal([1, 6, 16, 36, 76, 156]);
        expect(messageOf("anchor-swallowed")).to.contain((await bench.newest()).transactionHash);
        bench.setFault();
        bench.clock = begun + 400_000;
        await anchoring.round();
        await bench.mine();
        await anchoring.round();
        expect(isOn("anchor-swallowed")).to.equal(false);
        await expectWell([12]);
      },
    );

    itOverOne(
      "truth E4: a swallowed transaction is replaced by one that offers more as soon as any other",
      async () => {
        await open({ bumpAfterMs: 48_000 });
        bench.setFault(swallowing);
        await anchoring.round();
        const begun = bench.clock;
        for (const second of [1, 20, 47, 48]) {
          bench.clock = begun + second * 1_000;
          await anchoring.round();
          expect(await bench.rows()).to.have.length(second < 48 ? 1 : 2);
        }
        bench.clock += 21_000;
        await anchoring.round();
        expect(isOn("anchor-swallowed")).to.equal(true);
        bench.setFault();
        bench.clock += 41_000;
        await anchoring.round();
        // A node shows it now, so it is on its way.
        await anchoring.round();
        expect(isOn("anchor-swallowed")).to.equal(false);
      },
    );

    /** Anchoring whose looks at the chain are counted in pauses, not in time: after each it looks at what is stored. */
    const lookingOver = (
      more: Partial<AnchoringOptions> = {},
    ): { next(count: number): Promise<number[]>; pausesWithin(count: number): Promise<number> } => {
      let pauses = 0;
      const pausesBefore: number[] = [];
      const store = interpose(bench.parts.store, (method, call) => {
        if (method === "newestFinalAnchor") pauses++;
        return call();
      });
      const lookAtChain = (): Promise<boolean> => Promise.resolve(pausesBefore.push(pauses) > 0);
      anchoring = anchoringOver({ ...more, store, lookAtChain });
      const next = async (count: number): Promise<number[]> => {
        const from = pausesBefore.length;
        await until(() => pausesBefore.length >= from + count, `${count} looks`);
        return pausesBefore.slice(from, from + count);
      };
      const pausesWithin = async (count: number): Promise<number> => {
        const seen = await next(count);
        return seen.at(-1)! - seen[0]!;
      };
      return { next, pausesWithin };
    };

    itOverOne(
      "truth E4: with nothing to do, it looks at the chain seldom; a record or an alarm brings back every look",
      async () => {
        await open();
        const looks = lookingOver();
        await anchoring.start();
        await untilFinal(12);
        // The looks that notice that all is well.
        await looks.next(3);
        expect(await looks.pausesWithin(3)).to.be.at.least(2 * 11);
        alarms.raise("openings-high", { id: "openings-above", limit: 1 });
        await looks.next(1);
        expect(await looks.pausesWithin(3), "with an alarm on").to.be.lessThan(2 * 11);
        alarms.clear("openings-high");
        await looks.next(2);
        await bench.submit(5);
        await untilFinal(17);
        await expectWell([12, 17]);
      },
    );

    itOverOne(
      "truth E4: records that wait and are not due bring back no look, and are anchored when they are due",
      async () => {
        await open();
        const looks = lookingOver({ everyRecords: 20, everyMs: HOUR, maxLagMs: Infinity });
        await anchoring.start();
        await untilFinal(12);
        await bench.submit(5);
        await until(() => anchoring.status.waitingSince !== undefined, "records that wait");
        // The looks that notice that all is well.
        await looks.next(3);
        expect(await looks.pausesWithin(3)).to.be.at.least(2 * 11);
        // As many as are anchored at once; and then as long as they wait.
        await bench.submit(15);
        await untilFinal(32);
        await bench.submit(5);
        bench.clock += HOUR;
        await untilFinal(37);
        await expectWell([12, 32, 37]);
      },
    );

    itOverOne("tells a signer that does not sign", async () => {
      await open();
      let isDown = true;
      const chain = interpose(bench.chain, (method, call) => {
        if (isDown && method === "sign") throw new WarifuError("SIGNER_FAILED", "the signer is locked");
        return call();
      });
      anchoring = anchoringOver({ chain });
      await anchoring.start();
      await untilOn("signer-failed");
      expect(await bench.states()).to.deep.equal([]);
      isDown = false;
      await untilFinal(12);
      await expectWell([12]);
    });

    it("tells a contract that was closed, and still follows what was sent before", async () => {
      await open();
      await anchoring.start();
      await untilState("12 submitted");
      await bench.mine();
      await node.ask("evm_setAutomine", true);
      await closeContract(node.rpcUrl, bench.chain.contract);
      await bench.submit(3);
      await untilOn("contract-closed");
      await untilFinal(12);
      expect(stops).to.deep.equal([]);
    });

    itOverOne("P3 stops the log when a row says another root than its transaction anchored", async () => {
      await open();
      await bench.write();
      const database = new DatabaseSync(join(bench.ledger.folder, LEDGER_FILES.database), { timeout: 60_000 });
      database.exec("UPDATE anchor SET root_hash = zeroblob(32)");
      database.close();
      await anchoring.start();
      await bench.mine();
      await until(() => stops.length > 0, "the stop");
      expect(stops.map(({ code }) => code)).to.deep.equal(["ANCHOR_MISMATCH"]);
      expect(isOn("log-stopped")).to.equal(true);
    });

    itOverOne(
      "truth D3: a vault that fails at a beacon stops the log, and the chain is not blamed for it",
      async () => {
        const failed = new WarifuError("VAULT_FAILED", "the vault failed: disk full");
        let isFull = false;
        await open({
          recordBeacon: async () => {
            if (isFull) throw failed;
          },
        });
        await anchoring.start();
        await untilState("12 submitted");
        await untilFinal(12);
        isFull = true;
        await bench.submit(3);
        bench.clock += 20_000;
        await until(() => stops.length > 0, "the stop");
        expect(stops).to.deep.equal([failed]);
        expect(told).not.to.include("chain-unreachable on");
        expect(alarms.active().map(({ code }) => code)).to.deep.equal(["log-stopped"]);
      },
    );

    itOverOne("tells that records wait too long, by the oldest that is not final", async () => {
      await open({ maxLagMs: 10 * MINUTE });
      await anchoring.start();
      await untilState("12 submitted");
      bench.clock += 10 * MINUTE + 2_000;
      await untilOn("anchor-late");
      expect(messageOf("anchor-late")).to.match(/^records have been waiting for a final anchor since 20\d\d-/);
      // The lateness is told also while the chain does not answer.
      bench.setFault(ANSWERS["status 500"]);
      await untilOn("chain-unreachable");
      expect(isOn("anchor-late")).to.equal(true);
      bench.setFault();
      await untilFinal(12);
      await untilOff("anchor-late");
      // And of what comes in only then.
      bench.setFault(ANSWERS["status 500"]);
      await untilOn("chain-unreachable");
      await bench.submit(3);
      bench.clock += 10 * MINUTE + 2_000;
      await untilOn("anchor-late");
    });
  });

describe("the time between anchors", () => {
  it("is drawn anew for each, up to a share longer than was set: a fixed beat would tell when a report came", async () => {
    const [{ start, prefix }] = CLIENTS.slice(1) as unknown as readonly [(typeof CLIENTS)[number]];
    const node = await start();
    const bench = await WriterBench.over(node, prefix);
    const draws = [0, 0.5, 0.999];
    const anchoring = new Anchoring({
      ...anchoringDefaults(() => bench.clock),
      ...bench.parts,
      everyRecords: 1_000,
      everyMs: 1_000,
      jitter: 0.5,
      random: () => draws.shift() ?? 0,
    });
    const waits: number[] = [];
    await anchoring.round();
    for (let count = 1; count < 4; count++) {
      await bench.mine();
      await bench.submit(1);
      const begun = bench.clock;
      while ((await bench.rows()).length === count) {
        bench.clock += 250;
        await anchoring.round();
      }
      waits.push(bench.clock - begun);
    }
    expect(waits).to.deep.equal([1_250, 1_500, 1_000]);
    // A19: set back by a day, it does not wait for the day to come again, neither to anchor nor to replace.
    await bench.mine();
    await bench.submit(1);
    bench.clock -= 24 * HOUR;
    await anchoring.round();
    expect(await bench.rows()).to.have.length(5);
    bench.clock -= 24 * HOUR;
    await anchoring.round();
    expect(new Set((await bench.rows()).map(({ nonce }) => nonce)).size).to.equal(5);
    expect(await bench.rows(), "one of them is a replacement").to.have.length(6);
    await anchoring.close();
    await bench.close();
    await node.stop();
  });
});
