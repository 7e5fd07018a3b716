// The launcher stands between a person and the program: it must hand on exit codes and signals as if it were not there.
// Real processes, because what matters is what the kernel delivers to whom.

import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

import { expect } from "chai";

import { withLock } from "../../scripts/launch/lock.mjs";
import { run } from "../../scripts/launch/run.mjs";

const RUN = pathToFileURL("scripts/launch/run.mjs").href;

/**
 * Counts the signals it gets, and ends with 7 a while after the first: long enough for a second one to arrive.
 * Ends with 9 when none comes.
 */
const PROGRAM = `
  let count = 0;
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {
    count += 1;
    if (count === 1) setTimeout(() => { console.log("got", count, signal); process.exit(7); }, 800);
  });
  console.log("ready");
  setTimeout(() => process.exit(9), 10_000);`;

describe("running a program for the launcher", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "warifu-run-"));
    writeFileSync(join(folder, "program.mjs"), PROGRAM);
    writeFileSync(
      join(folder, "launcher.mjs"),
      `import { run } from ${JSON.stringify(RUN)};
       process.exitCode = await run(process.execPath, [${JSON.stringify(join(folder, "program.mjs"))}]);`,
    );
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("hands on the exit code, and 128 + the number of the signal that ended the program", async () => {
    expect(await run(process.execPath, ["--eval", "process.exit(3)"])).to.equal(3);
    expect(await run(process.execPath, ["--eval", "process.kill(process.pid, 'SIGKILL')"])).to.equal(137);
  });

  it("rejects when there is no such program", async () => {
    const outcome = await run(join(folder, "absent"), []).catch((error: unknown) => error);
    expect(outcome).to.have.property("code", "ENOENT");
  });

  /** Starts the launcher in a process group of its own, signals it when the program is up, waits for both to end. */
  async function signalled(send: (launcher: ChildProcess) => void): Promise<{ code: number | null; said: string }> {
    const launcher = spawn(process.execPath, [join(folder, "launcher.mjs")], {
      detached: true,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    launcher.stdout?.on("data", (chunk) => {
      if (said === "") send(launcher);
      said += String(chunk);
    });
    const code = await new Promise<number | null>((resolve) => launcher.once("close", resolve));
    return { code, said };
  }

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`hands ${signal} on when the launcher alone gets it, and waits for the program`, async () => {
      const { code, said } = await signalled((launcher) => launcher.kill(signal));
      expect(said).to.equal(`ready\ngot 1 ${signal}\n`);
      expect(code).to.equal(7);
    });

    it(`does not repeat a ${signal} that the whole process group got, as on Ctrl-C`, async () => {
      const { code, said } = await signalled((launcher) => process.kill(-launcher.pid!, signal));
      expect(said).to.equal(`ready\ngot 1 ${signal}\n`);
      expect(code).to.equal(7);
    });
  }

  it("counts a Ctrl-C that npm sends on as well as one", async () => {
    const { said } = await signalled((launcher) => {
      process.kill(-launcher.pid!, "SIGINT");
      launcher.kill("SIGINT");
    });
    expect(said).to.equal("ready\ngot 1 SIGINT\n");
  });

  it("ends the program when npm is killed above the launcher", async () => {
    const above = `require("node:child_process").spawn(process.execPath, [${JSON.stringify(join(folder, "launcher.mjs"))}],
      { stdio: "inherit" }); setInterval(() => {}, 1000);`;
    const npm = spawn(process.execPath, ["--eval", above], {
      env: { ...process.env, npm_lifecycle_event: "start" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    npm.stdout.on("data", (chunk) => {
      if (said === "") npm.kill("SIGKILL");
      said += String(chunk);
    });
    await new Promise((resolve) => npm.stdout.once("close", resolve));
    expect(said).to.equal("ready\ngot 1 SIGTERM\n");
  });

  it("lets one launch at a time prepare the checkout", async () => {
    const lock = join(folder, "lock");
    // The holder is named by its process: this one stands for a launch that is under way.
    const other = spawn(process.execPath, ["--eval", "setTimeout(() => {}, 60_000)"]);
    writeFileSync(lock, `${other.pid} ${hostname()}`);
    let entered = false;
    const told: string[] = [];
    const enter = (): Promise<void> => {
      entered = true;
      return Promise.resolve();
    };
    const waiting = withLock(lock, enter, (line) => told.push(line));
    while (told.length === 0) await sleep(20);
    await sleep(300);
    expect(entered).to.equal(false);
    expect(told.join()).to.match(new RegExp(`waiting for another launch, process ${other.pid} `));
    rmSync(lock);
    await waiting;
    other.kill();
    expect(entered).to.equal(true);
    expect(existsSync(lock)).to.equal(false);
  });

  it("takes over the lock of a launch that was killed, and gives it back after a failure", async () => {
    const lock = join(folder, "lock");
    const gone = spawn(process.execPath, ["--eval", ""]);
    await new Promise((resolve) => gone.once("exit", resolve));
    writeFileSync(lock, `${gone.pid} ${hostname()}`);
    expect(await withLock(lock, () => Promise.resolve(readFileSync(lock, "utf8")))).to.match(
      new RegExp(`^${process.pid} `),
    );
    const failed = await withLock(lock, () => Promise.reject(new Error("disk full"))).catch(String);
    expect(failed).to.equal("Error: disk full");
    expect(existsSync(lock)).to.equal(false);
  });
});
