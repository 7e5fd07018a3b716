// A log is moved from SQLite into PostgreSQL. Invariant: it is the same log there, down to each seal and opening; and at no moment
// could it be continued in both places.

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { migrate } from "../../src/administer/migrate.ts";
import { parseConfig, type Config } from "../../src/config.ts";
import { openCityStore, openLedger as openStore, openVault } from "../../src/store/open.ts";
import { pagedRandomBytes } from "../../src/core/random.ts";
import { openSharedLedger } from "../store/postgres/support/shared-ledger.ts";
import { withDatabase } from "../support/altered-rows.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import {
  keyed,
  MASTER_KEY,
  openLedger,
  ORIGIN,
  policyOf,
  reading,
  report,
  SIGNER,
  temporaryFolder,
} from "../support/ledger.ts";
import { thePostgres, type PostgresServer } from "../support/postgres.ts";

const POLICY = policyOf(SIGNER.key, true);
const RECORDS = [...keyed(reading, 300, "r"), ...keyed(report, 40, "c")];

describe("moving a log into PostgreSQL", () => {
  let server: PostgresServer;
  let config: Config;
  let first: unknown;

  before(async () => {
    server = await thePostgres();
  });
  beforeEach(async () => {
    const ledger = await openLedger();
    [first] = await ledger.submit(RECORDS);
    let leaf = -1;
    for await (const leafIndex of ledger.vault.leafIndexes()) leaf = leafIndex;
    await ledger.log.writer.erase(leaf);
    await ledger.close();
    writeFileSync(join(ledger.folder, "vault.key"), Buffer.from(MASTER_KEY).toString("hex"), { mode: 0o600 });
    config = parseConfig({
      WARIFU_DATA_DIR: ledger.folder,
      WARIFU_ORIGIN: ORIGIN,
      WARIFU_DATABASE: server.addressFor(ledger.folder),
    });
  });

  it("takes all of it along, and the log goes on there", async () => {
    const { entries, audit } = await migrate({ config, policy: POLICY });
    expect([entries, audit.outcome, audit.findings]).to.deep.equal([2 + RECORDS.length, "holds", []]);
    expect(existsSync(join(config.dataDir, "ledger.sqlite.migrated"))).to.equal(true);
    await expectRejection("STORE_BEHIND", openStore({ dataDir: config.dataDir }, ORIGIN), /no ledger/);
    const moved = await openSharedLedger(config);
    const [again, fresh] = await moved.log.pipeline.submit([RECORDS[0]!, report(900, { key: "fresh" })]);
    expect(again?.ok && !again.isNew && again.acknowledgement).to.deep.equal(first);
    expect(fresh?.ok && fresh.isNew && fresh.acknowledgement.leafIndex).to.equal(entries);
    await moved.close();
    await expectRejection("CONFIG_INVALID", migrate({ config, policy: POLICY }), /has a ledger/);
  });

  it("takes what citizens arrange along, and their lists grow on behind what came", async () => {
    const [anna, invitationId] = ["ct_0123456789abcdef", "0123456789abcdef"];
    const store = await openStore({ dataDir: config.dataDir }, ORIGIN);
    await store.putCitizen({
      ...{ citizenId: anna, pseudonym: "gaviota", ageBand: "18-64", language: "es", createdAt: 1 },
      ...{ subject: `own_${anna}`, recoveryHash: new Uint8Array(32) },
    });
    await store.close();
    const files = await openCityStore({ dataDir: config.dataDir });
    await files.putInvitation({
      ...{ invitationId, theme: "our-street", secretHash: new Uint8Array(32).fill(7), expiresAt: 9, uses: 2 },
    });
    const [one = "", two = "", three = ""] = ["b", "a", "c"].map(
      (last) => `019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5${last}`,
    );
    for (const item of [one, two]) await files.add("followed", anna, item);
    const invitation = await files.invitation(invitationId);
    await files.close();
    const { findings } = (await migrate({ config, policy: POLICY })).audit;
    expect(findings).to.deep.equal([]);
    const moved = await openCityStore(config);
    await moved.add("followed", anna, three);
    expect(await moved.list("followed", anna)).to.deep.equal([one, two, three]);
    expect(await moved.invitation(invitationId)).to.deep.equal(invitation);
    await moved.close();
    expect(existsSync(join(config.dataDir, "city.sqlite.migrated"))).to.equal(true);
  });

  it("goes on where it was cut off, and until then nobody can open either", async () => {
    for (const most of [0, 300, 100]) {
      const cutOff = (rows: number): void => {
        if (rows > most) throw new Error("cut off");
      };
      await migrate({ config, policy: POLICY, onRows: cutOff }).then(
        () => expect.fail("it was not cut off"),
        (error: Error) => expect(error.message).to.equal("cut off"),
      );
      await expectRejection("STORE_FAILED", openStore(config, ORIGIN), /being filled/);
      await expectRejection("STORE_BEHIND", openStore({ dataDir: config.dataDir }, ORIGIN), /no ledger/);
    }
    const { entries, audit } = await migrate({ config, policy: POLICY });
    expect([entries, audit.outcome]).to.deep.equal([2 + RECORDS.length, "holds"]);
    const options = { masterKey: MASTER_KEY, randomBytes: pagedRandomBytes(), readOnly: true };
    const vault = await openVault(config, options);
    let openings = 0;
    for await (const _ of vault.leafIndexes()) openings++;
    await vault.close();
    expect(openings, "without the one that was erased").to.equal(39);
  });

  it("touches nothing when something is wrong, or the database is somebody's", async () => {
    const other = await openStore({ ...config, dataDir: temporaryFolder() }, ORIGIN);
    await other.close();
    await expectRejection("CONFIG_INVALID", migrate({ config, policy: POLICY }), /has a ledger/);
    expect(existsSync(join(config.dataDir, "ledger.sqlite"))).to.equal(true);
    const database = server.addressFor(`${config.dataDir}-damaged`);
    withDatabase(config.dataDir, "ledger.sqlite", (db) =>
      db.exec("UPDATE entry SET body = zeroblob(9) WHERE leaf_index = 7"),
    );
    await expectRejection("STORE_CORRUPT", migrate({ config: { ...config, database }, policy: POLICY }), /audit/);
    expect(existsSync(join(config.dataDir, "ledger.sqlite"))).to.equal(true);
    await expectRejection("USAGE", migrate({ config: { ...config, database: undefined }, policy: POLICY }));
  });
});
