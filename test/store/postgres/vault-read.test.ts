// What is read of a record while another service erases it. Why: part of it must not seem lost for being read a moment later.

import { expect } from "chai";

import { pagedRandomBytes } from "../../../src/core/random.ts";
import { openSessions } from "../../../src/store/postgres/sessions.ts";
import { openPostgresVault, PostgresVault } from "../../../src/store/postgres/vault.ts";
import { MasterKeys } from "../../../src/store/rows/master-keys.ts";
import { interpose } from "../../support/interpose.ts";
import { MASTER_KEY, temporaryFolder } from "../../support/ledger.ts";
import { thePostgres } from "../../support/postgres.ts";

describe("a record in PostgreSQL that is erased while it is read", () => {
  it("has all of its attachments, or is erased", async () => {
    const database = (await thePostgres()).addressFor(temporaryFolder());
    const keys = { masterKey: MASTER_KEY, randomBytes: pagedRandomBytes() };
    const writing = await openPostgresVault(database, keys);
    const attachments = ["one", "two"].map((text) => ({
      mediaType: "text/plain",
      bytes: Uint8Array.from(Buffer.from(text)),
    }));
    await writing.keep([
      { leafIndex: 0, openings: ["a"], attachments },
      { leafIndex: 1, openings: ["b"] },
    ]);
    let queries = 0;
    const sessions = interpose(await openSessions(database, { code: "VAULT_FAILED" }), async (method, call) => {
      const result = await call();
      if (method !== "close" && queries++ === 0) await writing.erase(0);
      return result;
    });
    const reading = new PostgresVault(sessions, new MasterKeys(keys, keys.randomBytes));
    expect(await reading.attachments(0)).to.deep.equal(attachments);
    expect(await reading.attachments(0)).to.equal(undefined);
    expect(await reading.isErased(0)).to.equal(true);
    expect(await reading.attachments(1), "none").to.deep.equal([]);
    for (const vault of [reading, writing]) await vault.close();
  });
});
