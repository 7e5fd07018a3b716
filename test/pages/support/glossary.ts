// A program that stands for one that translates, run as an external command: it knows the sentences of one test, which it is
// given as JSON, and fails for every other. It promises no quality, and its name in the log says what it is.

import { text } from "node:stream/consumers";

import { commandTranslator } from "../../../src/translate/command.ts";
import type { Translator } from "../../../src/translate/translator.ts";

/** What sentences are in another language, by the pair, such as `es-ja`. */
export type Glossary = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The command. */
export function glossaryTranslator(glossary: Glossary): Translator {
  const command = (known: object): readonly string[] => [process.execPath, import.meta.filename, JSON.stringify(known)];
  const commands = Object.fromEntries(Object.entries(glossary).map(([pair, known]) => [pair, command(known)]));
  return commandTranslator({ tool: "test-glossary", version: "1", commands, timeoutMs: 60_000 });
}

if (process.argv[1] === import.meta.filename) {
  const known = JSON.parse(process.argv[2] ?? "{}") as Readonly<Record<string, string>>;
  const translated = known[(await text(process.stdin)).trim()];
  if (translated === undefined) process.exitCode = 1;
  else process.stdout.write(translated);
}
