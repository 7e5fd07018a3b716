/** What `warifu translate` says, in Spanish. */
import type { TranslateTexts } from "./en.ts";

const names = new Intl.DisplayNames("es", { type: "language" });
const nameOf = (language: string): string => names.of(language) ?? language;

export const ES: TranslateTexts = {
  summary: "traduce lo que dice un registro",
  description: "Traduce los textos de un registro, y los muestra junto a sus originales.",
  id: "identificador de un registro",
  to: "a qué idioma: en, es, ja u otro",
  correct: "sus propias palabras para un dato, en vez de las de un programa; se puede repetir",
  after: `
El libro dice qué idiomas, y qué programa y modelos, o que lo hizo una persona. Las palabras están solo en la bóveda y se
suprimen con el registro. Verlas cuenta como una apertura.

Ejemplos:
  warifu translate 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --to es
  warifu translate 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --to es --correct "text=Hay un bache en la calle."`,
  how: ({ by, from, to, tool, leaf }) =>
    `${by === "person" ? "traducido por una persona" : `traducción automática de ${tool}`}, ` +
    `de ${nameOf(from)} a ${nameOf(to)}, hoja ${leaf}`,
  original: (text) => `original  ${text}`,
  values: {
    language: "Debe ser un idioma de dos o tres letras, como es.",
    correction: "Debe ser el nombre de un dato, un signo igual y las palabras para él.",
  },
};
