// `npm test` over a small tree of tests, in a folder of its own: suites that run at the same time must be read, counted and
// stopped as if they ran one after the other.

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { openTestFolder } from "../../scripts/test-folders.ts";
import { SUITES } from "../../scripts/test-suites.ts";
import { inLanes, inTurn } from "../../scripts/test-turns.ts";

describe("suites side by side", () => {
  it("are read in their order, each as a block, the first one as it speaks", () => {
    let read = "";
    const [one, two, three] = inTurn(3, (stream, text) => (read += `${stream === "stderr" ? "!" : ""}${text} `));
    two?.say("stdout", "b1");
    one?.say("stdout", "a1");
    expect(read).to.equal("a1 ");
    three?.say("stderr", "c1");
    three?.end();
    one?.say("stderr", "a2");
    one?.end();
    expect(read).to.equal("a1 !a2 b1 ");
    two?.say("stdout", "b2");
    expect(read).to.equal("a1 !a2 b1 b2 ");
    two?.end();
    expect(read).to.equal("a1 !a2 b1 b2 !c1 ");
  });

  it("begin in their order, no more at once than there are lanes, and each gives its own result", async () => {
    const running = { now: 0, most: 0 };
    const begun: number[] = [];
    const job = (index: number) => async (): Promise<number> => {
      begun.push(index);
      running.most = Math.max(running.most, ++running.now);
      await sleep(index === 0 ? 20 : 5);
      running.now--;
      return index * 10;
    };
    expect(await inLanes([0, 1, 2, 3, 4].map(job), 2)).to.deep.equal([0, 10, 20, 30, 40]);
    expect(begun).to.deep.equal([0, 1, 2, 3, 4]);
    expect(running.most).to.equal(2);
    expect(await inLanes([], 2)).to.deep.equal([]);
  });
});

describe("the folder of a suite", () => {
  it("is in memory where that is asked for and there is room, runs programs, and goes with all that is in it", () => {
    for (const inMemory of [true, false]) {
      const { path, remove } = openTestFolder(inMemory);
      if (!inMemory) expect(dirname(path)).to.equal(tmpdir());
      const program = join(path, "program");
      writeFileSync(program, "#!/bin/sh\nexit 7\n", { mode: 0o700 });
      expect(spawnSync(program).status).to.equal(7);
      remove();
      expect(existsSync(path)).to.equal(false);
    }
  });

  it("is on a disk where disks are what the suite is about", () => {
    const onDisk = SUITES.filter(({ inMemory }) => !inMemory).map(({ name }) => name);
    expect(onDisk).to.include.members(["system", "faults"]);
  });
});

const SUITES_OF_ONE = ["test/store/a.test.ts", "test/http/b.test.ts", "test/cli/c.test.ts"];
const NAMES_ITSELF = 'process.getBuiltinModule("fs").writeFileSync(import.meta.filename + ".pid", `${process.pid}`);';
const GOES_ON = 'it("goes on", () => new Promise((resolve) => setTimeout(resolve, 50_000))).timeout(0);';

describe("a run of the tests", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "warifu-run-"));
    for (const name of ["node_modules", "scripts"]) symlinkSync(join(process.cwd(), name), join(folder, name));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }

  function start(...wanted: string[]): { child: ChildProcess; said: () => string; code: Promise<number | null> } {
    const child = spawn(process.execPath, ["scripts/test.ts", ...wanted], {
      cwd: folder,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stdout?.on("data", (chunk) => (said += String(chunk)));
    child.stderr?.resume();
    return { child, said: () => said, code: new Promise((resolve) => child.once("close", resolve)) };
  }

  it("tells what failed, counts what crashed, and ends with the sum", async () => {
    write("test/store/good.test.ts", 'it("is good", () => {});');
    write("test/http/bad.test.ts", 'it("is bad", () => { throw new Error("the reason"); });\nit("is good", () => {});');
    write("test/cli/crash.test.ts", 'it("is never reached", () => process.kill(process.pid, "SIGKILL"));');
    write("test/faults/only.test.ts", 'describe("chosen", () => {});\nit.only("is not all", () => {});');
    const { said, code } = start("ledger", "edges", "commands", "faults");
    expect(await code).to.equal(1);
    expect(said()).to.match(/1\) is bad:\s+Error: the reason/);
    expect(
      said()
        .trimEnd()
        .split("\n")
        .slice(-6, -2)
        .map((line) => line.replace(/ in .*/, "")),
    ).to.deep.equal([
      "writing, reading, auditing: 1 passed, 0 failed",
      "HTTP, clients and connectors: 1 passed, 1 failed",
      "command line: 0 passed, 1 failed",
      "faults at every step: 0 passed, 1 failed",
    ]);
    expect(said()).to.match(/\n2 passed, 3 failed\n$/);
  });

  for (const [who, pid] of [
    ["the runner alone", (child: ChildProcess) => child.pid as number],
    ["its process group, as at Ctrl-C,", (child: ChildProcess) => -(child.pid as number)],
  ] as const)
    it(`stops every suite when ${who} gets SIGINT, and says what had passed`, async () => {
      for (const path of SUITES_OF_ONE) write(path, `${NAMES_ITSELF}\nit("is over", () => {});\n${GOES_ON}`);
      const { child, said, code } = start("ledger", "edges", "commands");
      while (!said().includes("is over")) await sleep(20);
      process.kill(pid(child), "SIGINT");
      expect(await code).to.equal(130);
      expect(said()).to.match(/\n\d passed, \d failed\n$/);
      const named = SUITES_OF_ONE.map((path) => join(folder, `${path}.pid`)).filter((path) => existsSync(path));
      expect(named).not.to.be.empty;
      for (const path of named) expect(() => process.kill(Number(readFileSync(path, "utf8")), 0)).to.throw(/ESRCH/);
    });
});
