// The chain of `npm run chain`: what is on it is there after a restart, under the same hashes, so that anchors and bundles
// go on verifying.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { freePort } from "../../scripts/free-port.ts";

const SENDER = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";

describe("truth F2: the chain that lasts", () => {
  let folder: string;
  let chain: ChildProcess | undefined;
  let url: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "warifu-chain-"));
  });
  afterEach(async () => {
    await stop("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    const port = String(await freePort());
    url = `http://127.0.0.1:${port}`;
    const state = join(folder, "state", "chain.json");
    chain = spawn(process.execPath, ["scripts/chain.ts", "--port", port, "--state", state], { stdio: "ignore" });
    for (let i = 0; i < 2_000; i++) {
      const height = await ask("eth_blockNumber").catch(() => undefined);
      if (height !== undefined) return;
      await sleep(50);
    }
    expect.fail("the chain does not answer");
  }
  async function stop(signal: "SIGINT" | "SIGTERM"): Promise<void> {
    if (chain === undefined || chain.exitCode !== null || chain.signalCode !== null) return;
    const ended = once(chain, "exit");
    chain.kill(signal);
    await ended;
  }
  async function ask(method: string, ...params: unknown[]): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    return ((await response.json()) as { result: unknown }).result;
  }
  const hashAt = async (height: string): Promise<string> =>
    ((await ask("eth_getBlockByNumber", height, false)) as { hash: string }).hash;

  it("has its blocks, transactions and balances after a restart", async () => {
    await start();
    const transaction = await ask("eth_sendTransaction", { from: SENDER, to: `0x${"11".repeat(20)}`, value: "0x7" });
    let receipt: { blockNumber: string; blockHash: string } | null = null;
    while (receipt === null) receipt = (await ask("eth_getTransactionReceipt", transaction)) as typeof receipt;
    const { blockNumber, blockHash } = receipt;
    const genesis = await hashAt("0x0");
    await stop("SIGTERM");
    expect(existsSync(join(folder, "state", "chain.json"))).to.equal(true);
    await start();
    expect([await hashAt("0x0"), await hashAt(blockNumber)]).to.deep.equal([genesis, blockHash]);
    expect(await ask("eth_getBalance", `0x${"11".repeat(20)}`, "latest")).to.equal("0x7");
    expect((await ask("eth_getTransactionReceipt", transaction)) as object).to.include({ blockHash });
  });

  it("refuses what it does not know, and says how it is used", async () => {
    const refused = spawn(process.execPath, ["scripts/chain.ts", "--prot", "1"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    refused.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(refused, "close")) as [number];
    expect([code, said]).to.satisfy(([c, text]: [number, string]) => c === 2 && /usage: npm run chain/.test(text));
  });
});

describe("truth F2: Hardhat by npm", () => {
  it("runs under a Node that fits, whichever is installed", async () => {
    const hardhat = spawn(process.execPath, ["scripts/launch.mjs", "hardhat", "--version"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    hardhat.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(hardhat, "close")) as [number];
    expect(code).to.equal(0);
    expect(said.trim()).to.match(/^3\.\d+\.\d+$/);
  });
});
