// The index of anchors on real chains: what it writes down, what survives a crash, a lie or a reorg, and what it raises an
// alarm about. Invariant (anchored or loud): what the chain shows and the log did not do is said within one round.

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { Transaction, Wallet } from "ethers";

import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import { encodeAnchor } from "../../src/chain/rpc/anchor-contract.ts";
import { utf8 } from "../../src/core/bytes.ts";
import { checkChainEvidence } from "../../src/core/chain-evidence.ts";
import { openCheckpoint } from "../../src/core/checkpoint.ts";
import type { Policy } from "../../src/core/policy.ts";
import { formatRecordId } from "../../src/core/record-id.ts";
import { WayOut } from "../../src/privacy/way-out.ts";
import { Proofs } from "../../src/read/proofs.ts";
import { Records } from "../../src/read/records.ts";
import { judgedLog } from "../../src/service/chain-side.ts";
import { verifyForkEvidence } from "../../src/verify/verify-fork.ts";
import type { AnchorEvidence } from "../../src/watch/judge-anchors.ts";
import { anchorMined, growingLog } from "../support/anchored-log.ts";
import { startAnvil, startHardhat, type TestChain } from "../support/chains.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import type { Fault, RpcAnswer } from "../support/faulty-node.ts";
import { interpose } from "../support/interpose.ts";
import { reading, SIGNER, temporaryFolder } from "../support/ledger.ts";
import { openSecondService } from "../support/second-service.ts";
import {
  alarmsIn,
  evidenceFileOf,
  type ToldFact,
  AnchoredChain,
  deleteIndex,
  dumpAnchors,
  type IndexOptions,
  type TestIndex,
} from "../support/indexed-chain.ts";

type Log = { readonly topics: readonly string[]; readonly blockNumber: string };

const CLIENTS = [
  { client: "Hardhat", start: startHardhat },
  { client: "anvil", start: () => startAnvil({ args: ["--slots-in-an-epoch", "1"] }) },
];
/** As an outsider has it, who takes the chain's evidence for good. */
const policyOf = ({ anchor: { chainId: id, contract } }: AnchorEvidence): Policy => ({
  log: SIGNER.key,
  chain: { id, contract, accept: "evidence" },
  ...{ trustedBlocks: [], rpc: [], sources: [], witnesses: { keys: [], quorum: 0 } },
});
const SMALL = { maxLinked: 3, maxGap: 7 };
const STEPWISE = { maxLinked: 2, maxGap: 4 };

