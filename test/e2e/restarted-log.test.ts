// A log of several that stops by a fault: the others go on, and it comes back by itself once the fault is gone, with all that it
// had, and with nothing else. A whole service over a real chain; when it is tried again, over a clock of the test's own.

import { cpSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { Alarms } from "../../src/alarms/alarms.ts";
import { localDevKey } from "../../src/chain/signers/development-keys.ts";
import { createClient, type Client } from "../../src/client/client.ts";
import { parseConfig } from "../../src/config.ts";
import { WarifuError, type ErrorCode } from "../../src/core/errors.ts";
import { startLogs } from "../../src/main.ts";
import { HostedLog, type HostedService, type Pauses } from "../../src/service/hosted-log.ts";
import { hostedSetUps, type HostedSetUp } from "../../src/service/logs-file.ts";
import { startSwiftChain, type TestChain } from "../support/chains.ts";
import { reading, temporaryFolder } from "../support/ledger.ts";

const HOUR = 3_600_000;

interface LogHealth {
  readonly name: string;
  readonly state: string;
  readonly ok: boolean;
  readonly code: string | null;
  readonly alarms: readonly string[];
  readonly restarts: number;
  readonly triesAgainAt: string | null;
}

describe("a log of several that stops by a fault", () => {
  const folder = temporaryFolder();
  const data = (name: string): string => join(folder, name);
  const said: string[] = [];
  let chain: TestChain;
  let service: Awaited<ReturnType<typeof startLogs>>;

  before(async () => {
    chain = await startSwiftChain();
    const file = join(folder, "logs.json");
    const environment = {
      ...{ WARIFU_LOGS: file, WARIFU_DATA_DIR: folder, WARIFU_HTTP_PORT: "0", WARIFU_RPC_URL: chain.rpcUrl },
      // Nothing is anchored: what the chain knows must not be what finds an older copy.
      ...{ WARIFU_ANCHOR_SECONDS: "3600", WARIFU_CHAIN_POLL_SECONDS: "0.1" },
    };
    const logs = ["parks", "roads"].map((name, at) => ({
      name,
      settings: { WARIFU_ORIGIN: `city.test/${name}`, WARIFU_ANCHOR_KEY: localDevKey(at) },
    }));
    writeFileSync(file, JSON.stringify({ format: "warifu-logs/1", logs }), { mode: 0o600 });
    service = await startLogs(parseConfig(environment), hostedSetUps(file, environment), {
      tell: (line) => void said.push(line),
      pauses: { first: 50, longest: 200, steady: HOUR },
    });
  });

  after(async () => {
    await service?.close();
    await chain?.stop();
  });

  const clientOf = (name: string): Client => {
    const { submitter } = JSON.parse(readFileSync(join(data(name), "api-keys.json"), "utf8")) as { submitter: string };
    return createClient({ url: `${service.url}/${name}`, apiKey: submitter, attempts: 1 });
  };
  const submit = async (name: string, number: number): Promise<string> => {
    const [result] = await clientOf(name).submit([reading(number) as never]);
    if (!result?.ok) throw result?.error ?? new Error("there is no result");
    return result.acknowledgement.id;
  };
  const ask = async (path: string): Promise<string> => (await fetch(`${service.url}${path}`)).text();
  const healthOf = async (name: string): Promise<LogHealth> => {
    const { logs } = JSON.parse(await ask("/healthz")) as { readonly logs: readonly LogHealth[] };
    return logs.find((one) => one.name === name) as LogHealth;
  };
  const tries = (): number => said.filter((line) => /^roads: .*did not start \(STORE_FAILED\)/.test(line)).length;
  const until = async (is: (roads: LogHealth) => boolean): Promise<LogHealth> => {
    for (let attempt = 0; attempt < 4_000; attempt++) {
      const roads = await healthOf("roads");
      if (is(roads)) return roads;
      await sleep(25);
    }
    return expect.fail(`it did not come to that: ${JSON.stringify(await healthOf("roads"))}`);
  };

  it("is tried again with nothing made in its place, while the others go on", async () => {
    const kept = await submit("roads", 1);
    renameSync(data("roads"), data("away"));
    const down = await until(({ state }) => state === "stopped" && tries() > 2);
    expect(down).to.include({ ok: false, code: "STORE_FAILED", restarts: 0 });
    expect(down.alarms).to.deep.equal(["log-stopped"]);
    expect(Date.parse(down.triesAgainAt ?? "")).to.be.greaterThan(Date.now() - 60_000);
    expect(said.find((line) => /stopped by itself/.test(line))).to.match(
      /^roads: red alarm log-stopped: .*\(STORE_FAILED\), the others go on, it is started again in 1 s: /,
    );
    expect(existsSync(data("roads")), "a new folder").to.equal(false);
    expect(await ask("/roads/v1/status")).to.include("it is started again soon");
    expect(await ask("/metrics")).to.match(/^warifu_log_running\{log="roads"\} 0$/m);
    await submit("parks", 1);

    renameSync(data("away"), data("roads"));
    const back = await until(({ state }) => state === "running");
    expect(back).to.include({ ok: true, code: null, restarts: 1, triesAgainAt: null });
    expect((await clientOf("roads").record(kept)).id).to.equal(kept);
    await submit("roads", 2);
  });

  it("says that it was started again, in its health and in metrics", async () => {
    const { alarms } = JSON.parse(await ask("/roads/healthz")) as { alarms: { code: string; message: string }[] };
    expect(alarms.map(({ code, message }) => [code, message.replace(/at \S+,/, "at T,")])).to.deep.equal([
      [
        "log-restarted",
        "this log was down (STORE_FAILED), and was started again by itself at T, once since the process began",
      ],
    ]);
    const metrics = await ask("/metrics");
    for (const line of ["running", "healthy", "restarts"].map((name) => `warifu_log_${name}{log="roads"} 1`))
      expect(metrics.split("\n")).to.include(line);
    expect(metrics.split("\n")).to.include('warifu_log_restarts{log="parks"} 0');
  });

  it("does not go on from an older copy, which no chain would find", async () => {
    renameSync(data("roads"), data("older"));
    await until(({ state }) => state === "stopped");
    cpSync(data("older"), data("newer"), { recursive: true });
    renameSync(data("newer"), data("roads"));
    await until(({ state }) => state === "running");
    await submit("roads", 3);
    renameSync(data("roads"), data("newest"));
    // So that what ends does not leave its head in the older copy.
    const before = tries();
    await until(() => tries() > before);
    renameSync(data("older"), data("roads"));
    const down = await until(({ code }) => code === "STORE_BEHIND");
    expect(down).to.include({ state: "stopped", triesAgainAt: null });
    expect(said.findLast((line) => line.startsWith("roads: red alarm"))).to.match(
      /\(STORE_BEHIND\), the others go on, a person is needed: the ledger had \d+ entries before it stopped/,
    );
    await submit("parks", 2);
  });
});

describe("a service none of whose logs is left", () => {
  it("says so with the reason of the last", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "logs.json");
    const environment = {
      WARIFU_LOGS: file,
      WARIFU_DATA_DIR: folder,
      WARIFU_HTTP_PORT: "0",
      WARIFU_RPC_URL: "http://x",
    };
    // There is no such folder, and nothing that could appear by itself.
    const logs = ["parks", "roads"].map((name, at) => ({
      name,
      settings: {
        ...{ WARIFU_ORIGIN: `city.test/${name}`, WARIFU_ANCHOR_KEY: localDevKey(at) },
        WARIFU_HEAD_FILE: join(folder, "none", name),
      },
    }));
    writeFileSync(file, JSON.stringify({ format: "warifu-logs/1", logs }), { mode: 0o600 });
    const service = await startLogs(parseConfig(environment), hostedSetUps(file, environment));
    try {
      expect((await service.stopped).code).to.equal("CONFIG_INVALID");
      expect((await fetch(`${service.url}/readyz`)).status).to.equal(503);
      expect((await fetch(`${service.url}/livez`)).status).to.equal(200);
    } finally {
      await service.close();
    }
  });
});

