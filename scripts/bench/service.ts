/** Starts the bench's service as a child process and queries it. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../free-port.ts";
import { toolchainFolder } from "../launch/node.mjs";
import type { Target } from "./load.ts";

/** A service in its own process. */
export interface BenchService {
  readonly target: Target;
  readonly officerKey: string;
  readonly adminKey: string;
  readonly dataDir: string;
  readonly policyFile: string;
  readonly environment: NodeJS.ProcessEnv;
  memory(): Promise<{ rss: number; cpu: NodeJS.CpuUsage }>;
  /** Since it was asked last, or the start. */
  loop(): Promise<{ longestHoldMs: number }>;
  status(): Promise<{ treeSize: number; finalizedSize: number }>;
  stop(): Promise<void>;
  /** Removes the data folder. */
  discard(): void;
}

const PROGRAM = fileURLToPath(new URL("./service-process.ts", import.meta.url));

/**
 * Starts a service with an empty folder in the system's temporary folder, or in `WARIFU_BENCH_DIR`.
 * @param dataDir the folder of an earlier service, which goes on
 */
export async function startBenchService(
  settings: NodeJS.ProcessEnv = {},
  dataDir = mkdtempSync(join(process.env["WARIFU_BENCH_DIR"] ?? tmpdir(), "warifu-bench-")),
): Promise<BenchService> {
  const environment = {
    ...process.env,
    WARIFU_DATA_DIR: dataDir,
    WARIFU_HTTP_PORT: "0",
    WARIFU_CHAIN_PORT: String(await freePort()),
    WARIFU_LOG_LEVEL: "warn",
    WARIFU_RATE_PER_MINUTE: "1000000000",
    // As `npm start` has it.
    NODE_COMPILE_CACHE: resolve(toolchainFolder("."), "compiled"),
    ...settings,
  };
  delete (environment as NodeJS.ProcessEnv)["WARIFU_BENCH_DIR"];
  const child = fork(PROGRAM, {
    env: environment,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    // As `npm start` runs it.
    execArgv: ["--max-semi-space-size=64", "--v8-pool-size=0"],
  });
  child.setMaxListeners(0);
  const ready = await answer<{ url: string; apiKeysFile: string; policyFile: string }>(child);
  const keys = JSON.parse(readFileSync(ready.apiKeysFile, "utf8")) as {
    submitter: string;
    officer: string;
    admin: string;
  };
  return {
    target: { url: ready.url, apiKey: keys.submitter },
    officerKey: keys.officer,
    adminKey: keys.admin,
    dataDir,
    policyFile: ready.policyFile,
    environment,
    memory: () => ask(child, "memory"),
    loop: () => ask(child, "loop"),
    status: () => ask(child, "status"),
    async stop() {
      child.send("stop");
      await once(child, "exit");
    },
    discard: () => rmSync(dataDir, { recursive: true, force: true }),
  };
}

function ask<T>(child: ChildProcess, question: string): Promise<T> {
  const answered = answer<T>(child);
  child.send(question);
  return answered;
}

async function answer<T>(child: ChildProcess): Promise<T> {
  const ended = once(child, "exit").then(() => {
    throw new TypeError("the service under test ended before it answered");
  });
  const [message] = (await Promise.race([once(child, "message"), ended])) as [T];
  return message;
}
