/** The language that a page speaks: what its address asks for, else what the browser prefers, else English. */
import { signal } from "@preact/signals";
import { LANGUAGES, type Catalogue, type Language } from "../../texts/languages.ts";

/** The language at present. Components that read it are drawn again when it changes. */
export const language = signal<Language>("en");

/** The texts in the language of the page. */
export function textsIn<Texts>(catalogue: Catalogue<Texts>): Texts {
  return catalogue[language.value];
}

/** Takes the language that this address and these preferences ask for. */
export function startLanguage(address: string, preferred: readonly string[]): void {
  speak(languageFor(new URL(address).searchParams.get("lang"), preferred));
}

/** The first one asked for that there is, by the language alone: `es-MX` is Spanish. */
export function languageFor(asked: string | null, preferred: readonly string[]): Language {
  for (const tag of [...(asked === null ? [] : [asked]), ...preferred]) {
    const found = LANGUAGES.find((one) => one === tag.toLowerCase().split("-")[0]);
    if (found !== undefined) return found;
  }
  return "en";
}

/** Switches the language, and says so in the document, for screen readers and for the choice of fonts. */
export function speak(chosen: Language): void {
  language.value = chosen;
  document.documentElement.lang = chosen;
}

/** The address of the same page in another language. */
export function addressIn(chosen: Language, address: string): string {
  const url = new URL(address);
  url.searchParams.set("lang", chosen);
  return url.href;
}