describe("when a log of several is started again", () => {
  const PAUSES: Pauses = { first: 15_000, longest: 60_000, steady: HOUR };

  /** A log whose starts and ends are those of the list: a code stops it before it runs, a number of milliseconds after. */
  function hosted(fate: readonly (ErrorCode | readonly [ranMs: number, ErrorCode])[]) {
    let elapsed = 0;
    let ends: (() => void) | undefined;
    const waits: number[] = [];
    const alarms = new Alarms(Date.now);
    const left = [...fate];
    const sizes: (number | undefined)[] = [];
    const start = async (
      serve: (answer: () => void) => void,
      leastSize: number | undefined,
    ): Promise<HostedService> => {
      sizes.push(leastSize);
      const next = left.shift();
      if (typeof next === "string") throw new WarifuError(next, "it is so");
      serve(() => undefined);
      const { promise, resolve } = Promise.withResolvers<WarifuError>();
      if (next)
        queueMicrotask(() => {
          elapsed += next[0];
          resolve(new WarifuError(next[1], "it is so"));
        });
      else ends?.();
      const ledger = { publishedSize: 7 } as HostedService["ledger"];
      return { ledger, alarms, stopped: promise, reopenLog: () => undefined, close: async () => undefined };
    };
    const settled = new Promise<void>((resolve) => (ends = resolve)).then(() => sleep(0));
    const steady: (() => void)[] = [];
    const log = new HostedLog({ name: "a" } as HostedSetUp, start, () => undefined, PAUSES, {
      elapsed: () => elapsed,
      wait: (ms) => {
        if (ms === HOUR) return new Promise<void>((resolve) => steady.push(resolve));
        waits.push(ms);
        return Promise.resolve();
      },
    });
    return { log, waits, alarms, sizes, settled, steady };
  }

  it("is after pauses that grow up to a bound, and begin anew after a steady time", async () => {
    const quick = [1, "STORE_FAILED"] as const;
    const { log, waits, sizes, settled } = hosted([
      ...["CHAIN_UNREACHABLE" as const, quick, "STORE_LOCKED" as const, quick],
      [HOUR, "STORE_FAILED"],
    ]);
    await log.start();
    await settled;
    expect(waits).to.deep.equal([15_000, 30_000, 60_000, 60_000, 15_000]);
    expect(sizes, "what it must have").to.deep.equal([undefined, undefined, 7, 7, 7, 7]);
    expect(log.state).to.deep.equal({ isRunning: true, failure: undefined, restarts: 4, triesAgainAt: undefined });
    await log.close();
  });

  it("clears its alarm after a steady time", async () => {
    const { log, alarms, settled, steady } = hosted([[1, "STORE_FAILED"]]);
    await log.start();
    await settled;
    expect(alarms.active().map(({ code }) => code)).to.deep.equal(["log-restarted"]);
    steady[0]?.();
    await sleep(0);
    expect(alarms.active()).to.deep.equal([]);
    await log.close();
  });

  it("ends in order even if its service does not, and does not keep others from their end", async () => {
    const told: string[] = [];
    const service: HostedService = {
      ...{ ledger: { publishedSize: 1 } as HostedService["ledger"], alarms: new Alarms(Date.now) },
      ...{ stopped: new Promise(() => undefined), reopenLog: () => undefined },
      close: () => Promise.reject(new WarifuError("STORE_FAILED", "the disk is gone")),
    };
    const start = async (serve: (answer: () => void) => void): Promise<HostedService> => {
      serve(() => undefined);
      return service;
    };
    const log = new HostedLog({ name: "a" } as HostedSetUp, start, (line) => void told.push(line));
    await log.start();
    expect(log.ledger).to.equal(service.ledger);
    await log.close();
    expect([log.state.isRunning, log.ledger, told]).to.deep.equal([
      ...[false, undefined, ["a: did not end in order: the disk is gone"]],
    ]);
  });

  for (const code of ["STORE_CORRUPT", "STORE_BEHIND", "CHAIN_WRONG", "CONFIG_INVALID", "CLOCK_BACKWARDS"] as const)
    it(`is never after ${code}, which needs a person`, async () => {
      const { log, waits } = hosted([[1, code]]);
      await log.start();
      expect((await log.down).code).to.equal(code);
      expect(waits).to.deep.equal([]);
      expect(log.state).to.include({ isRunning: false, triesAgainAt: undefined });
    });
});
