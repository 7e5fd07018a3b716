// The service's own log on a disk that is full, gone or somebody else's: it costs lines, never the service.

import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import { watchStopSignals } from "../../src/cli/stop-signal.ts";
import { parseConfig } from "../../src/config.ts";
import { createClient } from "../../src/client/client.ts";
import { startService, type Service } from "../../src/main.ts";
import { ServiceLog } from "../../src/service/service-log.ts";
import { openVoice } from "../../src/service/voice.ts";
import { itWith, mount, withoutTmpfs } from "./support/tmpfs.ts";
import { startAnvil, type TestChain } from "../support/chains.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { expectCode } from "../support/expect-code.ts";
import { reading, temporaryFolder } from "../support/ledger.ts";

describe("truth D3: the service's log", () => {
  it("drops lines that cannot be written, says so once, and goes on when there is room", () => {
    const path = join(temporaryFolder(), "service.log");
    symlinkSync("/dev/full", path);
    const changes: (string | undefined)[] = [];
    const log = new ServiceLog(path, (failure) => changes.push(failure));
    for (let line = 0; line < 3; line++) log.write(`${line}\n`);
    unlinkSync(path);
    log.reopen();
    log.write("again\n");
    log.close();
    expect(changes).to.have.length(2);
    expect(changes[0]).to.match(/ENOSPC/);
    expect(changes[1]).to.equal(undefined);
    expect(readFileSync(path, "utf8")).to.equal("again\n");
  });

  it("is written by the logger that blots out secrets", () => {
    const dataDir = temporaryFolder();
    const { log, logger } = openVoice(parseConfig({ WARIFU_DATA_DIR: dataDir }), () => undefined);
    logger.info({ authorization: "s3cret", request: { headers: { cookie: "s3cret" } } }, "a line");
    log.close();
    const text = readFileSync(join(dataDir, "service.log"), "utf8");
    expect(text).to.include("a line").and.include("[redacted]").and.not.include("s3cret");
  });

  it("goes on in a new file after the old one was renamed, and in the old one where none can be made", () => {
    const folder = temporaryFolder();
    const path = join(folder, "service.log");
    const failures: string[] = [];
    const log = new ServiceLog(path, (failure) => failure !== undefined && failures.push(failure));
    log.write("one\n");
    renameSync(path, `${path}.1`);
    log.reopen();
    log.write("two\n");
    renameSync(path, `${path}.2`);
    mkdirSync(path);
    log.reopen();
    log.write("three\n");
    log.close();
    expect(readFileSync(`${path}.1`, "utf8")).to.equal("one\n");
    expect(readFileSync(`${path}.2`, "utf8")).to.equal("two\nthree\n");
    expect(failures).to.have.length(1);
    expect(statSync(`${path}.1`).mode & 0o077).to.equal(0);
  });

  it("is refused by name when it cannot be opened at the start", () => {
    const path = join(temporaryFolder(), "service.log");
    mkdirSync(path);
    expectCode(
      "CONFIG_INVALID",
      () => new ServiceLog(path, () => undefined),
      /service\.log cannot be opened.*directory/,
    );
  });

  it("is refused by what it is where it is no file, and nobody waits for a reader", () => {
    const path = join(temporaryFolder(), "service.log");
    execFileSync("mkfifo", [path]);
    const module = new URL("../../src/service/service-log.ts", import.meta.url).href;
    const program = `const { ServiceLog } = await import("${module}");
      try { new ServiceLog(process.argv[1], () => undefined); } catch (error) { console.log(error.code, error.message); }`;
    const args = ["--input-type=module", "--eval", program, path];
    expect(execFileSync(process.execPath, args, { encoding: "utf8", timeout: 120_000 })).to.match(
      /^CONFIG_INVALID .*service\.log is a named pipe, not a file: move it away/,
    );
    // Also where somebody does read it.
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    expectCode("CONFIG_INVALID", () => new ServiceLog(path, () => undefined), /named pipe/);
    closeSync(reader);
  });

  it("goes on in a new file once the old one was removed, and says that lines are lost", () => {
    const path = join(temporaryFolder(), "service.log");
    const changes: (string | undefined)[] = [];
    const log = new ServiceLog(path, (failure) => changes.push(failure));
    log.write("one\n");
    log.follow();
    expect(changes).to.deep.equal([]);
    unlinkSync(path);
    log.follow();
    expect(changes).to.have.length(1);
    expect(changes[0]).to.match(/service\.log was removed/);
    log.write("two\n");
    expect(changes).to.have.length(2);
    // Renamed, and nobody sent a signal: nothing is lost.
    renameSync(path, `${path}.1`);
    log.follow();
    log.write("three\n");
    // Its folder cannot be written: lines go where they went, and somebody hears of it.
    unlinkSync(path);
    mkdirSync(path);
    log.follow();
    log.close();
    expect(readFileSync(`${path}.1`, "utf8")).to.equal("two\n");
    expect(changes).to.have.length(3);
    expect(changes[2]).to.match(/cannot be reopened/);
  });

  it("begins a line of its own after what a killed process left of one", () => {
    const path = join(temporaryFolder(), "service.log");
    writeFileSync(path, '{"whole":1}\n{"half');
    const log = new ServiceLog(path, () => undefined);
    log.write('{"next":1}\n');
    log.close();
    expect(readFileSync(path, "utf8").split("\n")).to.deep.equal(['{"whole":1}', '{"half', '{"next":1}', ""]);
  });

  itWith(withoutTmpfs(), "keeps every line whole when the disk fills up within one", () => {
    const folder = temporaryFolder();
    mount(folder, "64k");
    try {
      const path = join(folder, "service.log");
      const failures: string[] = [];
      const log = new ServiceLog(path, (failure) => failure !== undefined && failures.push(failure));
      const lineOf = (at: number): string => `${JSON.stringify({ at, filler: "x".repeat(1_000) })}\n`;
      for (let at = 0; at < 100; at++) log.write(lineOf(at));
      mount(folder, "1m", "remount,");
      log.write(lineOf(100));
      log.close();
      expect(failures.join()).to.match(/ENOSPC/);
      const lines = readFileSync(path, "utf8").trimEnd().split("\n");
      const seen = lines.map((line) => (JSON.parse(line) as { at: number }).at);
      expect(seen.at(-1)).to.equal(100);
      expect(seen).to.have.length.greaterThan(10).and.lessThan(100);
    } finally {
      execFileSync("umount", ["--lazy", folder]);
    }
  });

  it("is opened anew by SIGHUP where there is no terminal, and a service without a log to open stops", () => {
    const seen: string[] = [];
    const isTty = process.stdout.isTTY;
    process.stdout.isTTY = false;
    try {
      const watched = watchStopSignals(
        () => seen.push("stop"),
        () => seen.push("reopen"),
      );
      process.emit("SIGHUP");
      expect([seen, watched.signal.aborted]).to.deep.equal([["reopen"], false]);
      watched.release();
      const other = watchStopSignals(() => seen.push("stop"));
      process.emit("SIGHUP");
      other.release();
      expect(seen).to.deep.equal(["reopen", "stop"]);
    } finally {
      process.stdout.isTTY = isTty;
    }
  });

  describe("of a service that runs", () => {
    let node: TestChain;
    let service: Service | undefined;
    beforeEach(async () => {
      node = await startAnvil({ args: ["--block-time", "1", "--slots-in-an-epoch", "1"] });
    });
    afterEach(async () => {
      await service?.close();
      service = undefined;
      await node.stop();
    });

    const start = async (dataDir: string): Promise<Service> =>
      (service = await startService(
        parseConfig({
          WARIFU_DATA_DIR: dataDir,
          WARIFU_HTTP_PORT: "0",
          WARIFU_RPC_URL: node.rpcUrl,
          WARIFU_ANCHOR_KEY: LOCAL_DEV_KEY,
        }),
      ));

    it("on a full disk leaves it running, taking records, with a warning", async () => {
      const dataDir = temporaryFolder();
      symlinkSync("/dev/full", join(dataDir, "service.log"));
      const { url, apiKeysFile, reopenLog, ledger } = await start(dataDir);
      const { submitter } = JSON.parse(readFileSync(apiKeysFile, "utf8")) as { submitter: string };
      const client = createClient({ url, apiKey: submitter });
      expect((await client.submit([reading(1) as never]))[0]?.ok).to.equal(true);
      const codes = (): string[] => ledger.health().alarms.map(({ code }) => code);
      expect(codes()).to.include("log-unwritable");
      unlinkSync(join(dataDir, "service.log"));
      reopenLog();
      expect(existsSync(join(dataDir, "service.log"))).to.equal(true);
    });

    it("is there again after it was removed, with the alarm in it", async () => {
      const dataDir = temporaryFolder();
      await start(dataDir);
      const path = join(dataDir, "service.log");
      unlinkSync(path);
      const codesIn = (): unknown[] =>
        readFileSync(path, "utf8")
          .trimEnd()
          .split("\n")
          .map((line) => (JSON.parse(line) as { alarm?: string }).alarm);
      while (!existsSync(path) || !codesIn().includes("log-unwritable")) await sleep(50);
    });

    it("a start is refused by name where something else lies in the place of a file", async () => {
      for (const name of ["service.log", "head", "ledger.sqlite", "chain.log", "log.key"]) {
        const dataDir = temporaryFolder();
        execFileSync("mkfifo", [join(dataDir, name)]);
        // Held open, so that whoever opens it goes on and is seen to.
        const reader = openSync(join(dataDir, name), constants.O_RDWR | constants.O_NONBLOCK);
        await expectRejection("CONFIG_INVALID", start(dataDir), new RegExp(`${name} is a named pipe`));
        closeSync(reader);
      }
    });

    it("and its other files are closed to others, also in a folder that was open before", async () => {
      const dataDir = temporaryFolder();
      chmodSync(dataDir, 0o755);
      writeFileSync(join(dataDir, "chain.log"), "", { mode: 0o644 });
      writeFileSync(join(dataDir, "notes.txt"), "", { mode: 0o644 });
      chmodSync(join(dataDir, "notes.txt"), 0o644);
      await start(dataDir);
      for (const name of [
        "ledger.sqlite",
        "ledger.sqlite-wal",
        "vault.sqlite",
        "service.log",
        "policy.json",
        "chain.log",
      ])
        expect(statSync(join(dataDir, name)).mode & 0o077, name).to.equal(0);
      expect(statSync(join(dataDir, "notes.txt")).mode & 0o777).to.equal(0o644);
    });
  });
});
