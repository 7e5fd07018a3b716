// Every command line of the documents, also one that no test can run, is one that its verb takes: verbs, arguments and options
// are there, and none is missing. What is only a place to fill in, such as a hash that ends in `…`, is not judged.

import { Command, CommanderError } from "commander";

import { expect } from "chai";

import { withLanguage } from "../../src/cli/help-words.ts";
import { VERBS } from "../../src/cli/main.ts";
import type { DefineVerb } from "../../src/cli/verb.ts";
import { blocksOf, documents, proseOf } from "./support/documents.ts";

/** A word of a shell, with its quotes and what is computed in it, or what stands between two commands. */
const WORD = /(?:"(?:\\.|[^"])*"|'[^']*'|\$\((?:[^()]|\([^()]*\))*\)|\\.|[^\s"'|&;<>()])+|[|&;()]+|[<>]+\s*\S+/gs;
const IS_BETWEEN = /^[|&;()]/;
/** What a program says of a value, which in a document may be one to fill in. */
const ABOUT_A_VALUE = "commander.invalidArgument";

/** The command lines of a block of a shell that call the program, each as its words. */
function callsIn(script: string): readonly (readonly string[])[] {
  const withoutComments = script.replaceAll(/\\\n/g, " ").replaceAll(/(^|\s)#.*$/gm, "$1");
  return withoutComments.split("\n").flatMap((line) => {
    const commands: string[][] = [[]];
    for (const [word] of line.matchAll(WORD)) {
      if (IS_BETWEEN.test(word)) commands.push([]);
      else if (!/^[<>]/.test(word)) commands.at(-1)?.push(word.replaceAll(/^["']|["']$/g, ""));
    }
    return commands.flatMap((words) => {
      const at = words.findIndex((word) => !/^[A-Z_]+=|^npx$/.test(word));
      return words[at] === "warifu" ? [words.slice(at + 1)] : [];
    });
  });
}

/** What the prose leaves out of a command that it only names. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "commander.missingArgument",
  "commander.missingMandatoryOptionValue",
  "commander.optionMissingArgument",
  "commander.help",
]);

/** What the program has against these words, but for what may be left out; nothing, if it would do what they say. */
async function objectionTo(
  words: readonly string[],
  verbs: readonly DefineVerb[],
  mayBeLeftOut: ReadonlySet<string> = new Set(),
): Promise<string | undefined> {
  const program = new Command("warifu").version("0", "-V, --version").exitOverride();
  for (const define of verbs) define(program, () => Promise.resolve());
  withLanguage(program);
  quieten(program);
  try {
    await program.parseAsync([...words], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 || error.code === ABOUT_A_VALUE || mayBeLeftOut.has(error.code)
      ? undefined
      : error.message;
  }
  return undefined;
}

function quieten(command: Command): void {
  command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  for (const sub of command.commands) quieten(sub);
}

describe("the command lines of the documents", () => {
  let verbs: readonly DefineVerb[];
  before(async () => {
    verbs = await Promise.all(Object.values(VERBS).map((load) => load()));
  });

  for (const document of documents()) {
    const calls = blocksOf(document)
      .filter(({ language }) => language === "sh")
      .flatMap(({ content, where }) => callsIn(content).map((words) => ({ where, words })));
    if (calls.length === 0) continue;
    it(`are such as the program takes: ${document.path}`, async () => {
      for (const { where, words } of calls)
        expect(await objectionTo(words, verbs), `${where}: warifu ${words.join(" ")}`).to.equal(undefined);
    });
  }

  for (const document of documents()) {
    const named = [...proseOf(document).matchAll(/`((?:npx )?warifu [a-z][^`\n]*)`/g)].map(
      ([, span]) => span as string,
    );
    if (named.length === 0) continue;
    it(`are such as the program takes, where the prose names them: ${document.path}`, async () => {
      for (const span of named)
        for (const words of callsIn(span)) expect(await objectionTo(words, verbs, LEFT_OUT), span).to.equal(undefined);
    });
  }

  it("are judged as the program itself judges them", async () => {
    for (const [words, objection] of [
      [["privacy", "provisions"], /missing required argument 'id'/],
      [["prove", "ID", "--no-such-option"], /unknown option/],
      [["erase", "ID"], /required option '--basis/],
      [["prvoe", "ID"], /unknown command/],
    ] as const)
      expect(await objectionTo(words, verbs)).to.match(objection);
    expect(await objectionTo(["privacy", "provisions"], verbs, LEFT_OUT)).to.equal(undefined);
    expect(await objectionTo(["privacy", "provided"], verbs, LEFT_OUT)).to.match(/unknown command/);
    expect(await objectionTo(["verify", "bundle.json", "--block-hash", "0x5c1f…"], verbs)).to.equal(undefined);
  });
});
