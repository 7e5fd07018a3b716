// The real command as a child process under this Node, in a folder and with settings of its own: packed, or as people start
// it, by bin/warifu.mjs, for tests of what that does.
// Invariant: no run sees the settings of the machine, and no child outlives the tests.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { freePort } from "../../../scripts/free-port.ts";
import { LOCAL_DEV_KEY } from "../../../src/chain/signers/development-keys.ts";
import type { TestChain } from "../../support/chains.ts";
import { packedCommand, type PackedCommand } from "../../support/packed-command.ts";
import { runHere } from "./run-here.ts";

export const COMMAND = join(import.meta.dirname, "..", "..", "..", "bin", "warifu.mjs");

/** How a run ended. */
export type Run = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Settings of a run; they become environment variables. */
export type Settings = Readonly<Record<string, string>>;

/** A folder of its own, and runs of the command in it. */
export type Workplace = {
  readonly folder: string;
  /** A path in the folder. */
  readonly path: (name: string) => string;
  readonly settings: Settings;
  /** Runs the command to its end; `input` goes to its stdin. */
  readonly run: (args: readonly string[], options?: RunOptions) => Promise<Run>;
  /** The same within this process, one run after another: for what a run says and does, and not what its process is. */
  readonly here: (args: readonly string[], options?: RunOptions) => Promise<Run>;
  /** Starts it and leaves it running. */
  readonly start: (args: readonly string[], options?: RunOptions) => Running;
  /** Ends what still runs and removes the folder. */
  readonly remove: () => Promise<void>;
};

export type RunOptions = {
  readonly input?: string | Buffer;
  readonly settings?: Settings;
  /** Whether bin/warifu.mjs starts it. */
  readonly isLaunched?: boolean;
};

/** A command that runs. */
export type Running = {
  readonly child: ChildProcess;
  /** What it has printed so far, stdout and stderr in the order of arrival. */
  readonly said: () => string;
  /** Resolves when it has printed that; rejects when it ends before. */
  readonly until: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly ended: Promise<Run>;
};

/** A new workplace. Its data folder is `data` in it, its ports are free ones, nothing is fed. */
export async function openWorkplace(more: Settings = {}): Promise<Workplace> {
  const folder = mkdtempSync(join(tmpdir(), "warifu-cli-"));
  const settings = {
    WARIFU_DATA_DIR: join(folder, "data"),
    WARIFU_HTTP_PORT: String(await freePort()),
    WARIFU_CHAIN_PORT: String(await freePort()),
    WARIFU_ANCHOR_SECONDS: "0.2",
    WARIFU_CHAIN_POLL_SECONDS: "0.1",
    WARIFU_FEED: "off",
    ...more,
  };
  const packed = await packedCommand();
  const running = new Set<Running>();
  const start: Workplace["start"] = (args, options = {}) => {
    const program = options.isLaunched === true ? undefined : packed;
    const one = launch({ folder, program }, args, { ...settings, ...options.settings }, options.input);
    running.add(one);
    void one.ended.then(() => running.delete(one));
    return one;
  };
  let last: Promise<unknown> = Promise.resolve();
  const here: Workplace["here"] = (args, options = {}) => {
    const run = last.then(() =>
      runHere(args, folder, "C", { input: "", ...options, settings: { ...settings, ...options.settings } }),
    );
    last = run.catch(() => undefined);
    return run;
  };
  return {
    folder,
    here,
    path: (name) => join(folder, name),
    settings,
    start,
    run: (args, options) => start(args, options).ended,
    remove: async () => {
      for (const { child, ended } of running) {
        child.kill("SIGKILL");
        await ended;
      }
      rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

/** Settings with which a service anchors on a chain that runs already: its own takes seconds of CPU to start. */
export function anchoringOn({ rpcUrl }: TestChain): Settings {
  return { WARIFU_RPC_URL: rpcUrl, WARIFU_ANCHOR_KEY: LOCAL_DEV_KEY };
}

interface Launched {
  readonly folder: string;
  /** bin/warifu.mjs without one. */
  readonly program: PackedCommand | undefined;
}

function launch(
  { folder, program }: Launched,
  args: readonly string[],
  settings: Settings,
  input?: string | Buffer,
): Running {
  const isOurs = (name: string): boolean => /^WARIFU_|^FORCE_COLOR$|^NODE_V8_COVERAGE$|^LANG$|^LC_/.test(name);
  const others = Object.entries(process.env).filter(([name]) => !isOurs(name));
  const cache = program && { NODE_COMPILE_CACHE: program.compileCache };
  const env = { ...Object.fromEntries(others), ...cache, ...settings };
  const command = program?.program ?? COMMAND;
  const child = spawn(process.execPath, [command, ...args], { cwd: folder, env, stdio: "pipe" });
  let [stdout, stderr, said] = ["", "", ""];
  const listeners = new Set<() => void>();
  const hear = (text: string): void => {
    said += text;
    for (const listener of listeners) listener();
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    hear(text);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    hear(text);
  });
  // A command that does not read its stdin may end first.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, stdout, stderr }));
  const until: Running["until"] = (pattern) =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(said);
        if (!match) return;
        listeners.delete(look);
        resolve(match);
      };
      listeners.add(look);
      void ended.then(() => reject(new Error(`it ended without ${String(pattern)}: ${said}`)));
      look();
    });
  return { child, said: () => said, until, ended };
}

/** Starts the service of a workplace and waits until it is ready. */
export async function startService(
  workplace: Workplace,
  options: RunOptions & { args?: readonly string[] } = {},
): Promise<Running> {
  const running = workplace.start(["start", ...(options.args ?? [])], options);
  await running.until(/Ctrl-C stops it\./);
  return running;
}

/** Ends a service with a signal; its exit. */
export async function stopService(running: Running, signal: NodeJS.Signals = "SIGINT"): Promise<Run> {
  running.child.kill(signal);
  return running.ended;
}
