// What was final, and a real node that goes back behind it: rolled back by its operator, or killed. anvil and a faulty node
// do the same in small in ../anchor/finality-doubt.test.ts; here it is the node that most of Ethereum runs.

import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";
import { Wallet } from "ethers";

import { deployCheckpointAnchor, EMPTY_HEAD } from "../../src/administer/contract-admin.ts";
import { openRpc } from "../../src/chain/rpc/rpc.ts";
import { openLocalSigner } from "../../src/chain/signers/local-signer.ts";
import { createClient, type Client } from "../../src/client/client.ts";
import { parseConfig } from "../../src/config.ts";
import { checkChainEvidence, type ChainEvidence } from "../../src/core/chain-evidence.ts";
import { DOUBT_MS } from "../../src/core/finality-doubt.ts";
import { logIdOf } from "../../src/core/record.ts";
import { startService, type Service } from "../../src/main.ts";
import { GETH, startGeth, type GethChain } from "../support/geth.ts";
import { reading, temporaryFolder } from "../support/ledger.ts";

const CHAIN_ID = 20_266;
const ORIGIN = "geth.example/ledger";
const LOOK_MS = 500;
/** How much less than a minute after our first sight of the alarm the doubt may have lasted. */
const SLACK_MS = 5_000;
/** geth calls every 32nd block final here, a second each; and a doubt lasts a minute. */
const WAIT_MS = 180_000;

if (GETH === undefined) process.stdout.write("left out: finality on geth, because TEST_GETH names no program\n");
else finalityOn(GETH);

function finalityOn(geth: string): void {
  describe("the service over a geth that goes back behind what was final", function () {
    this.timeout(2 * WAIT_MS);
    let node: GethChain;
    let service: Service;
    let client: Client;
    let id: string;
    const { privateKey: anchorKey } = Wallet.createRandom();
    const signer = openLocalSigner(anchorKey, CHAIN_ID);

    beforeEach(async () => {
      node = await startGeth(geth, CHAIN_ID, signer.address);
      service = await startService(
        parseConfig({
          WARIFU_DATA_DIR: temporaryFolder(),
          WARIFU_HTTP_PORT: "0",
          WARIFU_ORIGIN: ORIGIN,
          WARIFU_RPC_URL: node.rpcUrl,
          WARIFU_CHAIN_ID: String(CHAIN_ID),
          WARIFU_CONTRACT: await deploy(),
          WARIFU_ANCHOR_KEY: anchorKey,
          WARIFU_ANCHOR_SECONDS: "0.1",
          WARIFU_CHAIN_POLL_SECONDS: "0.2",
          WARIFU_LOG_LEVEL: "silent",
        }),
      );
      const { submitter: apiKey } = JSON.parse(readFileSync(service.apiKeysFile, "utf8")) as { submitter: string };
      client = createClient({ url: service.url, apiKey });
      const [result] = await client.submit([reading(1) as never]);
      if (!result?.ok) return expect.fail(JSON.stringify(result));
      ({ id } = result.acknowledgement);
      await until(async () => (await client.record(id)).state === "finalized", "a final record");
    });
    afterEach(async () => {
      await service?.close();
      await node?.stop();
    });

    const deploy = async (): Promise<string> => {
      const rpc = await openRpc(node.rpcUrl);
      const roles = { admin: signer.address, anchorer: signer.address, closer: signer.address };
      const terms = { logId: logIdOf(ORIGIN), start: EMPTY_HEAD, maxGrowth: 2 ** 26, adminDelay: 0 };
      const { state } = await deployCheckpointAnchor({ rpc, signer, waitMs: 30_000 }, { ...roles, ...terms });
      rpc.close();
      return state.contract;
    };
    const finalHeight = async (): Promise<number | undefined> => {
      const final = await node.ask("eth_getBlockByNumber", "finalized", false).catch(() => undefined);
      return final === undefined ? undefined : Number((final as { number: string }).number);
    };
    const alarms = (): readonly string[] => service.ledger.health().alarms.map(({ code }) => code);
    const until = async (what: () => boolean | Promise<boolean>, wanted: string): Promise<void> => {
      const deadline = performance.now() + WAIT_MS;
      while (!(await what())) {
        expect(performance.now(), `${wanted}; alarms: ${alarms().join(", ")}`).to.be.lessThan(deadline);
        await sleep(LOOK_MS);
      }
    };
    const isRed = async (): Promise<boolean> => (await fetch(`${service.url}/healthz`)).status === 503;
    const heightOfAnchor = async (): Promise<number> => {
      const { chain } = JSON.parse(await client.bundle(id)) as { chain: ChainEvidence };
      return checkChainEvidence(chain).blockNumber;
    };
    /** Its bundle is there, as it was. */
    const isFinal = async (): Promise<boolean> => {
      const height = await heightOfAnchor().catch(() => undefined);
      return height !== undefined && (await client.record(id)).state === "finalized";
    };
    /** Red, with the record final all the same, from the first sight until the doubt has lasted for a minute. */
    const expectDoubted = async (): Promise<void> => {
      await until(() => alarms().includes("reorg-beyond-finality"), "the alarm");
      const deadline = performance.now() + DOUBT_MS - SLACK_MS;
      while (alarms().includes("reorg-beyond-finality") && performance.now() < deadline) {
        expect([await isRed(), await isFinal()]).to.deep.equal([true, true]);
        await sleep(LOOK_MS);
      }
    };
    const untilWell = (): Promise<void> => until(async () => !(await isRed()) && (await isFinal()), "the end of it");

    it("truth E2: rolled back below a final anchor: red, nothing taken back at one look, and whole again", async () => {
      const height = await heightOfAnchor();
      await node.ask("debug_setHead", `0x${(height - 1).toString(16)}`);
      await expectDoubted();
      await untilWell();
      // The chain lost it for good, so it was made again.
      expect(await heightOfAnchor()).to.be.greaterThan(height);
    });

    it("truth E2: killed, and behind its own final block when it is back: red, nothing taken back, and whole again", async () => {
      const before = (await finalHeight()) ?? 0;
      await node.kill();
      await until(() => alarms().includes("chain-unreachable"), "the end of its answers");
      await node.startAgain();
      // What it had not written yet is gone; its journal of transactions brings the contract and the anchors back.
      expect((await finalHeight()) ?? 0).to.be.lessThan(before);
      await expectDoubted();
      await untilWell();
    });
  });
}
