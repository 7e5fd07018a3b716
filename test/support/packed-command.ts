// The `warifu` command, packed: most commands are shorter than what their hundreds of modules take to be found.

import { dirname, join } from "node:path";

import { bundleProgram } from "./bundled-program.ts";
import { temporaryFolder } from "./ledger.ts";

const COMMAND = join(import.meta.dirname, "command-program.ts");
/** Made once for all tests that a process runs. */
let packed: Promise<string> | undefined;

/** A program, and the folder in which Node keeps it compiled. */
export type PackedCommand = { readonly program: string; readonly compileCache: string };

export async function packedCommand(): Promise<PackedCommand> {
  const program = await (packed ??= bundleProgram(temporaryFolder(), COMMAND));
  return { program, compileCache: join(dirname(program), "compiled") };
}
