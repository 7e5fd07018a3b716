// Whole services that share one log in PostgreSQL: one that anchors, a front end beside it, and one that waits to take over.
// Real processes' parts over a real database and a real chain.

import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";
import { Wallet } from "ethers";

import { freePort } from "../../scripts/free-port.ts";
import { auditLedger } from "../../src/audit/audit-folder.ts";
import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import { createClient, type Client } from "../../src/client/client.ts";
import { parseConfig, type Config } from "../../src/config.ts";
import { parsePolicy } from "../../src/core/policy.ts";
import { startService, type Service } from "../../src/main.ts";
import { verifyBundle } from "../../src/verify/verify-bundle.ts";
import type { Acknowledgement } from "../../src/write/outcome.ts";
import { startSwiftChain, type TestChain } from "../support/chains.ts";
import { expectCode } from "../support/expect-code.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { report, temporaryFolder } from "../support/ledger.ts";
import { thePostgres } from "../support/postgres.ts";
import { assertShareable } from "../../src/service/sharing.ts";

describe("services that share a log in PostgreSQL", () => {
  let chain: TestChain;
  let database: string;
  const running: Service[] = [];

  before(async () => {
    chain = await startSwiftChain();
    database = (await thePostgres()).addressFor(temporaryFolder());
  });
  after(async () => {
    for (const service of running.splice(0)) await service.close();
    await chain?.stop();
  });

  async function configOf(dataDir: string, more: NodeJS.ProcessEnv = {}): Promise<Config> {
    return parseConfig({
      WARIFU_ORIGIN: "shared.test/ledger",
      WARIFU_DATA_DIR: dataDir,
      WARIFU_DATABASE: database,
      WARIFU_HTTP_PORT: String(await freePort()),
      WARIFU_RPC_URL: chain.rpcUrl,
      WARIFU_ANCHOR_KEY: LOCAL_DEV_KEY,
      WARIFU_ANCHOR_SECONDS: "0.2",
      WARIFU_CHAIN_POLL_SECONDS: "0.05",
      WARIFU_LOG_LEVEL: "warn",
      ...more,
    });
  }

  async function start(config: Config): Promise<Service> {
    const service = await startService(config);
    running.push(service);
    return service;
  }

  function folderWithKeysOf(dataDir: string): string {
    const folder = temporaryFolder();
    for (const file of ["log.key", "vault.key", "issuer.key"]) copyFileSync(join(dataDir, file), join(folder, file));
    return folder;
  }

  async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      const found = await ask().catch(() => undefined);
      if (found !== undefined) return found;
      if (attempt === 2_000) throw new Error("it did not come");
      await sleep(50);
    }
  }

  async function submit(client: Client, number: number): Promise<Acknowledgement> {
    const [result] = await client.submit([report(number) as unknown as Parameters<Client["submit"]>[0][0]]);
    if (!result?.ok) throw result?.error ?? new Error("there is no result");
    return result.acknowledgement;
  }

  it("take records at any of them, anchor at one, and hand that over", async () => {
    const folder = temporaryFolder();
    const config = await configOf(folder);
    const main = await start(config);
    // It knows the account that anchors, and not its key.
    const account = { WARIFU_ANCHOR_KEY: "", WARIFU_ANCHOR_ADDRESS: new Wallet(LOCAL_DEV_KEY).address };
    const front = await start(await configOf(folderWithKeysOf(folder), { WARIFU_FRONT_END: "on", ...account }));
    const keys = JSON.parse(readFileSync(main.apiKeysFile, "utf8")) as Record<string, string>;
    const at = (service: Service, apiKey = keys["submitter"]) => createClient({ url: service.url, apiKey });

    const { id, leafIndex } = await submit(at(front), 1);
    const second = await submit(at(main), 2);
    expect(second.leafIndex, "one log").to.equal(leafIndex + 1);
    const policy = parsePolicy(readFileSync(main.policyFile));
    const bundle = await eventually(async () => new TextEncoder().encode(await at(front).bundle(id)));
    expect((await verifyBundle(bundle, policy)).outcome).to.equal("holds");

    // A key that is issued at one is good at the other, and void there soon after it is revoked.
    const admin = at(main, keys["admin"]);
    const issued = await admin.issueKey("sensor", "submitter", { sources: ["*"] });
    await eventually(async () => submit(at(front, issued.key), 3));
    await admin.revokeKey(issued.keyId);
    await eventually(async () =>
      submit(at(front, issued.key), 4).then(
        () => undefined,
        () => true,
      ),
    );

    // Whoever waits for the lease takes over when it is free.
    const waiting = startService(await configOf(folderWithKeysOf(folder)));
    await sleep(300);
    running.splice(running.indexOf(main), 1);
    await main.close();
    const next = await waiting;
    running.push(next);
    const later = await submit(at(front), 5);
    await eventually(async () => new TextEncoder().encode(await at(next).bundle(later.id)));
    for (const service of running.splice(0)) await service.close();
    const audited = await auditLedger({ config, policy });
    expect(audited.findings).to.deep.equal([]);
    expect(audited.outcome).to.equal("holds");
  });

  it("refuse what they cannot do yet", async () => {
    const config = await configOf(temporaryFolder());
    const front = { ...config, isFrontEnd: true };
    expectCode("CONFIG_INVALID", () => assertShareable({ ...front, cityFile: "city.json" }), /WARIFU_CITY/);
    expectCode("CONFIG_INVALID", () => assertShareable({ ...front, database: undefined }), /WARIFU_DATABASE/);
    expectCode("CONFIG_INVALID", () => assertShareable({ ...front, connectorsFile: "c.json" }), /WARIFU_CONNECTORS/);
    expectCode("CONFIG_INVALID", () => assertShareable({ ...front, logStorageFile: "s.json" }), /WARIFU_LOG_STORAGE/);
    const witnesses = { ...config.witnesses, file: "w.json" };
    expectCode("CONFIG_INVALID", () => assertShareable({ ...front, witnesses }), /WARIFU_WITNESSES/);
    const chainless = { ...config.chain, rpcUrls: undefined };
    expectCode("CONFIG_INVALID", () => assertShareable({ ...front, chain: chainless }), /WARIFU_RPC_URL/);
    expectCode("CONFIG_INVALID", () => parseConfig({ WARIFU_DATABASE: "mysql://secret@x/y" }), /WARIFU_DATABASE/);
    await expectRejection("CONFIG_INVALID", startService({ ...config, origin: "other.test/ledger" }), /WARIFU_ORIGIN/);
  });
});
