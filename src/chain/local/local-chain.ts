/**
 * Starts and ends this project's own Hardhat node. https://hardhat.org/docs/reference/hardhat-node
 *
 * Invariant: the chain never outlives the process that started it, and never ends before that process asks for it: it
 * has a process group of its own, so a Ctrl-C at the terminal reaches the service first, which then stops it.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, extname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { WarifuError } from "../../core/errors.ts";
import { compileCache } from "../../serve/compile-cache.ts";
import { openRpc, REQUEST_TIMEOUT_MS } from "../rpc/rpc.ts";

const CHAIN_ID = 31_337;
const START_TIMEOUT_MS = 120_000;
/** For probing what listens on a port. */
const PROBE_TIMEOUT_MS = 5_000;
const STOP_TIMEOUT_MS = 3_000;
const QUOTED_LOG = 1_000;
/** What a chain that is not ours needs besides its address. */
const ACCOUNT =
  "name the account that anchors there (WARIFU_ANCHOR_KEY, WARIFU_ANCHOR_KEYSTORE or WARIFU_ANCHOR_SIGNER_URL)";

/** Where the chain is to listen. */
export interface LocalChainOptions {
  readonly port: number;
  /** 127.0.0.1 by default; the chain gives full control to anybody who can reach it. */
  readonly host?: string | undefined;
  /** Gets the node's output and is overwritten at each start; without it, the output is discarded. */
  readonly logFile?: string | undefined;
}

/** A running local chain: chain id 31337, empty at the start, in memory only. */
export interface LocalChain {
  readonly rpcUrl: string;
  readonly pid: number;
  /** Settles when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Ends the chain; safe to repeat. */
  stop(): Promise<void>;
}

/**
 * Starts a chain and waits until it answers, about a second.
 * @throws CONFIG_INVALID when the port is taken, even by a chain of this kind, or when Hardhat is not installed here;
 * CHAIN_UNREACHABLE when it does not come up
 */
export async function startLocalChain(options: LocalChainOptions): Promise<LocalChain> {
  const { port, host = "127.0.0.1", logFile } = options;
  const rpcUrl = `http://${host}:${port}`;
  await assertPortFree(rpcUrl, host, port);
  const child = forkNode(host, port, logFile);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const chain: LocalChain = { rpcUrl, pid: child.pid ?? 0, ended, stop: () => stopProcess(child, ended) };
  if (await comesUp(child, chain)) {
    // The chain alone must not keep the service alive: when the service ends, so does the chain.
    child.unref();
    child.channel?.unref();
    return chain;
  }
  await chain.stop();
  throw notStarted(`${host}:${port}`, logFile === undefined ? "" : readFileSync(logFile, "utf8").trim());
}

/**
 * For checking before anything is written.
 * @throws CONFIG_INVALID when Hardhat is not installed here
 */
export function assertLocalChainInstalled(): void {
  hardhatOf(projectRoot(import.meta.dirname));
}

function hardhatOf(root: string): string {
  const hardhat = join(root, "node_modules", "hardhat", "dist", "src", "cli.js");
  if (!existsSync(hardhat)) throw notInstalled();
  return hardhat;
}

async function assertPortFree(rpcUrl: string, host: string, port: number): Promise<void> {
  if (await canListen(host, port)) return;
  if (await isLocalChainAt(rpcUrl, PROBE_TIMEOUT_MS))
    throw new WarifuError(
      "CONFIG_INVALID",
      `a local chain already runs on ${host}:${port}: set WARIFU_RPC_URL=${rpcUrl} to use it, and ${ACCOUNT}; or end it, or choose another port with WARIFU_CHAIN_PORT`,
    );
  throw new WarifuError(
    "CONFIG_INVALID",
    `the local chain cannot listen on ${host}:${port}, which is not free: choose another port with WARIFU_CHAIN_PORT; or set WARIFU_RPC_URL to use a chain that runs elsewhere, and ${ACCOUNT}`,
  );
}

async function canListen(host: string, port: number): Promise<boolean> {
  const probe = createServer();
  try {
    // Throws immediately for an invalid port.
    probe.listen({ host, port, exclusive: true });
    await once(probe, "listening");
    return true;
  } catch {
    return false;
  } finally {
    await new Promise((resolve) => probe.close(resolve));
  }
}

/** A single look; a port that accepts the connection and says nothing is not a chain. */
async function isLocalChainAt(rpcUrl: string, timeoutMs: number): Promise<boolean> {
  try {
    const rpc = await openRpc(rpcUrl, timeoutMs);
    rpc.close();
    return rpc.chainId === CHAIN_ID;
  } catch {
    return false;
  }
}

function forkNode(host: string, port: number, logFile: string | undefined): ChildProcess {
  const root = projectRoot(import.meta.dirname);
  const hardhat = hardhatOf(root);
  const [wrapper, config] = ["local-chain-process", "local-chain-config"].map((name) =>
    join(import.meta.dirname, `${name}${extname(import.meta.filename)}`),
  ) as [string, string];
  const output = logFile === undefined ? ("ignore" as const) : openSync(logFile, "w", 0o600);
  const child = fork(wrapper, [hardhat, "--config", config, "node", "--hostname", host, "--port", String(port)], {
    cwd: root,
    detached: true,
    env: { ...environmentWithoutSettings(), ...compileCache(), HARDHAT_DISABLE_TELEMETRY: "true" },
    execArgv: [],
    stdio: ["ignore", output, output, "ipc"],
  });
  if (typeof output === "number") closeSync(output);
  // Whatever keeps it from starting also ends it.
  child.on("error", () => {});
  return child;
}

/** Neither the chain nor what it loads needs the service's settings, and some of those are secret. */
function environmentWithoutSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^WARIFU_/i.test(name)));
}

/** The nearest parent folder with a Hardhat project: sources and build output are at different depths. */
function projectRoot(folder: string): string {
  if (existsSync(join(folder, "hardhat.config.ts"))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw notInstalled();
  return projectRoot(parent);
}

function notInstalled(): WarifuError {
  return new WarifuError(
    "CONFIG_INVALID",
    `there is no Hardhat here to run a local chain with: set WARIFU_RPC_URL to a chain that runs elsewhere, and ${ACCOUNT}`,
  );
}

/** Whether the process started to listen and then answered as a chain. */
async function comesUp(child: ChildProcess, { rpcUrl, ended }: LocalChain): Promise<boolean> {
  const listening = new Promise<boolean>((resolve) => {
    child.on("message", (message) => message === "listening" && resolve(true));
    void ended.then(() => resolve(false));
  });
  return (
    (await Promise.race([listening, sleep(START_TIMEOUT_MS, false, { ref: false })])) &&
    isLocalChainAt(rpcUrl, REQUEST_TIMEOUT_MS)
  );
}

async function stopProcess(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.ref();
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}

function notStarted(address: string, said: string): WarifuError {
  const lastWords = said === "" ? "" : `; the last it said: ${said.slice(-QUOTED_LOG)}`;
  return new WarifuError("CHAIN_UNREACHABLE", `the local chain did not start on ${address}${lastWords}`);
}
