// The embedded ledger in its files: versions of its tables, damage, older copies put back, and reading beside the writer.
// What any engine does is tested in conformance/.

import { copyFileSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { expect } from "chai";

import { RecordFinder } from "../../../src/read/find-records.ts";
import { LogTree } from "../../../src/write/log-tree.ts";
import type { LedgerStore } from "../../../src/store/ledger-store.ts";

import { ENTRY_KINDS } from "../../../src/core/entry.ts";
import { checkLists } from "../../../src/store/sqlite/check-entries.ts";
import { makeLists, RecordListWriter } from "../../../src/store/sqlite/record-lists.ts";
import { LEDGER_FILES, openSqliteLedger, readSqliteLedger } from "../../../src/store/sqlite/ledger.ts";
import { checkpointSeal } from "../../../src/store/rows/seals.ts";
import { expectCode } from "../../support/expect-code.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { copyFolder, ORIGIN, removeFile, temporaryFolder } from "../../support/ledger.ts";
import { openLogWriter, series, type LogWriter } from "../support/log-writer.ts";
import { faultsOf } from "../support/faults-of.ts";

const SINCE_NINE = ["leaf_bucket"];
/** What the tables before version 12 have instead of numbers for full groups. */
const BEFORE_TWELVE = `DROP TABLE source_seq; DELETE FROM record_list;
  CREATE UNIQUE INDEX entry_by_seq ON entry (source_ref, seq);`;
const SINCE_EIGHT = ["record_list", ...SINCE_NINE];
const SINCE_SEVEN = ["anchor_left_block", ...SINCE_EIGHT];
const CITIZENS = ["citizen", "former_citizen", "citizen_passkey", "citizen_session", ...SINCE_SEVEN];
const OFFICERS = ["officer", "passkey", "invitation", "session", ...CITIZENS];

describe("the SQLite ledger", () => {
  let folder: string;
  let store: LedgerStore;
  let log: LogWriter;

  const open = async (): Promise<void> => {
    store = openSqliteLedger(folder, ORIGIN);
    log = await openLogWriter(store);
  };
  beforeEach(async () => {
    folder = temporaryFolder();
    await open();
  });
  afterEach(() => store.close());

  const reopen = async (): Promise<void> => {
    await store.close();
    await open();
  };
  const database = (): DatabaseSync => new DatabaseSync(join(folder, LEDGER_FILES.database));

  it("lists records at their own places around a row that was taken away, and blames no other tile", async () => {
    await log.commit(series(0, 3_000));
    await store.close();
    const db = database();
    const places = (tile: number): number[][] => {
      const rows = db.prepare("SELECT places FROM record_list WHERE tile_index = ? ORDER BY list").all(tile);
      return rows.map((row) => [...(row["places"] as Uint8Array)]);
    };
    const before = [0, 1, 2].map(places);
    const without = (lists: readonly number[][], place: number) =>
      lists.map((list) => list.filter((one) => one !== place));
    db.exec("DELETE FROM entry WHERE leaf_index IN (300, 2900, 2999)");
    db.exec("DELETE FROM record_list");
    makeLists(db);
    expect([0, 1, 2].map(places)).to.deep.equal([before[0], without(before[1]!, 300 - 256), before[2]]);
    expect(places(8), "not in a full group yet").to.deep.equal([]);
    // The last group is filled from here on.
    const writer = new RecordListWriter(db, 3_000);
    for (let leaf = 3_000; leaf < 4_096; leaf++) writer.insert(ENTRY_KINDS.record, 1, new Uint8Array());
    const filled = Array.from({ length: 256 }, (_, place) => place);
    expect(places(11)).to.deep.include(without(without([filled], 2_900 - 2_816), 2_999 - 2_816)[0]);
    expect(places(15)).to.deep.equal([filled]);
    db.exec("DELETE FROM record_list WHERE tile_index > 7; DELETE FROM entry WHERE leaf_index = 10");
    const blamed = new Set([...checkLists(db)].map(({ message }) => message));
    expect([...blamed]).to.deep.equal(["it does not name its records in tile 0"]);
    db.close();
    folder = temporaryFolder();
    await open();
  });

  it("finds bodies, leaves and ids on both sides of the border of a full segment, also after an upgrade", async () => {
    const digests: Uint8Array[] = [];
    const ids: Uint8Array[] = [];
    for (let from = 0; from < 70_000; from += 7_000)
      for (const { bodyDigest, id } of await log.commit(series(from, from + 7_000))) {
        digests.push(bodyDigest);
        ids.push(id);
      }
    for (let round = 0; round < 2; round++) {
      for (const i of [0, 1, 6_999, 7_000, 65_534, 65_535, 65_536, 65_537, 69_999, ...sample(60, 70_000)])
        expect((await store.entryByBodyDigest(digests[i]!))?.leafIndex).to.equal(i);
      const near = Uint8Array.from(digests[5]!);
      near[31]! ^= 1;
      expect(await store.entryByBodyDigest(near)).to.equal(undefined);
      await expectLeavesFound();
      await expectFound(store, ids);
      await reopen();
    }
    for (const [version, former] of [
      [9, "DROP TABLE leaf_bucket;"],
      [10, "UPDATE leaf_bucket SET items = x'';"],
    ] as const) {
      await store.close();
      const db = database();
      db.exec(
        `${former} ${BEFORE_TWELVE} CREATE UNIQUE INDEX entry_by_id ON entry (id); PRAGMA user_version = ${version}`,
      );
      db.close();
      await open();
      await expectLeavesFound();
      await expectFound(store, ids);
    }
  });

  it("finds numbers of full groups after an upgrade, and lists of records that an earlier version had more of", async () => {
    await log.commit([...series(0, 3_000, "a"), ...series(0, 1_200, "b")]);
    await store.close();
    const db = database();
    const lists = db.prepare("SELECT list, tile_index, places FROM record_list ORDER BY list, tile_index").all();
    const more = "INSERT INTO record_list SELECT list, 16, places FROM record_list WHERE tile_index = 0";
    db.exec(`DROP TABLE source_seq; CREATE UNIQUE INDEX entry_by_seq ON entry (source_ref, seq); ${more}`);
    db.exec("PRAGMA user_version = 11");
    await open();
    expect(
      db.prepare("SELECT list, tile_index, places FROM record_list ORDER BY list, tile_index").all(),
    ).to.deep.equal(lists);
    db.close();
    const fingerprints = [
      ...[0, 2_047, 2_048, 2_999, 3_000].map((seq) => ({ source: "a", seq })),
      ...[0, 1_095, 1_096, 1_199].map((seq) => ({ source: "b", seq })),
    ];
    const places = [0, 2_047, 2_048, 2_999, undefined, 3_000, 4_095, 4_096, 4_199];
    expect((await store.findSubmitted(fingerprints)).map((one) => one?.entry.leafIndex)).to.deep.equal(places);
    const reader = readSqliteLedger(folder);
    expect(await faultsOf(reader)).to.deep.equal([]);
    await reader.close();
  });

  it("refuses a number that its source has used before, be it new or old", async () => {
    await log.commit(series(0, 2_100));
    for (const seq of [2_099, 3]) {
      await expectRejection("STORE_FAILED", store.commit(log.prepare(series(seq, seq + 1))), /used its number/);
      await store.close();
      await open();
      expect(store.treeSize()).to.equal(2_100);
    }
  });

  it("still counts a number whose row is gone, and reads beside the writer what has come since", async () => {
    await log.commit(series(0, 2_100));
    const reader = readSqliteLedger(folder);
    const numbers = async () => (await reader.sourceNumbers("a", { from: 0, ranges: 9 }))!;
    expect(await numbers()).to.include({ records: 2_100, lastSeq: 2_099, missing: 0 });
    await log.commit(series(2_101, 4_501));
    const later = readSqliteLedger(folder);
    expect(await numbers()).to.include({ records: 4_500, lastSeq: 4_500, missing: 1 });
    for (const by of [reader, later]) {
      const found = await by.findSubmitted([2_100, 2_101, 4_199].map((seq) => ({ source: "a", seq })));
      expect(found.map((one) => one?.entry.leafIndex)).to.deep.equal([undefined, 2_100, 4_198]);
      await by.close();
    }
    const db = database();
    db.exec("DELETE FROM entry WHERE leaf_index IN (5, 4150)");
    db.close();
    for (let round = 0; round < 2; round++) {
      const [old, newest] = await store.findSubmitted([5, 4_151].map((seq) => ({ source: "a", seq })));
      expect(old?.entry).to.include({ leafIndex: 5, unreadable: "its entry is not in the store" });
      // After a start, the newest numbers are known by their rows alone.
      expect(newest?.entry.leafIndex).to.equal(round === 0 ? 4_150 : undefined);
      const [, next] = await store.findSubmitted([4_150, 4_152].map((seq) => ({ source: "a", seq })));
      expect(next?.entry.leafIndex).to.equal(4_151);
      await reopen();
    }
  });

  it("finds ids and bodies beside rows that are damaged or gone, and what another process has written since", async () => {
    const entries = await log.commit(series(0, 65_600));
    await store.close();
    const db = database();
    db.exec("UPDATE entry SET id = x'00' WHERE leaf_index IN (0, 65570)");
    await open();
    db.exec("UPDATE entry SET body_digest = x'00' WHERE leaf_index = 65571");
    db.exec("DELETE FROM entry WHERE leaf_index = 65580");
    db.close();
    const reader = readSqliteLedger(folder);
    const found = async (by: LedgerStore, { id, bodyDigest }: (typeof entries)[0]) =>
      [await by.entryById(id), await by.entryByBodyDigest(bodyDigest)].map((entry) => entry?.leafIndex);
    for (const by of [store, reader]) {
      for (const i of [1, 300, 65_535, 65_536, 65_569, 65_572, 65_579, 65_581, 65_599])
        expect(await found(by, entries[i]!)).to.deep.equal([i, i]);
      for (const i of [0, 65_570]) expect(await found(by, entries[i]!)).to.deep.equal([undefined, i]);
      expect(await found(by, entries[65_571]!)).to.deep.equal([65_571, undefined]);
      expect(await found(by, entries[65_580]!)).to.deep.equal([undefined, undefined]);
    }
    const later = await log.commit(series(65_600, 131_100));
    for (const by of [store, reader])
      for (const i of [3, 65_471, 65_472, 65_499])
        expect(await found(by, later[i]!)).to.deep.equal([65_600 + i, 65_600 + i]);
    await reader.close();
  });

  async function expectFound(by: LedgerStore, ids: readonly Uint8Array[]): Promise<void> {
    for (const i of [0, 1, 65_534, 65_535, 65_536, 69_999, ...sample(60, 70_000)])
      expect((await by.entryById(ids[i]!))?.leafIndex).to.equal(i);
    const near = Uint8Array.from(ids[5]!);
    near[15]! ^= 1;
    expect(await by.entryById(near)).to.equal(undefined);
    expect(await by.entryById(near.subarray(1))).to.equal(undefined);
  }

  async function expectLeavesFound(): Promise<void> {
    const finder = new RecordFinder({ store, tree: log.tree } as unknown as ConstructorParameters<
      typeof RecordFinder
    >[0]);
    const find = async (hash: Uint8Array): Promise<readonly number[]> =>
      (await finder.find({ hash, limit: 1 })).entries.map(({ leafIndex }) => leafIndex);
    for (const i of [0, 255, 256, 65_535, 65_536, 69_999, ...sample(40, 70_000)]) {
      const tile = (await log.tree.tile(0, i >> 8, Math.min(256, 70_000 - (i & ~255))))!;
      const hash = Uint8Array.from(tile.subarray((i & 255) * 32, (i & 255) * 32 + 32));
      expect(await find(hash)).to.deep.equal([i]);
      const { places, indexed } = await store.leafPlaces(hash);
      expect([places.includes(i), indexed]).to.deep.equal([i < 65_536, 65_536]);
      hash[31]! ^= 1;
      expect(await find(hash), "its beginning alone").to.deep.equal([]);
    }
  }

  it("goes on behind a row whose kind is out of all bounds", async () => {
    await log.commit(series(0, 10));
    await store.close();
    const db = database();
    db.exec("UPDATE entry SET kind = 1 << 60 WHERE leaf_index = 3");
    db.close();
    await open();
    await log.commit(series(10, 300));
    expect(store.treeSize()).to.equal(300);
  });

  it("refuses the folder of another log, and tables of another version", async () => {
    await log.commit(series(0, 2));
    await store.close();
    expectCode("CONFIG_INVALID", () => openSqliteLedger(folder, "other.test/ledger"), /WARIFU_ORIGIN/);
    const db = database();
    db.exec("PRAGMA user_version = 13");
    expectCode("STORE_FAILED", () => openSqliteLedger(folder, ORIGIN), /schema version 13, this program knows 12/);
    expectCode("STORE_FAILED", () => readSqliteLedger(folder), /schema version 13/);
    db.exec("PRAGMA user_version = 12");
    db.close();
    await open();
  });

  it("brings the tables of the first version up to date, with all that is in them", async () => {
    await log.commit(series(0, 2));
    await store.close();
    const db = database();
    db.exec(BEFORE_TWELVE);
    for (const table of ["sender", "sent", "alias", "api_key_scope", "api_key_use", "anchor_course", ...OFFICERS])
      db.exec(`DROP TABLE ${table}`);
    db.exec("DROP INDEX submission_by_leaf");
    db.exec("INSERT INTO api_key VALUES ('0123456789abcdef', 'old', 'admin', x'00', 1, NULL, x'00')");
    const seals = db.prepare("SELECT tree_size, note FROM checkpoint").all();
    const entries = db.prepare("SELECT leaf_index, id FROM entry ORDER BY leaf_index").all();
    for (const { tree_size: size, note } of seals) {
      const sealed = entries
        .filter(({ leaf_index: at }) => Number(at) < Number(size))
        .map(({ leaf_index: at, id }) => ({ leafIndex: Number(at), id: id as Uint8Array }));
      db.prepare("UPDATE checkpoint SET seal = ?").run(checkpointSeal(String(note), sealed, new Map()));
    }
    db.exec("PRAGMA user_version = 2");
    expectCode("STORE_FAILED", () => readSqliteLedger(folder), /earlier program: start the service once/);
    db.close();
    await open();
    expect(store.treeSize()).to.equal(2);
    const [found] = await store.findSubmitted([{ source: "a", seq: (await store.entries(0, 1))[0]!.seq }]);
    expect(found?.sender).to.equal(undefined);
    const [key] = await store.apiKeys();
    expect(key).to.include({ keyId: "0123456789abcdef", sources: null, expiresAt: null });
    const changed = database();
    changed.exec("DELETE FROM api_key_scope");
    expect((await store.apiKeys())[0], "nobody gains by removing a limit").to.include({ expiresAt: 0 });
    changed.exec("DELETE FROM api_key");
    changed.close();
    const after = readSqliteLedger(folder);
    expect(await faultsOf(after)).to.deep.equal([]);
    await after.close();
  });

  const FORMER = [
    [
      "3: keys are found by their record too",
      "DROP TABLE anchor_course; DROP INDEX submission_by_leaf; DROP INDEX alias_by_leaf;",
    ],
    ["5: officers have accounts", ""],
    ["6: citizens have accounts", ""],
    ["7: the blocks that anchors left are remembered", ""],
    ["8: records are on the lists of their source and type", ""],
    ["9: leaves are found by their hash", ""],
  ] as const;
  for (const [what, without] of FORMER)
    it(`brings the tables of version ${what} up to date`, async () => {
      await log.commit([...series(0, 300, "a"), ...series(0, 300, "b")]);
      await store.close();
      const db = database();
      const added = {
        "3": OFFICERS,
        "5": OFFICERS,
        "6": CITIZENS,
        "7": SINCE_SEVEN,
        "8": SINCE_EIGHT,
        "9": SINCE_NINE,
      };
      db.exec(BEFORE_TWELVE);
      for (const table of added[what[0] as "3"]) db.exec(`DROP TABLE ${table}`);
      db.exec(`${without} PRAGMA user_version = ${what[0]}`);
      expectCode("STORE_FAILED", () => readSqliteLedger(folder), /earlier program: start the service once/);
      db.close();
      await open();
      const after = readSqliteLedger(folder);
      expect(await faultsOf(after)).to.deep.equal([]);
      await after.close();
    });

  it("brings the tables of the fourth version up to date: anchors that are there keep what is known of them", async () => {
    const hashes = { rootHash: new Uint8Array(32), transactionHash: "0x00", raw: "0x02", note: "" };
    const place = { chainId: 1, contract: "0x01", account: "0x02", maxFeePerGas: 1n, maxPriorityFeePerGas: 1n };
    const anchor = { ...hashes, ...place, treeSize: 2, baseSize: 0, nonce: 0, headSignedAt: 1, createdAt: 2 };
    await store.addAnchor(anchor);
    await store.close();
    const db = database();
    db.exec(BEFORE_TWELVE);
    for (const table of OFFICERS) db.exec(`DROP TABLE ${table}`);
    db.exec("DROP TABLE anchor_course; PRAGMA user_version = 4");
    db.close();
    await open();
    expect((await store.anchors(2, 1))[0]).to.include({ treeSize: 2, headSignedAt: null, createdAt: 2, gasUsed: null });
    await store.updateAnchor(1, { finalAt: 9 });
    await reopen();
    expect((await store.anchors(2, 1))[0]).to.include({ treeSize: 2, headSignedAt: null, finalAt: 9 });
  });

  it("says that a database is damaged, and gives its lock back", async () => {
    await store.close();
    for (const sql of ["DROP TABLE tile", "DELETE FROM log"]) {
      const broken = copyFolder(folder);
      const db = new DatabaseSync(join(broken, LEDGER_FILES.database));
      db.exec(sql);
      db.close();
      for (let twice = 0; twice < 2; twice++) {
        const code = sql.startsWith("DROP") ? "STORE_CORRUPT" : "CONFIG_INVALID";
        expectCode(code, () => openSqliteLedger(broken, ORIGIN));
      }
      expectCode("STORE_CORRUPT", () => readSqliteLedger(broken));
    }
    await open();
  });

  it("refuses an older copy put back, and one of another history", async () => {
    await log.commit(series(0, 10));
    await store.close();
    const older = copyFolder(folder);
    await open();
    await log.commit(series(10, 20));
    await store.close();
    const newer = copyFolder(folder);
    copyFileSync(join(older, LEDGER_FILES.database), join(folder, LEDGER_FILES.database));
    const { details } = expectCode("STORE_BEHIND", () => openSqliteLedger(folder, ORIGIN), /older copy/);
    expect(details).to.deep.equal({ stored: 10, published: 20 });
    // Beside the older copy, somebody builds a longer history.
    removeFile(older, LEDGER_FILES.guard);
    const fork = openSqliteLedger(older, ORIGIN);
    await (await openLogWriter(fork)).commit(series(30, 60));
    await fork.close();
    copyFileSync(join(older, LEDGER_FILES.database), join(folder, LEDGER_FILES.database));
    expectCode("STORE_CORRUPT", () => openSqliteLedger(folder, ORIGIN), /another history/);
    folder = newer;
    await open();
    expect(store.treeSize()).to.equal(20);
  });

  it("is read beside the writer, and never written through the reader", async () => {
    await log.commit(series(0, 10));
    const reader = readSqliteLedger(folder);
    expect(reader.treeSize()).to.equal(10);
    await log.commit(series(10, 300));
    expect((await reader.newestCheckpoint())?.treeSize).to.equal(300);
    expect((await reader.entries(290, 400)).length).to.equal(10);
    const digestOf = async (leafIndex: number): Promise<Uint8Array> =>
      (await reader.entries(leafIndex, leafIndex + 1))[0]?.bodyDigest ?? new Uint8Array();
    for (const leafIndex of [3, 299])
      expect((await reader.entryByBodyDigest(await digestOf(leafIndex)))?.leafIndex).to.equal(leafIndex);
    const batch = log.prepare(series(300, 301));
    await expectRejection("STORE_FAILED", reader.commit(batch), /for reading only/);
    await expectRejection(
      "STORE_FAILED",
      reader
        .revokeApiKey("none", 1)
        .then(() =>
          reader.setContract({ chainId: 1, contract: "0x", genesis: "0x01", codeHash: "0x02", startSize: 0 }),
        ),
      /readonly/,
    );
    await reader.close();
    await store.commit(batch);
    log.tree.markPublished();
    const stopped = readSqliteLedger(copyFolder(folder));
    expect((await LogTree.load(stopped)).size).to.equal(301);
    await stopped.close();
  });

  it("truth A9: is read where nobody can write, with what its write-ahead log holds and without one", async () => {
    await log.commit(series(0, 10));
    // Without room for the file that readers share, SQLite fails as it does on a read-only disk, whoever runs this.
    const withoutRoom = (from: string): string => {
      const copy = copyFolder(from);
      rmSync(join(copy, `${LEDGER_FILES.database}-shm`), { force: true });
      mkdirSync(join(copy, `${LEDGER_FILES.database}-shm`));
      return copy;
    };
    const running = withoutRoom(folder);
    expect(statSync(join(running, `${LEDGER_FILES.database}-wal`)).size).to.be.greaterThan(0);
    await store.close();
    const stopped = withoutRoom(folder);
    for (const one of [running, stopped]) {
      const reader = readSqliteLedger(one);
      expect([reader.treeSize(), (await reader.entries(0, 20)).length]).to.deep.equal([10, 10]);
      await reader.close();
    }
  });
});

/** `count` numbers below `end`, the same in every run. */
function sample(count: number, end: number): number[] {
  return Array.from({ length: count }, (_, i) => (i * 7_919 + 13) % end);
}
