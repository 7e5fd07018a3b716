/**
 * The `warifu` command with the verb `verify` alone: scripts/pack-verify.ts packs it into a few files, since most of the time
 * that a bundle takes otherwise goes by while a hundred modules are looked for.
 */
import { runProgram } from "./program.ts";
import { defineVerify } from "./verify.ts";

/**
 * Runs the command.
 * @param argv the arguments, without the interpreter and the program; the first is `verify`
 * @returns the exit code
 */
export function main(argv: string[]): Promise<number> {
  return runProgram(argv, { verify: async () => defineVerify });
}
