// The data folder is removed, moved or replaced under a running service. Every write and every fsync still succeeds then,
// into files without a name: nothing may be acknowledged that the next start would not find.

import { cpSync, existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import { parseConfig } from "../../src/config.ts";
import { startService } from "../../src/main.ts";
import { startSwiftChain } from "../support/chains.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { codesOf, openLedger, reading, report, temporaryFolder } from "../support/ledger.ts";

/**
 * As often as the thread that commits puts a file into it in between. `rmSync` ends without an error, and before the folder is
 * gone, when a file that it meets is renamed at that moment.
 */
const removed = (folder: string): void => {
  while (existsSync(folder)) rmSync(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 2 });
};
const moved = (folder: string): void => renameSync(folder, `${folder}.old`);
const replaced = (folder: string): void => {
  moved(folder);
  cpSync(`${folder}.old`, folder, { recursive: true });
};
const without = (file: string) => (folder: string) => rmSync(join(folder, file));
const copied = (file: string) => (folder: string) => {
  const path = join(folder, file);
  cpSync(path, `${path}.copy`);
  renameSync(`${path}.copy`, path);
};

describe("truth D3: a data folder that goes under the running service", () => {
  for (const [what, damage, code] of [
    ["the folder is removed", removed, "VAULT_FAILED"],
    ["the folder is moved", moved, "VAULT_FAILED"],
    ["the folder is replaced by a copy", replaced, "VAULT_FAILED"],
    ["the ledger is removed", without("ledger.sqlite"), "STORE_FAILED"],
    ["the ledger's write-ahead log is removed", without("ledger.sqlite-wal"), "STORE_FAILED"],
    ["the ledger is replaced by a copy", copied("ledger.sqlite"), "STORE_FAILED"],
    ["the vault is removed", without("vault.sqlite"), "VAULT_FAILED"],
    ["the vault's write-ahead log is replaced", copied("vault.sqlite-wal"), "VAULT_FAILED"],
  ] as const)
    it(`acknowledges nothing when ${what}`, async () => {
      const ledger = await openLedger();
      await ledger.submit([report(1)]);
      damage(ledger.folder);
      expect(codesOf(await ledger.pipeline.submit([report(2)]))).to.deep.equal(["STOPPED"]);
      expect(ledger.stops.map((reason) => reason.code)).to.deep.equal([code]);
      expect(ledger.stops[0]?.message).to.match(/was (removed|replaced) while the service was running/);
      await ledger.close().catch(() => undefined);
    });

  it("is noticed while nothing is sent, also where only the ledger is gone", async () => {
    const ledger = await openLedger();
    await ledger.submit([reading(1)]);
    await ledger.log.writer.assertInPlace();
    expect(ledger.stops).to.deep.equal([]);
    without("ledger.sqlite")(ledger.folder);
    await expectRejection("STORE_FAILED", ledger.log.writer.assertInPlace(), /ledger\.sqlite was removed/);
    expect(ledger.stops).to.have.length(1);
    await ledger.close().catch(() => undefined);
  });

  it("stops the whole service by itself, and health says why", async () => {
    const chain = await startSwiftChain();
    const folder = temporaryFolder();
    const service = await startService(
      parseConfig({
        WARIFU_DATA_DIR: folder,
        WARIFU_HTTP_PORT: "0",
        WARIFU_RPC_URL: chain.rpcUrl,
        WARIFU_ANCHOR_KEY: LOCAL_DEV_KEY,
      }),
    );
    const { submitter } = JSON.parse(readFileSync(join(folder, "api-keys.json"), "utf8")) as Record<string, string>;
    removed(folder);
    const reason = await service.stopped;
    expect(reason.code).to.be.oneOf(["STORE_FAILED", "VAULT_FAILED"]);
    expect(service.ledger.health().reasons.join()).to.match(/log-stopped: .*was removed while the service was running/);
    const answer = await fetch(`${service.url}/v1/records`, {
      method: "POST",
      headers: { authorization: `Bearer ${submitter}`, "content-type": "application/json" },
      body: JSON.stringify(reading(1)),
    });
    expect(answer.status).to.equal(503);
    await service.close().catch(() => undefined);
    expect(existsSync(folder)).to.equal(false);
    await chain.stop();
  });
});
