// The service's own log on a disk that is full, gone or somebody else's: it costs lines, never the service.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { LOCAL_DEV_KEY } from "../../src/chain/anchor-key.ts";
import { watchStopSignals } from "../../src/cli/stop-signal.ts";
import { parseConfig } from "../../src/config.ts";
import { createClient } from "../../src/http/client.ts";
import { startService, type Service } from "../../src/main.ts";
import { ServiceLog } from "../../src/service-log.ts";
import { startAnvil, type TestChain } from "../support/chains.ts";
import { expectCode } from "../support/expect-code.ts";
import { reading, temporaryFolder } from "../support/ledger.ts";

describe("truth D3: the service's log", function () {
  this.timeout(60_000);

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
    expectCode("CONFIG_INVALID", () => new ServiceLog(path, () => undefined), /service\.log cannot be opened/);
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
