/** The verifier's texts, in every language. */
import type { Catalogue } from "../../../texts/languages.ts";
import { EN } from "./en.ts";
import { ES } from "./es.ts";
import { JA } from "./ja.ts";

export type VerifyTexts = typeof EN;

export const VERIFY: Catalogue<VerifyTexts> = { en: EN, es: ES, ja: JA };
