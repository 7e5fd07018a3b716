// Commits on a thread of its own. What any ledger does with a batch holds here too; beyond it, what holds between thread,
// main thread and vault.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { expect } from "chai";

import { readHeadGuard } from "../../../src/store/head-guard.ts";
import type { LedgerStore } from "../../../src/store/ledger-store.ts";
import type { Batch } from "../../../src/store/log-store.ts";
import { openCityStore, openLedger, openVault, readLedger, startCommitter } from "../../../src/store/open.ts";
import { pagedRandomBytes } from "../../../src/core/random.ts";
import { LEDGER_FILES } from "../../../src/store/sqlite/ledger.ts";
import { packBatch, unpackBatch } from "../../../src/store/sqlite/packed-batch.ts";
import type { RecordOpenings, Vault } from "../../../src/store/vault.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { MASTER_KEY, ORIGIN, temporaryFolder } from "../../support/ledger.ts";
import { describeLog } from "../conformance/log.ts";
import { openLogWriter, series, type LogWriter } from "../support/log-writer.ts";

const OPENINGS: readonly RecordOpenings[] = [
  {
    leafIndex: 0,
    openings: ['["c2FsdA","text","a bench is broken"]', "WyJ4Il0"],
    attachments: [
      { mediaType: "image/jpeg", bytes: Uint8Array.from({ length: 70_000 }, (_, i) => i % 251) },
      { mediaType: "text/plain", bytes: new Uint8Array() },
    ],
    isToPublish: true,
    persons: [{ claim: "mail", value: "ana@example.org" }],
  },
  { leafIndex: 2, openings: [], attachments: [], isToPublish: false, persons: [] },
];

function committerIn(
  folder: string,
  store: LedgerStore,
  vault: Vault,
  masterKey = MASTER_KEY,
): ReturnType<typeof startCommitter> {
  return startCommitter(store, vault, { dataDir: folder, guardPath: join(folder, LEDGER_FILES.guard), masterKey });
}

