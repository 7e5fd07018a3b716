/**
 * The `warifu` command: one file per verb, parse → call → present. Whatever happens, the exit code is one of those in
 * exit-code.ts.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { PROGRAM_DIR } from "../files/program-dir.ts";
import { EXIT } from "./exit-code.ts";
import { runVerb, type Act, type DefineVerb } from "./verb.ts";

/** In the order of the help text. Each loads what it needs when it is called: most need a small part of the program. */
const VERBS: Readonly<Record<string, () => Promise<DefineVerb>>> = {
  start: async () => (await import("./start.ts")).defineStart,
  submit: async () => (await import("./submit.ts")).defineSubmit,
  list: async () => (await import("./list.ts")).defineList,
  show: async () => (await import("./show.ts")).defineShow,
  prove: async () => (await import("./prove.ts")).defineProve,
  verify: async () => (await import("./verify.ts")).defineVerify,
  audit: async () => (await import("./audit.ts")).defineAudit,
  report: async () => (await import("./report.ts")).defineReport,
  status: async () => (await import("./status.ts")).defineStatus,
  key: async () => (await import("./key.ts")).defineKey,
  source: async () => (await import("./source.ts")).defineSource,
  disclose: async () => (await import("./disclose.ts")).defineDisclose,
  erase: async () => (await import("./erase.ts")).defineErase,
  withhold: async () => (await import("./withhold.ts")).defineWithhold,
  privacy: async () => (await import("./privacy.ts")).definePrivacy,
  profile: async () => (await import("./profile.ts")).defineProfile,
  witness: async () => (await import("./witness.ts")).defineWitness,
  contract: async () => (await import("./contract.ts")).defineContract,
};

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
    await (await createProgram(act, argv[0])).parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has already printed what was wrong, or the requested help.
    return error.exitCode === 0 ? EXIT.holds : EXIT.wrongUse;
  }
}

/** @param called the first argument: if it is not a verb, then all are loaded, since their help may be wanted */
async function createProgram(act: Act, called = ""): Promise<Command> {
  const { version } = JSON.parse(readFileSync(join(PROGRAM_DIR, "package.json"), "utf8")) as { version: string };
  const program = new Command("warifu")
    .description("A tamper-evident ledger for city data: submit records, prove them, verify the proofs.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [verb]", "print the help of a verb")
    .addHelpText("after", HELP)
    .showHelpAfterError("(--help tells more)")
    .exitOverride();
  const named = Object.hasOwn(VERBS, called) ? VERBS[called] : undefined;
  for (const load of named ? [named] : Object.values(VERBS)) (await load())(program, act);
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
