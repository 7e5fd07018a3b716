/** `warifu translate`: an officer has the texts of a record translated, or corrects a translation. */
import { InvalidArgumentError, type Command } from "commander";
import { createClient } from "../client/client.ts";
import type { LabelledTranslation } from "../client/translations.ts";
import { LANGUAGE_CODE } from "../core/translation-event.ts";
import { EXIT } from "./exit-code.ts";
import { address } from "./option-values.ts";
import type { Output } from "./output.ts";
import { apiKeyFor, givenKey, loadSettings } from "./settings.ts";
import { frame } from "./texts/frame/en.ts";
import { translateTexts } from "./texts/translate/en.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

interface TranslateOptions extends CommonOptions {
  readonly to: string;
  readonly url?: string;
  readonly key?: string;
  readonly keyFile?: string;
  readonly correct?: Readonly<Record<string, string>>;
}

export const defineTranslate: DefineVerb = (program: Command, act) => {
  const words = translateTexts();
  program
    .command("translate")
    .argument("<id>", words.id)
    .requiredOption("--to <language>", words.to, language)
    .option("--correct <claim=words>", words.correct, correction)
    .option("--url <url>", frame().url, address)
    .option("--key <key>", frame().officerKey)
    .option("--key-file <file>", frame().officerKeyFile)
    .option("--json", frame().json)
    .summary(words.summary)
    .description(words.description)
    .addHelpText("after", words.after)
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
  const words = translateTexts();
  output.say(words.how({ by, from, to, tool: `${tool} ${version}`, leaf: leafIndex }), { mark: "unchecked" });
  for (const [claim, text] of Object.entries(texts)) {
    output.say(`${claim}  ${text}`);
    output.say(words.original(originals[claim] ?? ""));
  }
}

function language(text: string): string {
  if (!LANGUAGE_CODE.test(text)) throw new InvalidArgumentError(translateTexts().values.language);
  return text;
}

function correction(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const at = text.indexOf("=");
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError(translateTexts().values.correction);
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
