// The local chain as a process: it comes up quickly, goes when it is told, outlives a Ctrl-C at the terminal, and does
// not outlive the process that started it.

import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { mock } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

import { expect } from "chai";

import { freePort } from "../../../scripts/free-port.ts";
import { LOCAL_DEV_KEY } from "../../../src/chain/signers/development-keys.ts";
import { startLocalChain, type LocalChain, type LocalChainOptions } from "../../../src/chain/local/local-chain.ts";
import { openRpc } from "../../../src/chain/rpc/rpc.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { anchorMined, connect, connectDeployed, growingLog } from "../../support/anchored-log.ts";

/** Starts a local chain, says where, and stays up. */
const PARENT = `
  import { startLocalChain } from ${JSON.stringify(pathToFileURL("src/chain/local/local-chain.ts").href)};
  const chain = await startLocalChain({ port: Number(process.argv[2]) });
  process.on("SIGINT", () => console.log("interrupted"));
  console.log(JSON.stringify({ pid: chain.pid, rpcUrl: chain.rpcUrl }));
  setInterval(() => {}, 1000);`;

const exists = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const answers = async (rpcUrl: string): Promise<boolean> =>
  openRpc(rpcUrl, 30_000).then(
    (rpc) => {
      rpc.close();
      return true;
    },
    () => false,
  );

/** Whether it comes to be, within two minutes or more: looks are counted, so that a pause of this process takes none away. */
const comes = async (condition: () => boolean | Promise<boolean>): Promise<boolean> => {
  for (let look = 0; look < 6_000; look++) {
    if (await condition()) return true;
    await sleep(20);
  }
  return false;
};

