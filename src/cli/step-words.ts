/**
 * The steps of a verdict for people, of a bundle or of fork evidence. In English each step is called by its id and brings its
 * own sentence. Other languages say the same as the verifier's page, and of an error also its English message.
 */
import type { ForkStepResult } from "../verify/verify-fork.ts";
import type { ForkFact } from "../verify/fork-fact.ts";
import type { StepFact } from "../verify/step-fact.ts";
import type { StepResult } from "../verify/verdict.ts";
import { reasonOf } from "../texts/verdict/reasons.ts";
import type { Output } from "./output.ts";
import { frame } from "./texts/frame/en.ts";
import { verdictTexts } from "./texts/verdict/en.ts";
import { padded, widest } from "./width.ts";

type Step = StepResult | ForkStepResult;

// As wide as the names of the steps of a bundle, or of fork evidence, are in English.
const WIDTH = { bundle: 10, fork: 13 } as const;

/** Prints them, one below the other. */
export function saySteps(steps: readonly Step[], output: Output, kind: keyof typeof WIDTH = "bundle"): void {
  const isEnglish = verdictTexts().sentences === undefined;
  const width = isEnglish ? WIDTH[kind] : widest(steps.map(({ step }) => stepName(step, kind))) + 1;
  for (const one of steps) {
    const code = one.code === undefined ? "" : ` [${one.code}]`;
    output.say(`${padded(stepName(one.step, kind), width)} ${stepSentence(one)}${code}`, { mark: one.outcome });
    if (!isEnglish && one.fact.id === "error")
      output.say(`  ${" ".repeat(width)} ${frame().detail} ${one.fact.message}`);
  }
}

/** What a step is called. */
export function stepName(step: Step["step"], kind: keyof typeof WIDTH = "bundle", texts = verdictTexts()): string {
  const { sentences } = texts;
  if (!sentences) return step;
  const names: Readonly<Record<string, string>> =
    kind === "fork"
      ? sentences.fork.steps
      : Object.fromEntries(Object.entries(sentences.steps).map(([id, { name }]) => [id, name]));
  return names[step] ?? step;
}

/** What was found in a step. */
export function stepSentence({ fact, detail }: Step, { sentences } = verdictTexts()): string {
  if (!sentences) return detail;
  if (fact.id === "error") return sentences.reasons[reasonOf(fact.code)];
  const { found, fork } = sentences;
  return ({ ...found, ...fork.found }[fact.id] as (fact: StepFact | ForkFact) => string)(fact);
}
