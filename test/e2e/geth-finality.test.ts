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

/** A service over a geth of its own, with a record that is final. */
interface World {
  readonly node: GethChain;
  readonly service: Service;
  readonly client: Client;
  readonly id: string;
}
type Scenario = (world: World) => Promise<void>;

const { privateKey: ANCHOR_KEY } = Wallet.createRandom();
const SIGNER = openLocalSigner(ANCHOR_KEY, CHAIN_ID);

function finalityOn(geth: string): void {
  describe("the service over a geth that goes back behind what was final", function () {
    this.timeout(2 * WAIT_MS);
    // Nearly all of it is waiting for clocks, so they run side by side; each has a node and a service of its own.
    const ended = new Map<Scenario, Promise<void>>();
    before(() => {
      for (const scenario of [rolledBack, killed]) {
        const end = inWorld(geth, scenario);
        // Its own test says so.
        end.catch(() => undefined);
        ended.set(scenario, end);
      }
    });
    after(() => Promise.allSettled(ended.values()));

    it("truth E2: rolled back below a final anchor: red, nothing taken back at one look, and whole again", () =>
      ended.get(rolledBack));

    it("truth E2: killed, and behind its own final block when it is back: red, nothing taken back, and whole again", () =>
      ended.get(killed));
  });
}

async function rolledBack(world: World): Promise<void> {
  const height = await heightOfAnchor(world);
  await world.node.ask("debug_setHead", `0x${(height - 1).toString(16)}`);
  await expectDoubted(world);
  await untilWell(world);
  // The chain lost it for good, so it was made again.
  expect(await heightOfAnchor(world)).to.be.greaterThan(height);
}

async function killed(world: World): Promise<void> {
  const { node } = world;
  const before = (await finalHeight(node)) ?? 0;
  await node.kill();
  await until(world, () => alarmsOf(world).includes("chain-unreachable"), "the end of its answers");
  await node.startAgain();
  // What it had not written yet is gone; its journal of transactions brings the contract and the anchors back.
  expect((await finalHeight(node)) ?? 0).to.be.lessThan(before);
  await expectDoubted(world);
  await untilWell(world);
}

async function inWorld(geth: string, scenario: Scenario): Promise<void> {
  const node = await startGeth(geth, CHAIN_ID, SIGNER.address);
  try {
    const service = await serviceOver(node);
    try {
      const { submitter: apiKey } = JSON.parse(readFileSync(service.apiKeysFile, "utf8")) as { submitter: string };
      const client = createClient({ url: service.url, apiKey });
      const [result] = await client.submit([reading(1) as never]);
      if (!result?.ok) return expect.fail(JSON.stringify(result));
      const world = { node, service, client, id: result.acknowledgement.id };
      await until(world, async () => (await client.record(world.id)).state === "finalized", "a final record");
      await scenario(world);
    } finally {
      await service.close();
    }
  } finally {
    await node.stop();
  }
}

async function serviceOver({ rpcUrl }: GethChain): Promise<Service> {
  return startService(
    parseConfig({
      WARIFU_DATA_DIR: temporaryFolder(),
      WARIFU_HTTP_PORT: "0",
      WARIFU_ORIGIN: ORIGIN,
      WARIFU_RPC_URL: rpcUrl,
      WARIFU_CHAIN_ID: String(CHAIN_ID),
      WARIFU_CONTRACT: await deploy(rpcUrl),
      WARIFU_ANCHOR_KEY: ANCHOR_KEY,
      WARIFU_ANCHOR_SECONDS: "0.1",
      WARIFU_CHAIN_POLL_SECONDS: "0.2",
      WARIFU_LOG_LEVEL: "silent",
    }),
  );
}

async function deploy(rpcUrl: string): Promise<string> {
  const rpc = await openRpc(rpcUrl);
  const roles = { admin: SIGNER.address, anchorer: SIGNER.address, closer: SIGNER.address };
  const terms = { logId: logIdOf(ORIGIN), start: EMPTY_HEAD, maxGrowth: 2 ** 26, adminDelay: 0 };
  const { state } = await deployCheckpointAnchor({ rpc, signer: SIGNER, waitMs: 30_000 }, { ...roles, ...terms });
  rpc.close();
  return state.contract;
}

async function finalHeight(node: GethChain): Promise<number | undefined> {
  const final = await node.ask("eth_getBlockByNumber", "finalized", false).catch(() => undefined);
  return final === undefined ? undefined : Number((final as { number: string }).number);
}

function alarmsOf({ service }: World): readonly string[] {
  return service.ledger.health().alarms.map(({ code }) => code);
}

async function until(world: World, what: () => boolean | Promise<boolean>, wanted: string): Promise<void> {
  const deadline = performance.now() + WAIT_MS;
  while (!(await what())) {
    expect(performance.now(), `${wanted}; alarms: ${alarmsOf(world).join(", ")}`).to.be.lessThan(deadline);
    await sleep(LOOK_MS);
  }
}

async function isRed({ service }: World): Promise<boolean> {
  return (await fetch(`${service.url}/healthz`)).status === 503;
}

async function heightOfAnchor({ client, id }: World): Promise<number> {
  const { chain } = JSON.parse(await client.bundle(id)) as { chain: ChainEvidence };
  return checkChainEvidence(chain).blockNumber;
}

/** Its bundle is there, as it was. */
async function isFinal(world: World): Promise<boolean> {
  const height = await heightOfAnchor(world).catch(() => undefined);
  return height !== undefined && (await world.client.record(world.id)).state === "finalized";
}

/** Red, with the record final all the same, from the first sight until the doubt has lasted for a minute. */
async function expectDoubted(world: World): Promise<void> {
  const isDoubted = (): boolean => alarmsOf(world).includes("reorg-beyond-finality");
  await until(world, isDoubted, "the alarm");
  const deadline = performance.now() + DOUBT_MS - SLACK_MS;
  while (isDoubted() && performance.now() < deadline) {
    expect([await isRed(world), await isFinal(world)]).to.deep.equal([true, true]);
    await sleep(LOOK_MS);
  }
}

function untilWell(world: World): Promise<void> {
  return until(world, async () => !(await isRed(world)) && (await isFinal(world)), "the end of it");
}
