/**
 * The `warifu` command: one file per verb, parse → call → present. Whatever happens, the exit code is one of those in
 * exit-code.ts.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { PROGRAM_DIR } from "../config.ts";
import { defineAudit } from "./audit.ts";
import { defineContract } from "./contract.ts";
import { defineDisclose } from "./disclose.ts";
import { defineErase } from "./erase.ts";
import { EXIT } from "./exit-code.ts";
import { defineKey } from "./key.ts";
import { defineList } from "./list.ts";
import { definePrivacy } from "./privacy.ts";
import { defineProfile } from "./profile.ts";
import { defineProve } from "./prove.ts";
import { defineShow } from "./show.ts";
import { defineSource } from "./source.ts";
import { defineStart } from "./start.ts";
import { defineStatus } from "./status.ts";
import { defineSubmit } from "./submit.ts";
import { runVerb, type Act, type DefineVerb } from "./verb.ts";
import { defineVerify } from "./verify.ts";
import { defineWithhold } from "./withhold.ts";
import { defineWitness } from "./witness.ts";

/** In the order of the help text. */
const VERBS: readonly DefineVerb[] = [
  defineStart,
  defineSubmit,
  defineList,
  defineShow,
  defineProve,
  defineVerify,
  defineAudit,
  defineStatus,
  defineKey,
  defineSource,
  defineDisclose,
  defineErase,
  defineWithhold,
  definePrivacy,
  defineProfile,
  defineWitness,
  defineContract,
];

const HELP = `
Exit codes:
  0  it holds, it is done
  1  it is refuted, and the step and the record are named
  2  wrong use: an option, a file or a setting
  3  it cannot be decided yet: somebody cannot be reached, or no final anchor is there yet

Settings are environment variables, also from a file .env in this folder: see .env.example.

Examples:
  warifu start                                        a service and a local chain of its own
  warifu submit readings.csv --type sensor-reading    a record for each row
  warifu prove ID -o bundle.json                      the proof of one record
  warifu verify bundle.json --policy policy.json      checked without asking the service`;

/**
 * Runs the command.
 * @param argv the arguments, without the interpreter and the program
 * @returns the exit code
 */
export async function main(argv: string[]): Promise<number> {
  endQuietlyWhenNobodyReads();
  let exitCode: number = EXIT.holds;
  const act: Act = async (options, verb) => {
    exitCode = await runVerb(options, verb);
  };
  try {
    await createProgram(act).parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has already printed what was wrong, or the requested help.
    return error.exitCode === 0 ? EXIT.holds : EXIT.wrongUse;
  }
}

function createProgram(act: Act): Command {
  const { version } = JSON.parse(readFileSync(join(PROGRAM_DIR, "package.json"), "utf8")) as { version: string };
  const program = new Command("warifu")
    .description("A tamper-evident ledger for city data: submit records, prove them, verify the proofs.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [verb]", "print the help of a verb")
    .addHelpText("after", HELP)
    .showHelpAfterError("(--help tells more)")
    .exitOverride();
  for (const define of VERBS) define(program, act);
  return program;
}

let isWatching = false;

/** The reader of a pipe may leave before the end, as `head` does. */
function endQuietlyWhenNobodyReads(): void {
  if (isWatching) return;
  isWatching = true;
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      // A service stops as for any other SIGTERM; every other verb has nothing left to do.
      if (!process.emit("SIGTERM")) process.exit(EXIT.holds);
    });
}
