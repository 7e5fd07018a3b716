// The command within this process: quick, for what needs no process of its own. What it writes is caught.
// Invariant: streams and folder are as before when it returns.

import { main } from "../../../src/cli/main.ts";
import type { Run } from "./command.ts";

/** Runs the command in a folder and a locale. Nothing else may write to stdout or stderr meanwhile. */
export async function runHere(args: readonly string[], folder: string, locale = "C"): Promise<Run> {
  const { LC_ALL: localeBefore } = process.env;
  process.env["LC_ALL"] = locale;
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
    if (localeBefore === undefined) delete process.env["LC_ALL"];
    else process.env["LC_ALL"] = localeBefore;
    for (const back of restore) back();
  }
}
