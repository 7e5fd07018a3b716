// The service over Clef, a signer that others wrote: it anchors under the rules of deploy/clef, and waits while Clef refuses,
// says nothing, or is gone.

import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { Wallet } from "ethers";

import { deployCheckpointAnchor, EMPTY_HEAD } from "../../src/administer/contract-admin.ts";
import { openRpc } from "../../src/chain/rpc/rpc.ts";
import { openExternalSigner } from "../../src/chain/signers/external-signer.ts";
import { openLocalSigner } from "../../src/chain/signers/local-signer.ts";
import { createClient } from "../../src/client/client.ts";
import { parseConfig } from "../../src/config.ts";
import { logIdOf } from "../../src/core/record.ts";
import { startService, type Service } from "../../src/main.ts";
import { startAnvil, type TestChain } from "../support/chains.ts";
import { CLEF, OwnClef, type RunningClef } from "../support/clef.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { reading, temporaryFolder } from "../support/ledger.ts";

const CHAIN_ID = 20_267;
const ORIGIN = "clef.example/ledger";

if (CLEF === undefined) process.stdout.write("left out: anchoring through Clef, because TEST_CLEF names no program\n");
else
  describe("the service over Clef", () => {
    const folder = temporaryFolder();
    let node: TestChain;
    let own: OwnClef;
    let clef: RunningClef;
    let contract: string;
    before(async () => {
      node = await startAnvil({ chainId: CHAIN_ID, args: ["--slots-in-an-epoch", "0", "--block-time", "1"] });
      own = new OwnClef(join(folder, "clef"), CHAIN_ID);
      contract = await deploy(node, own.address);
      clef = await own.start(contract);
    });
    after(async () => {
      await clef.stop();
      await node.stop();
    });

    it("anchors, and over a Clef that stands still once it goes on", async () => {
      const service = await startService(
        parseConfig({
          WARIFU_DATA_DIR: join(folder, "data"),
          WARIFU_HTTP_PORT: "0",
          WARIFU_ORIGIN: ORIGIN,
          WARIFU_RPC_URL: node.rpcUrl,
          WARIFU_CHAIN_ID: String(CHAIN_ID),
          WARIFU_CONTRACT: contract,
          WARIFU_ANCHOR_SIGNER_URL: clef.url,
          WARIFU_ANCHOR_ADDRESS: own.address,
          WARIFU_ANCHOR_SECONDS: "0.1",
          WARIFU_CHAIN_POLL_SECONDS: "0.2",
          WARIFU_LOG_LEVEL: "silent",
        }),
      );
      try {
        await submitted(service, 1, "finalized");
        clef.pause();
        const id = await submitted(service, 2);
        await until(() => alarmsOf(service).includes("signer-failed"), "an alarm about the signer");
        expect((await clientOf(service).record(id)).state).to.equal("pending");
        clef.resume();
        await until(async () => (await clientOf(service).record(id)).state === "finalized", "a final record");
        await until(() => !alarmsOf(service).includes("signer-failed"), "no alarm any more");
      } finally {
        await service.close();
      }
    });

    it("gets nothing signed but anchors at its contract, without ether", async () => {
      const signer = openExternalSigner({ url: clef.url, address: own.address }, CHAIN_ID);
      const anchor = `0x9e1515d2${"0".repeat(63)}1${"ab".repeat(32)}${"0".repeat(62)}60${"0".repeat(64)}`;
      const call = {
        ...{ chainId: CHAIN_ID, nonce: 99, to: contract, data: anchor, gasLimit: 100_000 },
        ...{ maxFeePerGas: 9_000_000_000n, maxPriorityFeePerGas: 1n },
      };
      expect(await signer.sign(call)).to.match(/^0x02/);
      for (const [change, pattern] of [
        [{ to: Wallet.createRandom().address.toLowerCase() }, /request denied/i],
        [{ data: anchor.replace("9e1515d2", "2f2ff15d") }, /denied|signature|ABI/i],
        [{ to: null }, /denied|create contract|value/i],
      ] as const)
        await expectRejection("SIGNER_FAILED", signer.sign({ ...call, ...change }), pattern);
    });
  });

function clientOf(service: Service) {
  const { submitter: apiKey } = JSON.parse(readFileSync(service.apiKeysFile, "utf8")) as { submitter: string };
  return createClient({ url: service.url, apiKey });
}

/** A record of the service, in that state if one is given; its id. */
async function submitted(service: Service, number: number, state?: string): Promise<string> {
  const client = clientOf(service);
  const [result] = await client.submit([reading(number) as never]);
  if (!result?.ok) return expect.fail(JSON.stringify(result));
  const { id } = result.acknowledgement;
  if (state) await until(async () => (await client.record(id)).state === state, `a record that is ${state}`);
  return id;
}

function alarmsOf(service: Service): readonly string[] {
  return service.ledger.health().alarms.map(({ code }) => code);
}

async function until(what: () => boolean | Promise<boolean>, wanted: string): Promise<void> {
  for (let tries = 0; !(await what()); tries++) {
    expect(tries, wanted).to.be.below(2_000);
    await sleep(100);
  }
}

/** By an account of the administrator's, for Clef's to anchor. */
async function deploy({ rpcUrl, ask }: TestChain, anchorer: string): Promise<string> {
  const { address, privateKey } = Wallet.createRandom();
  for (const account of [address, anchorer]) await ask("anvil_setBalance", account, "0x56bc75e2d63100000");
  const rpc = await openRpc(rpcUrl);
  const roles = { admin: address.toLowerCase(), anchorer: anchorer.toLowerCase(), closer: address.toLowerCase() };
  const terms = { logId: logIdOf(ORIGIN), start: EMPTY_HEAD, maxGrowth: 2 ** 26, adminDelay: 0 };
  const signer = openLocalSigner(privateKey, CHAIN_ID);
  const { state } = await deployCheckpointAnchor({ rpc, signer, waitMs: 30_000 }, { ...roles, ...terms });
  rpc.close();
  return state.contract;
}
