/** What is said of whatever an audit can find, in each language but English. */
import { FINDINGS_ES } from "../texts/findings/es.ts";
import { FINDINGS_JA } from "../texts/findings/ja.ts";
import { OWN_FINDINGS_ES } from "../texts/findings/own-es.ts";
import { OWN_FINDINGS_JA } from "../texts/findings/own-ja.ts";
import type { FindingsSaid } from "./languages.ts";

export const ALL_FINDINGS: FindingsSaid = {
  es: { ...FINDINGS_ES, ...OWN_FINDINGS_ES },
  ja: { ...FINDINGS_JA, ...OWN_FINDINGS_JA },
};
