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
import { freePort } from "../../scripts/free-port.ts";
import { auditLedger } from "../../src/audit/audit-folder.ts";
import { parseConfig } from "../../src/config.ts";
import { parsePolicy } from "../../src/core/policy.ts";
import { readSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import {
  abandonAll,
  assertEachOnce,
  startUnderReorgs,
  submitUntilStopped,
  type Acknowledged,
} from "./support/killable-service.ts";
import {
  assertAnchoredOnce,
  makeBlocks,
  startReorganisedChain,
  untilFinal,
  type ReorganisedChain,
} from "./support/reorganised-chain.ts";

const KILLS = Number(process.env["WARIFU_KILLS"] ?? 2);
const CLIENTS = 4;
/** Between two words on how far it has come. */
const KILLS_A_WORD = 50;
const ORIGIN = "kills.test/ledger";

describe("the whole service under SIGKILL", function () {
  this.timeout(240_000 + KILLS * 10_000);
  let world: ReorganisedChain;
  let dataDir: string;

  before(async () => {
    world = await startReorganisedChain(ORIGIN);
    dataDir = mkdtempSync(join(tmpdir(), "warifu-kills-"));
  });
  after(async () => {
    abandonAll();
    await world?.chain.stop();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 20 });
  });

  it(`A3 loses nothing and doubles nothing in ${KILLS} kills with ${CLIENTS} clients and reorgs`, async () => {
    const environment = {
      ...world.environment,
      WARIFU_DATA_DIR: dataDir,
      WARIFU_HTTP_PORT: String(await freePort()),
    };
    const config = parseConfig(environment);
    const run = { stopping: false, ended: false };
    const acknowledged = new Map<string, Acknowledged>();

    let service = await startUnderReorgs(environment);
    const keys = JSON.parse(readFileSync(config.files.apiKeys, "utf8")) as { submitter: string };
    const clients = Array.from({ length: CLIENTS }, (_, client) =>
      submitUntilStopped(() => config.client.url, keys.submitter, client, acknowledged, run),
    );
    const reorgs = makeBlocks(world.chain, run);
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(100 + Math.random() * 900);
      expect(service.exitCode, `before kill ${kill + 1} it stopped by itself`).to.equal(null);
      service.kill("SIGKILL");
      await once(service, "exit");
      service = await startUnderReorgs(environment);
      if ((kill + 1) % KILLS_A_WORD === 0)
        process.stdout.write(`      ${kill + 1} kills, ${acknowledged.size} records\n`);
    }
    while (acknowledged.size <= KILLS) await sleep(20);
    run.stopping = true;
    await Promise.all(clients);
    await untilFinal(config.client.url);
    run.ended = true;
    process.stdout.write(`      ${acknowledged.size} records, ${await reorgs} reorgs\n`);
    service.kill("SIGTERM");
    await once(service, "exit");

    await assertEachOnce(dataDir, acknowledged);
    const store = readSqliteLedger(dataDir);
    await assertAnchoredOnce(store, world).finally(() => store.close());
    const policy = parsePolicy(readFileSync(config.files.policy));
    const report = await auditLedger({ config, policy, rpcUrl: world.chain.rpcUrl });
    // Some reorgs took away what the chain had called final, also blocks that beacons name: the audit must say so, and no
    // more than that.
    const others = report.findings.filter(({ fact }) => fact.id !== "beacon-block-differs");
    expect(others, JSON.stringify(others.slice(0, 3))).to.deep.equal([]);
    expect(report.outcome).to.equal(report.findings.length === 0 ? "holds" : "refuted");
    expect(report.checked.anchors).to.be.greaterThan(0);
  });
});