describe("the local chain", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "warifu-chain-"));
    writeFileSync(join(folder, "parent.mjs"), PARENT);
  });
  afterEach(async () => {
    for (const parent of parents.splice(0)) parent.kill("SIGKILL");
    await Promise.all(running.splice(0).map(({ stop }) => stop()));
    rmSync(folder, { recursive: true });
  });

  /** What a test started and may not have stopped: it would keep the test run from ending. */
  const running: LocalChain[] = [];
  const parents: ChildProcess[] = [];
  const start = async (options: LocalChainOptions): Promise<LocalChain> => {
    const local = await startLocalChain(options);
    running.push(local);
    return local;
  };

  it("comes up, takes anchors, and is gone when it was stopped", async () => {
    const logFile = join(folder, "chain.log");
    const local = await start({ port: await freePort(), logFile });
    const chain = await connectDeployed(local);
    await anchorMined(chain, growingLog(256).first);
    expect([chain.chainId, chain.isLocal, (await chain.head()).treeSize]).to.deep.equal([31_337, true, 256]);
    expect(readFileSync(logFile, "utf8")).to.contain(LOCAL_DEV_KEY);
    expect(statSync(logFile).mode & 0o777).to.equal(0o600);
    // The time after which it would be killed does not come.
    mock.timers.enable({ apis: ["setTimeout"] });
    await Promise.all([local.stop(), local.stop()]).finally(() => mock.timers.reset());
    await local.ended;
    expect(exists(local.pid)).to.equal(false);
    expect(await answers(local.rpcUrl)).to.equal(false);
    await expectRejection("CHAIN_UNREACHABLE", chain.head());
    await chain.close();
  });

  it("gets none of the service's settings, which hold secrets", async () => {
    const script = join(folder, "leave-environment.cjs");
    const left = join(folder, "environment.json");
    writeFileSync(script, `require("node:fs").writeFileSync(${JSON.stringify(left)}, JSON.stringify(process.env))`);
    const settings = { WARIFU_ANCHOR_KEY: `0x${"33".repeat(32)}`, WARIFU_ADMIN_KEY: "a", NODE_OPTIONS: `-r ${script}` };
    const before = Object.keys(settings).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, settings);
    try {
      await start({ port: await freePort() });
      const seen = JSON.parse(readFileSync(left, "utf8")) as NodeJS.ProcessEnv;
      expect(Object.keys(seen).filter((name) => name.startsWith("WARIFU_"))).to.deep.equal([]);
      expect(seen["PATH"]).to.equal(process.env["PATH"]);
    } finally {
      for (const [name, value] of before)
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
    }
  });

  it("is empty when it starts again on the same port, and an old connection sees that", async () => {
    const port = await freePort();
    const first = await start({ port });
    const chain = await connectDeployed(first);
    await first.stop();
    const again = await start({ port });
    const contract = chain.contract;
    expect(await connect(again, { contract }).then((fresh) => fresh.hasContract())).to.equal(false);
    await comes(() =>
      chain.hasContract().then(
        () => true,
        () => false,
      ),
    );
    expect(await chain.hasContract()).to.equal(false);
    await chain.deploy(new Uint8Array(32).fill(9));
    expect((await chain.head()).treeSize).to.equal(0);
    await chain.close();
    await again.stop();
  });

  it("does not start where one runs already, and says how to use that one", async () => {
    const port = await freePort();
    const local = await start({ port });
    await expectRejection(
      "CONFIG_INVALID",
      start({ port }),
      new RegExp(
        `a local chain already runs on 127.0.0.1:${port}: set WARIFU_RPC_URL=http://127.0.0.1:${port} to use it`,
      ),
    );
    expect(await answers(local.rpcUrl)).to.equal(true);
    await local.stop();
  });

  it("starts once when two start at the same moment", async () => {
    const port = await freePort();
    const [one, other] = await Promise.allSettled([start({ port }), start({ port })]);
    const started = [one, other].filter((result) => result.status === "fulfilled").map(({ value }) => value);
    expect(started).to.have.length(1);
    expect(await answers(started[0]!.rpcUrl)).to.equal(true);
    await started[0]!.stop();
    expect(await answers(started[0]!.rpcUrl)).to.equal(false);
  });

  it("does not start on a port that something else has", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const { port } = silent.address() as { port: number };
    await expectRejection(
      "CONFIG_INVALID",
      start({ port }),
      /which is not free: choose another port with WARIFU_CHAIN_PORT.*WARIFU_ANCHOR_KEY/,
    );
    silent.close();
    await expectRejection("CONFIG_INVALID", start({ port: 70_000 }), /cannot listen on 127.0.0.1:70000/);
  });

  it("does not start where there is no Hardhat project, and says what to do", async () => {
    for (const part of ["src", "types"]) cpSync(part, join(folder, part), { recursive: true });
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    const module = (await import(pathToFileURL(join(folder, "src/chain/local/local-chain.ts")).href)) as {
      startLocalChain: typeof startLocalChain;
    };
    const outcome: unknown = await module.startLocalChain({ port: await freePort() }).catch((error: unknown) => error);
    expect(outcome).to.include({ code: "CONFIG_INVALID" });
    expect(String(outcome)).to.match(/no Hardhat here.*set WARIFU_RPC_URL/);
  });

  it("says what the node said when it does not come up", async () => {
    const logFile = join(folder, "chain.log");
    process.env["NODE_OPTIONS"] = "--require ./no-such-module.cjs";
    try {
      const nowhere = start({ port: await freePort(), logFile });
      await expectRejection(
        "CHAIN_UNREACHABLE",
        nowhere,
        /did not start on 127.*; the last it said: .*no-such-module/s,
      );
    } finally {
      delete process.env["NODE_OPTIONS"];
    }
  });

  it("needs no home folder: there may be none to write to", async () => {
    const environment = process.env;
    const homes = { XDG_CONFIG_HOME: "", XDG_CACHE_HOME: "", XDG_DATA_HOME: "" };
    process.env = { ...environment, ...homes, HOME: "/dev/null/home" };
    try {
      const { rpcUrl } = await start({ port: await freePort() });
      expect(await answers(rpcUrl)).to.equal(true);
    } finally {
      process.env = environment;
    }
  });

  it("settles `ended` when it is killed behind the service's back", async () => {
    const local = await start({ port: await freePort() });
    process.kill(local.pid, "SIGKILL");
    await local.ended;
    await local.stop();
    expect(await answers(local.rpcUrl)).to.equal(false);
  });

  /** A process that started a chain, in a process group of its own as at a terminal. */
  const startParent = async (): Promise<{
    parent: number;
    ended: Promise<void>;
    pid: number;
    rpcUrl: string;
    said: () => string;
  }> => {
    const parent = spawn(process.execPath, [join(folder, "parent.mjs"), String(await freePort())], {
      detached: true,
      stdio: ["ignore", "pipe", "inherit"],
    });
    parents.push(parent);
    let said = "";
    parent.stdout.on("data", (chunk) => (said += String(chunk)));
    const ended = new Promise<void>((resolve) => parent.once("exit", () => resolve()));
    expect(await comes(() => said.includes("\n")), said).to.equal(true);
    return { parent: parent.pid!, ended, said: () => said, ...(JSON.parse(said) as { pid: number; rpcUrl: string }) };
  };

  it("goes when the process that started it is killed without a chance to stop it", async () => {
    const { parent, ended, pid, rpcUrl } = await startParent();
    expect(await answers(rpcUrl)).to.equal(true);
    process.kill(parent, "SIGKILL");
    await ended;
    expect(await comes(() => !exists(pid))).to.equal(true);
    expect(await answers(rpcUrl)).to.equal(false);
  });

  it("does not keep a process that has nothing else to do from ending, and goes with it", async () => {
    const port = await freePort();
    const idle = PARENT.replace(/^\s*setInterval.*$/m, "");
    writeFileSync(join(folder, "idle.mjs"), idle);
    const parent = spawn(process.execPath, [join(folder, "idle.mjs"), String(port)], { stdio: "ignore" });
    parents.push(parent);
    let code: number | null | undefined;
    parent.once("exit", (exitCode) => (code = exitCode));
    expect(await comes(() => code !== undefined)).to.equal(true);
    expect(code).to.equal(0);
    expect(await comes(async () => !(await answers(`http://127.0.0.1:${port}`)))).to.equal(true);
  });

  it("goes also when that happens while it is still starting", async () => {
    const port = await freePort();
    // Every process that is started from here on leaves its id, the chain's before it has done anything else.
    const script = join(folder, "leave-id.cjs");
    writeFileSync(
      script,
      `require("node:fs").writeFileSync(${JSON.stringify(folder)} + "/" + process.pid + ".id", "")`,
    );
    const parent = spawn(process.execPath, [join(folder, "parent.mjs"), String(port)], {
      stdio: "ignore",
      env: { ...process.env, NODE_OPTIONS: `--require ${script}` },
    });
    parents.push(parent);
    const others = (): number[] =>
      readdirSync(folder)
        .filter((name) => name.endsWith(".id"))
        .map((name) => Number.parseInt(name, 10))
        .filter((pid) => pid !== parent.pid);
    expect(await comes(() => others().length > 0)).to.equal(true);
    const [pid] = others();
    parent.kill("SIGKILL");
    expect(await comes(() => !exists(pid!))).to.equal(true);
    expect(await answers(`http://127.0.0.1:${port}`)).to.equal(false);
  });

  it("does not get the Ctrl-C that the terminal sends to the service's process group", async () => {
    const { parent, ended, pid, rpcUrl, said } = await startParent();
    process.kill(-parent, "SIGINT");
    expect(await comes(() => said().includes("interrupted"))).to.equal(true);
    await sleep(300);
    expect(exists(pid)).to.equal(true);
    expect(await answers(rpcUrl)).to.equal(true);
    process.kill(parent, "SIGKILL");
    await ended;
    expect(await comes(() => !exists(pid))).to.equal(true);
  });
});