describe("committing on a thread", () => {
  describeLog("SQLite, committed to on a thread", {
    async openLedger(place, origin) {
      const store = await openLedger(place, origin);
      const vault = await openVault(place, { masterKey: MASTER_KEY, randomBytes: pagedRandomBytes() });
      const committer = committerIn(place.dataDir, store, vault);
      const close = async (): Promise<void> => {
        await committer.close();
        await vault.close();
        await store.close();
      };
      return { ...store, commit: (batch) => committer.commit(batch, []), close };
    },
    readLedger,
    openCityStore,
    openVault,
    emptiesFiles: true,
  });

  it("packs a batch with its openings, and unpacks the same", async () => {
    const store = await openLedger({ dataDir: temporaryFolder() }, ORIGIN);
    const log = await openLogWriter(store);
    const prepared = log.prepare([...series(0, 300), { source: "b", seq: 7, key: "ключ" }]);
    const { leafHash: _, ...last } = prepared.entries.at(-1)!;
    const { batch, openings } = unpackBatch(structuredClone(packBatch(prepared, OPENINGS)));
    expect(batch.entries.length).to.equal(301);
    expect(batch.entries.at(-1)).to.deep.equal({ ...last, sender: undefined });
    expect(batch.tiles).to.deep.equal(prepared.tiles);
    expect(batch.checkpoint).to.deep.equal(prepared.checkpoint);
    expect(openings).to.deep.equal(OPENINGS);
    await store.close();
  });

  describe("with a vault", () => {
    let folder: string;
    let store: LedgerStore;
    let vault: Vault;
    let log: LogWriter;
    let committer: ReturnType<typeof startCommitter>;

    beforeEach(async () => {
      folder = temporaryFolder();
      store = await openLedger({ dataDir: folder }, ORIGIN);
      vault = await openVault({ dataDir: folder }, { masterKey: MASTER_KEY, randomBytes: pagedRandomBytes() });
      log = await openLogWriter(store);
      committer = committerIn(folder, store, vault);
    });
    afterEach(async () => {
      await committer.close();
      await vault.close();
      await store.close();
    });

    it("is followed by what is said of a source's numbers once a batch is adopted, and not while it is on its way", async () => {
      const arrived: Batch[] = [];
      await committer.close();
      committer = committerIn(folder, { ...store, adopt: (batch) => void arrived.push(batch) }, vault);
      const commit = (...seqs: readonly number[]): Promise<void> =>
        committer.commit(log.prepare(seqs.map((seq) => ({ seq }))), []);
      const adopt = (): void => arrived.splice(0).forEach((batch) => store.adopt(batch));
      const numbers = () => store.sourceNumbers("a", { from: 0, ranges: 9 });
      await commit(0, 1, 2, 5);
      expect(await numbers()).to.equal(undefined);
      adopt();
      const first = { records: 4, firstSeq: 0, lastSeq: 5, missing: 2, ranges: [[3, 4]] };
      expect(await numbers()).to.deep.equal(first);
      await commit(8, 9);
      expect(await numbers()).to.deep.equal(first);
      adopt();
      const gaps = [
        [3, 4],
        [6, 7],
      ];
      expect(await numbers()).to.deep.equal({ ...first, records: 6, lastSeq: 9, missing: 4, ranges: gaps });
    });

    it("says of a full group of entries what it says of few: nothing of it until it is adopted", async () => {
      const arrived: Batch[] = [];
      await committer.close();
      committer = committerIn(folder, { ...store, adopt: (batch) => void arrived.push(batch) }, vault);
      const said = async () => ({
        sources: (await store.sources(1, 9)).map(({ name }) => name),
        last: (await store.numbering("a"))?.last,
        since: (await store.numbering("a", { from: 0, leafIndex: 1_000 }))?.last,
        free: await store.firstFreeSeq("a", 1_990),
        found: (await store.findSubmitted([1_500, 2_000, 3_000].map((seq) => ({ source: "a", seq })))).map(
          (one) => one?.entry.leafIndex,
        ),
        records: (await store.findRecords({ from: 1_998, before: 9_000, limit: 9, source: "a" })).entries.length,
        numbers: await store.sourceNumbers("a", { from: 1_990, ranges: 9 }),
      });
      await committer.commit(log.prepare([...series(0, 1_999), { seq: 4_000 }]), []);
      log.tree.markPublished();
      store.adopt(arrived.pop()!);
      await committer.commit(log.prepare([{ seq: 9_000 }, ...series(1_999, 4_000), ...series(0, 9, "b")]), []);
      const first = { sources: ["a"], last: 4_000, since: 4_000, free: 1_999, found: [1_500, undefined, undefined] };
      const gaps = { records: 2_000, firstSeq: 0, lastSeq: 4_000, missing: 2_001, ranges: [[1_999, 3_999]] };
      expect(await said()).to.deep.equal({ ...first, records: 2, numbers: gaps });
      store.adopt(arrived.pop()!);
      const later = { sources: ["a", "b"], last: 9_000, since: 9_000, free: 4_001, found: [1_500, 2_002, 3_002] };
      const fewer = { records: 4_002, firstSeq: 0, lastSeq: 9_000, missing: 4_999, ranges: [[4_001, 8_999]] };
      expect(await said()).to.deep.equal({ ...later, records: 9, numbers: fewer });
    });

    it("keeps openings that the main thread reads, and notes the newest checkpoint when it closes", async () => {
      await committer.opened();
      const batch = log.prepare(series(0, 3));
      await committer.commit(batch, OPENINGS);
      expect(store.treeSize()).to.equal(3);
      for (const { leafIndex, openings, attachments } of OPENINGS) {
        expect(await vault.open(leafIndex)).to.deep.equal(openings);
        expect(await vault.attachments(leafIndex)).to.deep.equal(attachments);
      }
      expect(await vault.toPublish(-1, 10)).to.deep.equal([0]);
      const { leafIndexes } = await vault.findPerson([{ claim: "mail", value: "Ana@Example.org" }]);
      expect(leafIndexes).to.deep.equal([0]);
      await committer.close();
      expect(readHeadGuard(join(folder, LEDGER_FILES.guard))?.treeSize).to.equal(3);
    });

    it("lets the main thread go on while it waits for the database, and write in between", async () => {
      await committer.commit(log.prepare(series(0, 1)), []);
      const other = new DatabaseSync(join(folder, LEDGER_FILES.database));
      other.exec("BEGIN IMMEDIATE");
      let isDone = false;
      const committing = committer.commit(log.prepare(series(1, 3)), []).then(() => (isDone = true));
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      expect(isDone).to.equal(false);
      expect(store.treeSize()).to.equal(1);
      expect((await store.newestCheckpoint())?.treeSize).to.equal(1);
      other.exec("ROLLBACK");
      other.close();
      await committing;
      expect((await store.newestCheckpoint())?.treeSize).to.equal(3);
      await store.bindKeys([{ source: "a", key: "again", leafIndex: 1 }]);
      await committer.commit(log.prepare(series(3, 4)), []);
      expect(store.treeSize()).to.equal(4);
    });

    it("commits no entry without its openings, and nothing after that", async () => {
      await committer.commit(log.prepare(series(0, 1)), [{ leafIndex: 0, openings: ["x"] }]);
      const second = log.prepare(series(1, 2));
      await expectRejection("VAULT_FAILED", committer.commit(second, [{ leafIndex: 0, openings: ["y"] }]));
      await expectRejection("VAULT_FAILED", committer.commit(second, []));
      expect(store.treeSize()).to.equal(1);
      expect(await readSize(folder)).to.equal(1);
      expect(await vault.open(0)).to.deep.equal(["x"]);
    });

    it("says so when it cannot open what it commits to, and when files are gone", async () => {
      await committer.commit(log.prepare(series(0, 1)), [{ leafIndex: 0, openings: ["x"] }]);
      const next = log.prepare(series(1, 2));
      const stranger = committerIn(folder, store, vault, new Uint8Array(32).fill(9));
      await expectRejection("VAULT_FAILED", stranger.opened(), /master key/);
      await expectRejection("VAULT_FAILED", stranger.commit(next, []), /master key/);
      await expectRejection("VAULT_FAILED", stranger.close());
      rmSync(join(folder, LEDGER_FILES.database));
      await expectRejection("STORE_FAILED", committer.commit(next, []), /removed/);
      await expectRejection("STORE_FAILED", committer.commit(next, []), /earlier commit failed/);
    });

    it("refuses what comes after it was closed", async () => {
      await committer.close();
      await expectRejection("STORE_FAILED", committer.commit(log.prepare(series(0, 1)), []), /thread/);
      await committer.close();
    });
  });
});

async function readSize(folder: string): Promise<number> {
  const reader = await readLedger({ dataDir: folder });
  const size = reader.treeSize();
  await reader.close();
  return size;
}
