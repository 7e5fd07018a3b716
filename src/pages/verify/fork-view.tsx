/** Evidence that a log has two histories: what it proves, and each step. */
import { reasonOf } from "../../texts/verdict/reasons.ts";
import type { ForkFact } from "../../verify/fork-fact.ts";
import type { StepFact } from "../../verify/step-fact.ts";
import type { ForkStepResult } from "../../verify/verify-fork.ts";
import { EnglishDetail } from "../components/english-detail.tsx";
import { StepList } from "../components/step-list.tsx";
import { textsIn } from "../texts/language.ts";
import type { JudgedFork } from "./judge.ts";
import { VERIFY } from "./texts/catalogue.ts";

/** What is proven here is proven against the log: a sign that all is well would mislead. */
const LOOKS = { holds: "refuted", refuted: "undecided", undecided: "undecided" } as const;

export function ForkView({ fork: { name, verdict } }: { readonly fork: JudgedFork }) {
  const { fork: texts } = textsIn(VERIFY);
  return (
    <section class={`verdict verdict-${LOOKS[verdict.outcome]}`} aria-live="polite">
      <h2>
        {texts.title} <span class="quiet">· {name}</span>
      </h2>
      <p class="verdict-sentence">{texts[verdict.outcome]}</p>
      <StepList
        steps={verdict.steps.map((result) => ({
          name: texts.steps[result.step],
          outcome: result.outcome,
          found: <Found result={result} />,
        }))}
      />
    </section>
  );
}

function Found({ result: { fact, detail, code } }: { readonly result: ForkStepResult }) {
  const texts = textsIn(VERIFY);
  if (fact.id === "error")
    return (
      <>
        {texts.reasons[reasonOf(fact.code)]}
        <EnglishDetail>
          {detail} <code>{code}</code>
        </EnglishDetail>
      </>
    );
  if (fact.id === "block") return <>{(texts.found.block as (fact: StepFact) => string)(fact)}</>;
  return <>{(texts.fork.found[fact.id] as (fact: ForkFact) => string)(fact)}</>;
}
