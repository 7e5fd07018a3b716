/** The texts of the researcher's page, in every language. */
import type { Catalogue } from "../../../texts/languages.ts";
import { EN } from "./en.ts";
import { ES } from "./es.ts";
import { JA } from "./ja.ts";

export const RESEARCH: Catalogue<typeof EN> = { en: EN, es: ES, ja: JA };
