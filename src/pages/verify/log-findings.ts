/**
 * What is said of the findings of a sampled audit, which looks at a log from outside: the sentences about data folders and the
 * meaning of every error would make the page larger than it may be. An error is said as the reason of a step is.
 */
import type { ErrorFact } from "../../verify/error-fact.ts";
import type { FindingsSaid } from "../../report/languages.ts";
import { FINDINGS_ES } from "../../texts/findings/es.ts";
import { FINDINGS_JA } from "../../texts/findings/ja.ts";
import { REASONS_ES } from "../../texts/verdict/es.ts";
import { REASONS_JA } from "../../texts/verdict/ja.ts";
import { reasonOf } from "../../texts/verdict/reasons.ts";

export const LOG_FINDINGS: FindingsSaid = {
  es: { ...FINDINGS_ES, error: ({ code }: ErrorFact) => REASONS_ES[reasonOf(code)] },
  ja: { ...FINDINGS_JA, error: ({ code }: ErrorFact) => REASONS_JA[reasonOf(code)] },
};
