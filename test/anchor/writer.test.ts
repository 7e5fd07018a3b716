// The writer against the real contract on both clients: what is lost, refused, too dear, replaced or out of order ends in
// one anchor for each size. Part B of the failure cases; the ids are theirs.
// Invariant: whatever becomes of transactions, the contract's events and the final rows are the same list.

import { Contract, JsonRpcProvider, Wallet, id } from "ethers";
import { expect } from "chai";

import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import { connectChain } from "../../src/chain/nodes/connect-chain.ts";
import { checkChainEvidence, type ChainEvidence } from "../../src/core/chain-evidence.ts";
import { EMPTY_ROOT } from "../../src/core/merkle.ts";
import { logIdOf } from "../../src/core/record.ts";
import { worstCost } from "../../src/anchor/fees.ts";
import type { StoredAnchor } from "../../src/store/anchor-journal.ts";
import { CheckpointAnchor__factory } from "../../types/ethers-contracts/factories/CheckpointAnchor__factory.ts";
import type { TestChain } from "../support/chains.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import type { Fault } from "../support/faulty-node.ts";
import { keyed, openLedger, ORIGIN, report } from "../support/ledger.ts";
import { anchoringParts, storedContract } from "../support/anchoring-parts.ts";
import { CLIENTS, GWEI, WriterBench } from "../support/writer-bench.ts";

const MINUTE = 60_000;

