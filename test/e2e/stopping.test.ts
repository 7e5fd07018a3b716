// How the whole service ends, and what may not run beside it: a signal under load, a second process, an older copy. Real
// processes over a real chain; whatever happens, what was acknowledged is there once and the audit is clean.

import { fork } from "node:child_process";
import { once } from "node:events";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { freePort } from "../../scripts/free-port.ts";
import { auditLedger } from "../../src/audit/audit-folder.ts";
import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import { parseConfig } from "../../src/config.ts";
import { parsePolicy } from "../../src/core/policy.ts";
import { createClient } from "../../src/client/client.ts";
import { readSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { VAULT_FILE } from "../../src/store/sqlite/vault.ts";
import { startAnvil, type TestChain } from "../support/chains.ts";
import { startFaultyNode, type FaultyNode } from "../support/faulty-node.ts";
import { copyFolder, report, temporaryFolder } from "../support/ledger.ts";
import {
  abandonAll,
  assertEachOnce,
  inheritedEnvironment,
  serviceProgram,
  startService,
  submitUntilStopped,
  type Acknowledged,
} from "./support/killable-service.ts";

const ORIGIN = "stopping.test/ledger";
const CLIENTS = 4;

describe("the whole service, ended", () => {
  let chain: TestChain;
  let silence: FaultyNode;
  let dataDir: string;
  let environment: NodeJS.ProcessEnv;
  const acknowledged = new Map<string, Acknowledged>();

  before(async () => {
    chain = await startAnvil({ args: ["--slots-in-an-epoch", "1", "--block-time", "0.1"] });
    silence = await startFaultyNode(chain.rpcUrl);
    dataDir = temporaryFolder();
    environment = {
      WARIFU_ORIGIN: ORIGIN,
      WARIFU_DATA_DIR: dataDir,
      WARIFU_HTTP_PORT: String(await freePort()),
      WARIFU_RPC_URL: silence.rpcUrl,
      WARIFU_ANCHOR_KEY: LOCAL_DEV_KEY,
      WARIFU_ANCHOR_SECONDS: "0.2",
      WARIFU_CHAIN_POLL_SECONDS: "0.05",
      WARIFU_LOG_LEVEL: "warn",
    };
  });
  after(async () => {
    abandonAll();
    await silence.stop();
    await chain.stop();
  });

  const submitterKey = (): string =>
    (JSON.parse(readFileSync(parseConfig(environment).files.apiKeys, "utf8")) as { submitter: string }).submitter;
  const underLoad = (run: { readonly stopping: boolean }): Promise<unknown> =>
    Promise.all(
      Array.from({ length: CLIENTS }, (_, at) =>
        submitUntilStopped(() => parseConfig(environment).client.url, submitterKey(), at, acknowledged, run),
      ),
    );
  /** Waits until so many more records were acknowledged. */
  const untilAcknowledged = async (more: number): Promise<void> => {
    const wanted = acknowledged.size + more;
    while (acknowledged.size < wanted) await sleep(20);
  };
  const statusOf = async (): Promise<{ treeSize: number; finalizedSize: number }> =>
    (await (await fetch(`${parseConfig(environment).client.url}/v1/status`)).json()) as never;
  const expectClean = async (folder = dataDir): Promise<void> => {
    const config = parseConfig({ ...environment, WARIFU_DATA_DIR: folder });
    const policy = parsePolicy(readFileSync(config.files.policy));
    const audited = await auditLedger({ config, policy, rpcUrl: chain.rpcUrl });
    expect(audited.findings).to.deep.equal([]);
    expect(audited.outcome).to.equal("holds");
  };
  /** Tries to start; what it said when it ended instead. */
  const refusal = async (changed: NodeJS.ProcessEnv): Promise<string> => {
    const child = fork(await serviceProgram(), {
      env: { ...inheritedEnvironment(), ...environment, ...changed },
      stdio: ["ignore", "inherit", "pipe", "ipc"],
    });
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.once("message", () => child.kill("SIGKILL"));
    const [code, signal] = await once(child, "close");
    expect([code, signal], said).to.deep.equal([1, null]);
    return said;
  };

  it("A20 SIGTERM under load: what it took is durable and acknowledged, the rest is refused, it ends by itself", async () => {
    const service = await startService(environment);
    const run = { stopping: false };
    const load = underLoad(run);
    await untilAcknowledged(20 * CLIENTS);
    service.kill("SIGTERM");
    const [code] = await once(service, "exit");
    expect(code).to.equal(0);
    const again = await startService(environment);
    await untilAcknowledged(CLIENTS);
    run.stopping = true;
    await load;
    again.kill("SIGTERM");
    await once(again, "exit");
    expect(acknowledged.size).to.be.greaterThan(CLIENTS);
    await assertEachOnce(dataDir, acknowledged);
    await expectClean();
  });

  it("A20 SIGTERM under load while its chain gives no answer, and SIGKILL a second later: the files are whole", async () => {
    const service = await startService(environment);
    const run = { stopping: false };
    const load = underLoad(run);
    await untilAcknowledged(CLIENTS);
    const ended = once(service, "exit");
    // A round of anchoring that waits for its answer keeps the service from ending at once.
    const { promise: isAsked, resolve: onAsked } = Promise.withResolvers<string>();
    silence.setFault(({ method }) => {
      onAsked(method);
      return undefined;
    });
    await isAsked;
    service.kill("SIGTERM");
    await sleep(1_000);
    service.kill("SIGKILL");
    expect(await ended).to.deep.equal([null, "SIGKILL"]);
    silence.setFault();
    const again = await startService(environment);
    run.stopping = true;
    await load;
    again.kill("SIGTERM");
    await once(again, "exit");
    await assertEachOnce(dataDir, acknowledged);
    await expectClean();
  });

  it("A13 a second process on the same folder is refused, anchors nothing, and may start when the first is killed", async () => {
    const first = await startService(environment);
    const otherPort = { WARIFU_HTTP_PORT: String(await freePort()) };
    expect(await refusal(otherPort)).to.match(/STORE_LOCKED/);
    const { treeSize } = await statusOf();
    expect(treeSize).to.be.greaterThan(0);
    first.kill("SIGKILL");
    await once(first, "exit");
    const second = await startService({ ...environment, ...otherPort });
    second.kill("SIGTERM");
    await once(second, "exit");
    await expectClean();
  });

  it("A16 an older copy that was put back does not start, signs no checkpoint, and can still be read", async () => {
    const older = copyFolder(dataDir);
    const service = await startService(environment);
    const client = createClient({ url: parseConfig(environment).client.url, apiKey: submitterKey() });
    const { treeSize } = await statusOf();
    await client.submit([report(1) as never]);
    // Until the chain holds more than the copy.
    while ((await statusOf()).finalizedSize <= treeSize) await sleep(50);
    await client.submit([report(2) as never]);
    service.kill("SIGTERM");
    await once(service, "exit");
    // The vault was newer than what was put back: a start that wrote would drop what the old ledger does not know.
    cpSync(join(dataDir, VAULT_FILE), join(older, VAULT_FILE));
    const openings = openingsIn(older);
    expect(openings).to.be.greaterThan(0);
    const sizeOf = async (folder: string): Promise<number> => {
      const store = readSqliteLedger(folder);
      const checkpoint = await store.newestCheckpoint();
      await store.close();
      return checkpoint?.treeSize ?? 0;
    };
    const before = await sizeOf(older);
    const changed = { WARIFU_DATA_DIR: older, WARIFU_HTTP_PORT: String(await freePort()) };
    expect(await refusal(changed))
      .to.match(/STORE_BEHIND/)
      .and.to.match(/the contract holds a head of \d+ entries/);
    expect(await sizeOf(older)).to.equal(before);
    expect(openingsIn(older)).to.equal(openings);
    // Read alone: the audit goes through it, and names what is missing.
    const config = parseConfig({ ...environment, ...changed });
    const policy = parsePolicy(readFileSync(join(older, "policy.json")));
    const audited = await auditLedger({ config, policy, rpcUrl: chain.rpcUrl });
    expect(audited.outcome).to.equal("refuted");
    // The newest copy, back in its place, goes on.
    const restored = temporaryFolder();
    rmSync(restored, { recursive: true });
    cpSync(dataDir, restored, { recursive: true });
    const good = await startService({ ...environment, ...changed, WARIFU_DATA_DIR: restored });
    good.kill("SIGTERM");
    await once(good, "exit");
    await expectClean(restored);
  });
});

function openingsIn(folder: string): number {
  const db = new DatabaseSync(join(folder, VAULT_FILE), { timeout: 60_000 });
  const row = db.prepare("SELECT count(*) AS number FROM opening").get();
  db.close();
  return Number(row?.["number"]);
}
