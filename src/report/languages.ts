/** Which language a report is in, and its texts. */
import { PLACES_ES } from "../texts/findings/es.ts";
import { placeIn, sentenceIn, type AuditFact, type FindingTexts } from "../texts/findings/forms.ts";
import { PLACES_JA } from "../texts/findings/ja.ts";
import type { Language } from "../texts/languages.ts";
import { EN } from "./texts/en.ts";
import { ES } from "./texts/es.ts";
import { JA } from "./texts/ja.ts";
import type { ReportTexts } from "./texts/texts.ts";

const TEXTS: Readonly<Record<Language, ReportTexts>> = { en: EN, es: ES, ja: JA };
/** What is said of findings, in each language but English, in which they say it themselves. */
export type FindingsSaid = Readonly<Record<Exclude<Language, "en">, Partial<FindingTexts>>>;

export function textsIn(language: Language): ReportTexts {
  return TEXTS[language];
}

/** The sentence about a fact in that language. */
export function sentenceOf(
  language: Language,
  fact: AuditFact | undefined,
  english: string,
  said: FindingsSaid,
): string {
  return language === "en" ? english : sentenceIn(said[language], fact, english);
}

/** The place of a finding in that language. */
export function placeOf(language: Language, where: string): string {
  if (language === "en") return where;
  return placeIn(language === "es" ? PLACES_ES : PLACES_JA, where);
}
