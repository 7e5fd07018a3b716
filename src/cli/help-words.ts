/**
 * The words around the help texts and refusals of commander, in the language of the run, and their layout where characters are
 * wide. In English they are commander's own.
 */
import { Option, type Command } from "commander";
import { LANGUAGES } from "../texts/languages.ts";
import { language } from "./language.ts";
import { frame, type FrameTexts } from "./texts/frame/en.ts";
import { displayWidth, padded, wrapped } from "./width.ts";

const LANG = "--lang <code>";

/** Has a program, and the verbs that are defined on it afterwards, speak the language. */
export function inWords(program: Command): Command {
  if (language() === "en") return program;
  const { headings, options, command, error } = frame();
  const words = (text: string): string => text.replaceAll("[options]", options).replaceAll("[command]", command);
  return program
    .configureHelp({
      styleTitle: (title) => (headings as Readonly<Record<string, string>>)[title] ?? title,
      styleUsage: words,
      styleSubcommandTerm: words,
      optionDescription,
      displayWidth,
      boxWrap: wrapped,
      formatItem(term, termWidth, description) {
        const width = (this.helpWidth ?? 80) - termWidth - 4;
        const lines = wrapped(description, Math.max(width, this.minWidthToWrap ?? 40)).split("\n");
        return `  ${padded(term, termWidth)}  ${lines.join(`\n${" ".repeat(termWidth + 4)}`)}`.trimEnd();
      },
    })
    .configureOutput({ outputError: (text, write) => write(`${error} ${refusalIn(text)}\n`) });
}

/** As commander puts it together: choices and default after the description. */
function optionDescription({ description, argChoices, defaultValue, required, optional }: Option): string {
  const { choices, byDefault } = frame();
  const more = [
    ...(argChoices === undefined ? [] : [choices(argChoices.map((one) => JSON.stringify(one)).join(", "))]),
    ...(defaultValue !== undefined && (required || optional) ? [byDefault(JSON.stringify(defaultValue))] : []),
  ];
  return more.length === 0 ? description : `${description} (${more.join(", ")})`;
}

type Wrong = keyof FrameTexts["wrong"];

/** How commander words each refusal; what it puts in quotes goes into ours. */
const REFUSALS: readonly (readonly [RegExp, Wrong])[] = [
  [/^unknown option '(.+?)'/, "unknownOption"],
  [/^unknown command '(.+?)'/, "unknownCommand"],
  [/^missing required argument '(.+?)'/, "missingArgument"],
  [/^option '(.+?)' argument missing/, "optionMissingArgument"],
  [/^required option '(.+?)' not specified/, "missingMandatoryOptionValue"],
  [/^option '(.+?)'.* cannot be used with option '(.+?)'/, "conflictingOption"],
  [/^too many arguments.*/, "excessArguments"],
  [/^option '(.+?)' argument '(.*?)' is invalid\. ?/s, "invalidArgument"],
  [/^command-argument value '(.*?)' is invalid for argument '(.+?)'\. ?/s, "invalidArgument"],
];

function refusalIn(text: string): string {
  const { wrong } = frame();
  const message = text.trim().replace(/^error: /, "");
  for (const [pattern, kind] of REFUSALS) {
    const [found, ...named] = pattern.exec(message) ?? [];
    if (found === undefined) continue;
    const isArgument = message.startsWith("command-argument");
    return `${wrong[kind](isArgument ? named.reverse() : named)} ${restIn(message.slice(found.length))}`.trimEnd();
  }
  return message;
}

/** What follows: what an option may be, which is ours already, or what may have been meant. */
function restIn(rest: string): string {
  const { didYouMean, allowed } = frame();
  const [, meant] = /\(Did you mean (?:one of )?(.+)\?\)/.exec(rest) ?? [];
  if (meant !== undefined) return `\n${didYouMean(meant)}`;
  const [, choices] = /^Allowed choices are (.+)\.$/.exec(rest) ?? [];
  return choices === undefined ? rest : allowed(choices);
}

/** Gives every verb the option of the language, except one that has its own `--lang`, which no other verb may take from it. */
export function withLanguage(command: Command): void {
  if (command.commands.length > 0) command.enablePositionalOptions();
  if (!command.options.some(({ long }) => long === "--lang"))
    command.addOption(new Option(LANG, frame().lang).choices(LANGUAGES));
  command.commands.forEach(withLanguage);
}

/** Whether the verb that is called means something of its own by `--lang`. */
export function hasOwnLanguage(program: Command, argv: readonly string[]): boolean {
  let called = program;
  for (const word of argv) called = called.commands.find((one) => one.name() === word) ?? called;
  return called.options.some(({ long, flags }) => long === "--lang" && flags !== LANG);
}
