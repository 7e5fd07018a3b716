/** Which language a report is in, and its texts. */
import type { AcknowledgementFact, FindingFact, NoteFact } from "../verify/finding-fact.ts";
import { LANGUAGES, type Language } from "./document.ts";
import { EN } from "./texts/en.ts";
import { ES } from "./texts/es.ts";
import { JA } from "./texts/ja.ts";
import type { ReportTexts } from "./texts/texts.ts";

type Fact = FindingFact | AcknowledgementFact | NoteFact;

const TEXTS: Readonly<Record<Language, ReportTexts>> = { en: EN, es: ES, ja: JA };

export function textsIn(language: Language): ReportTexts {
  return TEXTS[language];
}

/** The language that the environment asks for, such as `es_ES.UTF-8`; English where it asks for none that there is. */
export function languageOf({ LC_ALL, LC_MESSAGES, LANG }: NodeJS.ProcessEnv): Language {
  const asked = (LC_ALL || LC_MESSAGES || LANG || "").toLowerCase();
  return (
    LANGUAGES.find(
      (language) => asked === language || (/^[_.@-]/.test(asked.slice(2)) && asked.startsWith(language)),
    ) ?? "en"
  );
}

/** The sentence about a fact in that language; an error's own message is English. */
export function sentenceOf(language: Language, fact: Fact | undefined, english: string): string {
  const { facts } = TEXTS[language];
  if (!facts || fact === undefined || fact.id === "error") return english;
  const say = (other: Fact): string => sentenceOf(language, other, "message" in other ? other.message : "");
  const sentence = facts[fact.id] as (fact: Fact, say: (fact: Fact) => string) => string;
  return sentence(fact, say);
}
