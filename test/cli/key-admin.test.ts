// Keys without a service: issued, listed and revoked in the data folder; and keys that are given in files.

import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { keysOfFolder } from "../../src/cli/key-admin.ts";
import { givenKey } from "../../src/cli/settings.ts";
import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { expectCode } from "../support/expect-code.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { ORIGIN, temporaryFolder } from "../support/ledger.ts";

describe("keys of a stopped service", () => {
  it("truth C2: are issued, listed and revoked in its folder, and not while a service runs there", async () => {
    const folder = temporaryFolder();
    await expectRejection("NOT_FOUND", keysOfFolder({ dataDir: folder }).list());
    await openSqliteLedger(folder, ORIGIN).close();
    const admin = keysOfFolder({ dataDir: folder });
    const { keyId, key } = await admin.issue("rescue", "admin", { expiresAt: null });
    expect(key).to.include(`wk_${keyId}_`);
    await expectRejection("LAST_ADMIN", admin.revoke(keyId));
    const second = await admin.issue("second", "admin", {});
    await admin.revoke(keyId);
    const keys = await admin.list();
    expect(keys.map((one) => [one.keyId, one.revokedAt === null])).to.have.deep.members([
      [keyId, false],
      [second.keyId, true],
    ]);
    const running = openSqliteLedger(folder, ORIGIN);
    await expectRejection("STORE_LOCKED", admin.list());
    await running.close();
  });

  it("truth L11: a key is read from a file that its group may read, and from none that all may", () => {
    const path = join(temporaryFolder(), "key");
    writeFileSync(path, "wk_text\n", { mode: 0o600 });
    for (const mode of [0o400, 0o440, 0o600, 0o640]) {
      chmodSync(path, mode);
      expect(givenKey({ keyFile: path })).to.equal("wk_text");
    }
    for (const mode of [0o444, 0o644, 0o660]) {
      chmodSync(path, mode);
      expectCode("CONFIG_INVALID", () => givenKey({ keyFile: path }));
    }
    expectCode("USAGE", () => givenKey({ key: "wk_a", keyFile: path }));
    expect(givenKey({ key: "wk_a" })).to.equal("wk_a");
  });
});
