/** The steps of an argument, in order, each with how it ended and what was found. */
import type { ComponentChildren } from "preact";
import { textsIn } from "../texts/language.ts";
import { SHARED } from "../texts/shared.ts";
import { OutcomeSign, type Outcome } from "./badge.tsx";

/** One step. */
export interface Step {
  readonly name: string;
  readonly outcome: Outcome;
  /** What was found. */
  readonly found: ComponentChildren;
  /** What the step is about, for those who ask. */
  readonly about?: string;
}

export function StepList({ steps }: { readonly steps: readonly Step[] }) {
  const { outcome: words } = textsIn(SHARED);
  return (
    <ol class="steps">
      {steps.map(({ name, outcome, found, about }) => (
        <li key={name} class={`step step-${outcome}`}>
          <OutcomeSign outcome={outcome} />
          <div>
            <h3>
              {name} <span class="step-outcome">{words[outcome]}</span>
            </h3>
            {about !== undefined && <p class="quiet">{about}</p>}
            <div class="step-found">{found}</div>
          </div>
        </li>
      ))}
    </ol>
  );
}
