/** The texts of receipts, in every language: pages and files say the same. */
import type { Catalogue } from "../../texts/languages.ts";
import { EN } from "./en.ts";
import { ES } from "./es.ts";
import { JA } from "./ja.ts";

export type ReceiptTexts = typeof EN;

export const RECEIPT: Catalogue<ReceiptTexts> = { en: EN, es: ES, ja: JA };
