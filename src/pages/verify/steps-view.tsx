/** Every step of the argument, what it asks and what was found. */
import type { StepFact } from "../../verify/step-fact.ts";
import type { StepResult, Verdict } from "../../verify/verdict.ts";
import { EnglishDetail } from "../components/english-detail.tsx";
import { Section } from "../components/layout.tsx";
import { StepList, type Step } from "../components/step-list.tsx";
import { textsIn } from "../texts/language.ts";
import { reasonOf } from "../../texts/verdict/reasons.ts";
import { VERIFY } from "./texts/catalogue.ts";

export function StepsView({ verdict: { outcome, steps } }: { readonly verdict: Verdict }) {
  const texts = textsIn(VERIFY);
  return (
    <Section title={texts.steps.title}>
      <StepList steps={steps.map(stepOf)} />
      {outcome === "refuted" && <p class="quiet">{texts.steps.notReached}</p>}
    </Section>
  );
}

function stepOf(result: StepResult): Step {
  const { name, about } = textsIn(VERIFY).step[result.step];
  return { name, about, outcome: result.outcome, found: <Found result={result} /> };
}

/** In plain words; of an error also what the verifier said, which is English. */
function Found({ result: { fact } }: { readonly result: StepResult }) {
  const texts = textsIn(VERIFY);
  if (fact.id !== "error") return <>{(texts.found[fact.id] as (fact: StepFact) => string)(fact)}</>;
  return (
    <>
      {texts.reasons[reasonOf(fact.code)]}
      <EnglishDetail>
        {fact.message} <code>{fact.code}</code>
      </EnglishDetail>
    </>
  );
}
