/**
 * What is said of a verdict, in any face of the program: a sentence for each fact, name and reason. The verifier decides what
 * there is to say; a sentence that is missing in a language does not compile.
 */
import type { EntryKind } from "../../core/entry.ts";
import type { ForkFact } from "../../verify/fork-fact.ts";
import type { StepFact } from "../../verify/step-fact.ts";
import type { StepResult } from "../../verify/verdict.ts";
import type { ForkStep } from "../../verify/verify-fork.ts";
import type { ReasonName } from "./reasons.ts";

/** A sentence for each thing that a step can find. */
export type FactSentences = {
  readonly [Id in StepFact["id"]]: (fact: Extract<StepFact, { readonly id: Id }>) => string;
};

/** What the evidence of two histories is called, step by step, and what is found in it. */
export interface ForkTexts {
  readonly title: string;
  readonly holds: string;
  readonly refuted: string;
  readonly undecided: string;
  readonly steps: Readonly<Record<ForkStep, string>>;
  readonly found: {
    readonly [Id in Exclude<ForkFact["id"], StepFact["id"]>]: (fact: Extract<ForkFact, { readonly id: Id }>) => string;
  };
}

/** What each step is called, and what it asks. */
export type StepTexts = Readonly<Record<StepResult["step"], { readonly name: string; readonly about: string }>>;

export type KindNames = Readonly<Record<EntryKind, string>>;

/** Why something does not hold, in plain words. */
export type ReasonSentences = Readonly<Record<ReasonName, string>>;

/** All of it, in one language. */
export interface VerdictTexts {
  readonly steps: StepTexts;
  readonly found: FactSentences;
  readonly reasons: ReasonSentences;
  readonly fork: ForkTexts;
  readonly kinds: KindNames;
}

/** A time in words, from POSIX seconds: a page knows its reader's zone, a terminal says UTC. */
export type TimeInWords = (posixSeconds: number) => string;
