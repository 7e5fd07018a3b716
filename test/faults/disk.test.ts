// The disk fails: no room (A10), files that may not grow, an fsync that returns EIO (A4, A5), and what a crash leaves of
// the write-ahead log (A7). The writer stops and says why, nothing is acknowledged that is not durable, and an ordinary
// start goes on.

import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { codeOf, type WarifuError } from "../../src/core/errors.ts";
import { LEDGER_FILES } from "../../src/store/sqlite/ledger.ts";
import { codesOf, copyFolder, expectClean, openLedger, temporaryFolder, type TestLedger } from "../support/ledger.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { startChild } from "./support/child.ts";
import { itWith, mount, withoutTmpfs } from "./support/tmpfs.ts";
import { recordsOf } from "./support/numbered-records.ts";
import { acksIn, resume } from "./support/resume.ts";

describe("a disk that fails", () => {
  itWith(
    withoutTmpfs(),
    "A10 stops when the disk is full, still reads, and goes on when there is room again",
    async () => {
      const folder = temporaryFolder();
      mount(folder, "1500k");
      try {
        const acked = [];
        let ledger = await openLedger({ folder });
        let sent = 0;
        for (; ledger.stops.length === 0; sent += 100) {
          expect(sent, "the disk never fills up").to.be.lessThan(20_000);
          const outcomes = await ledger.pipeline.submit(recordsOf(sent, sent + 100));
          if (outcomes.every(({ ok }) => ok)) acked.push(...outcomes);
          else expect(new Set(codesOf(outcomes))).to.deep.equal(new Set(["STOPPED"]));
        }
        expect(ledger.stops.map(({ code }) => code)[0]).to.be.oneOf(["STORE_FAILED", "VAULT_FAILED"]);
        expect(acked.length).to.be.greaterThan(0);
        // Reads and proofs go on.
        const { tree } = ledger.log;
        expect((await ledger.store.entries(0, 50)).length).to.equal(50);
        expect((await tree.rootAt(tree.publishedSize)).length).to.equal(32);
        await ledger.close().catch(() => undefined);
        mount(folder, "64m", "remount,");
        ledger = await openLedger({ folder });
        const again = await ledger.pipeline.submit(recordsOf(0, sent));
        expect(again.slice(0, acked.length)).to.deep.equal(acked.map((outcome) => ({ ...outcome, isNew: false })));
        expect(new Set(codesOf(again))).to.deep.equal(new Set(["ok"]));
        expect(ledger.log.tree.publishedSize).to.equal(2 + sent);
        await ledger.close();
        await expectClean(folder);
      } finally {
        execFileSync("umount", ["--lazy", folder]);
      }
    },
  );

  itWith(
    withoutProgram("prlimit"),
    "stops when its files may not grow any more, at whatever size that is",
    async () => {
      for (const limit of [350_000, 500_000, 800_000, 1_300_000]) {
        const folder = temporaryFolder();
        // Only from now on: the tables are there already.
        await (await openLedger({ folder })).close();
        const child = await startChild("stopping-process.ts", [folder, "0", "8000"], ["prlimit", `--fsize=${limit}`]);
        const { lines } = await child.ended;
        expect(lines.at(-1), `files of ${limit} bytes`).to.match(/^stopped (STORE|VAULT)_FAILED$/);
        const acks = acksIn(lines);
        expect(lines.filter((line) => line.startsWith("refused"))).to.have.length(20);
        await resume(folder, 0, acks.size + 20, acks);
      }
    },
  );

  itWith(
    withoutProgram("strace"),
    "A4 A5 stops at the first fsync that fails, and keeps what was said to be lost once",
    async () => {
      // Not that of the folder, of which SQLite takes no notice, and not that of the head guard, which may be a little older.
      const ofDatabase = /\.sqlite(-wal)?>/;
      for (let nth of [8, 11, 12, 17]) {
        let stopped = await withFailingSync(nth);
        while (!ofDatabase.test(stopped.failed)) stopped = await withFailingSync(++nth);
        const { folder, lines, failed } = stopped;
        expect(failed, "the fault was injected").to.include("INJECTED");
        expect(lines.at(-1), `fsync ${nth}`).to.match(/^stopped (STORE|VAULT)_FAILED$/);
        expect(lines.filter((line) => line.startsWith("refused"))).to.have.length(20);
        const acks = acksIn(lines);
        await resume(folder, 0, acks.size + 20, acks);
      }
    },
  );

  /** Lets the n-th fsync of a process fail, and says which one that was. */
  async function withFailingSync(nth: number): Promise<{ folder: string; lines: readonly string[]; failed: string }> {
    const folder = temporaryFolder();
    await (await openLedger({ folder })).close();
    const trace = join(temporaryFolder(), "trace");
    const inject = `inject=fsync,fdatasync:error=EIO:when=${nth}`;
    const prefix = ["strace", "-f", "-y", "-o", trace, "-e", "trace=fsync,fdatasync", "-e", inject];
    const { lines } = await (await startChild("stopping-process.ts", [folder, "0", "400"], prefix)).ended;
    const failed = readFileSync(trace, "utf8")
      .split("\n")
      .find((line) => line.includes("INJECTED"));
    return { folder, lines, failed: failed ?? "" };
  }

  it("A7 comes back with whole batches when the write-ahead log is torn anywhere", async () => {
    const ledger = await openLedger();
    const sizes = [1, 2];
    for (let from = 0; from < 200; from += 20) {
      await ledger.submit(recordsOf(from, from + 20));
      sizes.push(ledger.log.tree.publishedSize);
    }
    // As a crash leaves it: the log is long, and the head guard lags behind or was never written.
    const crashed = copyFolder(ledger.folder);
    rmSync(join(crashed, LEDGER_FILES.guard), { force: true });
    await ledger.close();
    const log = `${LEDGER_FILES.database}-wal`;
    const { size } = statSync(join(crashed, log));
    let before = 0;
    let lost = 0;
    for (let cut = 0; cut <= 24; cut++) {
      const folder = copyFolder(crashed);
      truncateSync(join(folder, log), Math.floor((size * cut) / 24));
      // A log's first entries are in before any opening is, so a vault beside an empty ledger says that it was lost.
      const again = await unlessLost(folder);
      if (again === undefined) {
        expect(before, "it was there with less of its log").to.equal(0);
        lost++;
        continue;
      }
      const entries = again.log.tree.publishedSize;
      expect(sizes, `cut after ${cut}/24`).to.include(entries);
      expect(entries).to.be.at.least(before);
      before = entries;
      await again.close();
      const { notes } = await expectClean(folder);
      expect(notes.join()).not.to.match(/does not have/);
    }
    expect(before).to.equal(202);
    expect(lost, "the ledger was lost").to.be.greaterThan(0);
    // With the guard of what was handed out, a torn log is an older copy: refused, not believed.
    const torn = copyFolder(crashed);
    cpSync(join(ledger.folder, LEDGER_FILES.guard), join(torn, LEDGER_FILES.guard));
    truncateSync(join(torn, log), Math.floor(size / 2));
    await expectRejection("STORE_BEHIND", openLedger({ folder: torn }), /202 was handed out/);
  });
});

/** The ledger; `undefined` when it is refused because it lost all of its entries. */
async function unlessLost(folder: string): Promise<TestLedger | undefined> {
  try {
    return await openLedger({ folder, profiles: new Map() });
  } catch (error) {
    if (codeOf(error) !== "STORE_BEHIND") throw error;
    expect((error as WarifuError).details.entries).to.equal(0);
    return undefined;
  }
}

function withoutProgram(name: string): string | undefined {
  try {
    execFileSync(name, ["--version"], { stdio: "pipe" });
    return undefined;
  } catch {
    return `without ${name}`;
  }
}
