// The service as the documents say it is started, in a folder of its own, and their commands run beside it.
// Invariant: nothing is left behind: no process, no file, nothing in the checkout.

import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import { freePort } from "../../../scripts/free-port.ts";
import { packedCommand, type PackedCommand } from "../../support/packed-command.ts";
import { ROOT } from "./documents.ts";

/** What the documents write where a service of a test has something else. */
const DEFAULT_URL = "http://127.0.0.1:8080";
const DEFAULT_CHAIN_URL = "http://127.0.0.1:8545";
const PROGRAM = join(ROOT, "bin", "warifu.mjs");

/** How a command ended, and what it wrote. */
export type Ended = { readonly exitCode: number | null; readonly output: string };

/** A service that runs. */
export type RunningService = {
  readonly url: string;
  readonly dataDir: string;
  /** What it has written so far. */
  output: () => string;
  /** Waits until a line of its output matches. */
  says: (pattern: RegExp) => Promise<void>;
  /** Runs a script of the shell in the working folder, with the default addresses replaced by this service's and its chain's. */
  run: (script: string) => Promise<Ended>;
  /** Runs a program in the working folder; `name` is the file that its text becomes. */
  runSnippet: (name: string, text: string) => Promise<Ended>;
  /** Stops the service as Ctrl-C does and removes its folder. */
  stop: () => Promise<Ended>;
};

/** `npm start`, without npm. */
export async function startDocumentedService(): Promise<RunningService> {
  const folder = mkdtempSync(join(tmpdir(), "warifu-docs-"));
  const dataDir = join(folder, "data");
  const port = await freePort();
  const chainPort = await freePort();
  const env = environment(folder, await packedCommand(), {
    WARIFU_DATA_DIR: dataDir,
    WARIFU_HTTP_PORT: String(port),
    WARIFU_CHAIN_PORT: String(chainPort),
    WARIFU_URL: `http://127.0.0.1:${port}`,
  });
  const start = (program: string, args: readonly string[]): ChildProcess =>
    spawn(program, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  const service = start(process.execPath, [PROGRAM, "start"]);
  const written = collect(service);
  const url = env["WARIFU_URL"] as string;
  const local = (text: string): string =>
    text.replaceAll(DEFAULT_URL, url).replaceAll(DEFAULT_CHAIN_URL, `http://127.0.0.1:${chainPort}`);
  return {
    url,
    dataDir,
    output: () => written.text,
    says: (pattern) => written.until(pattern),
    run: (script) => ended(start("bash", ["-euo", "pipefail", "-c", local(script)])),
    runSnippet: (name, text) => {
      writeFileSync(join(folder, name), local(text));
      return ended(start(process.execPath, ["--disable-warning=ExperimentalWarning", name]));
    },
    stop: async () => {
      service.kill("SIGINT");
      const exitCode = await written.closed;
      rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
      return { exitCode, output: written.text };
    },
  };
}

/**
 * The environment of a user: no settings from outside, and an `npx` that starts this checkout's command at once, packed.
 * That the real one finds it is a test of its own.
 */
function environment(
  folder: string,
  { program, compileCache }: PackedCommand,
  settings: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const npx = join(folder, "npx");
  writeFileSync(
    npx,
    `#!/bin/sh\nexport NODE_COMPILE_CACHE="${compileCache}"\n` +
      `[ "$1" = warifu ] && shift && exec "${process.execPath}" "${program}" "$@"\nexit 97\n`,
  );
  chmodSync(npx, 0o755);
  for (const shown of ["examples", "profiles"]) symlinkSync(join(ROOT, shown), join(folder, shown));
  const inherited = Object.entries(process.env).filter(([name]) => !/^(WARIFU_|NODE_V8_COVERAGE$)/.test(name));
  // The Python that has what the documents need, if it is another than the machine's.
  const python = process.env["TEST_PYTHON"] ? [dirname(process.env["TEST_PYTHON"])] : [];
  const path = [folder, ...python, process.env["PATH"]].join(delimiter);
  return { ...Object.fromEntries(inherited), ...settings, PATH: path, NO_COLOR: "1" };
}

/** Everything that a process writes, as it comes. */
function collect(child: ChildProcess) {
  let wake: () => void = () => undefined;
  const written = {
    text: "",
    isClosed: false,
    closed: new Promise<number | null>((resolve) => child.once("close", resolve)),
    async until(pattern: RegExp): Promise<void> {
      while (!pattern.test(written.text)) {
        if (written.isClosed) throw new Error(`it ended without saying ${String(pattern)}:\n${written.text}`);
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      written.text += chunk.toString();
      wake();
    });
  void written.closed.then(() => {
    written.isClosed = true;
    wake();
  });
  return written;
}

async function ended(child: ChildProcess): Promise<Ended> {
  const written = collect(child);
  const exitCode = await written.closed;
  return { exitCode, output: written.text };
}