for (const { client, start, prefix } of CLIENTS)
  describe(`the writer over ${client}`, () => {
    let node: TestChain;
    let bench: WriterBench;
    before(async () => {
      node = await start();
    });
    after(() => node.stop());
    beforeEach(async () => {
      bench = await WriterBench.over(node, prefix);
    });
    afterEach(() => bench.close());

    /** Makes the node refuse the next transactions in these words. */
    const refuseWith = (message: string): void =>
      bench.setFault(({ method }, forward) =>
        method === "eth_sendRawTransaction" ? { error: { code: -32_000, message } } : forward(),
      );
    const sentRaw = (): string[] =>
      bench.faulty[0]!.seen.filter(({ method }) => method === "eth_sendRawTransaction").map(
        ({ params }) => params[0] as string,
      );
    /** Neither final by itself: more blocks on top. */
    const final = async (): Promise<string[]> => {
      await bench.mine(3);
      return bench.follow();
    };

    /** The writer gives up on an answer after three seconds. */
    const connectImpatiently = async (): Promise<() => Promise<void>> => {
      const { contract } = bench.chain;
      const rpcUrl = bench.faulty[0]!.rpcUrl;
      const chain = await connectChain({ rpcUrl, anchorKey: LOCAL_DEV_KEY, contract, requestTimeoutMs: 3_000 });
      bench.parts = { ...bench.parts, chain };
      return () => chain.close();
    };

    it("B1 a time-out before the transaction is sent: its hash was persisted, it is sent later, one anchor", async () => {
      const disconnect = await connectImpatiently();
      bench.setFault(({ method }, forward) => (method === "eth_sendRawTransaction" ? undefined : forward()));
      await expectRejection("CHAIN_UNREACHABLE", bench.write(), /eth_sendRawTransaction: .* no answer within/);
      const [row] = await bench.rows();
      expect(row).to.include({ treeSize: 12, state: "pending", sentAt: null });
      expect((await bench.chain.transactionState(row!.transactionHash)).state).to.equal("unknown");
      bench.setFault();
      expect(await bench.write()).to.equal("sentAgain 12");
      expect(new Set(sentRaw())).to.deep.equal(new Set([row!.raw]));
      await bench.expectSettled([12]);
      await disconnect();
    });

    it("B1 a time-out after it is sent, the answer lost: it is found by its hash, one anchor", async () => {
      const disconnect = await connectImpatiently();
      bench.setFault(async ({ method }, forward) => {
        const answer = await forward();
        return method === "eth_sendRawTransaction" ? undefined : answer;
      });
      await expectRejection("CHAIN_UNREACHABLE", bench.write(), /no answer within/);
      bench.setFault();
      expect(await bench.states()).to.deep.equal(["12 pending"]);
      await bench.mine();
      expect((await bench.follow())[0]).to.equal("12 included");
      expect(await bench.write()).to.equal("idle");
      expect(sentRaw()).to.have.length(1);
      await bench.expectSettled([12]);
      await disconnect();
    });

    it("B3 already known: it is taken for sent, and not signed again", async () => {
      // The node has it and does not show it, as one behind a balancer.
      bench.setFault(async ({ method }, forward) => {
        if (method === "eth_sendRawTransaction") {
          await forward();
          return { error: { code: -32_000, message: "already known" } };
        }
        return method === "eth_getTransactionByHash" ? { result: null } : forward();
      });
      expect(await bench.write()).to.equal("anchored 12");
      expect(await bench.states()).to.deep.equal(["12 submitted"]);
      bench.setFault();
      expect(await bench.write()).to.equal("idle");
      await bench.expectSettled([12]);
    });

    it("B3 nonce too low, by the client's own words: its other transactions are looked for, then it signs anew", async () => {
      const stale = await bench.chain.nextNonce();
      await bench.sendOther();
      await bench.mine();
      bench.setFault(({ method }, forward) =>
        method === "eth_getTransactionCount" ? { result: `0x${stale.toString(16)}` } : forward(),
      );
      expect(await bench.write()).to.equal("refused nonce-used");
      bench.setFault();
      expect(await bench.write()).to.equal("anchored 12");
      const rows = await bench.rows();
      expect(rows.map(({ nonce }) => nonce - stale)).to.deep.equal([0, 1]);
      await bench.mine();
      await final();
      expect(await bench.states()).to.deep.equal(["12 orphaned", "12 finalized"]);
      await bench.expectSettled([12]);
    });

    it("B3 nonce too low, because one of our own was mined: that one is the anchor", async () => {
      await bench.write();
      const [first] = await bench.rows();
      bench.clock += MINUTE;
      await bench.submit(5);
      // Mined between the look at the nonce and the replacement.
      bench.setFault(async ({ method }, forward) => {
        if (method === "eth_sendRawTransaction") await bench.mine();
        return forward();
      });
      expect(await bench.write()).to.equal("refused nonce-used");
      bench.setFault();
      expect((await bench.follow())[0]).to.equal("12 included");
      expect(await bench.write()).to.equal("anchored 17");
      await bench.mine();
      await final();
      expect(await bench.states()).to.deep.equal(["12 finalized", "17 orphaned", "17 finalized"]);
      expect((await bench.rows())[0]!.transactionHash).to.equal(first!.transactionHash);
      await bench.expectSettled([12, 17]);
    });

    it("B3 replacement underpriced, by the client's own words: it offers more until it is taken", async () => {
      // Somebody else's use of the account waits at the nonce, and pays well.
      await bench.sendOther(3n);
      expect(await bench.write()).to.equal("refused replacement-underpriced");
      let step = "";
      for (let round = 0; round < 20 && !step.startsWith("replaced"); round++) step = await bench.write();
      expect(step).to.equal("replaced 12");
      const offers = (await bench.rows()).map(({ maxPriorityFeePerGas }) => maxPriorityFeePerGas);
      for (const [at, offer] of offers.entries())
        if (at > 0) expect(offer * 100n >= offers[at - 1]! * 110n, "at least a tenth more").to.equal(true);
      await bench.mine();
      await final();
      await bench.expectSettled([12]);
    });

    it("B3 insufficient funds, by the client's own words: it waits for money, then sends the same", async () => {
      const { account } = bench.chain;
      await node.ask(`${prefix}_setBalance`, account, "0x1000");
      expect(await bench.write()).to.equal("blocked no-funds");
      expect(await bench.write()).to.equal("blocked no-funds");
      expect(await bench.states()).to.deep.equal(["12 pending"]);
      await node.ask(`${prefix}_setBalance`, account, "0x56bc75e2d63100000");
      expect(await bench.write()).to.equal("sentAgain 12");
      expect(new Set(sentRaw()).size).to.equal(1);
      await bench.expectSettled([12]);
    });

    it("B3 a gas limit that the chain refuses, and words that nobody knows: said as such, nothing is signed again", async () => {
      refuseWith("Transaction gas limit exceeds block gas limit");
      expect(await bench.write()).to.equal("blocked gas-limit");
      refuseWith("the moon is full");
      await expectRejection("NODE_REFUSED", bench.write(), /the moon is full/);
      expect(await bench.states()).to.deep.equal(["12 pending"]);
      bench.setFault();
      expect(await bench.write()).to.equal("sentAgain 12");
      await bench.expectSettled([12]);
    });

    it("B4 dropped from the pool: sent again with the same nonce and the same bytes, one anchor", async () => {
      await bench.write();
      const { transactionHash, sentAt } = await bench.newest();
      await bench.drop(transactionHash);
      expect((await bench.chain.transactionState(transactionHash)).state).to.equal("unknown");
      bench.clock += 1_000;
      expect(await bench.follow()).to.deep.equal([]);
      expect(await bench.write()).to.equal("sentAgain 12");
      expect(await bench.write()).to.equal("idle");
      // Its age goes on: a pool that forgets it again and again does not keep it from being replaced.
      expect((await bench.newest()).sentAt).to.equal(sentAt);
      expect(new Set(sentRaw()).size).to.equal(1);
      await bench.expectSettled([12]);
    });

    it("B4 dropped when it is too dear to replace: it is sent again all the same", async () => {
      await bench.write();
      const { transactionHash } = await bench.newest();
      await bench.drop(transactionHash);
      bench.clock += MINUTE;
      bench.parts = { ...bench.parts, spending: { perAnchor: 1n, perDay: 1n } };
      expect(await bench.write()).to.match(/^blocked /);
      expect((await bench.chain.transactionState(transactionHash)).state).to.equal("waiting");
      expect(await bench.states()).to.deep.equal(["12 submitted"]);
      await bench.mine();
      await final();
      expect(await bench.anchored()).to.deep.equal([12]);
    });

    /** Takes the newest blocks away, back to now. anvil keeps what waits in the pool, Hardhat does not. */
    const undoing = async (): Promise<() => Promise<unknown>> => {
      const height = Number(await node.ask("eth_blockNumber"));
      if (prefix === "anvil")
        return async () => node.ask("anvil_reorg", Number(await node.ask("eth_blockNumber")) - height, []);
      const snapshot = await node.ask("evm_snapshot");
      return () => node.ask("evm_revert", snapshot);
    };

    it("B5 a higher nonce waits and the lower one is free: the gap is filled at once, and the queue drains", async () => {
      const undo = await undoing();
      const before = await bench.chain.nextNonce();
      await bench.sendOther();
      await bench.mine();
      expect(await bench.write()).to.equal("anchored 12");
      expect((await bench.newest()).nonce).to.equal(before + 1);
      await undo();
      expect(await bench.chain.nextNonce()).to.equal(before);
      await bench.submit(3);
      // Nothing is due by the schedule; a gap does not wait for it.
      const never = (): boolean => false;
      expect(await bench.write(never)).to.equal("anchored 15");
      expect((await bench.newest()).nonce).to.equal(before);
      await bench.mine();
      await final();
      expect(await bench.chain.nextNonce()).to.be.oneOf([before + 1, before + 2]);
      await bench.submit(3);
      await bench.settle();
      expect(await bench.ledger.store.anchorsIn(["pending", "submitted", "included"])).to.deep.equal([]);
      await bench.expectSettled([15, 18]);
    });

    it("B5 what can no longer succeed, with nothing new to anchor in its place, is given up where no pool has it", async () => {
      const undo = await undoing();
      await bench.sendOther();
      await bench.mine();
      expect(await bench.write()).to.equal("anchored 12");
      const { transactionHash } = await bench.newest();
      await undo();
      await bench.submit(3);
      expect(await bench.write(() => false)).to.equal("anchored 15");
      const isWaiting = async (): Promise<boolean> =>
        (await bench.chain.transactionState(transactionHash)).state === "waiting";
      if (await isWaiting()) await bench.drop(transactionHash);
      await bench.mine();
      await final();
      // Its nonce is the next one, and it builds on a head that is gone.
      await node.ask("eth_sendRawTransaction", (await bench.rows())[0]!.raw);
      expect(await bench.write()).to.equal("idle");
      expect(await bench.states(), "a pool has it, so it may still be mined").to.deep.equal([
        "12 submitted",
        "15 finalized",
      ]);
      await bench.drop(transactionHash);
      expect(await bench.write()).to.equal("idle");
      expect(await bench.states()).to.deep.equal(["12 orphaned", "15 finalized"]);
      await bench.submit(3);
      await bench.expectSettled([15, 18]);
    });

    it("B12 follows and anchors although no node has the state of the final block any more", async () => {
      // A full node keeps the state of its newest blocks alone, and finality may lie deeper.
      const pruned: Fault = async (request, forward) =>
        request.method === "eth_getTransactionCount" && request.params[1] !== "latest"
          ? { error: { code: -32_000, message: "missing trie node: state is not available" } }
          : forward();
      bench.setFault(pruned);
      expect(await bench.write()).to.equal("anchored 12");
      bench.clock += MINUTE;
      await bench.submit(5);
      expect(await bench.write()).to.equal("replaced 17");
      await bench.mine(3);
      expect(await bench.follow()).to.deep.equal(["17 included", "17 finalized"]);
      // What was replaced is given up once an anchor of ours is final at its nonce.
      await bench.follow();
      expect(await bench.states()).to.deep.equal(["12 orphaned", "17 finalized"]);
      await bench.submit(5);
      await bench.expectSettled([17, 22]);
    });

    it("B6 the day's cap counts what was mined and not looked at yet", async () => {
      const perAnchor = worstCost({ maxFeePerGas: 10n * GWEI, maxPriorityFeePerGas: 0n }, bench.chain.gasLimitOf(20));
      bench.parts = { ...bench.parts, spending: { perAnchor, perDay: perAnchor } };
      expect(await bench.write()).to.equal("anchored 12");
      await bench.mine();
      await bench.submit(5);
      expect(await bench.write()).to.equal("blocked daily-cap");
      await bench.follow();
      // Now it is known what it cost, which leaves enough.
      expect(await bench.write()).to.equal("anchored 17");
      await bench.expectSettled([12, 17]);
    });

    for (const [title, blocks] of [
      ["B8 a reorg takes the block of an anchor", 0],
      ["B10 a reorg deeper than finality takes the block of an anchor", 6],
    ] as const)
      it(`${title}: pending, sent again by itself, final in another block`, async () => {
        const undo = await undoing();
        await bench.write();
        await bench.mine(1 + blocks);
        const seen = await bench.follow();
        // Hardhat calls its newest block final.
        const isFinal = prefix === "hardhat" || blocks > 0;
        expect(seen).to.deep.equal(isFinal ? ["12 included", "12 finalized"] : ["12 included"]);
        const before = await bench.newest();
        await undo();
        expect(await bench.anchored()).to.deep.equal([]);
        await bench.mine(1 + blocks);
        expect(await bench.follow()).to.deep.equal(["12 reorged"]);
        expect(before.gasUsed).to.be.greaterThan(21_000);
        expect(before.includedAt).to.be.greaterThanOrEqual(before.firstSentAt as number);
        expect(await bench.newest()).to.include({
          ...{ state: "pending", blockHash: null, evidence: null, paid: null },
          ...{ includedAt: null, finalAt: null, gasUsed: null, firstSentAt: before.firstSentAt },
        });
        expect(await bench.write()).to.equal("sentAgain 12");
        await bench.mine();
        await final();
        // B11: the same row, with the block where it is now, and evidence of that block.
        expect(await bench.states()).to.deep.equal(["12 finalized"]);
        const after = await bench.newest();
        expect(after.transactionHash).to.equal(before.transactionHash);
        expect(after.blockHash).not.to.equal(before.blockHash);
        const [left, ...others] = await bench.ledger.store.leftBlocks(after.anchorId);
        expect(left, "the block that it left").to.include({
          ...{ blockHash: before.blockHash, blockNumber: before.blockNumber },
        });
        expect(others).to.deep.equal([]);
        const evidence = checkChainEvidence(JSON.parse(after.evidence!) as ChainEvidence);
        expect(evidence).to.include({ blockHash: after.blockHash, blockNumber: after.blockNumber, treeSize: 12 });
        await bench.expectSettled([12]);
      });

    it("B11 a reorg puts two anchors elsewhere: two rows as before, each with its new block", async () => {
      const undo = await undoing();
      await bench.write();
      await bench.mine(3);
      await bench.follow();
      await bench.submit(5);
      await bench.write();
      await bench.mine(3);
      await bench.follow();
      const before = await bench.rows();
      await undo();
      // In one block this time.
      for (const { raw } of before) await node.ask("eth_sendRawTransaction", raw);
      await bench.mine(8);
      await bench.follow();
      const after = await bench.rows();
      expect(after.map(({ anchorId, state }) => `${anchorId} ${state}`)).to.deep.equal(
        before.map(({ anchorId }) => `${anchorId} finalized`),
      );
      expect(new Set(after.map(({ blockHash }) => blockHash)).size).to.equal(1);
      expect(after.map(({ blockHash }) => blockHash)).not.to.deep.equal(before.map(({ blockHash }) => blockHash));
      await bench.expectSettled([12, 17]);
    });

    it("B6 base fee x100: the fee rises to the cap, then it waits; a later anchor covers the backlog", async () => {
      const perAnchor = worstCost({ maxFeePerGas: 40n * GWEI, maxPriorityFeePerGas: 0n }, bench.chain.gasLimitOf(0));
      bench.parts = { ...bench.parts, spending: { perAnchor, perDay: 10n * perAnchor } };
      expect(await bench.write()).to.equal("anchored 12");
      await bench.mineAt(20n);
      await bench.submit(5);
      // anvil forgets what is too cheap, and refuses it then; Hardhat keeps it until its time has come.
      expect(await bench.write()).to.be.oneOf(["idle", "refused fee-too-low"]);
      bench.clock += MINUTE;
      expect(await bench.write()).to.equal("replaced 17");
      expect((await bench.newest()).maxFeePerGas).to.be.within(35n * GWEI, 40n * GWEI);
      await bench.mineAt(100n);
      await bench.submit(3);
      bench.clock += MINUTE;
      for (let round = 0; round < 3; round++) expect(await bench.write()).to.equal("blocked fee-cap");
      expect(await bench.states()).to.deep.equal(["12 submitted", "17 submitted"]);
      // Down again: what waits in the pool is mined, but anvil may have forgotten it; then one anchor covers the backlog.
      await bench.mineAt(1n);
      await bench.settle();
      const sizes = await bench.anchored();
      expect(sizes.join()).to.be.oneOf(["17,20", "20"]);
      await bench.expectSettled(sizes);
      expect((await bench.states())[0]).to.equal("12 orphaned");
      expectWithinCaps(await bench.rows(), perAnchor);
    });

    it("B6 a replacement covers the records that came since, and is mined instead of the first", async () => {
      expect(await bench.write()).to.equal("anchored 12");
      for (const size of [17, 22]) {
        await bench.submit(5);
        bench.clock += MINUTE - 1;
        expect(await bench.write()).to.equal("idle");
        bench.clock += 1;
        expect(await bench.write()).to.equal(`replaced ${size}`);
      }
      expect(new Set((await bench.rows()).map(({ nonce }) => nonce)).size).to.equal(1);
      await bench.mine();
      expect(await bench.follow()).to.include("22 included");
      await final();
      expect(await bench.states()).to.deep.equal(["12 orphaned", "17 orphaned", "22 finalized"]);
      await bench.expectSettled([22]);
    });

    it("B6 a first anchor that is too dear is not even signed; the backlog goes with one when it is affordable", async () => {
      const perAnchor = worstCost({ maxFeePerGas: 10n * GWEI, maxPriorityFeePerGas: 0n }, bench.chain.gasLimitOf(0));
      let beacons = 0;
      const recordBeacon = async (): Promise<void> => void beacons++;
      bench.parts = { ...bench.parts, spending: { perAnchor, perDay: 10n * perAnchor }, recordBeacon };
      await bench.mineAt(100n);
      for (let round = 0; round < 3; round++) {
        await bench.submit(5);
        expect(await bench.write()).to.equal("blocked fee-cap");
      }
      expect(await bench.rows()).to.deep.equal([]);
      expect(beacons, "what waits for days does not fill the log with beacons").to.equal(0);
      await bench.mineAt(2n);
      expect(await bench.write()).to.equal("anchored 27");
      await bench.expectSettled([27]);
      expectWithinCaps(await bench.rows(), perAnchor);
    });

    it("B6 the day's cap: what is left of it is offered, then it waits for the next day", async () => {
      const perAnchor = worstCost({ maxFeePerGas: 5n * GWEI, maxPriorityFeePerGas: 0n }, bench.chain.gasLimitOf(20));
      bench.parts = { ...bench.parts, spending: { perAnchor, perDay: perAnchor } };
      const paid: bigint[] = [];
      let step = "anchored";
      for (let round = 0; round < 30 && step.startsWith("anchored"); round++) {
        step = await bench.write();
        await bench.mine(3);
        await bench.follow();
        await bench.submit(1);
      }
      expect(step).to.equal("blocked daily-cap");
      for (const row of await bench.rows()) paid.push(row.paid ?? 0n);
      expect(paid.length).to.be.greaterThan(1);
      expect(paid.reduce((a, b) => a + b, 0n) <= perAnchor).to.equal(true);
      bench.clock += 24 * 60 * MINUTE + 1;
      expect(await bench.write()).to.match(/^anchored /);
      await bench.mine();
    });

    it("B6 the day's cap counts by the day in which an anchor was mined, whenever it was made", async () => {
      const perAnchor = worstCost({ maxFeePerGas: 5n * GWEI, maxPriorityFeePerGas: 0n }, bench.chain.gasLimitOf(20));
      bench.parts = { ...bench.parts, bumpAfterMs: 1_000 * MINUTE * 60 };
      expect(await bench.write()).to.equal("anchored 12");
      bench.clock += 25 * 60 * MINUTE;
      await bench.mine(3);
      expect(await bench.follow()).to.deep.equal(["12 included", "12 finalized"]);
      const { paid } = await bench.newest();
      expect(await bench.ledger.store.spentSince(bench.clock - 24 * 60 * MINUTE)).to.equal(paid);
      bench.parts = { ...bench.parts, spending: { perAnchor, perDay: paid! } };
      await bench.submit(1);
      expect(await bench.write()).to.equal("blocked daily-cap");
      bench.clock += 24 * 60 * MINUTE + 1;
      bench.parts = { ...bench.parts, spending: { perAnchor, perDay: perAnchor } };
      expect(await bench.write()).to.equal("anchored 13");
      await bench.mine();
    });

    it("B7 the old one is mined after its replacement was sent: known by its hash, no second anchor of that size", async () => {
      await bench.write();
      const old = await bench.newest();
      bench.clock += MINUTE;
      await bench.submit(5);
      expect(await bench.write()).to.equal("replaced 17");
      const replacement = await bench.newest();
      expect(replacement.nonce).to.equal(old.nonce);
      // Whoever builds the block has only the old one.
      await bench.drop(replacement.transactionHash);
      await node.ask("eth_sendRawTransaction", old.raw);
      await bench.mine();
      expect((await bench.follow())[0]).to.equal("12 included");
      expect(await bench.write()).to.equal("anchored 17");
      expect((await bench.newest()).nonce).to.equal(old.nonce + 1);
      await bench.mine();
      await final();
      expect(await bench.states()).to.deep.equal(["12 finalized", "17 orphaned", "17 finalized"]);
      await bench.expectSettled([12, 17]);
    });

    it("B22 anchors a backlog in steps that the contract takes, however small a growth it was deployed with", async () => {
      const contract = await contractOfGrowth(node, 5);
      const chain = await connectChain({ rpcUrl: node.rpcUrl, anchorKey: LOCAL_DEV_KEY, contract });
      await bench.ledger.store.setContract(await storedContract(chain));
      bench.parts = { ...bench.parts, chain };
      for (const size of [5, 10, 12]) {
        expect(await bench.write()).to.equal(`anchored ${size}`);
        await bench.mine(3);
        expect(await bench.follow()).to.deep.equal([`${size} included`, `${size} finalized`]);
      }
      expect(await bench.write()).to.equal("idle");
      await chain.close();
    });

    it("B9 two writers on one head: one wins, the other's fails, reads the chain again and stops", async () => {
      const rival = await openLedger();
      await rival.submit(keyed(report, 10));
      const chain = await connectChain({
        rpcUrl: node.rpcUrl,
        anchorKey: await grantedKey(node, prefix, bench.chain.contract),
        contract: bench.chain.contract,
      });
      const parts = { ...anchoringParts(rival, chain), bumpAfterMs: MINUTE };
      // Both sign over the empty log, the same size with different roots; the better offer goes first.
      const first = await chain.sign(
        { treeSize: 12, rootHash: await rival.log.tree.rootAt(12), consistencyProof: [] },
        { fees: { maxFeePerGas: 50n * GWEI, maxPriorityFeePerGas: 40n * GWEI } },
      );
      expect(await bench.write()).to.equal("anchored 12");
      await chain.send(first);
      await bench.mine();
      expect(await bench.follow()).to.deep.equal(["12 orphaned"]);
      expect((await bench.newest()).paid! > 21_000n * GWEI, "what failed was paid for").to.equal(true);
      await expectRejection("STORE_CORRUPT", bench.write(), /a root at size 12 that this log does not have/);
      expect(await bench.anchored()).to.deep.equal([12]);
      // The winner's own look finds its head in place.
      expect(parts.tree.publishedSize).to.equal(12);
      expect((await chain.head()).rootHash).to.deep.equal(await rival.log.tree.rootAt(12));
      await chain.close();
      await rival.close();
    });
  });

