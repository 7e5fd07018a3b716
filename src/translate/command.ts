/**
 * A program of this machine that translates what it reads and writes what came out, as Apertium does. No shell is involved,
 * it gets an environment of its own, and its time and its output are bounded.
 */
import { spawn } from "node:child_process";
import { isUtf8 } from "node:buffer";
import { WarifuError } from "../core/errors.ts";
import { pairName, type Pair, type Translated, type Translator } from "./translator.ts";

export interface CommandOptions {
  /** What it is called in the log, and its version. */
  readonly tool: string;
  readonly version: string;
  /** Program and arguments for each pair, `es-en`. */
  readonly commands: Readonly<Record<string, readonly string[]>>;
  readonly timeoutMs: number;
}

const MAX_OUTPUT_BYTES = 262_144;

/** A translator that runs a program for each text. */
export function commandTranslator({ tool, version, commands, timeoutMs }: CommandOptions): Translator {
  const running = new Set<AbortController>();
  return {
    offers: (pair) => Object.hasOwn(commands, pairName(pair)),
    async translate(texts, pair): Promise<Translated> {
      const command = commandFor(commands, pair);
      const abort = new AbortController();
      running.add(abort);
      try {
        const translated: string[] = [];
        // For all of them together.
        const signal = AbortSignal.any([abort.signal, AbortSignal.timeout(timeoutMs)]);
        for (const text of texts) translated.push(await filtered(text, command, signal));
        return { texts: translated, tool, version };
      } finally {
        running.delete(abort);
      }
    },
    async close() {
      for (const abort of running) abort.abort();
    },
  };
}

function commandFor(commands: CommandOptions["commands"], pair: Pair): readonly string[] {
  const command = commands[pairName(pair)];
  if (!command) throw unusable("is not there for these languages");
  return command;
}

/** @throws SERVICE_UNREACHABLE */
async function filtered(
  text: string,
  [program = "", ...args]: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  // A group of its own: programs that it starts end with it.
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "ignore"], env: bareEnvironment(), detached: true });
  const pieces: Buffer[] = [];
  let length = 0;
  const fail = (why: string, cause?: unknown): void => {
    endGroup(child.pid);
    reject(unusable(why, cause));
  };
  const onAbort = (): void => fail("took too long");
  signal.addEventListener("abort", onAbort, { once: true });
  child.once("error", (cause) => fail("cannot be started", cause));
  child.stdout.on("data", (piece: Buffer) => {
    pieces.push(piece);
    length += piece.length;
    if (length > MAX_OUTPUT_BYTES) fail("wrote too much");
  });
  child.once("close", (code) => (code === 0 ? resolve(Buffer.concat(pieces)) : fail("failed")));
  // It may end without reading.
  child.stdin.on("error", () => undefined);
  child.stdin.end(text);
  if (signal.aborted) onAbort();
  try {
    const output = await promise;
    if (!isUtf8(output)) throw unusable("did not answer in UTF-8");
    return Buffer.from(output).toString("utf8");
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Settings of the service, with its keys, are none of its business. */
function bareEnvironment(): NodeJS.ProcessEnv {
  const { PATH } = process.env;
  return { LANG: "C.UTF-8", ...(PATH !== undefined && { PATH }) };
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

function unusable(why: string, cause?: unknown): WarifuError {
  return new WarifuError("SERVICE_UNREACHABLE", `the program that translates ${why}`, { cause });
}
