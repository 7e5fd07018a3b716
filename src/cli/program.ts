/**
 * The `warifu` command: one file per verb, parse → call → present. Whatever happens, the exit code is one of those in
 * exit-code.ts.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { PROGRAM_DIR } from "../files/program-dir.ts";
import { languageOf } from "../texts/languages.ts";
import { EXIT } from "./exit-code.ts";
import { hasOwnLanguage, inWords, withLanguage } from "./help-words.ts";
import { languageAsked, speak } from "./language.ts";
import { isResultLost, watchStreams } from "./standard-streams.ts";
import { frame } from "./texts/frame/en.ts";
import { runVerb, type Act, type DefineVerb } from "./verb.ts";

/** Verbs by their names, in the order of the help text; each is loaded when it is called. */
export type Verbs = Readonly<Record<string, () => Promise<DefineVerb>>>;

/**
 * Runs the command.
 * @param argv the arguments, without the interpreter and the program
 * @returns the exit code
 */
export async function runProgram(argv: string[], verbs: Verbs): Promise<number> {
  watchStreams();
  const words = namesNoVerb(argv, verbs) ? argv.slice(1) : argv;
  let exitCode: number = EXIT.holds;
  const act: Act = async (options, verb) => {
    exitCode = await runVerb(options, verb);
  };
  try {
    await (await createProgram(act, words, verbs)).parseAsync(words, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has already printed what was wrong, or the requested help.
    exitCode = error.exitCode === 0 ? EXIT.holds : EXIT.wrongUse;
  }
  return exitCode === EXIT.holds && (await isResultLost()) ? EXIT.wrongUse : exitCode;
}

/** Whether help is asked about a word that is no verb: of the word alone, commander says that there is no such command. */
function namesNoVerb([first, word = "-"]: readonly string[], verbs: Verbs): boolean {
  return first === "help" && word !== "help" && !word.startsWith("-") && !Object.hasOwn(verbs, word);
}

/** The program in the language of this run. */
async function createProgram(act: Act, argv: readonly string[], all: Verbs): Promise<Command> {
  const verbs = await verbsFor(all, argv[0]);
  const byEnvironment = languageOf(process.env);
  await speak(byEnvironment);
  const program = defineProgram(act, verbs);
  const asked = languageAsked(argv);
  // Which verb is meant, and whether `--lang` is not its own, shows only in the program itself.
  if (asked === undefined || asked === byEnvironment || hasOwnLanguage(program, argv)) return program;
  await speak(asked);
  return defineProgram(act, verbs);
}

/** @param called the first argument: if it is not a verb, then all are loaded, since their help may be wanted */
async function verbsFor(all: Verbs, called = ""): Promise<DefineVerb[]> {
  const named = Object.hasOwn(all, called) ? all[called] : undefined;
  return Promise.all((named ? [named] : Object.values(all)).map((load) => load()));
}

function defineProgram(act: Act, verbs: readonly DefineVerb[]): Command {
  const { version } = JSON.parse(readFileSync(join(PROGRAM_DIR, "package.json"), "utf8")) as { version: string };
  const texts = frame();
  const program = inWords(new Command("warifu"))
    .description(texts.program)
    .version(version, "-V, --version", texts.version)
    .helpOption("-h, --help", texts.help)
    .helpCommand("help [verb]", texts.helpVerb)
    .addHelpText("after", texts.after)
    .showHelpAfterError(texts.tellsMore)
    .exitOverride();
  for (const define of verbs) define(program, act);
  withLanguage(program);
  return program;
}
