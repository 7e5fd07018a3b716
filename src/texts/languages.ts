/**
 * The languages that this program speaks: its pages, its reports and its command line. Texts are typed catalogues: the
 * English one is the type of the others, so a text that is missing somewhere does not compile.
 */

/** The languages, in the order in which they are offered. */
export const LANGUAGES = ["en", "es", "ja"] as const;
export type Language = (typeof LANGUAGES)[number];

/** What each language calls itself. */
export const OWN_NAMES: Readonly<Record<Language, string>> = { en: "English", es: "Español", ja: "日本語" };

/** The texts of something, in every language. */
export type Catalogue<Texts> = Readonly<Record<Language, Texts>>;

/** The language that the environment asks for, such as `es_ES.UTF-8`; English where it asks for none that there is. */
export function languageOf({ LC_ALL, LC_MESSAGES, LANG }: NodeJS.ProcessEnv): Language {
  const asked = (LC_ALL || LC_MESSAGES || LANG || "").toLowerCase();
  return (
    LANGUAGES.find(
      (language) => asked === language || (/^[_.@-]/.test(asked.slice(2)) && asked.startsWith(language)),
    ) ?? "en"
  );
}
