/**
 * Fork evidence for people: each step, then in one sentence what it proves and about whom.
 */
import { FORK_FORMAT } from "../core/fork-evidence.ts";
import type { ForkVerdict } from "../verify/verify-fork.ts";
import type { Output } from "./output.ts";
import { saySteps, stepName, stepSentence } from "./step-words.ts";
import { verdictTexts, type VerdictTexts } from "./texts/verdict/en.ts";

const FORMAT = FORK_FORMAT.replace(/\d+$/, "");
/** Where the format stands in files that this program writes, and in any that begin with it. */
const HEAD_BYTES = 1_024;

/** Whether a file is fork evidence of any version, rather than a bundle. */
export function isForkEvidence(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString("latin1");
  return head.includes(`"${FORMAT}`);
}

/** Prints the steps and the sentence. */
export function sayForkVerdict(verdict: ForkVerdict, output: Output): void {
  saySteps(verdict.steps, output, "fork");
  output.say();
  output.say(forkLine(verdict), { mark: verdict.outcome, isBold: true });
}

/** The verdict in one sentence. */
export function forkLine({ outcome, steps }: ForkVerdict, texts: VerdictTexts = verdictTexts()): string {
  const { fork } = texts;
  const last = steps.at(-1);
  if (outcome === "refuted") return fork.refuted(stepName(last?.step ?? "evidence", "fork", texts));
  if (outcome === "undecided") return fork.undecided(last ? stepSentence(last, texts) : "");
  return steps.some(({ step }) => step === "chain") ? fork.byAnchor : fork.byKey;
}
