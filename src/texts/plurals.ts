/**
 * Sentences that depend on a number. Each language has its own forms, and the type of a sentence asks for all of them.
 */
import type { Language } from "./languages.ts";

/** The forms that whole numbers take: `many` is what Spanish says of millions. */
type Forms = {
  readonly en: "one" | "other";
  readonly es: "one" | "many" | "other";
  readonly ja: "other";
};

/** A sentence in each form; `#` stands for the number. */
export type Sentence<L extends Language> = { readonly other: string } & { readonly [Form in Forms[L]]: string };

/** Says a number in its sentence. */
export function counterIn<L extends Language>(language: L): (count: number, sentence: Sentence<L>) => string {
  const rules = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  return (count, sentence) => {
    const forms: Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> = sentence;
    return (forms[rules.select(count)] ?? sentence.other).replaceAll("#", numbers.format(count));
  };
}

/** A number with the separators of a language. */
export function numberIn(language: Language): (value: number) => string {
  const numbers = new Intl.NumberFormat(language);
  return (value) => numbers.format(value);
}

/** A number with the separators of a language and with all its decimals, such as a share in per cent. */
export function exactNumberIn(language: Language): (value: number) => string {
  const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 20 });
  return (value) => numbers.format(value);
}
