// The copy of a log on object storage: whole at every moment, however the copying ends, and never of another log.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { Alarms } from "../../src/alarms/alarms.ts";
import { verifierKey } from "../../src/core/note.ts";
import { WarifuError } from "../../src/core/errors.ts";
import { Copying } from "../../src/object-storage/copying.ts";
import { FolderStore } from "../../src/object-storage/folder-store.ts";
import { LogCopy } from "../../src/object-storage/log-copy.ts";
import type { NewObject, ObjectStore } from "../../src/object-storage/object-store.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import {
  copyFolder,
  openLedger,
  ORIGIN,
  reading,
  SIGNER,
  temporaryFolder,
  type TestLedger,
} from "../support/ledger.ts";
import { signingKey } from "../support/signing-key.ts";
import { expectWhole, FailingFolder, logOf } from "./support.ts";

const readings = (count: number, from = 0): ReturnType<typeof reading>[] =>
  Array.from({ length: count }, (_, at) => reading(from + at));

/** What ignores conditions, as some servers do. */
class OverwritingFolder extends FolderStore {
  override async create(key: string, object: NewObject): Promise<boolean> {
    await this.remove(key);
    return super.create(key, object);
  }
}

/** What knows the first condition and ignores the second, as some servers do. */
class ReplacingFolder extends FolderStore {
  override async replace(key: string, object: NewObject): Promise<boolean> {
    await this.remove(key);
    return super.create(key, object);
  }
}

