/**
 * The language of a run of the command: what `--lang` says, else what LC_ALL, LC_MESSAGES or LANG say, else English. Each
 * part of the command has its texts beside it in every language; English is loaded with the part, another one only when
 * somebody speaks it.
 *
 * Invariant: the language changes what people read and nothing else: no document, code, id or file.
 */
import { LANGUAGES, type Language } from "../texts/languages.ts";

type Loaders<Texts> = Readonly<Record<Exclude<Language, "en">, () => Promise<Texts>>>;

let spoken: Language = "en";
const loads: ((language: Language) => Promise<void>)[] = [];

/** The language at present. */
export function language(): Language {
  return spoken;
}

/** Takes a language, and loads it for every part that is here. Repeated after more parts have come. */
export async function speak(chosen: Language = spoken): Promise<void> {
  spoken = chosen;
  await Promise.all(loads.map((load) => load(chosen)));
}

/** The texts of a part: called, it gives them in the language at present. */
export function inEachLanguage<Texts>(english: Texts, others: Loaders<Texts>): () => Texts {
  const known = new Map<Language, Texts>([["en", english]]);
  loads.push(async (one) => {
    if (one !== "en" && !known.has(one)) known.set(one, await others[one]());
  });
  return () => known.get(spoken) ?? english;
}

/** The language that the arguments ask for, the last one if there are several; commander refuses one that there is not. */
export function languageAsked(argv: readonly string[]): Language | undefined {
  const end = argv.indexOf("--");
  const words = end < 0 ? argv : argv.slice(0, end);
  const values = words.flatMap((word, at) =>
    word === "--lang" ? [words[at + 1]] : word.startsWith("--lang=") ? [word.slice("--lang=".length)] : [],
  );
  return LANGUAGES.find((one) => one === values.at(-1));
}
