// The fork that comes next, on the node that most of Ethereum runs. What headers bring in general is tested without geth, in
// block-header.test.ts.

import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";
import { Wallet } from "ethers";

import type { AnchorCall, Chain } from "../../../src/chain/chain.ts";
import { deployCheckpointAnchor, EMPTY_HEAD } from "../../../src/administer/contract-admin.ts";
import { connectChain } from "../../../src/chain/nodes/connect-chain.ts";
import { openLocalSigner } from "../../../src/chain/signers/local-signer.ts";
import { openRpc, type Rpc } from "../../../src/chain/rpc/rpc.ts";
import { checkChainEvidence } from "../../../src/core/chain-evidence.ts";
import type { TestChain } from "../../support/chains.ts";
import { GETH, startGeth } from "../../support/geth.ts";
import { anchorMined, growingLog, LOG_ID } from "../../support/anchored-log.ts";

const CHAIN_ID = 20_264;
const SECONDS_BEFORE_FORK = 10;
const WAIT_MS = 30_000;

if (GETH === undefined)
  process.stdout.write("left out: crossing Amsterdam on geth, because TEST_GETH names no program\n");
else crossingOn(GETH);

function crossingOn(geth: string): void {
  describe("geth across Amsterdam", () => {
    let node: TestChain;
    let rpc: Rpc;
    const { privateKey: anchorKey } = Wallet.createRandom();
    const signer = openLocalSigner(anchorKey, CHAIN_ID);
    const { address } = signer;
    before(async () => {
      node = await startGeth(geth, CHAIN_ID, address, Math.ceil(Date.now() / 1000) + SECONDS_BEFORE_FORK);
      rpc = await openRpc(node.rpcUrl);
    });
    after(async () => {
      rpc?.close();
      await node?.stop();
    });

    const deploy = async (): Promise<Chain> => {
      const roles = { admin: address, anchorer: address, closer: address };
      const terms = { logId: LOG_ID, start: EMPTY_HEAD, maxGrowth: 2 ** 26, adminDelay: 0 };
      const { state } = await deployCheckpointAnchor({ rpc, signer, waitMs: WAIT_MS }, { ...roles, ...terms });
      return connectChain({ rpcUrl: node.rpcUrl, anchorKey, contract: state.contract });
    };
    const isBehindFork = async (): Promise<boolean> => {
      const block = (await node.ask("eth_getBlockByNumber", "latest", false)) as { slotNumber?: string };
      return block.slotNumber !== undefined;
    };
    const expectAnchored = async (chain: Chain, call: AnchorCall): Promise<void> => {
      const { transactionHash } = await anchorMined(chain, call);
      const { evidence } = await chain.evidenceOf(transactionHash);
      expect(checkChainEvidence(evidence).treeSize).to.equal(call.treeSize);
    };

    it("truth E1: what was deployed before it is anchored in behind it, and a contract can be deployed there", async () => {
      const log = growingLog(10);
      const old = await deploy();
      await expectAnchored(old, log.first);
      expect(await isBehindFork()).to.equal(false);
      while (!(await isBehindFork())) await sleep(200);
      await expectAnchored(old, log.next(1_000));
      await old.close();
      const fresh = await deploy();
      await expectAnchored(fresh, growingLog(7).first);
      await fresh.close();
    });
  });
}
