// The head guard: a file that says how far the log was when something was last handed out.
// Invariant: whole or not at all, never ahead of the database, and a log whose guard cannot be written does not grow.

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mock } from "node:test";

import { expect } from "chai";

import { EMPTY_ROOT } from "../../src/core/merkle.ts";
import { signCheckpoint } from "../../src/core/checkpoint.ts";
import { HeadGuard, readHeadGuard } from "../../src/store/head-guard.ts";
import { LEDGER_FILES, openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { expectCode } from "../support/expect-code.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { ORIGIN, SIGNER, temporaryFolder } from "../support/ledger.ts";
import { openLogWriter, series } from "./support/log-writer.ts";

const noteOf = (treeSize: number): string =>
  signCheckpoint({ origin: ORIGIN, treeSize, rootHash: EMPTY_ROOT }, SIGNER).note;

describe("the head guard", () => {
  let path: string;
  beforeEach(() => {
    path = join(temporaryFolder(), "head");
    mock.timers.enable({ apis: ["setTimeout"] });
  });
  afterEach(() => mock.timers.reset());

  it("has nothing to say before the first checkpoint", () => {
    expect(readHeadGuard(path)).to.equal(undefined);
    new HeadGuard(path).flush();
    expect(existsSync(path)).to.equal(false);
  });

  it("writes the newest of many checkpoints within a quarter of a second, once", () => {
    const guard = new HeadGuard(path);
    guard.note(noteOf(1));
    guard.note(noteOf(2));
    mock.timers.tick(249);
    expect(existsSync(path)).to.equal(false);
    mock.timers.tick(1);
    expect(readHeadGuard(path)?.treeSize).to.equal(2);
    rmSync(path);
    mock.timers.tick(1_000);
    expect(existsSync(path)).to.equal(false);
    guard.note(noteOf(3));
    guard.flush();
    expect(readHeadGuard(path)?.treeSize).to.equal(3);
    expect(readdirSync(join(path, ".."))).to.deep.equal(["head"]);
  });

  it("is refused when it is not a checkpoint, or cannot be read", () => {
    for (const text of ["", "x", noteOf(5).slice(0, 40), noteOf(5).replace("\n5\n", "\nfive\n")]) {
      writeFileSync(path, text);
      expectCode("STORE_CORRUPT", () => readHeadGuard(path), /is not a checkpoint/);
    }
    rmSync(path);
    mkdirSync(path);
    expectCode("STORE_FAILED", () => readHeadGuard(path), /cannot be read/);
  });

  it("stops the log from growing when it cannot be written", async () => {
    const folder = join(path, "..");
    const store = openSqliteLedger(folder, ORIGIN);
    const log = await openLogWriter(store);
    await log.commit(series(0, 3));
    // A folder in the way of the file: rename cannot replace it.
    mkdirSync(join(folder, LEDGER_FILES.guard));
    mock.timers.tick(250);
    await expectRejection("STORE_FAILED", log.commit(series(3, 6)), /head guard .* cannot be written/);
    expect(store.treeSize()).to.equal(3);
    await expectRejection("STORE_FAILED", store.close());
    rmSync(join(folder, LEDGER_FILES.guard), { recursive: true });
    const again = openSqliteLedger(folder, ORIGIN);
    expect(again.treeSize()).to.equal(3);
    await again.close();
  });

  it("is written when the store closes", async () => {
    const folder = join(path, "..");
    const store = openSqliteLedger(folder, ORIGIN);
    await (await openLogWriter(store)).commit(series(0, 3));
    await store.close();
    expect(readHeadGuard(path)?.treeSize).to.equal(3);
  });
});