/** Nothing that was ever signed could have cost more than the cap. */
function expectWithinCaps(rows: readonly StoredAnchor[], perAnchor: bigint): void {
  for (const { maxFeePerGas, paid } of rows) {
    // The least gas limit that an anchor has: a bound for all of them.
    expect(maxFeePerGas * 60_000n <= perAnchor).to.equal(true);
    expect((paid ?? 0n) <= perAnchor).to.equal(true);
  }
}

/** Address of a new contract for the log, to which one anchor may add so many leaves. */
async function contractOfGrowth({ ask, rpcUrl }: TestChain, maxGrowth: number): Promise<string> {
  const provider = new JsonRpcProvider(rpcUrl, undefined, { cacheTimeout: -1 });
  try {
    const admin = new Wallet(LOCAL_DEV_KEY, provider);
    const log = [logIdOf(ORIGIN), 0, EMPTY_ROOT, maxGrowth] as const;
    const roles = [admin.address, 0, admin.address, admin.address] as const;
    const deployed = await new CheckpointAnchor__factory(admin).deploy(...log, ...roles);
    await ask("evm_mine");
    return (await deployed.getAddress()).toLowerCase();
  } finally {
    provider.destroy();
  }
}

/** A fresh account with funds that may anchor as well. */
async function grantedKey({ ask, rpcUrl }: TestChain, prefix: string, contract: string): Promise<string> {
  const { address, privateKey } = Wallet.createRandom();
  await ask(`${prefix}_setBalance`, address, "0x56bc75e2d63100000");
  const provider = new JsonRpcProvider(rpcUrl, undefined, { cacheTimeout: -1 });
  const admin = new Wallet(LOCAL_DEV_KEY, provider);
  const roles = new Contract(contract, ["function grantRole(bytes32,address)"], admin);
  await roles.getFunction("grantRole")(id("ANCHOR_ROLE"), address);
  await ask("evm_mine");
  provider.destroy();
  return privateKey;
}