for (const { client, start } of CLIENTS)
  describe(`the index of anchors over ${client}`, () => {
    let node: TestChain;
    let chain: AnchoredChain;
    const opened: TestIndex[] = [];
    before(async () => {
      node = await start();
    });
    beforeEach(async () => {
      chain = await AnchoredChain.over(node, 40);
    });
    afterEach(async () => {
      for (let one = opened.pop(); one; one = opened.pop()) await one.close();
      await chain.stop();
    });
    after(() => node.stop());

    const open = (options?: IndexOptions): TestIndex => {
      const index = chain.open(options);
      opened.push(index);
      return index;
    };
    /** Of what the index alone decides, or answers that are made up here, a second client would show nothing more. */
    const itOverOne = (title: string, test: () => Promise<void>): void => {
      if (client === "anvil") it(title, test);
    };

    const logsOf = (answer: RpcAnswer): Log[] => answer.result as Log[];
    const sizeTopic = (size: number): string => `0x${size.toString(16).padStart(64, "0")}`;
    const withLogs =
      (change: (logs: Log[]) => Log[]): Fault =>
      async ({ method }, forward) => {
        const answer = await forward();
        return method === "eth_getLogs" ? { result: change(logsOf(answer)) } : answer;
      };
    const without = (size: number): Fault =>
      withLogs((logs) => logs.filter(({ topics }) => topics[1] !== sizeTopic(size)));
    const asked = (method: string): number => chain.faulty.seen.filter((call) => call.method === method).length;

    it("shows an anchor in the round after its block, and final once the chain says so", async () => {
      const index = open();
      await index.indexing.poll();
      expect(await index.index.newest(chain.of)).to.equal(undefined);
      expect(index.indexing.isSettled).to.equal(true);
      await chain.anchor(12);
      await index.indexing.poll();
      expect((await index.index.newest(chain.of))?.treeSize).to.equal(12);
      await chain.anchor(30);
      await chain.mine(3);
      await index.indexing.poll();
      expect(await index.rows()).to.deep.equal(["12 final ours", "30 final ours"]);
      expect(index.indexing.lastRoundAt).to.equal(1_000);
      expect(index.told).to.deep.equal([]);
      for (const row of await index.all()) {
        const state = await chain.writer.transactionState(row.transactionHash);
        expect(state).to.deep.include({ state: "included", blockNumber: row.blockNumber, blockHash: row.blockHash });
        expect(row.rootHash).to.deep.equal(await chain.ledger.log.tree.rootAt(row.treeSize));
      }
    });

    it("asks for events only where a block's header does not rule an anchor out", async () => {
      const index = open();
      await index.indexing.poll();
      const before = asked("eth_getLogs");
      for (let i = 0; i < 5; i++) {
        await chain.mine(1);
        await index.indexing.poll();
      }
      expect(asked("eth_getLogs")).to.equal(before);
      await chain.anchor(12);
      await index.indexing.poll();
      expect(asked("eth_getLogs")).to.equal(before + 1);
    });

    it("begins at the block that it has stored, or finds the first anchor by itself, with the same rows", async () => {
      await chain.anchor(12);
      await chain.mine(20);
      await chain.anchor(30);
      await chain.mine(3);
      const height = Number(await node.ask("eth_blockNumber"));
      const found = open({ tracker: SMALL });
      const told = open({ tracker: SMALL });
      await chain.beginAbove(Math.max(0, height - 26), told);
      await found.indexing.poll();
      await told.indexing.poll();
      expect(await found.rows()).to.deep.equal(["12 final ours", "30 final ours"]);
      expect(found.cases.filter((one) => one === "gapFilled").length).to.be.greaterThan(1);
      expect(dumpAnchors(told.folder)).to.equal(dumpAnchors(found.folder));
    });

    it("goes on where it stopped after a restart, and after its file was damaged or deleted begins again", async () => {
      await chain.anchor(12);
      await chain.mine(3);
      const first = open();
      await first.indexing.poll();
      const { folder } = first;
      await opened.pop()!.close();
      const before = asked("eth_getLogs");
      const second = open({ folder });
      await chain.mine(1);
      await second.indexing.poll();
      expect(second.cases).to.deep.equal(["extended"]);
      // Only the look at old rows.
      expect(asked("eth_getLogs") - before).to.equal(1);
      const dump = dumpAnchors(folder);
      await opened.pop()!.close();
      deleteIndex(folder);
      const third = open({ folder });
      await third.indexing.poll();
      expect(dumpAnchors(folder)).to.equal(dump);
    });

    it("B13 an anchor that somebody else sent: alarm in one round, with evidence that others can check", async () => {
      const index = open();
      await chain.anchor(12);
      await index.indexing.poll();
      const transactionHash = await chain.anchor(20, "thief");
      await index.indexing.poll();
      expect(alarmsIn(index)).to.deep.equal(["foreign-anchor"]);
      const [alarm] = index.told as ToldFact[];
      expect(alarm!.fact).to.include({ treeSize: 20, transactionHash });
      expect(alarm!.message).to.match(/tree size 20 .* this service did not send it/);
      expect(evidenceFileOf(alarm)).to.equal(`${index.folder}/evidence/20-${transactionHash}.json`);
      const evidence = JSON.parse(readFileSync(evidenceFileOf(alarm)!, "utf8")) as AnchorEvidence;
      const fact = checkChainEvidence(evidence.chain!);
      expect(fact).to.deep.include({ treeSize: 20, transactionHash, previousSize: 12, contract: chain.of.contract });
      const { treeSize, rootHash } = openCheckpoint(utf8(evidence.log.checkpoint), SIGNER.key).checkpoint;
      expect({ treeSize, rootHash }).to.deep.equal({ treeSize: 20, rootHash: fact.rootHash });
      expect(evidence).to.deep.include({ format: "warifu-anchor-evidence/1", verdict: "foreign" });
      // Told once, and once more at the next start.
      await chain.anchor(30);
      await index.indexing.poll();
      expect(
        index.told.filter((one) => typeof one !== "string" && "state" in one.fact && one.fact.state === "provisional")
          .length,
      ).to.be.at.most(1);
      const { folder } = index;
      await opened.pop()!.close();
      const again = open({ folder });
      await again.indexing.poll();
      expect(alarmsIn(again)).to.deep.equal(["foreign-anchor"]);
    });

    for (const [what, size, pattern] of [
      ["a root that the log does not have", 20, /the log has root [0-9a-f]{64} at that size/],
      ["a size that the log does not reach", 1_000, /the log has \d+ entries only/],
    ] as const)
      it(`B13 ${what}: a fork, told in one round with the log's own signature against it`, async () => {
        const index = open();
        await index.indexing.poll();
        const { transactionHash } = await anchorMined(chain.writer, growingLog(size).first);
        // Even if the transaction is our own: then it is the store that changed.
        if (size === 20) chain.ours.add(transactionHash);
        await index.indexing.poll();
        expect(alarmsIn(index)).to.deep.equal(["fork"]);
        const [alarm] = index.told as ToldFact[];
        expect(alarm!.message).to.match(pattern);
        const evidence = JSON.parse(readFileSync(evidenceFileOf(alarm)!, "utf8")) as AnchorEvidence;
        const fact = checkChainEvidence(evidence.chain!);
        expect(fact.treeSize).to.equal(size);
        const signed = openCheckpoint(utf8(evidence.log.checkpoint), SIGNER.key).checkpoint;
        expect(signed.treeSize).to.equal(Math.min(size, chain.size));
        expect(signed.rootHash).to.not.deep.equal(fact.rootHash);
        expect(evidence.log.rootHash === null).to.equal(size === 1_000);
        // Two roots for one size prove it by themselves; that a log does not reach an anchor's size proves nothing.
        const fork = evidenceFileOf(alarm)!.replace(/\/(\d+-0x\w+\.json)$/, "/fork-$1");
        expect(existsSync(fork)).to.equal(size !== 1_000);
        if (size !== 1_000)
          expect((await verifyForkEvidence(readFileSync(fork), policyOf(evidence))).outcome).to.equal("holds");
      });

    it("B13 an anchor in a form that bundles do not have is told as well, with the reason why it cannot be shown", async () => {
      const index = open();
      await index.indexing.poll();
      const wallet = new Wallet(LOCAL_DEV_KEY);
      const call = { treeSize: 20, rootHash: await chain.log.rootAt(20), consistencyProof: [] };
      const nonce = Number(await node.ask("eth_getTransactionCount", wallet.address, "latest"));
      const fees = { maxFeePerGas: 20_000_000_000n, maxPriorityFeePerGas: 1n, gasLimit: 200_000n, chainId: 31_337 };
      const authorizationList = [wallet.authorizeSync({ address: chain.of.contract, nonce: 99, chainId: 31_337 })];
      const more = { type: 4, authorizationList, nonce, to: chain.of.contract, data: encodeAnchor(call) };
      const raw = await wallet.signTransaction({ ...fees, ...more });
      await node.ask("eth_sendRawTransaction", raw);
      while ((await node.ask("eth_getTransactionReceipt", Transaction.from(raw).hash)) === null);
      await index.indexing.poll();
      expect(alarmsIn(index)).to.deep.equal(["foreign-anchor"]);
      const evidence = JSON.parse(readFileSync(evidenceFileOf(index.told[0])!, "utf8")) as AnchorEvidence;
      expect([evidence.chain, evidence.chainReason]).to.deep.equal([
        null,
        "the transaction is of type 4: anchors are of type 0, 1 (EIP-2930) or 2 (EIP-1559)",
      ]);
    });

    itOverOne("B13 the alarm lasts until the operator says that the transaction is known", async () => {
      const index = open();
      await index.indexing.poll();
      const transactionHash = await chain.anchor(20, "thief");
      await chain.mine(3);
      await index.indexing.poll();
      await index.indexing.poll();
      expect(alarmsIn(index)).to.deep.equal(["foreign-anchor"]);
      chain.ours.add(transactionHash);
      await index.indexing.poll();
      expect(alarmsIn(index)).to.deep.equal(["foreign-anchor", "clear foreign-anchor"]);
      expect(await index.rows()).to.deep.equal(["20 final ours"]);
    });

    itOverOne("B13 an anchor beyond the log is a fork until the log comes to the very same root", async () => {
      const index = open();
      await index.indexing.poll();
      // The log as another copy of it would go on.
      const size = chain.size + 10;
      const log = { ...chain.log, publishedSize: () => Math.min(chain.size, size - 10) };
      await chain.ledger.submit(Array.from({ length: 10 }, (_, i) => reading(i)));
      const behind = open({ log });
      await chain.anchor(size, "thief");
      await behind.indexing.poll();
      expect(alarmsIn(behind)).to.deep.equal(["fork"]);
      log.publishedSize = () => chain.size;
      await behind.indexing.poll();
      expect(alarmsIn(behind)).to.have.members(["fork", "foreign-anchor", "clear fork"]);
    });

    itOverOne(
      "takes no anchor of what another service has just written for a fork, and proves to the contract",
      async () => {
        const index = open();
        await index.indexing.poll();
        const behind = await openSecondService(chain.ledger);
        const asking = await openSecondService(chain.ledger);
        const judging = open({ log: { ...judgedLog(behind), isOurs: chain.log.isOurs } });
        const wayOut = new WayOut({ ...asking, now: Date.now });
        const records = new Records({ ...asking, wayOut });
        const proofs = new Proofs({ records, log: asking, wayOut, chain: chain.writer, now: Date.now });
        const [first] = await chain.ledger.store.query({ from: 0, limit: 1, kind: "record" });
        const id = formatRecordId(first?.id ?? new Uint8Array());
        await chain.ledger.submit(Array.from({ length: 10 }, (_, i) => reading(i)));
        expect(behind.tree.publishedSize).to.equal(chain.size - 10);
        await chain.anchor(chain.size);
        await judging.indexing.poll();
        expect(alarmsIn(judging)).to.deep.equal([]);
        expect(await judging.rows()).to.have.length(1);
        const { treeSize } = await proofs.forContract(id);
        expect(treeSize).to.equal(chain.size);
        for (const service of [behind, asking]) await service.pipeline.close();
      },
    );

    itOverOne("B13 the alarm does not wait for its evidence", async () => {
      const index = open();
      await index.indexing.poll();
      await chain.anchor(20, "thief");
      chain.faulty.setFault(({ method }, forward) =>
        method === "eth_getTransactionReceipt" ? { error: { code: -32000, message: "not today" } } : forward(),
      );
      await index.indexing.poll();
      expect(index.told.map((one) => [(one as ToldFact).code, evidenceFileOf(one)])).to.deep.equal([
        ["foreign-anchor", undefined],
      ]);
      chain.faulty.setFault();
      await index.indexing.poll();
      expect(evidenceFileOf(index.told.at(-1))).to.match(/\/20-0x[0-9a-f]{64}\.json$/);
    });

    itOverOne("B13 tells of all at once, and makes evidence for no more than four a round", async () => {
      const index = open();
      for (const size of [12, 16, 20, 24, 28, 32]) await chain.anchor(size, "thief");
      const files = (): number => readdirSync(join(index.folder, "evidence")).length;
      await index.indexing.poll();
      expect(alarmsIn(index)).to.deep.equal(Array(6).fill("foreign-anchor"));
      expect(files()).to.equal(4);
      await index.indexing.poll();
      expect(files()).to.equal(6);
    });

    itOverOne("B13 the alarm is raised although its evidence cannot be written, and the failure is told", async () => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, "evidence"), "a file in the folder's place");
      const index = open({ folder });
      await index.indexing.poll();
      await chain.anchor(20, "thief");
      await expectRejection("STORE_FAILED", index.indexing.poll(), /the evidence .* cannot be written/);
      expect(alarmsIn(index)).to.deep.equal(["foreign-anchor"]);
      rmSync(join(folder, "evidence"));
      await index.indexing.poll();
      expect(evidenceFileOf(index.told.at(-1))).to.match(/\/20-0x[0-9a-f]{64}\.json$/);
    });

    itOverOne(
      "B19 killed at each step of a backfill, done or not done, it ends with the same table byte for byte",
      async () => {
        for (const size of [12, 20]) {
          await chain.anchor(size);
          await chain.mine(2);
        }
        const clean = open({ tracker: STEPWISE });
        await clean.indexing.poll();
        expect(await clean.rows()).to.deep.equal(["12 final ours", "20 final ours"]);
        const dump = dumpAnchors(clean.folder);
        let kills = 0;
        for (const fault of ["not done", "done"] as const)
          for (let at = 1; ; at++) {
            const { folder, wasKilled } = await runKilled(at, fault);
            const again = open({ folder });
            await again.indexing.poll();
            expect(dumpAnchors(folder), `killed at ${at}, ${fault}`).to.equal(dump);
            expect(await again.rows()).to.deep.equal(await clean.rows());
            expect(again.told).to.deep.equal([]);
            while (opened.length > 1) await opened.pop()!.close();
            if (!wasKilled) break;
            kills++;
          }
        expect(kills).to.be.greaterThan(25);
      },
    );

    /**
     * A round that ends for good at one of its calls: at any call of its chain or index, which is then not done, or at a
     * write of its index, which is done.
     */
    async function runKilled(at: number, fault: "not done" | "done"): Promise<{ folder: string; wasKilled: boolean }> {
      let calls = 0;
      const around = async (method: string, call: () => unknown): Promise<unknown> => {
        if (calls >= at) throw new Error("killed");
        if (fault === "done" && !["apply", "judge"].includes(method)) return call();
        const isLast = ++calls === at;
        if (isLast && fault === "not done") throw new Error("killed");
        const result = await call();
        if (isLast) throw new Error("killed");
        return result;
      };
      const { folder, index } = open();
      const parts = { index: interpose(index, around), chain: interpose(chain.writer, around) };
      const killed = open({ folder, tracker: STEPWISE, ...parts });
      const reason = await killed.indexing.poll().catch((error: Error) => error.message);
      if (reason !== undefined) expect(reason).to.equal("killed");
      return { folder, wasKilled: reason !== undefined };
    }

    it("B19 what was followed live is what a reading from the start gives", async () => {
      const live = open();
      for (const size of [12, 20, 30]) {
        await live.indexing.poll();
        await chain.anchor(size);
        await live.indexing.poll();
        await chain.mine(2);
      }
      await chain.mine(1);
      await live.indexing.poll();
      const later = open({ tracker: SMALL });
      await later.indexing.poll();
      expect(dumpAnchors(later.folder)).to.equal(dumpAnchors(live.folder));
    });

    itOverOne("B20 a range that the node refuses is read in smaller ones", async () => {
      await chain.anchor(12);
      await chain.mine(12);
      await chain.anchor(20);
      await chain.mine(12);
      const startBlock = Math.max(0, Number(await node.ask("eth_blockNumber")) - 28);
      const isTooLong: Fault = ({ method, params }, forward) => {
        const { fromBlock, toBlock } = Object(params[0]) as { fromBlock: string; toBlock: string };
        return method === "eth_getLogs" && Number(toBlock) - Number(fromBlock) >= 5
          ? { error: { code: -32005, message: "query exceeds the limit of 5 blocks" } }
          : forward();
      };
      chain.faulty.setFault(isTooLong);
      const index = open({ tracker: { maxLinked: 2 } });
      await chain.beginAbove(startBlock, index);
      await index.indexing.poll();
      expect(await index.rows()).to.deep.equal(["12 final ours", "20 final ours"]);
      chain.faulty.setFault(({ method }, forward) =>
        method === "eth_getLogs" ? { error: { code: -32000, message: "not today" } } : forward(),
      );
      const refused = open({ tracker: { maxLinked: 2 } });
      await chain.beginAbove(startBlock, refused);
      await expectRejection("NODE_REFUSED", refused.indexing.poll(), /not today/);
      expect(await refused.rows()).to.deep.equal([]);
      chain.faulty.setFault();
      await refused.indexing.poll();
      expect(dumpAnchors(refused.folder)).to.equal(dumpAnchors(index.folder));
    });

    itOverOne(
      "B20 a range that a provider refuses with an HTTP status of its own is read in smaller ones as well",
      async () => {
        await chain.anchor(12);
        await chain.mine(12);
        const isTooLong: Fault = ({ id, method, params }, forward, { response }) => {
          const { fromBlock, toBlock } = Object(params[0]) as { fromBlock: string; toBlock: string };
          if (method !== "eth_getLogs" || Number(toBlock) - Number(fromBlock) < 5) return forward();
          response.statusCode = 400;
          const error = { code: -32600, message: "up to a 5 block range" };
          response.end(JSON.stringify({ jsonrpc: "2.0", id, error }));
          return undefined;
        };
        chain.faulty.setFault(isTooLong);
        const index = open({ tracker: { maxLinked: 2 } });
        await index.indexing.poll();
        expect(await index.rows()).to.deep.equal(["12 final ours"]);
      },
    );

    itOverOne("B20 a range for which no answer comes is asked for in smaller ones by the next rounds", async () => {
      await chain.anchor(12);
      await chain.mine(20);
      const startBlock = Math.max(0, Number(await node.ask("eth_blockNumber")) - 22);
      chain.faulty.setFault(({ method, params }, forward, { response }) => {
        const { fromBlock, toBlock } = Object(params[0]) as { fromBlock: string; toBlock: string };
        if (method !== "eth_getLogs" || Number(toBlock) - Number(fromBlock) < 6) return forward();
        response.writeHead(504).end();
        return undefined;
      });
      const index = open({ tracker: { maxLinked: 2 } });
      await chain.beginAbove(startBlock, index);
      let failures = 0;
      const failed = (): void => void failures++;
      for (let round = 0; round < 6; round++) await index.indexing.poll().catch(failed);
      expect(failures).to.equal(2);
      expect(await index.rows()).to.deep.equal(["12 final ours"]);
    });

    itOverOne(
      "B20 the search for the first anchor goes on where no answer came, and begins anew after a wrong one",
      async () => {
        await chain.anchor(12);
        await chain.mine(60);
        await chain.anchor(20);
        await chain.mine(3);
        // Four blocks at once, and each ninth question gets no answer: the search takes twice as many.
        let questions = 0;
        const busy: Fault = ({ method, params }, forward, { response }) => {
          if (method !== "eth_getLogs") return forward();
          const { fromBlock, toBlock } = Object(params[0]) as { fromBlock: string; toBlock: string };
          if (Number(toBlock) - Number(fromBlock) >= 4) return { error: { code: -32005, message: "at most 4 blocks" } };
          if (++questions % 9 !== 0) return forward();
          response.writeHead(504).end();
          return undefined;
        };
        chain.faulty.setFault(busy);
        const index = open({ tracker: SMALL });
        let failures = 0;
        for (let round = 0; round < 20 && (await index.all()).length < 2; round++)
          await index.indexing.poll().catch(() => failures++);
        expect(failures).to.be.greaterThan(1);
        expect(await index.rows()).to.deep.equal(["12 final ours", "20 final ours"]);
        // An anchor that names another one before it than there is leads nowhere, from then on or ever.
        const misleading = withLogs((logs) =>
          logs.map((log) => (log.topics[1] === sizeTopic(20) ? { ...log, data: sizeTopic(15) } : log)),
        );
        chain.faulty.setFault((call, forward, http) =>
          busy(call, async () => (await misleading(call, forward, http))!, http),
        );
        const misled = open({ tracker: SMALL });
        questions = 8;
        await expectRejection("CHAIN_UNREACHABLE", misled.indexing.poll(), /HTTP status 504/);
        questions = Number.NEGATIVE_INFINITY;
        await expectRejection("CHAIN_UNREACHABLE", misled.indexing.poll(), /does not show the anchor of tree size 15/);
        chain.faulty.setFault();
        await misled.indexing.poll();
        expect(dumpAnchors(misled.folder)).to.equal(dumpAnchors(index.folder));
      },
    );

    itOverOne("B20 a first look that failed does not hide the anchors that came before the second", async () => {
      chain.faulty.setFault(({ method, params }, forward) =>
        method === "eth_getBlockByNumber" && params[0] === "finalized" ? { error: { message: "not yet" } } : forward(),
      );
      const index = open();
      await expectRejection("CHAIN_UNREACHABLE", index.indexing.poll());
      chain.faulty.setFault();
      await chain.anchor(12);
      await chain.mine(5);
      await index.indexing.poll();
      expect(await index.rows()).to.deep.equal(["12 final ours"]);
      expect(index.told).to.deep.equal([]);
    });

    itOverOne("B20 an event that is listed twice, or in another order, is one row", async () => {
      const index = open();
      await index.indexing.poll();
      chain.faulty.setFault(withLogs((logs) => [...logs, ...logs].reverse()));
      await chain.anchor(12);
      await chain.anchor(20);
      await chain.mine(3);
      await index.indexing.poll();
      expect(await index.rows()).to.deep.equal(["12 final ours", "20 final ours"]);
      expect(index.told).to.deep.equal([]);
    });

    itOverOne("B20 an anchor that one answer leaves out is found again through the contract's sequence", async () => {
      const index = open();
      await index.indexing.poll();
      let answers = 0;
      chain.faulty.setFault(async (request, forward) =>
        request.method === "eth_getLogs" && answers++ === 0 ? without(12)(request, forward, {} as never) : forward(),
      );
      await chain.anchor(12);
      await chain.anchor(20);
      await chain.mine(3);
      await index.indexing.poll();
      expect(answers).to.be.greaterThan(1);
      await index.indexing.poll();
      await chain.mine(1);
      await index.indexing.poll();
      expect(await index.rows()).to.deep.equal(["12 final ours", "20 final ours"]);
      expect(index.told).to.deep.equal([]);
    });

    itOverOne("B20 an anchor that is withheld raises an alarm in one round, and ends it when it is shown", async () => {
      const index = open();
      await index.indexing.poll();
      chain.faulty.setFault(without(12));
      await chain.anchor(12);
      await chain.anchor(20);
      await index.indexing.poll();
      expect(alarmsIn(index)).to.deep.equal(["missed-anchor"]);
      expect((index.told[0] as ToldFact).fact).to.include({ id: "anchor-withheld", treeSize: 12 });
      expect(await index.rows()).to.have.length(1);
      chain.faulty.setFault();
      await index.indexing.poll();
      expect(alarmsIn(index)).to.deep.equal(["missed-anchor"]);
      chain.clock += 60_000;
      await index.indexing.poll();
      expect(alarmsIn(index)).to.deep.equal(["missed-anchor", "clear missed-anchor"]);
      await chain.mine(3);
      await index.indexing.poll();
      expect(await index.rows()).to.deep.equal(["12 final ours", "20 final ours"]);
    });

    it("B20 the newest anchor, withheld, is missed in the same round: the header does not rule it out", async () => {
      const index = open();
      await chain.anchor(12);
      await index.indexing.poll();
      chain.faulty.setFault(withLogs(() => []));
      await chain.anchor(20, "thief");
      await index.indexing.poll();
      expect(alarmsIn(index)).to.deep.equal(["missed-anchor"]);
      expect((index.told[0] as ToldFact).fact).to.include({ id: "anchor-withheld", treeSize: 20 });
      chain.faulty.setFault();
      chain.clock += 60_000;
      await index.indexing.poll();
      expect(alarmsIn(index).slice(1)).to.have.members(["foreign-anchor", "clear missed-anchor"]);
    });

    it("B20 a final row that the chain does not show any more is told; silence alone never removes it", async () => {
      await chain.anchor(12);
      await chain.mine(3);
      const index = open();
      await index.indexing.poll();
      chain.faulty.setFault(withLogs(() => []));
      for (let i = 0; i < 6; i++) {
        chain.clock += 60_000;
        await index.indexing.poll();
      }
      expect(alarmsIn(index)).to.deep.equal(["missed-anchor"]);
      expect((index.told[0] as ToldFact).fact).to.include({ id: "anchor-vanished", treeSize: 12 });
      expect(await index.rows()).to.deep.equal(["12 final ours"]);
      chain.faulty.setFault();
      chain.clock += 60_000;
      await index.indexing.poll();
      expect(alarmsIn(index)).to.deep.equal(["missed-anchor", "clear missed-anchor"]);
    });

    itOverOne("B20 a row that the headers disprove is given up, and what is true is read instead", async () => {
      await chain.anchor(12);
      await chain.mine(3);
      const index = open();
      // A lie about the place of the anchor while it is read for the first time.
      const lie = `0x${"ab".repeat(32)}`;
      chain.faulty.setFault(withLogs((logs) => logs.map((log) => ({ ...log, blockHash: lie }))));
      await chain.mine(200);
      await index.indexing.poll();
      expect((await index.all()).map(({ blockHash }) => blockHash)).to.deep.equal([lie]);
      chain.faulty.setFault();
      for (let i = 0; i < 4; i++) {
        chain.clock += 60_000;
        await index.indexing.poll();
      }
      await chain.mine(1);
      await index.indexing.poll();
      expect((await index.rows()).sort()).to.deep.equal(["12 final ours", "12 orphaned ours"]);
      expect(alarmsIn(index)).to.deep.equal(["missed-anchor", "clear missed-anchor"]);
    });
  });
