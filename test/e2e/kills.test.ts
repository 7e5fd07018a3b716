/**
 * The real service, killed at random while clients submit: every acknowledged record is there once, and the audit, chain
 * included, is clean, with no manual step. `WARIFU_KILLS` says how often (`npm run soak` asks for 200).
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { auditLedger } from "../../src/audit.ts";
import { LOCAL_DEV_KEY } from "../../src/chain/anchor-key.ts";
import { parseConfig } from "../../src/config.ts";
import { toHex } from "../../src/core/bytes.ts";
import { encodeEntry } from "../../src/core/entry.ts";
import { leafHash } from "../../src/core/merkle.ts";
import { parsePolicy } from "../../src/core/policy.ts";
import { readSqliteLedger } from "../../src/store/sqlite-ledger.ts";
import { freePort, startHardhat, type TestChain } from "../support/chains.ts";

const KILLS = Number(process.env["WARIFU_KILLS"] ?? 5);
const CLIENTS = 4;
const SERVICE = fileURLToPath(new URL("./service-process.ts", import.meta.url));

interface Acknowledged {
  readonly id: string;
  readonly leafIndex: number;
  readonly leafHash: string;
}

describe("the whole service under SIGKILL", function () {
  this.timeout(60_000 + KILLS * 10_000);
  let chain: TestChain;
  let dataDir: string;

  before(async () => {
    chain = await startHardhat();
    dataDir = mkdtempSync(join(tmpdir(), "warifu-kills-"));
  });
  after(async () => {
    await chain.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it(`loses nothing and doubles nothing in ${KILLS} kills with ${CLIENTS} clients`, async () => {
    const environment = {
      WARIFU_DATA_DIR: dataDir,
      WARIFU_HTTP_PORT: String(await freePort()),
      WARIFU_RPC_URL: chain.rpcUrl,
      WARIFU_ANCHOR_KEY: LOCAL_DEV_KEY,
      WARIFU_ANCHOR_SECONDS: "0.3",
      WARIFU_CHAIN_POLL_SECONDS: "0.1",
      WARIFU_LOG_LEVEL: "warn",
    };
    const config = parseConfig(environment);
    const run = { stopping: false };
    const acknowledged = new Map<string, Acknowledged>();

    let service = await startService(environment);
    const keys = JSON.parse(readFileSync(config.files.apiKeys, "utf8")) as { submitter: string };
    const clients = Array.from({ length: CLIENTS }, (_, client) =>
      submitUntilStopped(config.client.url, keys.submitter, client, acknowledged, run),
    );
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(100 + Math.random() * 900);
      service.kill("SIGKILL");
      await once(service, "exit");
      service = await startService(environment);
    }
    await sleep(500);
    run.stopping = true;
    await Promise.all(clients);
    service.kill("SIGTERM");
    await once(service, "exit");

    expect(acknowledged.size).to.be.greaterThan(KILLS);
    await assertEachOnce(dataDir, acknowledged);
    const report = await auditLedger({ config, policy: parsePolicy(readFileSync(config.files.policy)) });
    expect(report.findings, JSON.stringify(report.findings.slice(0, 3))).to.deep.equal([]);
    expect(report.outcome).to.equal("holds");
    expect(report.checked.anchors).to.be.greaterThan(0);
  });
});

/** Sends one record after another, each until it is acknowledged, as a gateway with its own buffer would. */
async function submitUntilStopped(
  url: string,
  apiKey: string,
  client: number,
  acknowledged: Map<string, Acknowledged>,
  run: { readonly stopping: boolean },
): Promise<void> {
  for (let n = 0; !run.stopping; n++) {
    const key = `client-${client}-${String(n).padStart(8, "0")}`;
    const concealed = n % 5 === 0;
    const record = concealed
      ? {
          key,
          type: "citizen-report",
          source: `kill/app-${client}`,
          claims: { category: "noise", text: `report ${n}` },
        }
      : { key, type: "sensor-reading", source: `kill/env-${client}`, claims: { reading: n } };
    const answer = await submitUntilAcknowledged(url, apiKey, record);
    const earlier = acknowledged.get(key);
    if (earlier) expect(answer).to.deep.equal(earlier);
    acknowledged.set(key, answer);
  }
}

async function submitUntilAcknowledged(url: string, apiKey: string, record: object): Promise<Acknowledged> {
  for (;;) {
    try {
      const response = await fetch(`${url}/v1/records`, {
        method: "POST",
        headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
        body: JSON.stringify(record),
      });
      const answer = (await response.json()) as Acknowledged;
      if (response.ok) return answer;
      expect(response.status, JSON.stringify(answer)).to.equal(503);
    } catch (error) {
      // The connection went with the process; nothing else may fail here.
      if (!(error instanceof TypeError || error instanceof SyntaxError || (error as Error).name === "AbortError"))
        throw error;
    }
    await sleep(50);
  }
}

async function assertEachOnce(dataDir: string, acknowledged: ReadonlyMap<string, Acknowledged>): Promise<void> {
  const store = readSqliteLedger(dataDir);
  try {
    const { leaves } = store.database
      .prepare("SELECT count(DISTINCT leaf_index) AS leaves FROM submission WHERE key LIKE 'client-%'")
      .get() as { leaves: number };
    const { records } = store.database.prepare("SELECT count(*) AS records FROM entry WHERE kind = 1").get() as {
      records: number;
    };
    expect(records, "every leaf of a record has a key of its own").to.equal(leaves);
    for (const [key, { leafIndex, leafHash: hash }] of acknowledged) {
      const source = key
        .replace(/-\d+$/, "")
        .replace("client-", Number(key.slice(-8)) % 5 === 0 ? "kill/app-" : "kill/env-");
      const [found] = await store.findSubmitted([{ source, key }]);
      expect(found?.entry.leafIndex, key).to.equal(leafIndex);
      expect(toHex(leafHash(encodeEntry(found?.entry as NonNullable<typeof found>["entry"]))), key).to.equal(hash);
    }
  } finally {
    await store.close();
  }
}

async function startService(environment: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const child = fork(SERVICE, {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ended = once(child, "exit").then(([code]) =>
    expect.fail(`the service ended with ${String(code)} at its start`),
  );
  await Promise.race([once(child, "message"), ended]);
  return child;
}
