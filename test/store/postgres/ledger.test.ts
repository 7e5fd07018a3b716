// What the PostgreSQL ledger does in a way of its own: leases, what it refuses to open, and what it finds wrong with itself.

import { expect } from "chai";

import { openLedger, readLedger, type StorePlace } from "../../../src/store/open.ts";
import type { LedgerStore } from "../../../src/store/ledger-store.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { ORIGIN, temporaryFolder } from "../../support/ledger.ts";
import { schemaOf, thePostgres, type PostgresServer } from "../../support/postgres.ts";
import { faultsOf } from "../support/faults-of.ts";
import { openLogWriter, series } from "../support/log-writer.ts";
import { ANCHOR } from "./support/anchor.ts";

describe("the PostgreSQL ledger", () => {
  let server: PostgresServer;
  let place: StorePlace;
  const opened: LedgerStore[] = [];

  before(async () => {
    server = await thePostgres();
  });
  beforeEach(() => {
    const dataDir = temporaryFolder();
    place = { dataDir, database: server.addressFor(dataDir) };
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
  });

  async function open(): Promise<LedgerStore> {
    // Each service has a folder, and a guard, of its own.
    const store = await openLedger({ ...place, dataDir: temporaryFolder() }, ORIGIN);
    opened.push(store);
    return store;
  }

  it("gives a lease to one at a time, and lets nobody write who has lost it", async () => {
    const [one, other] = [await open(), await open()];
    const first = await one.shared?.takeLease("service", 60_000);
    expect(first?.fence).to.equal(1);
    expect(await other.shared?.takeLease("service", 60_000)).to.equal(undefined);
    await first?.renew();
    const log = await openLogWriter(one);
    await log.commit(series(0, 2));
    await one.addAnchor(ANCHOR);
    await server.query(`UPDATE ${schemaOf(place.dataDir)}.lease SET until = clock_timestamp() - interval '1 second'`);
    await expectRejection("STORE_FAILED", first!.renew(), /lease/);
    const second = await other.shared?.takeLease("service", 60_000);
    expect(second?.fence, "the fence rises").to.equal(2);
    await expectRejection("STORE_FAILED", one.addAnchor(ANCHOR), /lease/);
    await expectRejection("STORE_FAILED", one.updateAnchor(1, { state: "finalized" }), /lease/);
    await expectRejection("STORE_FAILED", log.commit(series(2, 3, "new")), /lease/);
    // Not as a transaction of its own either, once its own was taken back.
    await one.close();
    const rows = async (table: string): Promise<unknown> =>
      (await server.query(`SELECT count(*) AS n FROM ${schemaOf(place.dataDir)}.${table}`))[0]?.["n"];
    for (const [table, count] of Object.entries({ source: "1", entry: "2", checkpoint: "1" }))
      expect(await rows(table), table).to.equal(count);
    expect((await other.anchors(100, 10)).map(({ state }) => state)).to.deep.equal(["pending"]);
    await second?.release();
    const third = await (await open()).shared?.takeLease("service", 60_000);
    expect(third?.fence, "also when it is given back").to.equal(3);
    await expectRejection("STORE_FAILED", second!.renew(), /lease/);
  });

  it("commits no batch that was made for a head that is no longer there", async () => {
    const [one, other] = [await open(), await open()];
    const batch = (await openLogWriter(one)).prepare(series(0, 2));
    await (await openLogWriter(other)).commit(series(0, 3));
    await expectRejection("STORE_CORRUPT", one.commit(batch), /has grown/);
    expect((await other.newestCheckpoint())?.treeSize).to.equal(3);
  });

  it("opens nothing on a server that may lose what it commits, or of another log", async () => {
    await server.query("ALTER ROLE warifu SET synchronous_commit = off");
    try {
      await expectRejection("CONFIG_INVALID", openLedger(place, ORIGIN), /synchronous_commit = off/);
    } finally {
      await server.query("ALTER ROLE warifu RESET synchronous_commit");
    }
    await open();
    await expectRejection("CONFIG_INVALID", openLedger(place, "other.example/log"), /WARIFU_ORIGIN/);
    await expectRejection("STORE_FAILED", openLedger({ ...place, database: "postgres://x@127.0.0.1:1/x" }, ORIGIN));
  });

  it("refuses an older copy of the database, by the head that this service handed out", async () => {
    const store = await openLedger(place, ORIGIN);
    const log = await openLogWriter(store);
    await log.commit(series(0, 2));
    await log.commit(series(2, 5));
    await store.close();
    const { schema } = { schema: schemaOf(place.dataDir) };
    await server.query(`DELETE FROM ${schema}.entry WHERE leaf_index >= 2`);
    await expectRejection("STORE_BEHIND", openLedger(place, ORIGIN), /older copy/);
  });

  describe("finds out", () => {
    const CHANGES: readonly (readonly [change: string, where: RegExp])[] = [
      ["UPDATE entry SET id = '\\x00' WHERE leaf_index = 1", /^leaves 0 to 1$/],
      ["DELETE FROM submission WHERE leaf_index = 0", /^leaves 0 to 1$/],
      ["INSERT INTO submission VALUES (1, 'k9', 99)", /^leaf 99$/],
      ["UPDATE submission SET source_ref = 9", /^leaf 0$/],
      ["UPDATE checkpoint SET note = note || 'x' WHERE tree_size = 2", /^leaves 0 to 1$/],
      ["UPDATE source SET name = 'b'", /^source 1$/],
      ["INSERT INTO source VALUES (9, 'c', '\\x00')", /^source 9$/],
      ["INSERT INTO tile VALUES (0, 7, '\\x00')", /^tile 0\/7$/],
      ["UPDATE head SET tree_size = 2", /^head$/],
      ["DELETE FROM head", /^head$/],
      ["UPDATE anchor SET nonce = 5", /^anchor 1$/],
      ["DELETE FROM anchor", /^contract|anchor_course 1$/],
      ["UPDATE sender SET name = 'x'", /^sender 1$/],
      ["INSERT INTO sent VALUES (7, 1)", /^leaf 7$/],
      ["DROP INDEX entry_by_seq", /^entry_by_seq$/],
      ["ALTER TABLE submission DROP CONSTRAINT submission_pkey", /^submission_pkey$/],
      ["UPDATE log SET origin = 'x'", /^log x$/],
      ["DROP TABLE alias", /^alias$/],
    ];

    for (const [change, where] of CHANGES)
      it(change, async () => {
        const store = await open();
        const log = await openLogWriter(store);
        await log.commit(series(0, 2).map((one) => ({ ...one, ...(one.seq === 0 && { key: "k" }) })));
        await log.commit(series(2, 3));
        await store.setContract({ chainId: 1, contract: "0x", genesis: "0x", codeHash: "0x", startSize: 0 });
        await store.addAnchor(ANCHOR);
        const reader = await readLedger(place);
        expect(await faultsOf(reader)).to.deep.equal([]);
        await server.query(`SET search_path = ${schemaOf(place.dataDir)}; ${change}; RESET search_path`);
        const found = (await faultsOf(reader)).map((fault) => fault.where);
        await reader.close();
        expect(
          found.some((one) => where.test(one)),
          found.join(", "),
        ).to.equal(true);
      });
  });
});
