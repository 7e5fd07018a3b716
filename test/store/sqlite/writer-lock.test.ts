// One writer at a time (A13), across processes, and nothing to clean up after one that was killed.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { expect } from "chai";

import { LEDGER_FILES, openSqliteLedger, readSqliteLedger } from "../../../src/store/sqlite/ledger.ts";
import { takeWriterLock } from "../../../src/store/sqlite/writer-lock.ts";
import { expectCode } from "../../support/expect-code.ts";
import { ORIGIN, temporaryFolder } from "../../support/ledger.ts";

const HOLDER = new URL("support/hold-lock.ts", import.meta.url).pathname;

let holder: ChildProcess | undefined;

async function startHolder(folder: string): Promise<ChildProcess> {
  holder = spawn(process.execPath, [HOLDER, folder], { stdio: ["ignore", "pipe", "inherit"] });
  await once(holder.stdout!, "data");
  return holder;
}

/** Files of a folder that this process has open; only Linux tells. */
function openFiles(folder: string): string[] {
  if (process.platform !== "linux") return [];
  const links = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return "";
    }
  });
  return links.filter((link) => link.startsWith(folder));
}

describe("the writer's lock", () => {
  afterEach(() => holder?.kill("SIGKILL"));

  it("A13 keeps a second process out, and is free the moment the first one is killed", async () => {
    const folder = temporaryFolder();
    for (let round = 1; round <= 2; round++) {
      const holder = await startHolder(folder);
      for (let twice = 0; twice < 2; twice++)
        expectCode("STORE_LOCKED", () => openSqliteLedger(folder, ORIGIN), /stop it, or set WARIFU_DATA_DIR/);
      const reader = readSqliteLedger(folder);
      expect(reader.treeSize()).to.equal(5 * round);
      await reader.close();
      holder.kill("SIGKILL");
      await once(holder, "close");
    }
    const store = openSqliteLedger(folder, ORIGIN);
    expect(store.treeSize()).to.equal(10);
    await store.close();
  });

  it("keeps a second opener of the same process out until the first closes", async () => {
    const folder = temporaryFolder();
    const store = openSqliteLedger(folder, ORIGIN);
    expectCode("STORE_LOCKED", () => openSqliteLedger(folder, ORIGIN));
    await store.close();
    await openSqliteLedger(folder, ORIGIN).close();
  });

  it("does not go because nothing in the program refers to it", async () => {
    const path = join(temporaryFolder(), "writer.lock");
    takeWriterLock(path);
    setFlagsFromString("--expose-gc");
    const collectGarbage = runInNewContext("gc") as () => void;
    for (let i = 0; i < 3; i++) {
      collectGarbage();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expectCode("STORE_LOCKED", () => takeWriterLock(path));
  });

  it("is given back when opening fails", async () => {
    const folder = temporaryFolder();
    await openSqliteLedger(folder, ORIGIN).close();
    expectCode("CONFIG_INVALID", () => openSqliteLedger(folder, "other.test/ledger"));
    writeFileSync(join(folder, LEDGER_FILES.guard), "not a checkpoint");
    expectCode("STORE_CORRUPT", () => openSqliteLedger(folder, ORIGIN), /head guard/);
    expect(openFiles(folder)).to.deep.equal([]);
    takeWriterLock(join(folder, LEDGER_FILES.lock)).release();
  });

  it("does not take a broken lock file for another process", () => {
    const folder = temporaryFolder();
    const path = join(folder, LEDGER_FILES.lock);
    writeFileSync(path, Buffer.alloc(4_096, 7));
    expectCode("STORE_FAILED", () => takeWriterLock(path), /cannot be taken/);
    mkdirSync(join(folder, "folder"));
    expectCode("STORE_FAILED", () => takeWriterLock(join(folder, "folder")));
    expectCode("STORE_FAILED", () => takeWriterLock(join(folder, "nowhere", "lock")));
    expect(existsSync(join(folder, "nowhere"))).to.equal(false);
  });
});
