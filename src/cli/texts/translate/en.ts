/** What `warifu translate` says, in English. The type of the other languages. */
import { inEachLanguage } from "../../language.ts";

export type TranslateTexts = typeof EN;

/** How a translation came to be. */
interface Translated {
  readonly by: "machine" | "person";
  readonly from: string;
  readonly to: string;
  /** Program and version. */
  readonly tool: string;
  readonly leaf: number;
}

const EN = {
  summary: "translate what a record says",
  description: "Translates the texts of a record, and shows them beside their originals.",
  id: "id of a record",
  to: "into which language: en, es, ja or another",
  correct: "words of your own for a claim, instead of a program's; may be repeated",
  after: `
The log says which languages, and which program and models or that a person did it. The words are in the vault alone, and
are erased with the record. Seeing them counts as an opening.

Examples:
  warifu translate 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --to en
  warifu translate 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --to en --correct "text=There is a hole in the street."`,
  how: ({ by, from, to, tool, leaf }: Translated) =>
    `${by === "person" ? "translated by a person" : `machine translation by ${tool}`}, ${from} to ${to}, leaf ${leaf}`,
  original: (text: string) => `original  ${text}`,
  values: {
    language: "It is a language of two or three letters, such as es.",
    correction: "It is the name of a claim, an equals sign and the words for it.",
  },
};

export const translateTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
