// The command within this process: quick, for what needs no process of its own. What it writes is caught.
// Invariant: streams, folder and environment are as before when it returns.

import { Readable } from "node:stream";

import { main } from "../../../src/cli/main.ts";
import type { Run, RunOptions } from "./command.ts";

/** Runs the command in a folder and a locale. Nothing else may write to stdout or stderr meanwhile. */
export async function runHere(
  args: readonly string[],
  folder: string,
  locale = "C",
  { input, settings = {} }: RunOptions = {},
): Promise<Run> {
  const environment = { LC_ALL: locale, ...settings };
  const environmentBefore = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, environment);
  const stdin = Object.getOwnPropertyDescriptor(process, "stdin")!;
  if (input !== undefined)
    Object.defineProperty(process, "stdin", { value: Readable.from([Buffer.from(input)]), configurable: true });
  const caught = { stdout: "", stderr: "" };
  const before = process.cwd();
  const restore = (["stdout", "stderr"] as const).map((name) => {
    const stream = process[name];
    const { write } = stream;
    stream.write = ((text: string | Uint8Array) => {
      caught[name] += typeof text === "string" ? text : Buffer.from(text).toString();
      return true;
    }) as typeof write;
    return () => {
      stream.write = write;
    };
  });
  try {
    process.chdir(folder);
    const code = await main([...args]);
    return { code, ...caught };
  } finally {
    process.chdir(before);
    Object.defineProperty(process, "stdin", stdin);
    for (const [name, value] of environmentBefore)
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    for (const back of restore) back();
  }
}
