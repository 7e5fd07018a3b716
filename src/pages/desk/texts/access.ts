/** What the log says of every look at what is concealed. */
import type { Catalogue } from "../../../texts/languages.ts";

const EN = {
  says: ["that what this record or event conceals was looked at, and when"],
  conceals: ["who looked"],
};

const ES: typeof EN = {
  says: ["que se miró lo que oculta este registro o suceso, y cuándo"],
  conceals: ["quién lo miró"],
};

const JA: typeof EN = {
  says: ["この記録または出来事の秘匿部分が閲覧されたことと、その日時"],
  conceals: ["閲覧した人"],
};

export const ACCESS: Catalogue<typeof EN> = { en: EN, es: ES, ja: JA };
