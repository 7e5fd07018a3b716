/** The texts of the explorer, in every language. */
import type { Catalogue } from "../../../texts/languages.ts";
import { EN } from "./en.ts";
import { ES } from "./es.ts";
import { JA } from "./ja.ts";

export type ExplorerTexts = typeof EN;

export const EXPLORER: Catalogue<ExplorerTexts> = { en: EN, es: ES, ja: JA };