describe("the copy of a log on object storage", () => {
  let ledger: TestLedger;
  beforeEach(async () => {
    ledger = await openLedger();
  });
  afterEach(() => ledger.close());
  const copyTo = (storage: ObjectStore, from = ledger): LogCopy =>
    new LogCopy({ log: logOf(from), logKey: SIGNER.key, storage });

  it("has every file of the log, and grows with it", async () => {
    const storage = new FolderStore(temporaryFolder());
    const copy = copyTo(storage);
    // The log says of itself under which profiles it writes, before the first record.
    for (const count of [0, 1, 197, 56, 1, 443]) {
      await ledger.submit(readings(count));
      expect(await copy.update()).to.equal(ledger.log.tree.publishedSize);
      expect(await expectWhole(storage, SIGNER.key)).to.equal(ledger.log.tree.publishedSize);
    }
    // Of the tiles that are full now, nothing partial is left.
    for (const tile of ["tile/0/000", "tile/entries/000", "tile/0/001"])
      expect(await storage.keysBelow(`${tile}.p/`), tile).to.deep.equal([]);
  });

  it("is whole wherever the copying ended, and goes on from there", async () => {
    const folder = temporaryFolder();
    const storage = new FailingFolder(folder, 0);
    await ledger.submit(readings(200));
    let shown = 0;
    let failures = 0;
    // The steps of the first copy, then of one that fills a tile: each of them is the last one once.
    for (const until of [200, 600]) {
      for (let steps = 0; shown < until; steps++) {
        storage.left = steps;
        const outcome = await copyTo(storage)
          .update()
          .catch((error: unknown) => error);
        if (outcome instanceof WarifuError) failures++;
        else expect(outcome).to.be.at.least(until);
        const now = await expectWhole(new FolderStore(folder), SIGNER.key);
        expect(now).to.be.at.least(shown);
        shown = now;
      }
      storage.left = Number.MAX_SAFE_INTEGER;
      await copyTo(storage).update();
      await ledger.submit(readings(400, 200));
    }
    expect(failures).to.be.greaterThan(8);
  });

  it("is the same whoever of two services copies", async () => {
    const folder = temporaryFolder();
    const copies = [copyTo(new FolderStore(folder)), copyTo(new FolderStore(folder))];
    for (const count of [100, 300, 30]) {
      await ledger.submit(readings(count));
      const size = ledger.log.tree.publishedSize;
      const outcomes = await Promise.allSettled(copies.map((copy) => copy.update()));
      expect(outcomes.some(({ status }) => status === "fulfilled")).to.equal(true);
      expect(await expectWhole(new FolderStore(folder), SIGNER.key)).to.equal(size);
    }
  });

  it("is not begun where another log lies", async () => {
    const storage = new FolderStore(temporaryFolder());
    const other = { key: verifierKey(ORIGIN, signingKey(8).publicKey), sign: signingKey(8).sign };
    const foreign = await openLedger({ signer: other });
    await foreign.submit(readings(3));
    const size = foreign.log.tree.publishedSize;
    await new LogCopy({ log: logOf(foreign), logKey: other.key, storage }).update();
    await foreign.close();
    await ledger.submit(readings(5));
    await expectRejection("CONSISTENCY_MISMATCH", copyTo(storage).update(), /not one of this log/);
    expect(await expectWhole(storage, other.key)).to.equal(size);
  });

  it("is not replaced by an older copy of the ledger, nor by one that went another way", async () => {
    const storage = new FolderStore(temporaryFolder());
    await ledger.submit(readings(300));
    await ledger.close();
    const older = copyFolder(ledger.folder);
    ledger = await openLedger({ folder: ledger.folder });
    await ledger.submit(readings(20, 300));
    await copyTo(storage).update();
    const size = ledger.log.tree.publishedSize;
    const restored = await openLedger({ folder: older });
    try {
      await expectRejection(
        "CONSISTENCY_MISMATCH",
        copyTo(storage, restored).update(),
        new RegExp(`${size} entries.*has ${size - 20}: it lost some`),
      );
      await restored.submit(readings(21, 500));
      await expectRejection(
        "CONSISTENCY_MISMATCH",
        copyTo(storage, restored).update(),
        new RegExp(`another tree of ${size}`),
      );
      expect(await expectWhole(storage, SIGNER.key)).to.equal(size);
    } finally {
      await restored.close();
    }
  });

  it("does not go on over a file that is not the log's", async () => {
    const folder = temporaryFolder();
    const storage = new FolderStore(folder);
    await ledger.submit(readings(300));
    await storage.create("tile/0/000", { bytes: Buffer.alloc(8_192), contentType: "", cacheControl: "" });
    await expectRejection("CONSISTENCY_MISMATCH", copyTo(storage).update(), /tile\/0\/000 has other bytes/);
    expect(await storage.read("checkpoint", 1_000)).to.equal(undefined);
  });

  it("is refused to a storage that writes over what it holds", async () => {
    await ledger.submit(readings(1));
    for (const [Unfit, condition] of [
      [OverwritingFolder, /writes over what it holds.*If-None-Match/],
      [ReplacingFolder, /writes over what it holds.*If-Match/],
    ] as const) {
      const storage = new Unfit(temporaryFolder());
      await expectRejection("CONFIG_INVALID", copyTo(storage).update(), condition);
      expect(await storage.read("checkpoint", 1_000)).to.equal(undefined);
    }
  });

  it("goes on once what contradicted it is put right, without a restart", async () => {
    const folder = temporaryFolder();
    const storage = new FolderStore(folder);
    await ledger.submit(readings(3));
    await ledger.close();
    const older = copyFolder(ledger.folder);
    ledger = await openLedger({ folder: ledger.folder });
    await ledger.submit(readings(1, 3));
    await copyTo(storage).update();
    const restored = await openLedger({ folder: older });
    try {
      const copy = copyTo(storage, restored);
      await expectRejection("CONSISTENCY_MISMATCH", copy.update(), /it lost some/);
      rmSync(folder, { recursive: true });
      expect(await copy.update()).to.equal(restored.log.tree.publishedSize);
    } finally {
      await restored.close();
    }
  });

  it("does not hold up a service that ends during a first copy", async () => {
    const folder = temporaryFolder();
    await ledger.submit(readings(9_000));
    const storage = new FolderStore(folder);
    const alarms = new Alarms(() => 0);
    const options = { place: storage.name, everyMs: 1_000, alarms, now: Date.now, copy: copyTo(storage) };
    const copying = new Copying(options);
    let closed: Promise<void> | undefined;
    const create = storage.create.bind(storage);
    storage.create = (key, object) => {
      if (key === "tile/entries/002") closed = copying.close();
      return create(key, object);
    };
    await copying.round();
    await closed;
    expect(await storage.read("checkpoint", 1_000)).to.equal(undefined);
    const there = await storage.keysBelow("tile/entries/");
    expect(there).to.include("tile/entries/002").and.not.include("tile/entries/034");
    expect(alarms.active()).to.deep.equal([]);
    expect(await copyTo(storage).update()).to.equal(ledger.log.tree.publishedSize);
  });

  it("raises an alarm when it lags, another when it contradicts, and clears them", async () => {
    const folder = temporaryFolder();
    const storage = new FailingFolder(folder, 0);
    const alarms = new Alarms(() => 0);
    const now = (): number => Date.parse("2026-03-01T10:00:00Z");
    const options = { place: storage.name, everyMs: 1_000, alarms, now };
    const copying = new Copying({ ...options, copy: copyTo(storage) });
    const codes = (): string[] => alarms.active().map(({ code }) => code);
    await ledger.submit(readings(2));
    await copying.round();
    expect(alarms.active().map(({ message }) => message)[0]).to.match(
      /since 2026-03-01T10:00:00.000Z: the storage is away/,
    );
    storage.left = Number.MAX_SAFE_INTEGER;
    await copying.round();
    expect(codes()).to.deep.equal([]);

    const checkpoint = join(folder, "checkpoint");
    const kept = readFileSync(checkpoint);
    writeFileSync(checkpoint, "somebody wrote this\n");
    const again = new Copying({ ...options, copy: copyTo(storage) });
    await again.round();
    expect(codes()).to.deep.equal(["copy-contradicts"]);
    writeFileSync(checkpoint, kept);
    await again.round();
    expect(codes()).to.deep.equal([]);
    rmSync(folder, { recursive: true });
  });
});
