/** `warifu translate`: an officer has the texts of a record translated, or corrects a translation. */
import { InvalidArgumentError, type Command } from "commander";
import type { LabelledTranslation } from "../client/translations.ts";
import { LANGUAGE_CODE } from "../core/translation-event.ts";
import { EXIT } from "./exit-code.ts";
import { forOfficer, officerClient, type OfficerOptions } from "./officer-options.ts";
import type { Output } from "./output.ts";
import { translateTexts } from "./texts/translate/en.ts";
import type { DefineVerb } from "./verb.ts";

interface TranslateOptions extends OfficerOptions {
  readonly to: string;
  readonly correct?: Readonly<Record<string, string>>;
}

export const defineTranslate: DefineVerb = (program: Command, act) => {
  const words = translateTexts();
  const verb = program
    .command("translate")
    .argument("<id>", words.id)
    .requiredOption("--to <language>", words.to, language)
    .option("--correct <claim=words>", words.correct, correction);
  forOfficer(verb)
    .summary(words.summary)
    .description(words.description)
    .addHelpText("after", words.after)
    .action((id: string, options: TranslateOptions) =>
      act(options, async (output) => {
        const { items } = await officerClient(options).translate(id, { to: options.to, texts: options.correct });
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
