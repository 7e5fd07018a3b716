// Runs one of the child processes of the fault tests and collects what it says.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";

import { bundleProgram } from "../../support/bundled-program.ts";
import { temporaryFolder } from "../../support/ledger.ts";

/** How a child ended, and every whole line that it had written by then. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lines: readonly string[];
}

/** A child that runs. */
export interface Running {
  readonly process: ChildProcess;
  readonly lines: readonly string[];
  /** Waits for a line that begins so; throws when the child ends without one. */
  said(start: string): Promise<string>;
  readonly ended: Promise<Ended>;
}

// Children load the same modules over and over: packed and compiled once, they start in a fifth of the time.
const COMPILE_CACHE = temporaryFolder();
const programs = new Map<string, Promise<string>>();
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Starts `node script args`, behind `prefix` if there is one (`strace`, `prlimit`). */
export async function startChild(
  script: string,
  args: readonly string[],
  prefix: readonly string[] = [],
): Promise<Running> {
  const path = await programOf(new URL(script, import.meta.url).pathname);
  const [command, ...words] = [...prefix, process.execPath, path, ...args];
  const child = spawn(command as string, words, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE, UV_THREADPOOL_SIZE: "1" },
  });
  running.add(child);
  const lines: string[] = [];
  let rest = "";
  child.stdout.on("data", (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split("\n");
    rest = parts.pop() as string;
    lines.push(...parts);
  });
  const ended = once(child, "close").then(([code, signal]) => {
    running.delete(child);
    return { code, signal, lines } as Ended;
  });
  const said = async (start: string): Promise<string> => {
    for (;;) {
      const line = lines.find((one) => one.startsWith(start));
      if (line !== undefined) return line;
      const event = await Promise.race([once(child.stdout, "data"), ended]);
      if (!Array.isArray(event) && !lines.some((one) => one.startsWith(start)))
        throw new Error(`the child ended without saying "${start}": ${JSON.stringify(event.lines.slice(-5))}`);
    }
  };
  return { process: child, lines, said, ended };
}

function programOf(source: string): Promise<string> {
  const program = programs.get(source) ?? bundleProgram(temporaryFolder(), source);
  programs.set(source, program);
  return program;
}
