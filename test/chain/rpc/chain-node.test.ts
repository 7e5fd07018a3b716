// The chain interface on two real clients: what a transaction goes through from signing to an event, and every way in
// which a node refuses one. Hardhat and anvil word their refusals differently, so both run the same tests.

import { expect } from "chai";
import { keccak256, parseEther, Transaction, Wallet } from "ethers";

import { LOCAL_DEV_KEY } from "../../../src/chain/signers/development-keys.ts";
import type { Chain, SendRefusal, SignedAnchor } from "../../../src/chain/chain.ts";
import { anchorGasLimit } from "../../../src/chain/rpc/anchor-contract.ts";
import { EMPTY_ROOT } from "../../../src/core/merkle.ts";
import { startAnvil, startHardhat, type TestChain } from "../../support/chains.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import {
  anchor,
  anchorMined,
  connect,
  connectDeployed,
  growingLog,
  holdMining,
  LOG_ID,
  mine,
} from "../../support/anchored-log.ts";

const CLIENTS = [
  { client: "Hardhat", start: startHardhat, prefix: "hardhat" },
  { client: "anvil", start: startAnvil, prefix: "anvil" },
];

for (const { client, start, prefix } of CLIENTS) {
  describe(`the chain over ${client}`, () => {
    let node: TestChain;
    let chain: Chain;
    before(async () => {
      node = await start();
    });
    beforeEach(async () => {
      chain = await connectDeployed(node);
    });
    afterEach(() => chain.close());
    after(() => node.stop());

    const state = async (signed: SignedAnchor): Promise<string> =>
      (await chain.transactionState(signed.transactionHash)).state;

    /** Connected as an account that may do nothing and has `ether`. */
    const stranger = async (ether: string): Promise<Chain> => {
      const wallet = Wallet.createRandom();
      await node.ask(`${prefix}_setBalance`, wallet.address, `0x${parseEther(ether).toString(16)}`);
      return connect(node, { anchorKey: wallet.privateKey, contract: chain.contract });
    };

    it("deploys an empty log, and finds it again by its address", async () => {
      const again = await connect(node, { chainId: 31_337, contract: chain.contract });
      expect(await again.hasContract()).to.equal(true);
      expect(await again.head()).to.deep.equal({ treeSize: 0, rootHash: EMPTY_ROOT, isClosed: false });
      expect(await again.logId()).to.deep.equal(LOG_ID);
      expect(await again.anchorEvents()).to.deep.equal([]);
      expect(again.isLocal).to.equal(true);
      const code = (await node.ask("eth_getCode", chain.contract, "latest")) as string;
      expect(await again.codeHash()).to.equal(keccak256(code));
      await again.close();
    });

    it("says so when there is no contract at the address, or another one", async () => {
      const none = await connect(node);
      expect(none.contract).to.equal(`0x${"0".repeat(40)}`);
      const elsewhere = await connect(node, { contract: `0x${"12".repeat(20)}` });
      const other = await connect(node, { contract: `0x${"13".repeat(20)}` });
      // Code that reverts whatever it is asked.
      await node.ask(`${prefix}_setCode`, other.contract, "0x5f5ffd");
      expect(await elsewhere.hasContract()).to.equal(false);
      expect(await other.hasContract()).to.equal(true);
      for (const wrong of [none, elsewhere, other]) {
        await expectRejection("CHAIN_WRONG", wrong.head(), /no CheckpointAnchor at 0x/);
        await expectRejection("CHAIN_WRONG", wrong.logId(), /no CheckpointAnchor at 0x/);
        await expectRejection("CHAIN_WRONG", wrong.anchorEvents());
        await wrong.close();
      }
    });

    it("refuses another chain than the one it was told to expect", async () => {
      const error = await expectRejection(
        "CHAIN_WRONG",
        connect(node, { chainId: 1 }),
        /serves chain 31337, not chain 1/,
      );
      expect(error.details).to.deep.equal({ expected: 1, given: 31_337 });
    });

    it("signs without sending, and knows the hash beforehand", async () => {
      const signed = await chain.sign(growingLog(256).first);
      expect(await state(signed)).to.equal("unknown");
      expect(signed.nonce).to.equal(await chain.nextNonce());
      const sent = Transaction.from(signed.raw);
      expect(sent.hash).to.equal(signed.transactionHash);
      expect([sent.type, sent.chainId, sent.to?.toLowerCase()]).to.deep.equal([2, 31_337n, chain.contract]);
      const block = (await node.ask("eth_getBlockByNumber", "latest", false)) as { baseFeePerGas: string };
      expect(sent.maxFeePerGas).to.equal(sent.maxPriorityFeePerGas! + 2n * BigInt(block.baseFeePerGas));
    });

    it("makes one anchor of a transaction that is sent again and again, also after a crash", async () => {
      const { first } = growingLog(256);
      const signed = await chain.sign(first);
      // A crash here: another process has nothing but what was persisted.
      const restarted = await connect(node, { contract: chain.contract });
      await holdMining(node);
      for (const sender of [restarted, chain, restarted]) await sender.send({ ...signed });
      expect(await state(signed)).to.equal("waiting");
      await mine(node);
      for (const sender of [restarted, chain]) await sender.send({ ...signed });
      expect(await state(signed)).to.equal("included");
      const events = await restarted.anchorEvents();
      expect(events.map(({ transactionHash }) => transactionHash)).to.deep.equal([signed.transactionHash]);
      expect(await restarted.head()).to.deep.equal({ treeSize: 256, rootHash: first.rootHash, isClosed: false });
      await restarted.close();
    });

    it("reports where and in which block a transaction is, and what it recorded", async () => {
      const { first } = growingLog(300);
      const signed = await anchorMined(chain, first);
      const where = await chain.transactionState(signed.transactionHash);
      const [event] = await chain.anchorEvents();
      expect(where).to.include({ state: "included" });
      const { treeSize, rootHash } = first;
      const { blockNumber, blockHash } = event!;
      expect(where).to.include({ state: "included", blockNumber, blockHash });
      expect("paid" in where && where.paid! > 21_000n).to.equal(true);
      const { transactionHash } = signed;
      expect(event).to.deep.equal({
        treeSize,
        rootHash,
        previousSize: 0,
        blockNumber,
        blockHash,
        transactionHash,
        logIndex: 0,
      });
      expect(await chain.blockHashAt(blockNumber)).to.equal(blockHash);
      expect(await chain.blockHashAt(blockNumber + 1)).to.equal(undefined);
    });

    it("tells a mined transaction that failed from one that anchored, and sending it is no error", async () => {
      const outsider = await stranger("1");
      const failed = await anchorMined(outsider, growingLog(256).first);
      expect(await state(failed)).to.equal("failed");
      expect((await chain.head()).treeSize).to.equal(0);
      await outsider.close();
    });

    it("sees a new head as soon as it is there", async () => {
      const log = growingLog(100);
      for (const call of [log.first, log.next(101), log.next(300)]) {
        const { treeSize, rootHash } = call;
        expect((await chain.head()).treeSize).to.be.lessThan(treeSize);
        await anchorMined(chain, call);
        expect(await chain.head()).to.deep.equal({ treeSize, rootHash, isClosed: false });
      }
    });

    it("has gas enough for every proof, up to the longest", async () => {
      // All bits of the old size set and a new size past the next power of two make the longest proofs.
      const log = growingLog(255);
      const calls = [log.first, log.next(256), log.next(2 ** 20 - 1), log.next(1_100_000), log.next(2 ** 26 - 1)];
      calls.push(log.next(2 ** 27 - 2 ** 5 - 1));
      const used: { proofHashes: number; share: number }[] = [];
      for (const call of calls) {
        const { transactionHash } = await anchorMined(chain, call);
        const receipt = (await node.ask("eth_getTransactionReceipt", transactionHash)) as Record<string, string>;
        expect(receipt["status"], `${call.treeSize}`).to.equal("0x1");
        const proofHashes = call.consistencyProof.length;
        used.push({ proofHashes, share: Number(receipt["gasUsed"]) / anchorGasLimit(proofHashes) });
      }
      expect(Math.max(...used.map(({ proofHashes }) => proofHashes))).to.be.greaterThan(25);
      expect(Math.max(...used.map(({ share }) => share))).to.be.lessThan(0.75);
      expect((await chain.anchorEvents()).map(({ treeSize }) => treeSize)).to.deep.equal(
        calls.map(({ treeSize }) => treeSize),
      );
    });

    it("stays above the calldata floor of EIP-7623, whatever the proof", () => {
      const floor = (hashes: number): number => 21_000 + 40 * (4 + 32 * (4 + hashes));
      for (const hashes of [0, 1, 7, 22, 64, 128]) expect(anchorGasLimit(hashes)).to.be.greaterThan(floor(hashes));
    });

    describe("a transaction that will not be taken", () => {
      const refused = async (reason: string, sending: Promise<SendRefusal | undefined>): Promise<void> => {
        const refusal = await sending;
        expect(refusal?.reason, refusal?.message).to.equal(reason);
      };

      /** The same transaction with another gas limit, and so with another hash. */
      const resigned = async (
        { raw, nonce }: SignedAnchor,
        { gasLimit }: { gasLimit: number },
      ): Promise<SignedAnchor> => {
        const { type, chainId, maxFeePerGas, maxPriorityFeePerGas, to, data } = Transaction.from(raw);
        const changed = { type, chainId, nonce, maxFeePerGas, maxPriorityFeePerGas, to, data, gasLimit };
        const signed = await new Wallet(LOCAL_DEV_KEY).signTransaction(changed);
        return { raw: signed, nonce, transactionHash: keccak256(signed) };
      };

      it("because its nonce went to another one", async () => {
        const log = growingLog(256);
        const late = await chain.sign(log.first);
        await anchorMined(chain, log.first);
        await refused("nonce-used", chain.send(await resigned(late, { gasLimit: 500_000 })));
      });

      it("because the account cannot pay", async () => {
        const poor = await stranger("0.000000001");
        await refused("no-funds", poor.send(await poor.sign(growingLog(256).first)));
        await poor.close();
      });

      it("because the base fee has risen above its cap", async () => {
        const signed = await chain.sign(growingLog(256).first);
        await node.ask(`${prefix}_setNextBlockBaseFeePerGas`, "0x174876e800");
        await refused("fee-too-low", chain.send(signed));
        await node.ask(`${prefix}_setNextBlockBaseFeePerGas`, "0x3b9aca00");
        await node.ask("evm_mine");
        await chain.send(signed);
        // Anvil answers before it has mined what was sent.
        await node.ask("evm_mine");
        expect(await state(signed)).to.equal("included");
      });

      it("because another one waits at its nonce and pays as much", async () => {
        const log = growingLog(256);
        await holdMining(node);
        const waiting = await anchor(chain, log.first);
        const rival = await chain.sign({ ...log.first, treeSize: 257 });
        expect(rival.nonce).to.equal(waiting.nonce);
        await refused("replacement-underpriced", chain.send(rival));
        await mine(node);
        expect(await state(waiting)).to.equal("included");
      });

      it("because its gas limit is too low", async () => {
        const signed = await chain.sign(growingLog(256).first);
        await refused("gas-limit", chain.send(await resigned(signed, { gasLimit: 20_000 })));
      });
    });

    it("deploys again and again, each time to a contract of its own", async () => {
      const before = chain.contract;
      await chain.deploy(LOG_ID);
      expect(chain.contract).to.match(/^0x[0-9a-f]{40}$/);
      expect(chain.contract).not.to.equal(before);
      expect((await chain.head()).treeSize).to.equal(0);
    });

    it("answers nothing more once it is closed", async () => {
      await chain.close();
      const { head, logId, finalizedHeight, hasContract, anchorEvents } = chain;
      for (const question of [head, logId, finalizedHeight, hasContract, anchorEvents])
        await expectRejection("CHAIN_UNREACHABLE", question());
    });
  });
}
