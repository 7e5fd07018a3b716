/** One bundle under the verifier's policy: its verdict, and what is printed about it. */
import type { WarifuError } from "../core/errors.ts";
import type { Policy } from "../core/policy.ts";
import type { Primitives } from "../core/primitives.ts";
import type { CheckTime } from "../verify/time-step.ts";
import type { ChainView, Verdict } from "../verify/verdict.ts";
import { bundleVerifier } from "../verify/verify-bundle.ts";
import { verifyForkEvidence } from "../verify/verify-fork.ts";
import { EXIT, exitCodeOf, type ExitCode } from "./exit-code.ts";
import { forkLine, isForkEvidence, sayForkVerdict } from "./fork-words.ts";
import type { Output } from "./output.ts";
import { sayVerdict, verdictDocument, verdictLine } from "./print-verdict.ts";
import { VERDICT_ENGLISH } from "./texts/verdict/en.ts";
import { detailOf, lineOf } from "./verb.ts";

/** The result for a bundle, and what is printed about it. */
export interface JudgedBundle {
  readonly code: ExitCode;
  readonly line: string;
  /** The same in English, for programs. */
  readonly english: string;
  /** An error's own message, if the line says it in another language. */
  readonly detail?: string | undefined;
  /** Absent if nobody asked for it. */
  readonly document?: object;
  /** Absent if it is not a bundle. */
  readonly outcome?: Verdict["outcome"];
  /** Whether it has the form of a bundle, or of fork evidence: a file that has neither may be of another kind. */
  readonly hasForm: boolean;
  /** Why it is not a bundle; absent if it is one. */
  readonly refusal?: WarifuError;
  /** Prints every step; absent likewise, and where the bundle was judged on another thread. */
  readonly sayAlone?: (output: Output) => void;
}

/** How bundles are judged. */
export interface Judging {
  /** Must not change from now on. */
  readonly policy: Policy;
  readonly view?: ChainView | undefined;
  /** What the record is said to be made of. */
  readonly original?: Uint8Array | undefined;
  /** As of `bundleVerifier`. */
  readonly here?: Primitives;
  /** Whether documents are asked for. */
  readonly hasDocuments: boolean;
}

/** Judges one bundle after another under one policy. */
export type BundleJudge = (bytes: Uint8Array) => Promise<JudgedBundle>;

/** A judge for many bundles: what they share is checked once. */
export function bundleJudge({ policy, view, original, here, hasDocuments }: Judging): BundleJudge {
  const verify = bundleVerifier(policy, checkTime, here);
  return async (bytes) => {
    if (isForkEvidence(bytes)) return judgeFork(bytes, policy, view);
    const verdict = await verify(bytes, view, original);
    const { outcome } = verdict;
    return {
      code: exitCodeOf(outcome),
      line: verdictLine(bytes, verdict),
      english: verdictLine(bytes, verdict, VERDICT_ENGLISH),
      ...(hasDocuments && { document: verdictDocument(verdict) }),
      outcome,
      hasForm: hasForm(verdict),
      sayAlone: (output) => sayVerdict(bytes, verdict, policy, output),
    };
  };
}

async function judgeFork(bytes: Uint8Array, policy: Policy, view: ChainView | undefined): Promise<JudgedBundle> {
  const verdict = await verifyForkEvidence(bytes, policy, view);
  const { outcome } = verdict;
  return {
    code: exitCodeOf(outcome),
    line: forkLine(verdict),
    english: forkLine(verdict, VERDICT_ENGLISH),
    document: verdict,
    outcome,
    hasForm: hasForm(verdict),
    sayAlone: (output) => sayForkVerdict(verdict, output),
  };
}

/** The form is the first step of both; what does not have it gets no further. */
function hasForm({ steps }: { readonly steps: readonly unknown[] }): boolean {
  return steps.length > 1;
}

/** What is printed about a file that is no bundle. */
export function noBundle(error: WarifuError): JudgedBundle {
  const { code, message } = error;
  const line = lineOf(error);
  return {
    code: EXIT.wrongUse,
    line,
    english: message,
    detail: detailOf(error),
    document: { error: { code, message } },
    hasForm: false,
    refusal: error,
  };
}

let checker: Promise<CheckTime> | undefined;
/** Loaded where a policy or a bundle asks for it: few do. */
const checkTime: CheckTime = async (...parts) => {
  checker ??= import("../verify/time-step.ts").then(({ timeChecker }) => timeChecker());
  return (await checker)(...parts);
};
