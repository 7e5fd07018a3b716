// Real chains for tests: this project's Hardhat node and anvil, each on a port of its own, each a fresh process.
// Invariant: no test finds a chain that another one left behind, and none outlives the test run.

import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { arch, platform } from "node:process";

import { freePort } from "../../scripts/free-port.ts";
import { startLocalChain } from "../../src/chain/local/local-chain.ts";

/** A chain that runs. */
export type TestChain = {
  readonly rpcUrl: string;
  /** The result of one JSON-RPC call; throws what the node says when it refuses. */
  readonly ask: (method: string, ...params: readonly unknown[]) => Promise<unknown>;
  readonly stop: () => Promise<void>;
};

/** The Hardhat node, as the service starts it. About a second. */
export async function startHardhat(): Promise<TestChain> {
  const { rpcUrl, stop } = await startLocalChain({ port: await freePort() });
  return { rpcUrl, ask: askerOf(rpcUrl), stop };
}

/** How anvil differs from its defaults. `args` are further words of its command line. */
export type AnvilOptions = { readonly chainId?: number; readonly args?: readonly string[] };

/** anvil, Foundry's node: a second implementation of the chain, with reorgs and finality. About 0.1 s. */
export async function startAnvil({ chainId = 31_337, args = [] }: AnvilOptions = {}): Promise<TestChain> {
  const fork = args.includes("--hardfork") ? [] : ["--hardfork", "osaka"];
  const words = ["--host", "127.0.0.1", "--port", "0", "--chain-id", String(chainId), ...fork, ...args];
  const child = spawn(anvilBinary(), words, { stdio: ["ignore", "pipe", "inherit"] });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4_096);
      const listening = /Listening on 127\.0\.0\.1:(\d+)/.exec(said);
      if (listening) resolve(Number(listening[1]));
    });
    void ended.then(() => reject(new Error(`anvil did not start: ${said}`)));
  });
  const rpcUrl = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    process.off("exit", kill);
    kill();
    await ended;
  };
  return { rpcUrl, ask: askerOf(rpcUrl), stop };
}

/**
 * anvil whose newest block is final, as Hardhat's is, and that is there in a tenth of its time: for tests that need some chain.
 * What differs between nodes has tests over both.
 */
export function startSwiftChain(): Promise<TestChain> {
  return startAnvil({ args: ["--slots-in-an-epoch", "0"] });
}

/** Asks the node at that address. */
export function askerOf(rpcUrl: string): TestChain["ask"] {
  return async (method, ...params) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const response = await fetch(rpcUrl, { method: "POST", headers: { "content-type": "application/json" }, body });
    const answer = (await response.json()) as { result?: unknown; error?: { message: string } };
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result;
  };
}

/** The program itself: the package's own starter would stand between it and a signal. */
function anvilBinary(): string {
  const require = createRequire(import.meta.url);
  const name = `@foundry-rs/anvil-${platform}-${arch === "x64" ? "amd64" : arch}`;
  return join(dirname(require.resolve(`${name}/package.json`)), "bin", platform === "win32" ? "anvil.exe" : "anvil");
}
