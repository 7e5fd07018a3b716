// Connections that break in the middle of something, turns that are lost, and several changes at once. Invariant: it is an error of
// ours for whoever asked, nothing changes that was decided in a turn that is over, and the process goes on.

import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { pagedRandomBytes } from "../../../src/core/random.ts";
import { openLedger, openVault, type StorePlace } from "../../../src/store/open.ts";
import type { LedgerStore } from "../../../src/store/ledger-store.ts";
import { openSessions, type Sessions } from "../../../src/store/postgres/sessions.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { MASTER_KEY, ORIGIN, temporaryFolder } from "../../support/ledger.ts";
import { thePostgres, type PostgresServer } from "../../support/postgres.ts";
import { openLogWriter, series } from "../support/log-writer.ts";
import { ANCHOR } from "./support/anchor.ts";
import { openSharedLedger } from "./support/shared-ledger.ts";

const OWN_PID = "SELECT pg_backend_pid() AS pid";

describe("PostgreSQL, when something breaks in the middle", () => {
  let server: PostgresServer;
  const closing: { close(): Promise<void> }[] = [];

  before(async () => {
    server = await thePostgres();
  });
  afterEach(async () => {
    for (const one of closing.splice(0)) await one.close().catch(() => undefined);
  });

  function closeLater<T extends { close(): Promise<void> }>(one: T): T {
    closing.push(one);
    return one;
  }

  const newPlace = (): StorePlace => {
    const dataDir = temporaryFolder();
    return { dataDir, database: server.addressFor(dataDir) };
  };
  const sessions = async (): Promise<Sessions> =>
    closeLater(await openSessions(server.url, { code: "STORE_FAILED", most: 1 }));

  async function endConnection(row: Record<string, unknown> | undefined): Promise<void> {
    await server.query("SELECT pg_terminate_backend($1, 60000)", [row?.["pid"]]);
    await sleep(50);
  }

  /** No other test runs meanwhile: whatever turn there is, is this one. */
  async function endTurn(): Promise<void> {
    const held = `SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid)
      WHERE locktype = 'advisory' AND state = 'idle in transaction' AND query LIKE '%FOR UPDATE%'`;
    for (const row of await server.query(held)) await endConnection(row);
  }

  it("a transaction fails, and the next one has another connection", async () => {
    const on = await sessions();
    const cutOff = on.transaction(async (queries) => {
      await endConnection(await queries.first(OWN_PID));
      return queries.first("SELECT 1 AS one");
    });
    await expectRejection("STORE_FAILED", cutOff, /the database failed/);
    expect(await on.transaction((queries) => queries.first("SELECT 1 AS one"))).to.deep.equal({ one: 1 });
  });

  it("a look at one moment fails, and gives its connection back", async () => {
    const on = await sessions();
    const look = await on.snapshot();
    await endConnection(await look.first(OWN_PID));
    await expectRejection("STORE_FAILED", look.first("SELECT 1 AS one"), /the database failed/);
    await expectRejection("STORE_FAILED", look.close(), /the database failed/);
    expect(await on.first("SELECT 1 AS one")).to.deep.equal({ one: 1 });
  });

  it("a turn that is lost changes nothing: neither keys nor what is forgotten", async () => {
    const place = newPlace();
    const store = closeLater(await openLedger(place, ORIGIN)) as LedgerStore;
    const log = await openLogWriter(store);
    await log.commit(series(0, 2).map((one) => ({ ...one, ...(one.seq === 0 && { key: "k" }) })));
    const source = "a";
    await store.shared?.begin();
    await endTurn();
    await expectRejection("STORE_FAILED", store.bindKeys([{ source, key: "other", leafIndex: 1 }]), /database/);
    await expectRejection("STORE_FAILED", store.forget([0], { bodies: false }), /database/);
    await store.shared?.end();
    const found = await store.findSubmitted(["k", "other"].map((key) => ({ source, key })));
    expect(found.map((one) => one?.entry.leafIndex)).to.deep.equal([0, undefined]);
  });

  it("whoever has lost the lease forgets nothing", async () => {
    const place = newPlace();
    const store = closeLater(await openLedger(place, ORIGIN)) as LedgerStore;
    const log = await openLogWriter(store);
    await log.commit(series(0, 1).map((one) => ({ ...one, key: "k" })));
    const lease = await store.shared?.takeLease("service", 60_000);
    await lease?.release();
    await sleep(10);
    await expectRejection("STORE_FAILED", store.forget([0], { bodies: false }), /lease/);
  });

  it("openings of entries that others have committed are not set aside", async () => {
    const place = newPlace();
    const ledger = closeLater(await openSharedLedger(place));
    const report = { type: "citizen-report", source: "app", claims: { category: "noise", text: "loud" } };
    const [outcome] = await ledger.log.pipeline.submit([report]);
    const leafIndex = outcome?.ok ? outcome.acknowledgement.leafIndex : -1;
    const opening = await ledger.vault.open(leafIndex);
    expect(opening).to.have.length.greaterThan(0);
    // A service that slept since it read the head, and knows of nothing above it.
    const vault = closeLater(await openVault(place, { masterKey: MASTER_KEY, randomBytes: pagedRandomBytes() }));
    expect(await vault.setAsideFrom(0)).to.equal(0);
    expect(await vault.open(leafIndex)).to.deep.equal(opening);
  });

  it("anchors that are added at once are all there", async () => {
    const store = closeLater(await openLedger(newPlace(), ORIGIN)) as LedgerStore;
    const added = await Promise.all([1, 2, 3, 4].map((treeSize) => store.addAnchor({ ...ANCHOR, treeSize })));
    expect(added.map(({ anchorId }) => anchorId).sort()).to.deep.equal([1, 2, 3, 4]);
    await Promise.all([store.updateAnchor(1, { state: "submitted" }), store.updateAnchor(1, { sentAt: 5 })]);
    const [first] = (await store.anchors(2, 1)).map(({ state, sentAt }) => ({ state, sentAt }));
    expect(first).to.deep.equal({ state: "submitted", sentAt: 5 });
  });
});
