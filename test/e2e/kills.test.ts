/**
 * The real service, killed at random while clients submit and while its chain is reorganised again and again: every
 * acknowledged record is there once, everything becomes final, no size is anchored twice, and the audit, chain included,
 * finds nothing but what a reorg below finality takes away for good, with no manual step. `WARIFU_KILLS` says how often (`npm run soak` asks for 1,000).
 */
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { auditLedger } from "../../src/audit/audit-folder.ts";
import type { AnchorEvent } from "../../src/chain/chain.ts";
import { readOnlyChain } from "../../src/chain/rpc/read-only-chain.ts";
import { parseConfig } from "../../src/config.ts";
import { parsePolicy } from "../../src/core/policy.ts";
import { readSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { startAnvil, type TestChain } from "../support/chains.ts";
import { freePort } from "../support/free-port.ts";
import { deployPublicly, type PublicContract } from "../support/public-contract.ts";
import {
  abandonAll,
  assertEachOnce,
  startService,
  submitUntilStopped,
  type Acknowledged,
} from "./support/killable-service.ts";

const KILLS = Number(process.env["WARIFU_KILLS"] ?? 5);
const CLIENTS = 4;
/** Between two words on how far it has come. */
const KILLS_A_WORD = 50;
// No local chain, so that nothing is deployed anew when a reorg takes something away.
const CHAIN_ID = 7_777;
const BLOCK_MS = 100;
/** anvil calls final what is twice as many blocks deep: some reorgs go deeper than that. */
const SLOTS = 3;
const DEEPEST_REORG = 8;
const ORIGIN = "kills.test/ledger";

describe("the whole service under SIGKILL", function () {
  this.timeout(60_000 + KILLS * 10_000);
  let chain: TestChain;
  let anchorer: PublicContract;
  let dataDir: string;

  before(async () => {
    chain = await startAnvil({ chainId: CHAIN_ID, args: ["--slots-in-an-epoch", String(SLOTS)] });
    anchorer = await deployPublicly(chain, ORIGIN);
    // So that no reorg reaches down to the contract.
    await chain.ask("anvil_mine", `0x${(2 * DEEPEST_REORG).toString(16)}`);
    // From here on the test makes every block: anvil's own mining, in the middle of a reorg, leaves a chain with a hole in it
    // or with a state that is not its blocks'.
    await chain.ask("evm_setAutomine", false);
    dataDir = mkdtempSync(join(tmpdir(), "warifu-kills-"));
  });
  after(async () => {
    abandonAll();
    await chain.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it(`A3 loses nothing and doubles nothing in ${KILLS} kills with ${CLIENTS} clients and reorgs`, async () => {
    const environment = {
      WARIFU_DATA_DIR: dataDir,
      WARIFU_HTTP_PORT: String(await freePort()),
      WARIFU_ORIGIN: ORIGIN,
      WARIFU_RPC_URL: chain.rpcUrl,
      WARIFU_CONTRACT: anchorer.contract,
      WARIFU_ANCHOR_KEY: anchorer.anchorKey,
      WARIFU_ANCHOR_SECONDS: "0.3",
      WARIFU_ANCHOR_BUMP_SECONDS: "0.6",
      WARIFU_MAX_DAILY_COST: "1000",
      WARIFU_CHAIN_POLL_SECONDS: "0.1",
      WARIFU_LOG_LEVEL: "warn",
    };
    const config = parseConfig(environment);
    const run = { stopping: false, ended: false };
    const acknowledged = new Map<string, Acknowledged>();

    let service = await startService(environment);
    const keys = JSON.parse(readFileSync(config.files.apiKeys, "utf8")) as { submitter: string };
    const clients = Array.from({ length: CLIENTS }, (_, client) =>
      submitUntilStopped(config.client.url, keys.submitter, client, acknowledged, run),
    );
    const reorgs = makeBlocks(chain, run);
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(100 + Math.random() * 900);
      expect(service.exitCode, `before kill ${kill + 1} it stopped by itself`).to.equal(null);
      service.kill("SIGKILL");
      await once(service, "exit");
      service = await startService(environment);
      if ((kill + 1) % KILLS_A_WORD === 0)
        process.stdout.write(`      ${kill + 1} kills, ${acknowledged.size} records\n`);
    }
    await sleep(500);
    run.stopping = true;
    await Promise.all(clients);
    await untilFinal(config.client.url);
    run.ended = true;
    process.stdout.write(`      ${acknowledged.size} records, ${await reorgs} reorgs\n`);
    service.kill("SIGTERM");
    await once(service, "exit");

    expect(acknowledged.size).to.be.greaterThan(KILLS);
    await assertEachOnce(dataDir, acknowledged);
    await assertAnchoredOnce(dataDir, await anchorsOf(chain, anchorer));
    const policy = parsePolicy(readFileSync(config.files.policy));
    const report = await auditLedger({ config, policy, rpcUrl: chain.rpcUrl });
    // Some reorgs took away what the chain had called final, also blocks that beacons name: the audit must say so, and no
    // more than that.
    const others = report.findings.filter(({ fact }) => fact.id !== "beacon-block-differs");
    expect(others, JSON.stringify(others.slice(0, 3))).to.deep.equal([]);
    expect(report.outcome).to.equal(report.findings.length === 0 ? "holds" : "refuted");
    expect(report.checked.anchors).to.be.greaterThan(0);
  });
});

/**
 * One block after another until the run has ended, and in between, until it stops, reorgs of a random depth, some below what
 * was final. @returns how many reorgs
 */
async function makeBlocks(
  { ask }: TestChain,
  run: { readonly stopping: boolean; readonly ended: boolean },
): Promise<number> {
  let [count, nextReorg] = [0, performance.now()];
  while (!run.ended) {
    await sleep(BLOCK_MS);
    await ask("evm_mine");
    if (run.stopping || performance.now() < nextReorg) continue;
    // Most are short; one of eight goes as deep as it may.
    const depth = 1 + Math.floor(Math.random() * (Math.random() < 0.125 ? DEEPEST_REORG : SLOTS));
    await ask("anvil_reorg", depth, []);
    count++;
    nextReorg = performance.now() + 200 + Math.random() * 800;
  }
  return count;
}

/**
 * Waits until every entry is under a final anchor, but for a beacon at the end, which goes with the next records. Nothing
 * submits any more, and no reorg happens.
 */
async function untilFinal(url: string): Promise<void> {
  const deadline = performance.now() + 60_000;
  let seen: unknown;
  while (performance.now() < deadline) {
    const status = (await (await fetch(`${url}/v1/status`)).json()) as {
      treeSize: number;
      finalizedSize: number;
      anchoring: { lagSeconds: number };
    };
    const { treeSize, finalizedSize, anchoring } = status;
    if (treeSize === finalizedSize || (treeSize === finalizedSize + 1 && anchoring.lagSeconds === 0)) return;
    seen = status;
    await sleep(100);
  }
  expect.fail(`not everything became final: ${JSON.stringify(seen)}`);
}

async function anchorsOf({ rpcUrl }: TestChain, { contract }: PublicContract): Promise<AnchorEvent[]> {
  const reader = await readOnlyChain({ rpcUrl, contract });
  try {
    return await reader.anchorEvents();
  } finally {
    await reader.close();
  }
}

/** What the contract recorded and what the store calls final is the same, each size once. */
async function assertAnchoredOnce(dataDir: string, events: readonly AnchorEvent[]): Promise<void> {
  const sizes = events.map(({ treeSize }) => treeSize);
  expect(new Set(sizes).size).to.equal(sizes.length);
  const store = readSqliteLedger(dataDir);
  try {
    const final = await store.anchorsIn(["finalized"]);
    expect(final.map(({ treeSize }) => treeSize)).to.deep.equal(sizes);
    expect(final.map(({ transactionHash }) => transactionHash)).to.deep.equal(
      events.map(({ transactionHash }) => transactionHash),
    );
    expect(final.map(({ blockHash }) => blockHash)).to.deep.equal(events.map(({ blockHash }) => blockHash));
  } finally {
    await store.close();
  }
}
