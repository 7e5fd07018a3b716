/** `warifu translate`: an officer has the texts of a record translated, or corrects a translation. */
import { InvalidArgumentError, type Command } from "commander";
import { createClient } from "../client/client.ts";
import type { LabelledTranslation } from "../client/translations.ts";
import { LANGUAGE_CODE } from "../core/translation-event.ts";
import { EXIT } from "./exit-code.ts";
import { address } from "./option-values.ts";
import type { Output } from "./output.ts";
import { apiKeyFor, givenKey, loadSettings } from "./settings.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

interface TranslateOptions extends CommonOptions {
  readonly to: string;
  readonly url?: string;
  readonly key?: string;
  readonly keyFile?: string;
  readonly correct?: Readonly<Record<string, string>>;
}

const EXAMPLES = `
The log says which languages, and which program and models or that a person did it. The words are in the vault alone, and
are erased with the record. Seeing them counts as an opening.

Examples:
  warifu translate 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --to en
  warifu translate 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --to en --correct "text=There is a hole in the street."`;

export const defineTranslate: DefineVerb = (program: Command, act) => {
  program
    .command("translate")
    .argument("<id>", "id of a record")
    .requiredOption("--to <language>", "into which language: en, es, ja or another", language)
    .option(
      "--correct <claim=words>",
      "words of your own for a claim, instead of a program's; may be repeated",
      correction,
    )
    .option("--url <url>", "the service (default: WARIFU_URL, else this machine's)", address)
    .option("--key <key>", "an officer's API key; other users of the machine can see it: prefer --key-file")
    .option("--key-file <file>", "a file that holds an officer's API key")
    .option("--json", "print one JSON document")
    .summary("translate what a record says")
    .description("Translates the texts of a record, and shows them beside their originals.")
    .addHelpText("after", EXAMPLES)
    .action((id: string, options: TranslateOptions) =>
      act(options, async (output) => {
        const url = options.url ?? loadSettings().client.url;
        const apiKey = apiKeyFor(url, "officer", givenKey(options), loadSettings());
        const client = createClient({ url, apiKey, attempts: 1 });
        const { items } = await client.translate(id, { to: options.to, texts: options.correct });
        output.document({ items });
        for (const item of items) say(item, output);
        return EXIT.holds;
      }),
    );
};

function say(
  { by, from, to, tool, version, leafIndex, texts = {}, originals = {} }: LabelledTranslation,
  output: Output,
) {
  const how = by === "person" ? "translated by a person" : `machine translation by ${tool} ${version}`;
  output.say(`${how}, ${from} to ${to}, leaf ${leafIndex}`, { mark: "unchecked" });
  for (const [claim, text] of Object.entries(texts)) {
    output.say(`${claim}  ${text}`);
    output.say(`original  ${originals[claim] ?? ""}`);
  }
}

function language(text: string): string {
  if (!LANGUAGE_CODE.test(text))
    throw new InvalidArgumentError("It is a language of two or three letters, such as es.");
  return text;
}

function correction(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const at = text.indexOf("=");
  if (at < 1 || at === text.length - 1)
    throw new InvalidArgumentError("It is the name of a claim, an equals sign and the words for it.");
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
