/** The texts that all pages share, in every language. */
import { EN } from "./en.ts";
import { ES } from "./es.ts";
import { JA } from "./ja.ts";
import type { Catalogue } from "../../texts/languages.ts";

/** What the components themselves say. */
export type SharedTexts = typeof EN;

export const SHARED: Catalogue<SharedTexts> = { en: EN, es: ES, ja: JA };
