// The audit with its threads against the audit without: whatever is changed in a log, both find the same, word for word.
// Why: a thread that calls a bundle plain decides that nobody else looks at it.

import { join } from "node:path";

import { expect } from "chai";

import { audit } from "../../src/audit/audit-ledger.ts";
import { AuditThreads } from "../../src/audit/audit-threads.ts";
import { BUNDLES_IN_A_PART } from "../../src/audit/part-threads.ts";
import { signCheckpoint } from "../../src/core/checkpoint.ts";
import { TILE_WIDTH } from "../../src/core/tile.ts";
import type { StoreFault } from "../../src/store/ledger-store.ts";
import { LEDGER_FILES, openSqliteLedger, readSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import type { AuditReport } from "../../src/verify/audit-findings.ts";
import { copyFolder, ORIGIN, policyOf, SIGNER, temporaryFolder } from "../support/ledger.ts";
import { withDatabase } from "../support/altered-rows.ts";
import { openLogWriter, series } from "../store/support/log-writer.ts";

/** Two parts, and a bundle that is not full. */
const SIZE = (BUNDLES_IN_A_PART + 2) * TILE_WIDTH + 10;

describe("the threads of an audit", () => {
  let original: string;
  before(async () => {
    original = temporaryFolder();
    const store = openSqliteLedger(original, ORIGIN);
    const log = await openLogWriter(store);
    for (let at = 0; at < SIZE; at += 1_000) await log.commit(series(at, Math.min(SIZE, at + 1_000), `s${at % 3}`));
    await store.close();
  });

  const auditOf = async (folder: string, count: number): Promise<AuditReport> => {
    const threads =
      count === 0
        ? undefined
        : new AuditThreads({ place: { dataDir: folder }, hasVault: false, logKey: SIGNER.key }, count);
    const store = readSqliteLedger(folder);
    try {
      return await audit({ store, policy: policyOf(SIGNER.key, true), threads });
    } finally {
      await threads?.close();
      await store.close();
    }
  };

  /** Each in a bundle of its own, so that none of them is looked at because of another. */
  const ENTRIES: Readonly<Record<number, string>> = {
    255: "UPDATE entry SET id = zeroblob(16)",
    300: "UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), '\"number\":300', '\"number\":301') AS BLOB)",
    600: "UPDATE entry SET kind = 4",
    800: "UPDATE entry SET body = NULL",
    1100: "DELETE FROM entry",
    1300: "UPDATE entry SET source_ref = 1 + source_ref % 3",
    4200: "UPDATE entry SET seq = 99999",
  };
  const CHANGES: Readonly<Record<string, string>> = {
    nothing: "SELECT 1",
    "a tile": "UPDATE tile SET hashes = zeroblob(8192) WHERE level = 0 AND tile_index = 17",
    "a tile that is gone": "DELETE FROM tile WHERE level = 0 AND tile_index = 3",
    "a checkpoint's seal": "UPDATE checkpoint SET seal = zeroblob(32) WHERE tree_size = 2000",
    "a checkpoint's root": "UPDATE checkpoint SET root_hash = zeroblob(32) WHERE tree_size = 4000",
    "a checkpoint's note": "UPDATE checkpoint SET note = replace(note, '4000', '4001') WHERE tree_size = 4000",
    "a checkpoint's signature":
      "UPDATE checkpoint SET note = substr(note, 1, 100) || 'A' || substr(note, 102) WHERE tree_size = 2000",
    "a checkpoint that is gone": "DELETE FROM checkpoint WHERE tree_size = 4000",
  };
  for (const [what, sql] of Object.entries(CHANGES))
    it(`find the same as the audit alone where what was changed is ${what}`, async () => {
      const folder = copyFolder(original);
      withDatabase(folder, LEDGER_FILES.database, (db) => db.exec(sql));
      const [alone, together] = [await auditOf(folder, 0), await auditOf(folder, 2)];
      expect(together).to.deep.equal(alone);
      expect(alone.outcome).to.equal(what === "nothing" ? "holds" : "refuted");
    });

  it("find the same as the audit alone where an entry of each bundle was changed in another way", async () => {
    const folder = copyFolder(original);
    withDatabase(folder, LEDGER_FILES.database, (db) => {
      for (const [leaf, sql] of Object.entries(ENTRIES)) db.exec(`${sql} WHERE leaf_index = ${leaf}`);
    });
    const [alone, together] = [await auditOf(folder, 0), await auditOf(folder, 2)];
    expect(together).to.deep.equal(alone);
    const places = alone.findings.map(({ where }) => where);
    for (const leaf of Object.keys(ENTRIES)) expect(places, JSON.stringify(places)).to.include(`leaf ${leaf}`);
  });

  it("find a checkpoint that is signed, and is not of these leaves", async () => {
    const folder = copyFolder(original);
    const rootHash = new Uint8Array(32).fill(1);
    const { note } = signCheckpoint({ origin: ORIGIN, treeSize: 3_000, rootHash }, SIGNER);
    withDatabase(folder, LEDGER_FILES.database, (db) =>
      db.prepare("UPDATE checkpoint SET root_hash = ?, note = ? WHERE tree_size = 3000").run(rootHash, note),
    );
    const [alone, together] = [await auditOf(folder, 0), await auditOf(folder, 2)];
    expect(together).to.deep.equal(alone);
    expect(alone.findings.map(({ where }) => where)).to.include("checkpoint 3000");
  });

  it("have the checkpoints of the parts that they were given, in order", async () => {
    const threads = new AuditThreads({ place: { dataDir: original }, hasVault: false, logKey: SIGNER.key }, 1);
    await threads.take(0);
    const found: number[] = [];
    for (let head = await threads.headAbove(0); head; head = await threads.headAbove(head.treeSize))
      found.push(head.treeSize);
    await threads.close();
    expect(found).to.deep.equal([1_000, 2_000, 3_000, 4_000, SIZE]);
  });

  it("leave to the audit what one that ends midway has not told, and nothing twice", async () => {
    const folder = copyFolder(original);
    // More than are handed over at once.
    withDatabase(folder, LEDGER_FILES.database, (db) =>
      db.exec(`INSERT INTO source (name, source_id) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 800)
        SELECT 'stray ' || i, randomblob(32) FROM n`),
    );
    const threads = new AuditThreads({ place: { dataDir: folder }, hasVault: false, logKey: SIGNER.key }, 1);
    const store = readSqliteLedger(folder);
    const told: StoreFault[] = [];
    for await (const fault of threads.faults(store)) {
      told.push(fault);
      if (told.length === 1_000) await threads.close();
    }
    expect(told.length).to.be.greaterThan(1_600 - 1);
    expect(told).to.deep.equal(await Array.fromAsync(store.check()));
    await store.close();
  });

  it("leave to the audit what they cannot do", async () => {
    const threads = new AuditThreads(
      { place: { dataDir: join(original, "nowhere") }, hasVault: false, logKey: SIGNER.key },
      1,
    );
    const store = readSqliteLedger(original);
    const report = await audit({ store, policy: policyOf(SIGNER.key, true), threads });
    await threads.close();
    await store.close();
    expect(report).to.deep.equal(await auditOf(original, 0));
  });
});
